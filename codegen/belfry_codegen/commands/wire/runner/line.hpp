// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/response.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The lines that come in and go out.
namespace belfry_wire {

/// A line that was read.
struct Line {
    /// The JSON text of the line's id; `null` when it has none.
    std::string id = "null";
    std::string operation;
    /// The JSON text of the parameters, if the line asks for a request.
    std::string params;
    /// The JSON text of what this line wants of its client; empty for nothing.
    std::string client;
    /// For how many seconds the request is to be presigned; none to sign it as usual.
    std::optional<std::int64_t> presign{};
    bool has_response = false;
    belfry::HttpResponse response;
};

/// Reads a line; false with what is wrong with it. `line` then has the id, if there was one to be read.
[[nodiscard]] bool read_line(std::string_view text, Line& line, std::string& fault);

/// Appends a JSON string; what is not UTF-8 becomes U+FFFD.
void append_string(std::string& out, std::string_view text);

/// Appends `"key":` and a JSON string, with a comma in front unless it is the first in its object.
void append_text_member(std::string& out, std::string_view key, std::string_view text);

} // namespace belfry_wire
