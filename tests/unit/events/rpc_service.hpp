// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/events/cbor.hpp>
#include <belfry/events/stream.hpp>
#include <belfry/golden_tower/converse.hpp>
#include <belfry/protocol/aws_json.hpp>
#include <belfry/protocol/rpc_v2_cbor.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>

/// The golden service's conversation in protocols that send inputs and outputs in messages.
namespace rpc {

using namespace belfry; // NOLINT
namespace tower = belfry::golden_tower;

inline constexpr Service json_service{.id = "Tower",
                                      .name = "tower",
                                      .api_version = "2000-01-01",
                                      .signing_name = "tower",
                                      .protocol = &aws_json,
                                      .endpoint_rules = &belfry::chime_sdk_voice::endpoint_rules,
                                      .target_prefix = "Tower",
                                      .json_version = "1.1"};
inline constexpr Service cbor_service{.id = "Tower",
                                      .name = "tower",
                                      .api_version = "2000-01-01",
                                      .signing_name = "tower",
                                      .protocol = &rpc_v2_cbor,
                                      .endpoint_rules = &belfry::chime_sdk_voice::endpoint_rules,
                                      .shape_name = "Tower"};
inline constexpr EventStreamTraits json_events{
    .codec = &json_event_codec, .output = true, .initial_messages = true};
inline constexpr EventStreamTraits cbor_events{
    .codec = &cbor_event_codec, .input = true, .output = true, .initial_messages = true};
inline constexpr OperationHooks json_hooks{.encode_body = &belfry::detail::encode_event_stream<json_events>,
                                           .make_body = &belfry::detail::refuse_call_without_events};
inline constexpr OperationHooks cbor_hooks{.encode_body = &belfry::detail::encode_event_stream<cbor_events>,
                                           .make_body = &belfry::detail::refuse_call_without_events};

struct Listen {
    using Input = tower::ConverseRequest;
    using Output = tower::ConverseResponse;
    using OutputEvents = tower::Events;
    static constexpr const EventStreamTraits& event_stream = json_events;
};
template <std::same_as<Listen> O> constexpr Operation belfry_describe_operation(const O*) {
    return {.service = &json_service,
            .name = "Listen",
            .method = "POST",
            .uri = "/",
            .success_status = 200,
            .input = &structure_of<typename O::Input>,
            .output = &structure_of<typename O::Output>,
            .hooks = &json_hooks};
}

struct TitledResponse {
    std::optional<std::string> title{};
};
template <std::same_as<TitledResponse> S> constexpr Description<1> belfry_describe(const S*) {
    return {.name = "TitledResponse",
            .members = {{"title", type_of<decltype(S::title)>, offsetof(S, title), Location::body,
                         MemberFlags::required}}};
}
struct ListenForTitle : Listen {
    using Output = TitledResponse;
};
template <std::same_as<ListenForTitle> O> constexpr Operation belfry_describe_operation(const O*) {
    Operation operation = operation_of<Listen>;
    operation.output = &structure_of<TitledResponse>;
    return operation;
}

struct Converse : Listen {
    using InputEvents = tower::Strokes;
    static constexpr const EventStreamTraits& event_stream = cbor_events;
};
template <std::same_as<Converse> O> constexpr Operation belfry_describe_operation(const O*) {
    return {.service = &cbor_service,
            .name = "Converse",
            .method = "POST",
            .uri = "/",
            .success_status = 200,
            .input = &structure_of<typename O::Input>,
            .output = &structure_of<typename O::Output>,
            .hooks = &cbor_hooks};
}

/// Its input and output have members that no protocol has elsewhere than in documents.
struct ConverseOnTitle : Converse {
    using Input = TitledResponse;
    using Output = TitledResponse;
};
template <std::same_as<ConverseOnTitle> O> constexpr Operation belfry_describe_operation(const O*) {
    Operation operation = operation_of<Converse>;
    operation.input = &structure_of<TitledResponse>;
    operation.output = &structure_of<TitledResponse>;
    return operation;
}

} // namespace rpc
