// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/events/calls.hpp>
#include <belfry/events/stream.hpp>
#include <belfry/interop/nlohmann.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Compares Belfry with a case of Smithy's event stream tests; smithy_events.py writes the cases.
namespace belfry_smithy {

/// The bytes that a call sent and received, and its result.
struct EventOutcome {
    belfry::HttpRequest request{};
    std::string sent{};
    std::vector<nlohmann::json> received{};
    nlohmann::json output{};
    std::optional<belfry::Error> error{};
};

/// The response that the case describes: its head, then its events.
[[nodiscard]] belfry::HttpResponse make_event_response(const nlohmann::json& test);
/// Whether the case describes a response.
[[nodiscard]] bool has_response(const nlohmann::json& test);
/// Compares request and events with what the case expects.
void compare_events(const nlohmann::json& test, const EventOutcome& outcome);

template <class S> [[nodiscard]] nlohmann::json as_json(const S& object) {
    return belfry::to_json(belfry::type_of<S>, &object);
}
template <class S> void from_case(const nlohmann::json& params, S& object) {
    std::string fault;
    const bool good = belfry::from_json(params, belfry::type_of<S>, &object, fault);
    INFO(fault);
    REQUIRE(good);
}

/// A duplex transport in memory: accepts everything written, and returns the response in pieces of seven
/// bytes.
class MemoryDuplex final : public belfry::DuplexTransport {
  public:
    MemoryDuplex(belfry::HttpResponse response, EventOutcome& outcome)
        : response_(std::move(response)), outcome_(outcome) {}
    belfry::TransportResult open(const belfry::HttpRequest& request,
                                 belfry::DuplexStreamPointer& stream) noexcept override {
        outcome_.request = request;
        stream = belfry::DuplexStreamPointer(new Stream(response_, outcome_));
        return {};
    }

  private:
    class Stream final : public belfry::DuplexStream {
      public:
        Stream(const belfry::HttpResponse& response, EventOutcome& outcome)
            : response_(response), outcome_(outcome) {}
        belfry::TransportResult write(std::span<const std::byte> bytes) noexcept override {
            outcome_.sent.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            return {};
        }
        belfry::TransportResult close_write() noexcept override { return {}; }
        belfry::TransportResult read_head(int& status, belfry::Headers& headers) noexcept override {
            status = response_.status;
            headers = response_.headers;
            return {};
        }
        belfry::TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
            count = (std::min)({std::size_t{7}, buffer.size(), response_.body.size() - at_});
            std::memcpy(buffer.data(), response_.body.data() + at_, count);
            at_ += count;
            return {};
        }
        void cancel() noexcept override {}

      private:
        const belfry::HttpResponse& response_;
        EventOutcome& outcome_;
        std::size_t at_ = 0;
    };
    belfry::HttpResponse response_;
    EventOutcome& outcome_;
};

[[nodiscard]] inline belfry::ClientConfig event_config() {
    belfry::ClientConfig config;
    config.region = "us-west-2";
    config.endpoint = "https://example.com";
    config.credentials = belfry::anonymous_credentials();
    config.retry.max_attempts = 1;
    return config;
}

template <class O>
void converse(const nlohmann::json& test, const typename O::Input& input, EventOutcome& outcome) {
    MemoryDuplex duplex(make_event_response(test), outcome);
    const belfry::ClientCore core(*belfry::operation_of<O>.service, event_config(),
                                  [](const belfry::HttpRequest&) { return belfry::HttpResponse{}; });
    auto opened = belfry::detail::open_event_stream<O>(core, duplex, input, {});
    INFO(opened.error().message);
    REQUIRE(opened);
    for (const nlohmann::json& event : test["events"])
        if (event["type"] == "request") {
            typename O::InputEvents made;
            from_case(event["params"], made);
            const auto error = opened->send(made);
            INFO((error ? error->message : ""));
            REQUIRE_FALSE(error);
        }
    REQUIRE_FALSE(opened->close());
    if (!has_response(test)) return;
    if constexpr (requires { typename O::OutputEvents; }) {
        for (;;) {
            auto event = opened->receive();
            if (!event) outcome.error = event.error();
            if (!event || !event->has_value()) break;
            outcome.received.push_back(as_json(**event));
        }
    } else if (!opened->output()) {
        outcome.error = opened->output().error();
    }
    if (opened->output()) outcome.output = as_json(*opened->output());
}

template <class O>
void listen(const nlohmann::json& test, const typename O::Input& input, EventOutcome& outcome) {
    const belfry::ClientCore core(*belfry::operation_of<O>.service, event_config(),
                                  [&](const belfry::HttpRequest& request) {
                                      outcome.request = request;
                                      return make_event_response(test);
                                  });
    const auto hear = [&](const typename O::OutputEvents& event) {
        outcome.received.push_back(as_json(event));
    };
    const auto result = belfry::detail::invoke_with_events<O>(core, input, hear, {});
    if (result)
        outcome.output = as_json(*result);
    else
        outcome.error = result.error();
}

/// `E` is the exception that the case expects, if it expects one.
template <class O, class E = void> void check_events(const char* text) {
    nlohmann::json test = nlohmann::json::parse(text);
    // A time can be written in several formats.
    if constexpr (requires { typename O::OutputEvents; })
        for (nlohmann::json& event : test["events"])
            if (event["type"] == "response" && event.contains("params")) {
                typename O::OutputEvents wanted;
                from_case(event["params"], wanted);
                event["params"] = as_json(wanted);
            }
    typename O::Input input;
    from_case(test["initialRequestParams"], input);
    EventOutcome outcome;
    if constexpr (requires { typename O::InputEvents; })
        converse<O>(test, input, outcome);
    else
        listen<O>(test, input, outcome);
    compare_events(test, outcome);
    if constexpr (!std::is_void_v<E>) {
        REQUIRE(outcome.error);
        CHECK(outcome.error->kind == belfry::ErrorKind::service);
        CHECK(outcome.error->code == belfry::structure_of<E>.error_code);
        const auto exception = outcome.error->template as<E>();
        REQUIRE(exception);
        for (const nlohmann::json& event : test["events"]) {
            const nlohmann::json params = event.value("params", nlohmann::json::object());
            for (const auto& [name, members] : params.items()) CHECK(as_json(*exception) == members);
        }
    }
}

} // namespace belfry_smithy
