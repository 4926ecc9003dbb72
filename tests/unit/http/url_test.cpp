// SPDX-License-Identifier: Apache-2.0
#include <belfry/http/url.hpp>

#include "support/catch.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

using belfry::detail::equals_ignoring_case;
using belfry::detail::parse_url;
using belfry::detail::Url;
using Json = nlohmann::json;

} // namespace

TEST_CASE("the parts of a URL agree with urllib.parse") {
    std::ifstream file(BELFRY_TEST_SOURCE_DIR "/tests/unit/http/url_cases.json");
    REQUIRE(file);
    const Json cases = Json::parse(file);
    REQUIRE(cases.size() > 200);
    for (const Json& each : cases) {
        const std::string text = each["url"];
        INFO(text);
        const Url url = parse_url(text);
        const Json& parts = each["parts"];
        if (parts.is_null()) {
            CHECK(url.scheme.empty());
            CHECK(url.host.empty());
            continue;
        }
        CHECK(equals_ignoring_case(url.scheme, parts["scheme"].get<std::string>()));
        CHECK(url.authority == parts["authority"].get<std::string>());
        CHECK(url.has_user() == parts["user"].get<bool>());
        // urllib returns host names in lower case.
        CHECK(equals_ignoring_case(url.address(), parts["host"].get<std::string>()));
        CHECK(url.port.empty() == parts["port"].is_null());
        if (!parts["port"].is_null()) CHECK(std::stoi(std::string(url.port)) == parts["port"].get<int>());
        CHECK(url.path == parts["path"].get<std::string>());
        CHECK(url.query == parts["query"].get<std::string>());
        CHECK((url.query.data() != nullptr) == parts["has_query"].get<bool>());
        std::string header;
        append_host(header, url);
        CHECK(header == parts["header"].get<std::string>());
    }
}

TEST_CASE("an IPv6 host has brackets and its address does not") {
    const Url url = parse_url("https://[2001:db8::7]:8443/");
    CHECK(url.host == "[2001:db8::7]");
    CHECK(url.address() == "2001:db8::7");
    CHECK(parse_url("https://[]/").address().empty());
}

TEST_CASE("only the characters of RFC 3986 are valid in a URL") {
    for (int c = 0; c < 256; ++c) {
        const char byte = static_cast<char>(c);
        // Section 2.2, gen-delims and sub-delims; section 2.3, unreserved; section 2.1, %.
        const bool listed =
            c != 0 && std::string_view(":/?#[]@!$&'()*+,;="
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%")
                              .find(byte) != std::string_view::npos;
        INFO(c);
        CHECK(belfry::detail::has_only_url_characters({&byte, 1}) == listed);
    }
}
