// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// An error's code, as every protocol but the XML ones spells it.
namespace belfry::inline v0::detail {

/// A code without the namespace before `#` and the URI behind `:` that some services add.
[[nodiscard]] BELFRY_COLD inline std::string_view plain_error_code(std::string_view code) noexcept {
    code = code.substr(0, code.find(':'));
    const std::size_t hash = code.rfind('#');
    return hash == std::string_view::npos ? code : code.substr(hash + 1);
}

/// The code of `x-amzn-query-error`, in which services that once spoke the query protocol name their old
/// code: `Code;Sender`.
[[nodiscard]] inline std::string_view query_error_code(const Headers& headers) noexcept {
    const auto value = headers.find("x-amzn-query-error");
    if (!value.has_value()) return {};
    const std::size_t end = value->find(';');
    return end == std::string::npos ? std::string_view() : std::string_view(*value).substr(0, end);
}

/// Sets the code that `text` holds; the status if it is empty. The status also describes an error without a
/// message.
BELFRY_COLD inline void set_error_code(std::string_view text, const HttpResponse& response, Error& error) {
    std::string code;
    append_text(code, plain_error_code(text));
    error.code = std::move(code);
    if (error.code.empty()) append_integer_text(error.code, response.status);
    if (is_blank(error.message))
        describe_status(error.message, status_phrase(response.status), response.status);
}

} // namespace belfry::inline v0::detail
