// SPDX-License-Identifier: Apache-2.0
// CBOR that nlohmann/json accepts is read to the same value, or refused for a reason that nlohmann/json does
// not check. A value that fits a shape is the same after it was written and read again.
#include <belfry/codec/cbor.hpp>
#include <belfry/util/base64.hpp>

#include "fuzz.hpp"
#include "unit/codec/everything.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

using Json = nlohmann::json;

constexpr std::size_t max_depth = 40;

/// nlohmann/json's value in the form of a document.
void plain(Json& value) {
    if (value.is_binary()) {
        const std::string bytes(value.get_binary().begin(), value.get_binary().end());
        std::string base64;
        belfry::append_base64(base64, bytes);
        value = base64;
    } else if (value.is_number_float()) {
        const double number = value.get<double>();
        if (std::isnan(number)) value = "NaN";
        if (std::isinf(number)) value = number > 0 ? "Infinity" : "-Infinity";
    } else if (value.is_structured()) {
        for (Json& element : value) plain(element);
    }
}

/// The result of nlohmann/json. It throws for impossible lengths even with exceptions disabled.
Json judge(std::string_view bytes) {
    try {
        return Json::from_cbor(bytes, true, false, Json::cbor_tag_handler_t::ignore);
    } catch (const Json::exception&) {
        return Json(Json::value_t::discarded);
    }
}

/// Whether two values are the same, where ours has the fewest digits of a single precision number.
bool same(const Json& ours, const Json& theirs) {
    if (ours.is_number_float() && theirs.is_number_float())
        return ours == theirs ||
               static_cast<float>(ours.get<double>()) == static_cast<float>(theirs.get<double>());
    // nlohmann/json returns wrong values for numbers below the least 64-bit integer.
    if (ours.is_number_float() && theirs.is_number_integer()) return ours.get<double>() <= -0x1p63;
    if (ours.is_array() && theirs.is_array()) {
        if (ours.size() != theirs.size()) return false;
        for (std::size_t i = 0; i < ours.size(); ++i)
            if (!same(ours[i], theirs[i])) return false;
        return true;
    }
    if (ours.is_object() && theirs.is_object()) {
        if (ours.size() != theirs.size()) return false;
        for (const auto& [key, value] : ours.items())
            if (!theirs.contains(key) || !same(value, theirs[key])) return false;
        return true;
    }
    return ours == theirs;
}

void read_as_document(std::string_view bytes) {
    belfry::detail::CborReader reader(bytes, max_depth);
    std::string json;
    const char* at = belfry::detail::CborToJson(reader).append(reader.begin(), json);
    if (at != nullptr) at = reader.finish(at);
    if (at == nullptr) require(reader.problem_offset() <= bytes.size(), "a refusal has a place in the bytes");
    belfry::detail::CborReader skipper(bytes, max_depth);
    const char* behind = skipper.skip(skipper.begin());
    if (behind != nullptr) behind = skipper.finish(behind);
    require(at == nullptr || behind == at, "what is read can be skipped");

    Json judged = judge(bytes);
    if (judged.is_discarded()) return;
    if (at == nullptr) {
        const std::string_view problem = reader.problem();
        require(problem == "nested too deeply" ||
                    // nlohmann/json accepts nested pieces of indefinite length.
                    problem == "a chunk of the string has another type" ||
                    problem == "the length is larger than the rest of the input" ||
                    problem == "a map's key is not text",
                "refused what nlohmann/json accepts:", problem);
        return;
    }
    // nlohmann/json keeps bytes that are not UTF-8.
    if (reader.invalid_text(bytes.data()) != nullptr) return;
    plain(judged);
    const Json ours = Json::parse(json, nullptr, false);
    require(!ours.is_discarded(), "documents are JSON:", json);
    require(same(ours, judged), "read another value than nlohmann/json:", json);
}

void read_as_shape(std::string_view bytes) {
    using everything::Everything;
    const belfry::Structure& shape = belfry::structure_of<Everything>;
    const belfry::CborOptions options{.max_depth = max_depth, .reading = {.max_depth = max_depth}};
    Everything first;
    std::string fault;
    if (!belfry::decode_cbor(bytes, shape, &first, options, fault)) {
        require(fault.compare(0, 10, "Everything") == 0, "a fault names the shape:", fault);
        return;
    }
    std::string written;
    if (!belfry::encode_cbor(shape, &first, written, options, fault)) {
        require(fault.find("only a number") != std::string::npos, "what was read can be written:", fault);
        return;
    }
    Everything second;
    require(belfry::decode_cbor(written, shape, &second, options, fault),
            "what was written can be read:", fault);
    std::string again;
    require(belfry::encode_cbor(shape, &second, again, options, fault), "and be written again:", fault);
    // NaN is not equal to itself, so the bytes are compared.
    require(written == again, "it is the same again");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = text_of(data, size);
    read_as_document(bytes);
    read_as_shape(bytes);
    return 0;
}
