// SPDX-License-Identifier: Apache-2.0
#include <belfry/body/response_crc32.hpp>
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/client/client.hpp>
#include <belfry/protocol/aws_json.hpp>
#include <belfry/schema/describe.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

// Expected values are those of Python's binascii.crc32, which botocore compares with the header.
namespace {

using namespace belfry;

struct Item {
    std::optional<std::string> name{};
};
template <std::same_as<Item> S> constexpr auto belfry_describe(const S*) {
    return Description<1>{.name = "Item",
                          .members = {{"Name", type_of<decltype(S::name)>, offsetof(S, name)}}};
}

constexpr Service service{.id = "Table",
                          .name = "table",
                          .api_version = "2026-01-01",
                          .signing_name = "table",
                          .protocol = &aws_json,
                          .endpoint_rules = &chime_sdk_voice::endpoint_rules};
constexpr OperationHooks hooks{.make_body = &belfry::detail::make_response_crc32};

struct PutItem {
    using Input = Item;
    using Output = Item;
    friend constexpr Operation belfry_describe_operation(const PutItem*) {
        return {.service = &service,
                .name = "PutItem",
                .method = "POST",
                .uri = "/",
                .success_status = 200,
                .input = &structure_of<Input>,
                .output = &structure_of<Output>,
                .hooks = &hooks};
    }
};

struct Quick final : Environment {
    Timestamp now() noexcept override { return {1'700'000'000, 0}; }
    void sleep(Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = 0;
        return true;
    }
};

/// Answers each attempt with the next response, and the rest with the last one.
struct Canned final : Transport {
    TransportResult send(const HttpRequest&, ResponseSink& sink) noexcept override {
        const HttpResponse& response = responses[sent < responses.size() ? sent : responses.size() - 1];
        ++sent;
        sink.on_head(response.status, response.headers);
        sink.on_body(std::as_bytes(std::span(response.body)));
        return {};
    }
    std::vector<HttpResponse> responses;
    std::size_t sent = 0;
};

Result<Item> put(Canned& transport) {
    Quick environment;
    const ClientCore core(service,
                          {.region = "us-east-1",
                           .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                           .environment = &environment},
                          transport);
    return detail::invoke<PutItem>(core, {}, {});
}

const std::string bell = R"({"Name":"bell"})";
const std::string ball = R"({"Name":"ball"})";
constexpr const char* crc32_of_bell = "916373664";

} // namespace

TEST_CASE("a response with the checksum of its body, or without one, is read") {
    Canned transport;
    for (const Headers& headers : {Headers{{"X-Amz-Crc32", crc32_of_bell}}, Headers{}}) {
        transport.responses = {{200, headers, bell}};
        transport.sent = 0;
        const auto result = put(transport);
        REQUIRE(result);
        CHECK(result->name == "bell");
        CHECK(result.metadata().attempts == 1);
    }
    transport.responses = {{200, {{"x-amz-crc32", "0"}}, ""}};
    CHECK(put(transport).error().code != "ChecksumMismatch");
}

TEST_CASE("a response that was changed on its way is asked for again, whatever the operation does") {
    Canned transport;
    transport.responses = {{200, {{"x-amz-crc32", crc32_of_bell}}, ball},
                           {200, {{"x-amz-crc32", crc32_of_bell}}, bell.substr(0, 8)},
                           {200, {{"x-amz-crc32", crc32_of_bell}}, bell}};
    const auto result = put(transport);
    REQUIRE(result);
    CHECK(result->name == "bell");
    CHECK(result.metadata().attempts == 3);
}

TEST_CASE("a response that is changed each time is an error that has both checksums") {
    for (const char* const header : {crc32_of_bell, "", "0x369e8a20", "-1"}) {
        INFO(header);
        Canned transport;
        transport.responses = {{200, {{"x-amz-crc32", header}}, ball}};
        const auto result = put(transport);
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::transport);
        CHECK(result.error().code == "ChecksumMismatch");
        CHECK(result.error().attempts == 3);
        CHECK(result.error().http_status == 200);
        CHECK(result.error().message.find("PutItem: ") == 0);
        CHECK(result.error().message.find("CRC-32 3273549408") != std::string::npos);
        CHECK(result.error().message.find("'" + std::string(header) + "'") != std::string::npos);
    }
}
