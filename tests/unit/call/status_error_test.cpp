// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/status_error.hpp>
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/client/client.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/visit_error.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <utility>

// The response to HEAD has no body (RFC 9110 section 9.3.2) and so no code.
namespace {

using namespace belfry; // NOLINT

struct Nothing {};
template <std::same_as<Nothing> S> constexpr Description<0> belfry_describe(const S*) {
    return {.name = "Nothing"};
}
/// As botocore's model of S3 names HeadObject's error.
struct NoSuchKey {
    std::optional<std::string> region{};
};
template <std::same_as<NoSuchKey> S> constexpr auto belfry_describe(const S*) {
    return Description<1>{.name = "NoSuchKey",
                          .members = {{"x-amz-bucket-region", type_of<decltype(S::region)>,
                                       offsetof(S, region), Location::header}},
                          .error_code = "NoSuchKey",
                          .error_status = 404};
}
struct Locked {};
template <std::same_as<Locked> S> constexpr Description<0> belfry_describe(const S*) {
    return {.name = "LockedException", .error_code = "LockedException", .error_status = 423};
}
struct Gone {};
template <std::same_as<Gone> S> constexpr Description<0> belfry_describe(const S*) {
    return {.name = "Gone", .error_code = "Gone", .error_status = 404};
}
/// As Smithy's model of S3 names it.
struct NotFound {};
template <std::same_as<NotFound> S> constexpr Description<0> belfry_describe(const S*) {
    return {.name = "NotFound", .error_code = "NotFound", .error_status = 400};
}

constexpr Service store{.id = "Store",
                        .name = "store",
                        .api_version = "2000-01-01",
                        .signing_name = "store",
                        .protocol = &rest_json,
                        .endpoint_rules = &chime_sdk_voice::endpoint_rules};

constexpr StatusError errors[] = {{.status = 404, .code = "NoSuchKey"},
                                  {.status = 423, .code = "LockedException"}};
constexpr OperationHooks hooks{.is_error_of_status = &detail::is_error_of_status<errors>};
/// Other hooks are none of this one's business.
constexpr OperationHooks other_hooks{};

template <const OperationHooks* Hooks> struct Head {
    using Input = Nothing;
    using Output = Nothing;
    using Errors = ErrorList<NoSuchKey, Locked>;
};
template <class O>
    requires std::same_as<O, Head<&hooks>> || std::same_as<O, Head<&other_hooks>> ||
             std::same_as<O, Head<nullptr>>
constexpr Operation belfry_describe_operation(const O*) {
    return {.service = &store,
            .name = "HeadThing",
            .method = "HEAD",
            .uri = "/",
            .success_status = 200,
            .input = &structure_of<Nothing>,
            .output = &structure_of<Nothing>,
            .hooks = std::same_as<O, Head<&hooks>>         ? &hooks
                     : std::same_as<O, Head<&other_hooks>> ? &other_hooks
                                                           : nullptr};
}

template <class O = Head<&hooks>> Error head(int status, Headers headers = {}, std::string body = {}) {
    const auto result = decode(O{}, HttpResponse{status, std::move(headers), std::move(body)});
    REQUIRE_FALSE(result);
    return result.error();
}

TEST_CASE("a failure of HEAD is the only error of the operation that has its status") {
    const Error error = head(404, {{"x-amz-bucket-region", "eu-west-1"}});
    CHECK(error.code == "404");
    CHECK(error.message == "Not Found");
    REQUIRE(error.as<NoSuchKey>());
    CHECK(error.as<NoSuchKey>()->region == "eu-west-1");
    CHECK_FALSE(error.as<Locked>());
    CHECK(head(423).as<Locked>());
    CHECK_FALSE(head(423).as<NoSuchKey>());
    const Error copy = error;
    CHECK(copy.as<NoSuchKey>());
    std::string taken;
    CHECK(visit_error(Head<&hooks>{}, error, [&](const NoSuchKey&) { taken = "no such key"; }));
    CHECK(taken == "no such key");
}

TEST_CASE("an error that shares its status, or whose status another one has, is not met by a status") {
    CHECK_FALSE(head(404).as<Gone>());
    CHECK_FALSE(head(403).as<NoSuchKey>());
    CHECK_FALSE(head(400).as<NotFound>());
    // A body says itself which error it is.
    CHECK_FALSE(head(404, {}, "{}").as<NoSuchKey>());
    // So does a header; a code that the model does not list is another error.
    CHECK(head(404, {{"x-amzn-errortype", "NoSuchKey"}}).as<NoSuchKey>());
    CHECK_FALSE(head(404, {{"x-amzn-errortype", "NoSuchShelf"}}).as<NoSuchKey>());
    CHECK_FALSE(head(404, {{"x-amzn-errortype", "NoSuchShelf"}}).as<NotFound>());
    CHECK_FALSE(head<Head<nullptr>>(404).as<NoSuchKey>());
    CHECK_FALSE(head<Head<&other_hooks>>(404).as<NoSuchKey>());
}

TEST_CASE("an error that is named after its status is met by it, whatever the operation lists") {
    CHECK(head(404).as<NotFound>());
    CHECK(head<Head<nullptr>>(404).as<NotFound>());
    CHECK(head<Head<&other_hooks>>(404).as<NotFound>());
}

} // namespace
