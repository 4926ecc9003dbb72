// SPDX-License-Identifier: Apache-2.0
// A client evaluates the endpoint rules once for each set of values that they are asked with.
#include <belfry/call/configured_endpoint.hpp>
#include <belfry/call/endpoint_parameters.hpp>
#include <belfry/call/host_prefix.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/endpoint/builtins.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace belfry;
using detail::ResolvedEndpoint;

ClientCore core_for(ClientConfig config) {
    if (config.region.empty()) config.region = "us-east-1";
    return {test::service, std::move(config), [](const HttpRequest&) { return HttpResponse{}; }};
}

/// The endpoint for parameters that `set` fills.
template <class Set>
const ResolvedEndpoint* find(const ClientCore& core, const Operation& operation,
                             detail::PreparedRequest& prepared, Set set) {
    EndpointParameters parameters;
    set(parameters);
    Error error;
    const ResolvedEndpoint* const found =
        detail::find_configured_endpoint(operation, core, parameters, prepared, error);
    REQUIRE(found != nullptr);
    return found;
}

constexpr auto nothing = [](EndpointParameters&) {};

} // namespace

TEST_CASE("the same question has the same endpoint, which the client owns") {
    const ClientCore core = core_for({});
    const Operation& operation = operation_of<test::ListThings>;
    detail::PreparedRequest prepared(core.config(), {});
    Error error;
    const ResolvedEndpoint* const first =
        detail::find_endpoint_of_client(operation, nullptr, core, prepared, error);
    REQUIRE(first != nullptr);
    CHECK(first->endpoint.url == "https://voice-chime.us-east-1.amazonaws.com");
    CHECK(first->host == "voice-chime.us-east-1.amazonaws.com");
    CHECK(prepared.own_endpoint.get() == nullptr);
    CHECK(detail::find_endpoint_of_client(operation, nullptr, core, prepared, error) == first);
    CHECK(find(core, operation, prepared, nothing) == first);
}

TEST_CASE("endpoints differ if any value that the rules get differs") {
    const ClientCore core = core_for({});
    Operation operation = operation_of<test::ListThings>;
    detail::PreparedRequest prepared(core.config(), {});
    const std::array<std::string_view, 2> both{"a", "b"};
    const std::array<std::string_view, 1> joined{"ab"};
    std::vector<const ResolvedEndpoint*> seen;
    const auto is_new = [&](auto set) {
        const ResolvedEndpoint* const found = find(core, operation, prepared, set);
        CHECK(find(core, operation, prepared, set) == found);
        for (const ResolvedEndpoint* const other : seen)
            if (other == found) return false;
        seen.push_back(found);
        return true;
    };
    CHECK(is_new(nothing));
    CHECK(is_new([](EndpointParameters& to) { to.set_string("Bell", ""); }));
    CHECK(is_new([](EndpointParameters& to) { to.set_string("Bell", "1"); }));
    CHECK(is_new([](EndpointParameters& to) { to.set_boolean("Bell", true); }));
    CHECK(is_new([](EndpointParameters& to) { to.set_boolean("Bell", false); }));
    CHECK(is_new([](EndpointParameters& to) { to.set_string("Bel", "l1"); }));
    CHECK(is_new([&](EndpointParameters& to) { to.set_strings("Bell", both.data(), 1); }));
    CHECK(is_new([&](EndpointParameters& to) { to.set_strings("Bell", joined.data(), 1); }));
    CHECK(is_new([&](EndpointParameters& to) { to.set_strings("Bell", joined.data(), 0); }));
    CHECK(is_new([](EndpointParameters& to) {
        to.set_string("Bell", "1");
        to.set_string("Tower", "2");
    }));
    CHECK_FALSE(is_new([](EndpointParameters& to) { to.set_string("Bell", "1"); }));
    // Only a signed request gets what the endpoint says of signatures.
    operation.signing = RequestSigning::full;
    CHECK(is_new(nothing));
    // A program may call the operations of one service through a client of another.
    Service other = test::service;
    other.signing_name = "other";
    operation.service = &other;
    CHECK(is_new(nothing));
    CHECK(seen.back()->signing_name == "other");
}

TEST_CASE("a client keeps a limited number of endpoints, and also finds others") {
    const ClientCore core = core_for({});
    const Operation& operation = operation_of<test::ListThings>;
    const auto bell = [](std::size_t number) {
        return [text = std::to_string(number)](EndpointParameters& to) { to.set_string("Bell", text); };
    };
    detail::PreparedRequest prepared(core.config(), {});
    std::vector<const ResolvedEndpoint*> kept;
    for (std::size_t i = 0; i < detail::KeptEndpoints::limit; ++i) {
        kept.push_back(find(core, operation, prepared, bell(i)));
        REQUIRE(prepared.own_endpoint.get() == nullptr);
    }
    for (std::size_t i = 0; i < 3; ++i) {
        const ResolvedEndpoint* const found =
            find(core, operation, prepared, bell(detail::KeptEndpoints::limit + i));
        CHECK(found == prepared.own_endpoint.get());
        CHECK(found->endpoint.url == "https://voice-chime.us-east-1.amazonaws.com");
    }
    for (std::size_t i = 0; i < kept.size(); ++i)
        REQUIRE(find(core, operation, prepared, bell(i)) == kept[i]);
}

TEST_CASE("endpoints for long values and for lists of several are not kept") {
    const ClientCore core = core_for({});
    const Operation& operation = operation_of<test::ListThings>;
    const std::array<std::string_view, 2> both{"a", "b"};
    const std::string longest(detail::KeptEndpoints::longest_identity, 'x');
    const auto is_kept = [&](auto set) {
        detail::PreparedRequest prepared(core.config(), {});
        const ResolvedEndpoint* const found = find(core, operation, prepared, set);
        CHECK(found->endpoint.url == "https://voice-chime.us-east-1.amazonaws.com");
        CHECK((prepared.own_endpoint.get() == nullptr || prepared.own_endpoint.get() == found));
        return prepared.own_endpoint.get() == nullptr;
    };
    CHECK_FALSE(is_kept([&](EndpointParameters& to) { to.set_strings("Bell", both.data(), 2); }));
    CHECK_FALSE(is_kept([&](EndpointParameters& to) { to.set_string("Bell", longest); }));
    CHECK(is_kept(
        [&](EndpointParameters& to) { to.set_string("Bell", std::string_view(longest).substr(100)); }));
}

TEST_CASE("an error is not kept") {
    const ClientCore core = core_for({.endpoint = "not a URL"});
    for (int i = 0; i < 2; ++i) {
        detail::PreparedRequest prepared(core.config(), {});
        Error error;
        CHECK(detail::find_endpoint_of_client(operation_of<test::ListThings>, nullptr, core, prepared,
                                              error) == nullptr);
        CHECK(error.code == "InvalidEndpoint");
    }
}

TEST_CASE("a host prefix does not change the endpoint that the client keeps") {
    static constexpr OperationHooks hooks{.host_prefix = "sync-",
                                          .add_host_prefix = &detail::add_host_prefix};
    const ClientCore core = core_for({});
    Operation operation = operation_of<test::ListThings>;
    const test::ListThingsRequest input{.owner = "me"};
    std::vector<test::ListThingsRequest> seen;
    test::inputs_seen = &seen;
    for (const OperationHooks* const used : {&hooks, static_cast<const OperationHooks*>(nullptr), &hooks}) {
        operation.hooks = used;
        detail::PreparedRequest prepared(core.config(), {});
        Error error;
        REQUIRE(detail::prepare_request(core, operation, &input, {}, prepared, error));
        const std::string host =
            std::string(used != nullptr ? "sync-" : "") + "voice-chime.us-east-1.amazonaws.com";
        CHECK(prepared.request.url == "https://" + host + "/");
        CHECK(*prepared.request.headers.find("Host") == host);
        CHECK(prepared.signing.service == "test");
        CHECK(prepared.signing.region == "us-east-1");
    }
    test::inputs_seen = nullptr;
}

namespace {

/// Rules whose endpoint says how to sign.
bool walk_to_scheme(detail::EndpointWalker& walker, std::size_t) {
    walker.endpoint.url = "https://Scheme.Example/";
    walker.endpoint.auth_schemes = {
        {"sigv4", "a-signing-name-of-the-endpoint", "a-region-of-the-endpoint", "", true}};
    walker.endpoint.headers.append("X-Of-Endpoint", "yes");
    return true;
}
constexpr EndpointRules rules_with_scheme = [] {
    EndpointRules rules = chime_sdk_voice::endpoint_rules;
    rules.library = &detail::endpoint_library;
    rules.walk = &walk_to_scheme;
    return rules;
}();
constexpr Service service_with_scheme = [] {
    Service service = test::service;
    service.endpoint_rules = &rules_with_scheme;
    return service;
}();
/// An endpoint that is not kept.
const ResolvedEndpoint* find_for_long_value(const Operation& operation, const void*, const ClientCore& core,
                                            detail::PreparedRequest& prepared, Error& error) {
    const std::string longest(detail::KeptEndpoints::longest_identity, 'x');
    EndpointParameters parameters;
    parameters.set_string("Bell", longest);
    return detail::find_configured_endpoint(operation, core, parameters, prepared, error);
}

} // namespace

TEST_CASE("a request is signed as its endpoint says, whether that is kept, owned or prefixed") {
    static constexpr OperationHooks all_hooks[] = {
        {},
        {.find_endpoint = &find_for_long_value},
        {.host_prefix = "sync-", .add_host_prefix = &detail::add_host_prefix},
        {.host_prefix = "sync-",
         .add_host_prefix = &detail::add_host_prefix,
         .find_endpoint = &find_for_long_value},
    };
    const ClientCore core(service_with_scheme, {.region = "us-east-1"},
                          [](const HttpRequest&) { return HttpResponse{}; });
    const test::ListThingsRequest input{.owner = "me"};
    std::vector<test::ListThingsRequest> seen;
    test::inputs_seen = &seen;
    for (int round = 0; round < 2; ++round)
        for (const OperationHooks& hooks : all_hooks) {
            Operation operation = operation_of<test::ListThings>;
            operation.service = &service_with_scheme;
            operation.signing = RequestSigning::full;
            operation.hooks = &hooks;
            detail::PreparedRequest prepared(core.config(), {});
            Error error;
            REQUIRE(detail::prepare_request(core, operation, &input, {}, prepared, error));
            CHECK((prepared.own_endpoint.get() == nullptr) == (&hooks == all_hooks));
            CHECK(prepared.request.url == "https://" + std::string(hooks.host_prefix) + "scheme.example/");
            CHECK(prepared.signing.service == "a-signing-name-of-the-endpoint");
            CHECK(prepared.signing.region == "a-region-of-the-endpoint");
            CHECK_FALSE(prepared.signing.double_encode_path);
            CHECK(*prepared.request.headers.find("X-Of-Endpoint") == "yes");
            operation.signing = RequestSigning::none;
            detail::PreparedRequest other(core.config(), {});
            REQUIRE(detail::prepare_request(core, operation, &input, {}, other, error));
            CHECK(other.signing.service == "test");
            CHECK(other.signing.region == "us-east-1");
        }
    test::inputs_seen = nullptr;
}
