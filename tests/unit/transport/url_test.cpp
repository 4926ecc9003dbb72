// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/detail/url.hpp>

#include "support/catch.hpp"

using belfry::detail::parse_url;

TEST_CASE("A URL is taken apart without changing its path or query") {
    const auto url = parse_url("https://voice-chime.us-east-1.example/a%2Fb/../c//?x=%20+&y=/?#");
    REQUIRE(url);
    CHECK(url->tls);
    CHECK(url->host == "voice-chime.us-east-1.example");
    CHECK(url->port == "443");
    CHECK(url->target == "/a%2Fb/../c//?x=%20+&y=/?#");
}

TEST_CASE("Ports and IPv6 addresses are recognised") {
    CHECK(parse_url("http://127.0.0.1:8080/")->port == "8080");
    CHECK(parse_url("http://host/")->port == "80");
    CHECK(parse_url("http://host:/")->port == "80");
    CHECK(parse_url("http://[::1]:81/x")->host == "::1");
    CHECK(parse_url("http://[::1]:81/x")->port == "81");
    CHECK(parse_url("http://[fe80::1]")->port == "80");
    CHECK(parse_url("http://host:65535/")->port == "65535");
}

TEST_CASE("A missing path is a slash") {
    CHECK(parse_url("http://host")->target == "/");
    CHECK(parse_url("http://host?a=b/c")->target == "/?a=b/c");
    CHECK(parse_url("http://host:80?a")->target == "/?a");
}

TEST_CASE("What is no URL of a server is refused") {
    for (const char* text : {"", "http://", "https://", "http:///path", "http://:80/", "http://?q", "//host/",
                             "ftp://host/", "http://user@host/", "http://user:secret@host/", "http://host:0/",
                             "http://host:65536/", "http://host:99999999999999999999/", "http://host:8x/",
                             "http://host:-1/", "http://[::1/", "http://[::1]x/", "http://a:b:c/"}) {
        INFO(text);
        CHECK_FALSE(parse_url(text));
    }
}

TEST_CASE("Only URLs of one scheme, host and port share connections") {
    CHECK(parse_url("http://host/a")->key() == parse_url("http://host:80/b?c")->key());
    CHECK(parse_url("http://host/")->key() != parse_url("https://host:80/")->key());
    CHECK(parse_url("http://host/")->key() != parse_url("http://host:81/")->key());
    CHECK(parse_url("http://host1/")->key() != parse_url("http://host/")->key());
}
