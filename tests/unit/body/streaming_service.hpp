// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/streaming.hpp>
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/client/client.hpp>
#include <belfry/http/body_sources.hpp>
#include <belfry/protocol/query_and_headers.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/schema/describe.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Operations with streaming bodies, written as the generator writes them, and a transport that handles
/// bodies as real ones do.
namespace test {

struct PutRequest {
    std::optional<belfry::StreamingBlob> body{};
    std::optional<std::string> name{};
    std::optional<std::int64_t> length{};
};
template <std::same_as<PutRequest> S> constexpr belfry::Description<3> belfry_describe(const S*) {
    using belfry::type_of;
    return {.name = "PutRequest",
            .members = {{"Body", type_of<decltype(S::body)>, offsetof(S, body), belfry::Location::payload,
                         belfry::MemberFlags::streaming | belfry::MemberFlags::requires_length},
                        {"x-name", type_of<decltype(S::name)>, offsetof(S, name), belfry::Location::header},
                        {"Content-Length", type_of<decltype(S::length)>, offsetof(S, length),
                         belfry::Location::header}}};
}
struct GetResponse {
    std::optional<belfry::StreamingBlob> body{};
    std::optional<std::string> name{};
    std::optional<belfry::Timestamp> modified{};
};
template <std::same_as<GetResponse> S> constexpr belfry::Description<3> belfry_describe(const S*) {
    using belfry::type_of;
    return {.name = "GetResponse",
            .members = {{"Body", type_of<decltype(S::body)>, offsetof(S, body), belfry::Location::payload,
                         belfry::MemberFlags::streaming},
                        {"x-name", type_of<decltype(S::name)>, offsetof(S, name), belfry::Location::header},
                        {"Last-Modified", type_of<decltype(S::modified)>, offsetof(S, modified),
                         belfry::Location::header}}};
}

inline constexpr belfry::Service streaming_service{.id = "Stream",
                                                   .name = "stream",
                                                   .api_version = "2000-01-01",
                                                   .signing_name = "stream",
                                                   .protocol = &belfry::rest_json,
                                                   .endpoint_rules =
                                                       &belfry::chime_sdk_voice::endpoint_rules};
inline constexpr belfry::BodyTraits exchange_body{.streaming_output = true};
inline constexpr belfry::OperationHooks exchange_hooks{
    .encode_body = &belfry::detail::encode_streaming_payload,
    .make_body = &belfry::detail::make_streaming_body<exchange_body>};
/// Has a streaming body in its request and in its response.
struct Exchange {
    using Input = PutRequest;
    using Output = GetResponse;
};
template <std::same_as<Exchange> O> constexpr belfry::Operation belfry_describe_operation(const O*) {
    return {.service = &streaming_service,
            .name = "Exchange",
            .method = "PUT",
            .uri = "/thing",
            .success_status = 200,
            .input = &belfry::structure_of<typename O::Input>,
            .output = &belfry::structure_of<typename O::Output>,
            .encode_query_and_headers = &belfry::detail::encode_query_and_headers,
            .hooks = &exchange_hooks};
}

/// The response of a transport to one attempt.
struct Reply {
    int status = 200;
    belfry::Headers headers{};
    /// The body, in the pieces that arrive.
    std::vector<std::string> pieces{};
    belfry::TransportStatus end = belfry::TransportStatus::ok;
    /// Fails before the body has been sent in full.
    bool reads_half = false;
};

/// Reads each body as real transports do and returns the prepared replies in order.
class StreamingTransport final : public belfry::Transport {
  public:
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        requests.push_back(request);
        const Reply& reply = replies.at(std::min(requests.size(), replies.size()) - 1);
        std::string& body = bodies.emplace_back(request.body);
        if (request.source != nullptr) {
            if (!request.source->rewind())
                return {belfry::TransportStatus::body_failed,
                        "the body source cannot be read from its start"};
            char buffer[7];
            for (;;) {
                const std::ptrdiff_t got = request.source->read(buffer, sizeof buffer);
                if (got < 0) return {belfry::TransportStatus::body_failed, "the body source failed"};
                if (got == 0 || (reply.reads_half && body.size() > 5)) break;
                body.append(buffer, static_cast<std::size_t>(got));
            }
        }
        if (reply.reads_half) return {reply.end, {}};
        if (!sink.on_head(reply.status, reply.headers)) return {belfry::TransportStatus::cancelled, {}};
        for (const std::string& piece : reply.pieces)
            if (!sink.on_body(std::as_bytes(std::span(piece.data(), piece.size()))))
                return {belfry::TransportStatus::cancelled, {}};
        return {reply.end, {}};
    }

    std::vector<Reply> replies{};
    std::vector<belfry::HttpRequest> requests{};
    std::vector<std::string> bodies{};
};

/// Stores the body, and restarts if allowed.
class CollectingSink final : public belfry::ResponseBodySink {
  public:
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return text.size() <= enough;
    }
    bool restart() noexcept override {
        ++restarts;
        text.clear();
        return restartable;
    }
    std::string text{};
    std::size_t enough = ~std::size_t{0};
    int restarts = 0;
    bool restartable = true;
};

} // namespace test
