// SPDX-License-Identifier: Apache-2.0
// XML: a document that fits a shape gives the same value after it was written and read again; any other is
// refused safely.
#include <belfry/codec/xml.hpp>

#include "fuzz.hpp"
#include "unit/codec/everything.hpp"
#include "unit/codec/xml_shapes.hpp"

#include <string>
#include <string_view>

namespace {

template <class S> void round_trip(std::string_view text) {
    const belfry::Structure& shape = belfry::structure_of<S>;
    const belfry::XmlOptions options{.max_depth = 40, .reading = {.max_depth = 40}, .max_nodes = 4096};
    S first;
    std::string fault;
    if (!belfry::decode_xml(text, shape, &first, options, fault)) {
        require(!fault.empty(), "a refusal has a reason");
        return;
    }
    std::string written;
    if (!belfry::encode_xml(shape, belfry::XmlRoot{.name = "Root"}, &first, written, options, fault)) {
        // Values that can be read but not written as XML: documents, and times of years with five digits.
        require(fault.find(": ") != std::string::npos, "a fault names the member:", fault);
        return;
    }
    S second;
    require(belfry::decode_xml(written, shape, &second, options, fault),
            "what was written can be read:", fault);
    std::string again;
    require(belfry::encode_xml(shape, belfry::XmlRoot{.name = "Root"}, &second, again, options, fault),
            "and be written again:", fault);
    // NaN is not equal to itself, so the texts are compared.
    require(written == again, "it is the same again:", written);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    round_trip<everything::Everything>(text);
    round_trip<xml_shapes::Named>(text);
    return 0;
}
