// SPDX-License-Identifier: Apache-2.0
#include <belfry/endpoint/functions.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace detail = belfry::detail;

namespace {
std::vector<std::string> all_elements(std::string_view text, std::string_view delimiter, int limit) {
    std::vector<std::string> parts;
    std::string_view part;
    for (int i = 0; detail::list_element(text, delimiter, limit, i, part); ++i) parts.emplace_back(part);
    // From the end they are the same.
    for (int i = 1; i <= static_cast<int>(parts.size()); ++i) {
        REQUIRE(detail::list_element(text, delimiter, limit, -i, part));
        CHECK(part == parts[parts.size() - static_cast<std::size_t>(i)]);
    }
    CHECK_FALSE(detail::list_element(text, delimiter, limit, -static_cast<int>(parts.size()) - 1, part));
    return parts;
}
using Strings = std::vector<std::string>;
} // namespace

TEST_CASE("host labels follow RFC 1123") {
    CHECK(detail::is_host_label("a", false));
    CHECK(detail::is_host_label("a-b", false));
    CHECK(detail::is_host_label("A9", false));
    CHECK(detail::is_host_label(std::string(63, 'a') + "." + std::string(63, 'b'), true));
    CHECK_FALSE(detail::is_host_label(std::string(64, 'a') + ".b", true));
    CHECK_FALSE(detail::is_host_label("a.b", false));
    for (const std::string_view text :
         {"", ".", "a.", ".a", "a..b", "-a", "a-", "a-.b", "a.-b", "a_b", "a b", "\xe9"})
        CHECK_FALSE(detail::is_host_label(text, true));
    CHECK_FALSE(detail::is_host_label(std::string_view("a\0b", 3), true));
}

TEST_CASE("an IPv4 address has four numbers of 0 to 255") {
    CHECK(detail::looks_like_ipv4("1.2.3.4"));
    CHECK(detail::looks_like_ipv4("192.168.100.255"));
    for (const std::string_view text : {"", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5", "1..2.3",
                                        "1.2.3.1234", "a.2.3.4", "1.2.3.4 "})
        CHECK_FALSE(detail::looks_like_ipv4(text));
}

TEST_CASE("IPv6 addresses follow RFC 4291") {
    for (const std::string_view text :
         {"::", "::1", "1::", "2001:DB8::8:800:200C:417A", "1:2:3:4:5:6:7:8", "::ffff:129.144.52.38",
          "fe80::1:2", "1:2:3:4:5:6:1.2.3.4", "1::8", "2001:db8:85a3:8d3:1319:8a2e:370:7348"})
        CHECK(detail::looks_like_ipv6(text));
    for (const std::string_view text : {"", ":", ":1", "1:", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:2:3:4:5:6:7:1.2.3.4",
                                        "::1.2.3", "1.2.3.4", "::1:", "::1%eth0", "1:2:3:4::5:6:7:8"})
        CHECK_FALSE(detail::looks_like_ipv6(text));
}

TEST_CASE("parseURL splits a URL into its parts") {
    const detail::EndpointUrl url = detail::parse_endpoint_url("HTTPS://user@Host.Test:8443/a/b");
    CHECK(url.scheme == "https");
    CHECK(url.authority == "user@Host.Test:8443");
    CHECK(url.path == "/a/b");
    CHECK_FALSE(url.is_ip);
    CHECK(detail::parse_endpoint_url("http://[::1]:80").is_ip);
    CHECK(detail::parse_endpoint_url("http://[::1]").authority == "[::1]");
    CHECK(detail::parse_endpoint_url("http://127.0.0.1:65535").is_ip);
    CHECK(detail::parse_endpoint_url("http://a:").authority == "a:");
}

TEST_CASE("parseURL refuses text that is not a URL") {
    for (const std::string_view text : {"",
                                        "http",
                                        "http:",
                                        "http:/",
                                        "http://",
                                        "http:///x",
                                        "https://:80",
                                        "ftp://a",
                                        "//a",
                                        "http://a?b",
                                        "http://a#b",
                                        "http://a b",
                                        "http://a\r\nX: y",
                                        "http://a:x",
                                        "http://a:65536",
                                        "http://a:99999999999999999999",
                                        "http://a:-1",
                                        "http://[::1",
                                        "http://[::1]x",
                                        "http://[",
                                        "http://[]",
                                        "http://[::1]]",
                                        "http://\x7f",
                                        "http://\xc3\xa4",
                                        "http://a\\b",
                                        "http://user@",
                                        "http://a:1:2"})
        CHECK(detail::parse_endpoint_url(text).scheme.empty());
    CHECK(detail::parse_endpoint_url(std::string_view("http://a\0b", 10)).scheme.empty());
}

TEST_CASE("an ARN has six parts, and its resource may have several") {
    const std::string_view arn = "arn:aws:s3:us-west-2:123456789012:accesspoint/a:b";
    CHECK(detail::is_arn(arn));
    CHECK(detail::arn_part(arn, 0) == "aws");
    CHECK(detail::arn_part(arn, 1) == "s3");
    CHECK(detail::arn_part(arn, 2) == "us-west-2");
    CHECK(detail::arn_part(arn, 3) == "123456789012");
    CHECK(detail::arn_part(arn, 4) == "accesspoint/a:b");
    CHECK(detail::is_arn("arn:aws:s3:::r"));
    for (const std::string_view text :
         {"", "arn", "arn:", "arn:a", "arn:a:b", "arn:a:b:c", "arn:a:b:c:d", "arn:a:b:c:d:", "arn::b:c:d:e",
          "arn:a::c:d:e", "ARN:a:b:c:d:e", "xarn:a:b:c:d:e"})
        CHECK_FALSE(detail::is_arn(text));
    CHECK(detail::arn_part("arn", 4).empty());
}

TEST_CASE("a bucket name may be part of a host name if it consists of host labels") {
    CHECK(detail::is_virtual_hostable_bucket("abc", false));
    CHECK(detail::is_virtual_hostable_bucket("a.b", true));
    CHECK_FALSE(detail::is_virtual_hostable_bucket("a.b", false));
    CHECK(detail::is_virtual_hostable_bucket(std::string(63, 'a'), false));
    CHECK_FALSE(detail::is_virtual_hostable_bucket(std::string(64, 'a'), true));
    for (const std::string_view name : {"", "ab", "aBc", "1.2.3.4", "-abc", "abc-", "a_b", "a..b"})
        CHECK_FALSE(detail::is_virtual_hostable_bucket(name, true));
}

TEST_CASE("a string is split at a delimiter, at most as often as given") {
    CHECK(all_elements("a--b--c", "--", 0) == Strings{"a", "b", "c"});
    CHECK(all_elements("a--b--c", "--", 2) == Strings{"a", "b--c"});
    CHECK(all_elements("a--b--c", "--", 1) == Strings{"a--b--c"});
    CHECK(all_elements("", "--", 0) == Strings{""});
    CHECK(all_elements("aaa", "aa", 0) == Strings{"", "a"});
    CHECK(all_elements("a/b:c", "", 0) == Strings{"a", "b", "c"});
    CHECK(all_elements("/:", "", 0) == Strings{"", "", ""});
}
