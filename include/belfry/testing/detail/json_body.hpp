// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/testing/detail/response_binding.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/strict_json.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// JSON in the requests and responses of a service.
namespace belfry::inline v0::testing::detail {

/// Reads a request's JSON as services do; false, with the answer in `error`, if they would refuse it.
[[nodiscard]] inline bool read_json(std::string_view body, const Structure& shape, JsonOptions json,
                                    const Refusals& refusals, void* object, Error& error) {
    json.reading.invalid_text = InvalidText::reject;
    std::string fault;
    if (decode_json(body, shape, object, json, fault))
        fault = StrictJson(body, json.default_timestamp_format, json.use_model_timestamp_formats)
                    .fault_of(shape, json.body_members_only);
    return fault.empty() || refuse(error, refusals.malformed, fault);
}
/// The same for a payload.
[[nodiscard]] inline bool read_json(std::string_view body, const Type& type, const Refusals& refusals,
                                    void* slot, Error& error) {
    JsonOptions json;
    json.reading.invalid_text = InvalidText::reject;
    std::string fault;
    if (decode_json(body, type, slot, json, fault))
        fault = StrictJson(body, json.default_timestamp_format, true).fault_of(type);
    return fault.empty() || refuse(error, refusals.malformed, fault);
}

/// Writes an error's members as JSON, or its message alone if there are none. `type` becomes the first
/// member, `__type`, unless it is empty.
[[nodiscard]] inline bool write_json_error(const Error& error, const ModelledException& exception,
                                           std::string_view type, JsonOptions json, std::string& body,
                                           std::string& fault) {
    belfry::detail::JsonWriter writer(body);
    writer.put('{');
    if (!type.empty()) {
        writer.key("__type");
        if (!writer.string(type)) return false;
        writer.put(',');
    }
    if (exception.structure == nullptr) {
        writer.key("message");
        if (!writer.string(error.message)) {
            fault = "the message is not UTF-8";
            return false;
        }
        writer.close('}');
        writer.finish();
        return true;
    }
    writer.close('}');
    writer.finish();
    std::string members;
    if (!encode_json(*exception.structure, exception.object, members, json, fault)) return false;
    body.pop_back();
    if (members.size() > 2 && body.size() > 1) body += ',';
    body.append(members, 1);
    return true;
}

} // namespace belfry::inline v0::testing::detail
