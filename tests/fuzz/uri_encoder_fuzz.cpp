// SPDX-License-Identifier: Apache-2.0
// Percent-encodes any bytes: the result is only of unreserved characters and triplets, and decodes to the
// input.
#include <belfry/util/percent.hpp>

#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

[[noreturn]] void complain(const char* what, const std::string& text) {
    std::fprintf(stderr, "%s: %s\n", what, text.c_str());
    std::abort();
}

/// RFC 3986 section 2: unreserved characters and upper-case triplets, and `/` where it may stay.
void check_form(const std::string& encoded, bool slash) {
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        const auto c = static_cast<unsigned char>(encoded[i]);
        if (c == '%') {
            const auto is_digit = [&](std::size_t at) {
                return at < encoded.size() && std::strchr("0123456789ABCDEF", encoded[at]) != nullptr;
            };
            if (!is_digit(i + 1) || !is_digit(i + 2)) complain("no triplet", encoded);
            const int byte = static_cast<int>(std::strtol(encoded.substr(i + 1, 2).c_str(), nullptr, 16));
            if (byte < 128 &&
                (std::isalnum(byte) != 0 || (byte != 0 && std::strchr("-._~", byte) != nullptr)))
                complain("encoded an unreserved character", encoded);
            if (slash && byte == '/') complain("encoded a slash of a path", encoded);
            i += 2;
        } else if (c >= 128 ||
                   (std::isalnum(c) == 0 && std::strchr("-._~", c) == nullptr && !(slash && c == '/'))) {
            complain("left a reserved character", encoded);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const bool slash : {false, true}) {
        std::string encoded;
        if (slash)
            belfry::append_percent_encoded_path(encoded, text);
        else
            belfry::append_percent_encoded(encoded, text);
        check_form(encoded, slash);
        std::string decoded;
        if (!belfry::append_percent_decoded(decoded, encoded) || decoded != text)
            complain("does not decode", encoded);
    }
    // Any text: decoding never reads past its end, and what it refuses leaves the output alone.
    std::string out = "before";
    if (!belfry::append_percent_decoded(out, text) && out != "before") complain("changed on failure", out);
    return 0;
}
