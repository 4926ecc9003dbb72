// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/detail/origin.hpp>

#include "support/catch.hpp"

using belfry::detail::find_origin;

TEST_CASE("the path and query of a URL are kept unchanged") {
    const auto origin =
        find_origin("https://voice-chime.us-east-1.example/a%2Fb/../c//?x=%20+&y=/?#fragment");
    REQUIRE(origin);
    CHECK(origin->tls);
    CHECK(origin->host == "voice-chime.us-east-1.example");
    CHECK(origin->port == "443");
    CHECK(origin->target == "/a%2Fb/../c//?x=%20+&y=/?");
}

TEST_CASE("ports and IPv6 addresses are recognised") {
    CHECK(find_origin("http://127.0.0.1:8080/")->port == "8080");
    CHECK(find_origin("http://host/")->port == "80");
    CHECK(find_origin("http://host:/")->port == "80");
    CHECK(find_origin("http://[::1]:81/x")->host == "::1");
    CHECK(find_origin("http://[::1]:81/x")->port == "81");
    CHECK(find_origin("http://[fe80::1]")->port == "80");
    CHECK(find_origin("http://host:65535/")->port == "65535");
}

TEST_CASE("a missing path becomes a slash") {
    CHECK(find_origin("http://host")->target == "/");
    CHECK(find_origin("http://host?a=b/c")->target == "/?a=b/c");
    CHECK(find_origin("http://host:80?a")->target == "/?a");
}

TEST_CASE("a URL without a host is refused") {
    for (const char* text : {"", "http://", "https://", "http:///path", "http://:80/", "http://?q", "//host/",
                             "ftp://host/", "http://user@host/", "http://user:secret@host/", "http://host:0/",
                             "http://host:65536/", "http://host:99999999999999999999/", "http://host:8x/",
                             "http://host:-1/", "http://[::1/", "http://[::1]x/", "http://a:b:c/"}) {
        INFO(text);
        CHECK_FALSE(find_origin(text));
    }
}

TEST_CASE("only URLs of one scheme, host and port share connections") {
    CHECK(find_origin("http://host/a")->key() == find_origin("http://host:80/b?c")->key());
    CHECK(find_origin("http://host/")->key() != find_origin("https://host:80/")->key());
    CHECK(find_origin("http://host/")->key() != find_origin("http://host:81/")->key());
    CHECK(find_origin("http://host1/")->key() != find_origin("http://host/")->key());
}
