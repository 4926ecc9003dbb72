// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/utf8.hpp>

#include <string_view>

/// Checks of options that become part of a token, a form or a signed URL.
namespace belfry::inline v0::detail {

/// Makes `error` say what an option must be. The value is not quoted: it may hold a secret. Always false.
BELFRY_COLD inline bool reject_option(Error& error, std::string_view option, std::string_view rule) {
    return fail(error, ErrorKind::validation, "ValidationError", {"'", option, "' ", rule});
}

/// Makes `error` say that anonymous credentials do not sign. Always false.
BELFRY_COLD inline bool reject_anonymous(Error& error) {
    return fail(error, ErrorKind::credentials, "NoCredentials", "anonymous credentials cannot sign");
}

/// Whether `text` is UTF-8 without control characters of ASCII.
[[nodiscard]] BELFRY_COLD inline bool is_plain_text(std::string_view text) noexcept {
    for (const char c : text)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return false;
    return is_valid_utf8(text);
}

} // namespace belfry::inline v0::detail
