// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/endpoint/resolver.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {
const belfry::EndpointRules& rules = belfry::chime_sdk_voice::endpoint_rules;

std::string code_of(const belfry::Result<belfry::Endpoint>& result) {
    if (result) return "no error but " + result->url;
    CHECK(result.error().kind == belfry::ErrorKind::endpoint);
    CHECK_FALSE(result.error().message.empty());
    return result.error().code;
}
} // namespace

TEST_CASE("the endpoint follows region, FIPS and dual-stack") {
    belfry::EndpointConfig config{.region = "us-east-1"};
    CHECK(resolve_endpoint(rules, config).value().url == "https://voice-chime.us-east-1.amazonaws.com");
    config.use_fips = true;
    CHECK(resolve_endpoint(rules, config).value().url == "https://voice-chime-fips.us-east-1.amazonaws.com");
    config.use_dual_stack = true;
    CHECK(resolve_endpoint(rules, config).value().url == "https://voice-chime-fips.us-east-1.api.aws");
    config.use_fips = false;
    CHECK(resolve_endpoint(rules, config).value().url == "https://voice-chime.us-east-1.api.aws");
}

TEST_CASE("a custom endpoint is used unchanged") {
    belfry::EndpointConfig config{.region = "eu-west-1", .endpoint_override = "http://127.0.0.1:8080/Base"};
    CHECK(resolve_endpoint(rules, config).value().url == "http://127.0.0.1:8080/Base");
    config.region = {};
    CHECK(resolve_endpoint(rules, config).value().url == "http://127.0.0.1:8080/Base");
    config.use_fips = true;
    CHECK(code_of(resolve_endpoint(rules, config)) == "EndpointRule");
}

TEST_CASE("a custom endpoint that is not a URL is an error") {
    for (const std::string_view url :
         {"x", "host.test", "ftp://host.test", "http://", "https:///x", "http://:80", "http://a b",
          "http://a\r\nX: y", "http://a?b", "http://a#b", "http://\xff", "http://a/{b}", "://", "s://a",
          "htt://a", "xttp://a", "http:/a", " http://a"}) {
        const belfry::EndpointConfig config{.region = "us-east-1", .endpoint_override = url};
        CHECK(code_of(resolve_endpoint(rules, config)) == "InvalidEndpoint");
    }
}

TEST_CASE("a region that is not a host label is an error") {
    for (const std::string_view region : {"a.b", "a/b", "evil.test/", "-", "1", "us-east-1\n", "x@y"})
        CHECK(code_of(resolve_endpoint(rules, belfry::EndpointConfig{.region = region})) == "InvalidRegion");
}

TEST_CASE("without a region the rule set's error is returned") {
    const belfry::Result<belfry::Endpoint> result = resolve_endpoint(rules, belfry::EndpointConfig{});
    CHECK(code_of(result) == "EndpointRule");
    CHECK(result.error().message == "Invalid Configuration: Missing Region");
}

TEST_CASE("a parameter's own name takes precedence over its built-in") {
    belfry::EndpointParameters parameters;
    parameters.set_string("AWS::Region", "us-east-1");
    parameters.set_string("Unknown", "ignored");
    CHECK(resolve_endpoint(rules, parameters).value().url == "https://voice-chime.us-east-1.amazonaws.com");
    parameters.set_string("Region", "cn-north-1");
    CHECK(resolve_endpoint(rules, parameters).value().url ==
          "https://voice-chime.cn-north-1.amazonaws.com.cn");
    parameters.set_string("Region", "eu-west-1");
    CHECK(resolve_endpoint(rules, parameters).value().url == "https://voice-chime.eu-west-1.amazonaws.com");
}

TEST_CASE("a parameter of the wrong type is an error that names it") {
    belfry::EndpointParameters parameters;
    parameters.set_boolean("Region", true);
    const belfry::Result<belfry::Endpoint> result = resolve_endpoint(rules, parameters);
    CHECK(code_of(result) == "InvalidParameter");
    CHECK(result.error().message.find("Region") != std::string::npos);
}

TEST_CASE("a missing required parameter, or a rule set without a result, is an error") {
    static constexpr std::uint16_t code[] = {0, belfry::detail::endpoint_parameter_required, 0, 4, 0, 0, 0,
                                             0};
    static constexpr belfry::EndpointRules empty{
        .code = code, .text = "Name", .parameters = 1, .parameter_count = 1, .rules = 7};
    belfry::EndpointParameters parameters;
    const belfry::Result<belfry::Endpoint> result = resolve_endpoint(empty, parameters);
    CHECK(code_of(result) == "MissingParameter");
    CHECK(result.error().message.find("Name") != std::string::npos);
    parameters.set_string("Name", "");
    CHECK(code_of(resolve_endpoint(empty, parameters)) == "NoEndpoint");
}

TEST_CASE("more parameters than fit are an error") {
    belfry::EndpointParameters parameters;
    std::vector<std::string> names;
    for (std::size_t i = 0; i <= belfry::EndpointParameters::limit; ++i) names.push_back(std::to_string(i));
    for (const std::string& name : names) parameters.set_string(name, "x");
    CHECK(code_of(resolve_endpoint(rules, parameters)) == "InvalidParameter");
}

TEST_CASE("an invalid region or endpoint of any length is an error") {
    for (const char c : std::string_view("\0\x01\x1f {}%:/\\?#[]@\x7f\x80\xff", 19))
        for (const std::size_t size : {std::size_t{1}, std::size_t{63}, std::size_t{100000}}) {
            const std::string text(size, c);
            CHECK(code_of(resolve_endpoint(rules, belfry::EndpointConfig{.region = text})) ==
                  "InvalidRegion");
            const belfry::EndpointConfig custom{.region = "us-east-1", .endpoint_override = text};
            CHECK(code_of(resolve_endpoint(rules, custom)) == "InvalidEndpoint");
        }
}
