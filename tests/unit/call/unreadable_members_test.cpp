// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/client/client.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/unreadable_members.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace {

using namespace belfry;

struct Request {};
template <std::same_as<Request> S> constexpr auto belfry_describe(const S*) {
    return Description<0>{.name = "Request"};
}
struct Response {
    std::optional<Timestamp> modified{};
    std::optional<std::int32_t> size{};
    std::optional<std::int32_t> secret{};
    std::optional<Timestamp> created{};
    std::optional<std::string> name{};
};
template <std::same_as<Response> S> constexpr auto belfry_describe(const S*) {
    return Description<5>{
        .name = "Response",
        .members = {
            {"Modified", type_of<decltype(S::modified)>, offsetof(S, modified), Location::header},
            {"Size", type_of<decltype(S::size)>, offsetof(S, size), Location::header, MemberFlags::required},
            {"X-Secret", type_of<decltype(S::secret)>, offsetof(S, secret), Location::header,
             MemberFlags::sensitive},
            {"Created", type_of<decltype(S::created)>, offsetof(S, created)},
            {"Name", type_of<decltype(S::name)>, offsetof(S, name)}}};
}
constexpr Service service{.id = "Test",
                          .name = "test",
                          .api_version = "2026-01-01",
                          .signing_name = "test",
                          .protocol = &rest_json,
                          .endpoint_rules = &chime_sdk_voice::endpoint_rules};
struct Get {
    using Input = Request;
    using Output = Response;
    friend constexpr Operation belfry_describe_operation(const Get*) {
        return {.service = &service,
                .name = "Get",
                .method = "POST",
                .uri = "/",
                .success_status = 200,
                .input = &structure_of<Input>,
                .output = &structure_of<Output>};
    }
};
struct Canned final : Transport {
    TransportResult send(const HttpRequest&, ResponseSink& sink) noexcept override {
        sink.on_head(200, headers);
        sink.on_body(std::as_bytes(std::span(body)));
        return {};
    }
    Headers headers{};
    std::string body{};
};
Result<Response> get(Canned& transport, bool skip) {
    const ClientCore core(service,
                          {.region = "us-east-1",
                           .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                           .unreadable_members = skip ? &skip_unreadable_members : nullptr},
                          transport);
    return detail::invoke<Get>(core, {}, {});
}

} // namespace

TEST_CASE("a call reports the members that it could not read in its metadata") {
    Canned transport;
    transport.headers = {{"Modified", "soon"}, {"Size", "1"}, {"X-Secret", "hush"}};
    transport.body = R"({"Created":"yesterday","Name":"n"})";
    const auto result = get(transport, true);
    REQUIRE(result.has_value());
    CHECK(result->name == "n");
    CHECK(result->size == 1);
    CHECK_FALSE((result->modified || result->created || result->secret));
    const ResponseMetadata copy = result.metadata();
    const auto lost = unreadable_members(copy);
    REQUIRE(lost.size() == 3);
    CHECK(lost[0].path == "Modified");
    CHECK(lost[0].reason == "the header's value is not of the member's type");
    CHECK(lost[1].path == "X-Secret");
    CHECK(lost[2].path == "Created");
    CHECK(lost[2].reason == "expected a timestamp at byte 11");
    transport.headers = {{"Size", "1"}};
    transport.body = R"({"Name":"n"})";
    CHECK(unreadable_members(get(transport, true).metadata()).empty());
}

TEST_CASE("by default a member that cannot be read is an error that names it and its text") {
    Canned transport;
    transport.body = R"({"Created":"yesterday"})";
    auto result = get(transport, false);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().message == "Response.Created: expected a timestamp at byte 11: \"yesterday\"");
    CHECK(unreadable_members(result.metadata()).empty());
    transport.body = "{}";
    transport.headers = {{"Modified", "soon"}};
    CHECK(get(transport, false).error().message ==
          "Modified: the header's value is not of the member's type: soon");
    transport.headers = {{"X-Secret", "hush"}};
    CHECK(get(transport, false).error().message ==
          "X-Secret: the header's value is not of the member's type");
    // A required one stays an error.
    transport.headers = {{"Size", "large"}};
    result = get(transport, true);
    CHECK(result.error().message == "Size: the header's value is not of the member's type: large");
}

TEST_CASE("a response that was received in another way can lose members, too") {
    UnreadableMembers unreadable;
    const auto result =
        decode(Get{}, {200, {}, R"({"Created":[],"Name":"n"})"}, {.unreadable_members = &unreadable});
    REQUIRE(result.has_value());
    CHECK(result->name == "n");
    REQUIRE(unreadable.members().size() == 1);
    CHECK(unreadable.members()[0].path == "Created");
}
