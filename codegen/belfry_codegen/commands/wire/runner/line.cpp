// SPDX-License-Identifier: Apache-2.0
#include "line.hpp"

#include <belfry/codec/json.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace belfry_wire {
namespace {

/// Parameters may nest as deep as a request's body may, and stand two levels down in their line.
constexpr std::size_t max_line_depth = 160;

struct LineShape {
    std::optional<belfry::Document> id{};
    std::optional<belfry::Document> operation{};
    std::optional<belfry::Document> params{};
    std::optional<belfry::Document> response{};
    std::optional<belfry::Document> client{};
    std::optional<std::int64_t> presign{};
};
template <std::same_as<LineShape> S> constexpr auto belfry_describe(const S*) {
    return belfry::Description<6>{
        .name = "line",
        .members = {{"id", belfry::type_of<decltype(S::id)>, offsetof(S, id)},
                    {"operation", belfry::type_of<decltype(S::operation)>, offsetof(S, operation)},
                    {"params", belfry::type_of<decltype(S::params)>, offsetof(S, params)},
                    {"response", belfry::type_of<decltype(S::response)>, offsetof(S, response)},
                    {"client", belfry::type_of<decltype(S::client)>, offsetof(S, client)},
                    {"presign", belfry::type_of<decltype(S::presign)>, offsetof(S, presign)}}};
}

struct ResponseShape {
    std::optional<std::int32_t> status{};
    belfry::Map<belfry::Document> headers{};
    std::optional<belfry::Blob> body{};
};
template <std::same_as<ResponseShape> S> constexpr auto belfry_describe(const S*) {
    return belfry::Description<3>{
        .name = "response",
        .members = {{"status", belfry::type_of<decltype(S::status)>, offsetof(S, status)},
                    {"headers", belfry::type_of<decltype(S::headers)>, offsetof(S, headers)},
                    {"body_base64", belfry::type_of<decltype(S::body)>, offsetof(S, body)}}};
}

template <class T> [[nodiscard]] bool read(std::string_view json, T& value, std::string& fault) {
    belfry::JsonOptions options;
    options.reading.max_depth = max_line_depth;
    // A text that would be sent with other characters is the caller's mistake.
    options.reading.invalid_text = belfry::InvalidText::reject;
    return belfry::decode_json(json, belfry::type_of<T>, &value, options, fault);
}

/// A header's value is a string, or a list of strings for a header that comes more than once.
[[nodiscard]] bool read_header(std::string_view name, std::string_view json, belfry::Headers& headers) {
    std::string ignored;
    belfry::List<std::string> values;
    if (json.front() == '[') {
        if (!read(json, values, ignored)) return false;
    } else if (json.front() != '"' || !read(json, values.emplace_back(), ignored)) {
        return false;
    }
    for (const std::string& value : values) headers.append(name, value);
    return true;
}

[[nodiscard]] bool read_response(std::string_view json, belfry::HttpResponse& response, std::string& fault) {
    ResponseShape shape;
    if (!read(json, shape, fault)) return false;
    if (!shape.status || *shape.status < 100 || *shape.status > 599) {
        fault = "response.status: expected a number from 100 to 599";
        return false;
    }
    response.status = *shape.status;
    for (const auto& [name, value] : shape.headers)
        if (!read_header(name, value.json(), response.headers)) {
            fault = "response.headers." + name + ": expected a string, or a list of strings";
            return false;
        }
    if (shape.body) response.body = std::move(shape.body->bytes());
    return true;
}

} // namespace

bool read_line(std::string_view text, Line& line, std::string& fault) {
    LineShape shape;
    if (!read(text, shape, fault)) return false;
    if (shape.id) line.id = shape.id->json();
    if (!shape.operation) {
        fault = "line.operation: required";
        return false;
    }
    if (!read(shape.operation->json(), line.operation, fault)) {
        fault = "line.operation: expected a string";
        return false;
    }
    if (shape.params.has_value() == shape.response.has_value()) {
        fault = "line: expected either params or response";
        return false;
    }
    if (shape.response && (shape.client || shape.presign)) {
        fault = shape.client ? "line.client: goes with params" : "line.presign: goes with params";
        return false;
    }
    if (shape.client) line.client = shape.client->json();
    line.presign = shape.presign;
    if (shape.params) {
        line.params = shape.params->json();
        return true;
    }
    line.has_response = true;
    return read_response(shape.response->json(), line.response, fault);
}

void append_string(std::string& out, std::string_view text) {
    std::string clean;
    while (!belfry::is_valid_utf8(text)) {
        const std::size_t good = belfry::valid_utf8_prefix(text);
        clean.append(text.substr(0, good)).append("\xef\xbf\xbd");
        text.remove_prefix(good + 1);
    }
    if (!clean.empty()) text = clean.append(text);
    belfry::detail::JsonWriter writer(out);
    static_cast<void>(writer.string(text));
    writer.finish();
}

void append_text_member(std::string& out, std::string_view key, std::string_view text) {
    if (!out.empty() && out.back() != '{') out += ',';
    append_string(out, key);
    out += ':';
    append_string(out, text);
}

} // namespace belfry_wire
