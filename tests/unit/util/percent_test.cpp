// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/percent.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>

#if BELFRY_TEST_HAS_CURL
#include <curl/curl.h>
#endif

namespace {
std::string encoded(std::string_view in) {
    std::string out;
    belfry::append_percent_encoded(out, in);
    return out;
}
std::string every_byte() {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
    return bytes;
}
} // namespace

TEST_CASE("percent-encoding keeps the unreserved characters of RFC 3986 and encodes every other byte") {
    const std::string unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    CHECK(encoded(unreserved) == unreserved);
    CHECK(encoded(":/?#[]@!$&'()*+,;=") == "%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D");
    CHECK(encoded("a b%20\xe1\x88\xb4") == "a%20b%2520%E1%88%B4");
    CHECK(encoded("") == "");
}

#if BELFRY_TEST_HAS_CURL
TEST_CASE("percent-encoding agrees with libcurl on every byte") {
    const std::string bytes = every_byte();
    char* const theirs = curl_easy_escape(nullptr, bytes.data(), static_cast<int>(bytes.size()));
    REQUIRE(theirs != nullptr);
    CHECK(encoded(bytes) == theirs);
    curl_free(theirs);
}
#else
TEST_CASE("percent-encoding agrees with libcurl on every byte") { WARN("skipped: libcurl is not installed"); }
#endif

TEST_CASE("percent-encoding a path keeps only its slashes") {
    std::string out = "before:";
    belfry::append_percent_encoded_path(out, "/a//b c/../%/");
    CHECK(out == "before:/a//b%20c/../%25/");
}

TEST_CASE("percent-decoding undoes the encoding of every byte") {
    std::string out = "x";
    REQUIRE(belfry::append_percent_decoded(out, encoded(every_byte())));
    CHECK(out == "x" + every_byte());
    out.clear();
    REQUIRE(belfry::append_percent_decoded(out, "%2f%2F+"));
    CHECK(out == "//+");
}

TEST_CASE("percent-decoding refuses a percent sign without two digits and appends nothing") {
    for (const char* bad : {"%", "a%2", "%zz", "%2g", "%%41", "ok%"}) {
        INFO(bad);
        std::string out = "kept";
        CHECK_FALSE(belfry::append_percent_decoded(out, bad));
        CHECK(out == "kept");
    }
}
