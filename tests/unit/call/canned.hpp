// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/client/client.hpp>

#include "unit/call/thing.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// An operation of an invented service, which returns things, and a client with prepared answers.
namespace test {

struct ListThingsRequest {
    std::optional<std::string> token{};
    std::optional<Color> color{};
    std::optional<std::int32_t> number{};
    belfry::Map<std::string> tags{};
    belfry::Box<Thing> start{};
    belfry::Required<std::string, ListThingsRequest, struct owner_tag> owner;
    belfry::List<std::string> words{};
    friend bool operator==(const ListThingsRequest&, const ListThingsRequest&) = default;
};
template <std::same_as<ListThingsRequest> S> constexpr belfry::Description<7> belfry_describe(const S*) {
    using belfry::type_of;
    return {.name = "ListThingsRequest",
            .members = {{"Token", type_of<decltype(S::token)>, offsetof(S, token)},
                        {"Color", type_of<decltype(S::color)>, offsetof(S, color)},
                        {"Number", type_of<decltype(S::number)>, offsetof(S, number)},
                        {"Tags", type_of<decltype(S::tags)>, offsetof(S, tags)},
                        {"Start", type_of<decltype(S::start)>, offsetof(S, start)},
                        {"Owner", type_of<decltype(S::owner)>, offsetof(S, owner)},
                        {"Words", type_of<decltype(S::words)>, offsetof(S, words)}}};
}

/// Keeps the inputs as they are and reads outputs with `make_thing`: no codec of Belfry takes part.
inline std::vector<ListThingsRequest>* inputs_seen = nullptr;

inline bool encode_thing(const belfry::Operation&, const void* input, const belfry::EncodeOptions&,
                         belfry::HttpRequest& request, belfry::Error&) {
    inputs_seen->push_back(*static_cast<const ListThingsRequest*>(input));
    request.method = "GET";
    request.url = "/";
    return true;
}
inline bool decode_thing(const belfry::Operation&, belfry::HttpResponse& response,
                         const belfry::DecodeOptions&, void* output, belfry::Error&) {
    *static_cast<Thing*>(output) = make_thing(Json::parse(response.body));
    return true;
}
inline void decode_thing_error(const belfry::Operation&, const belfry::HttpResponse& response,
                               belfry::Error& error) {
    error.code = response.body;
    error.message = "so it is";
}
inline constexpr belfry::Protocol protocol{.name = "test",
                                           .encode = &encode_thing,
                                           .decode = &decode_thing,
                                           .decode_error = &decode_thing_error,
                                           .decode_exception = nullptr};
inline constexpr belfry::Service service{.id = "Test",
                                         .name = "test",
                                         .api_version = "2000-01-01",
                                         .signing_name = "test",
                                         .protocol = &protocol,
                                         .endpoint_rules = &belfry::chime_sdk_voice::endpoint_rules};

struct ListThings {
    using Input = ListThingsRequest;
    using Output = Thing;
};
template <std::same_as<ListThings> O> constexpr belfry::Operation belfry_describe_operation(const O*) {
    return {.service = &service,
            .name = "ListThings",
            .method = "GET",
            .uri = "/",
            .success_status = 200,
            .input = &belfry::structure_of<typename O::Input>,
            .output = &belfry::structure_of<typename O::Output>,
            .signing = belfry::RequestSigning::none};
}

/// A clock that only sleeping advances.
class FakeEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return time; }
    void sleep(belfry::Duration duration) noexcept override {
        slept.push_back(duration);
        if (!stands_still) time.seconds += duration.count() / 1'000'000'000;
    }
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        std::memset(bytes, random_byte, count);
        return true;
    }
    belfry::Timestamp time{1'767'323'045, 0};
    std::vector<belfry::Duration> slept{};
    int random_byte = 0xff;
    bool stands_still = false;
};

/// A client that receives the prepared answers in order; the last one is repeated.
class Canned {
  public:
    Canned() { inputs_seen = &inputs; }
    Canned(const Canned&) = delete;
    Canned& operator=(const Canned&) = delete;
    ~Canned() { inputs_seen = nullptr; }

    void answer(std::string body, int status = 200) {
        answers_.push_back({status, {{"x-amzn-RequestId", "r"}}, std::move(body)});
    }
    [[nodiscard]] const belfry::ClientCore& core() const noexcept { return core_; }

    FakeEnvironment environment{};
    std::vector<ListThingsRequest> inputs{};

  private:
    std::vector<belfry::HttpResponse> answers_{};
    belfry::ClientCore core_{
        service,
        {.region = "us-east-1", .retry = {.max_attempts = 1}, .environment = &environment},
        [this](const belfry::HttpRequest&) {
            return answers_.at(std::min(inputs.size(), answers_.size()) - 1);
        }};
};

} // namespace test
