// SPDX-License-Identifier: Apache-2.0
// A text that fits a shape with every kind of member gives the same value after it was read, written and read
// again, by the codec and through nlohmann/json.
#include <belfry/codec/json.hpp>
#include <belfry/interop/nlohmann.hpp>

#include "fuzz.hpp"
#include "unit/codec/everything.hpp"

#include <string>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using everything::Everything;
    const belfry::Structure& shape = belfry::structure_of<Everything>;
    belfry::JsonOptions options;
    options.max_depth = options.reading.max_depth = 40;
    options.use_member_names = true;
    options.use_model_timestamp_formats = false;
    const std::string_view text = text_of(data, size);
    Everything first;
    std::string fault;
    if (!belfry::decode_json(text, shape, &first, options, fault)) {
        require(fault.compare(0, 10, "Everything") == 0, "a fault names the shape:", fault);
        return 0;
    }
    std::string written;
    require(belfry::encode_json(shape, &first, written, options, fault),
            "what was read can be written:", fault);
    Everything second;
    require(belfry::decode_json(written, shape, &second, options, fault),
            "what was written can be read:", fault);
    std::string again;
    require(belfry::encode_json(shape, &second, again, options, fault), "and be written again:", fault);
    // NaN is not equal to itself, so the texts are compared.
    require(written == again, "it is the same again");

    const nlohmann::json judged = nlohmann::json::parse(written, nullptr, false);
    require(!judged.is_discarded() || written.find_first_of("eE") != std::string::npos,
            "what was written is JSON to nlohmann/json");
    if (judged.is_discarded()) return 0;
    const nlohmann::json converted = first;
    // Its numbers are doubles, which do not hold every nanosecond.
    if (!first.moment && first.date_times.empty() && written.find("ime") == std::string::npos &&
        written.find("Date") == std::string::npos)
        require(converted == judged, "the codec and the conversion agree");
    Everything third;
    require(belfry::from_json(converted, shape, &third, fault, belfry::Surplus::reject),
            "what was converted can be converted back:", fault);
    return 0;
}
