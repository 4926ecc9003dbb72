// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/http/url.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/testing/detail/authentication.hpp>
#include <belfry/testing/detail/aws_chunked_body.hpp>
#include <belfry/testing/detail/channel.hpp>
#include <belfry/testing/detail/exchange.hpp>
#include <belfry/testing/detail/received_body.hpp>
#include <belfry/testing/detail/rule.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/fake_options.hpp>
#include <belfry/testing/service_error.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0::testing {

/// A fake of a service: a transport that reads requests as the service does, passes the inputs to handlers,
/// and writes their outputs and errors. Generated headers have one for each service, with a method for each
/// operation: `belfry/chime_sdk_voice/fake.hpp`.
///
///     voice::Fake fake;
///     fake.on_get_speaker_search_task([](const voice::GetSpeakerSearchTaskRequest& input)
///                                         -> belfry::Result<voice::GetSpeakerSearchTaskResponse> { ... });
///     const voice::Client client({.region = "us-east-1", .credentials = ...}, fake);
///
/// A request that the service would refuse gets the service's answer: for an unknown operation, a malformed
/// request, a missing member, and a signature that is missing or wrong. Several threads may use a fake.
class Fake : public Transport {
  public:
    /// `protocol` is the counterpart of `service.protocol`, such as `belfry::testing::rest_json`.
    Fake(const Service& service, const ServerProtocol& protocol, FakeOptions options = {})
        : service_(&service), protocol_(&protocol), options_(std::move(options)) {}
    Fake(const Fake&) = delete;
    Fake& operator=(const Fake&) = delete;

    /// Sets the handler of an operation, and returns the operation's rule, which lives as long as the fake.
    template <class O> RuleOf<O>& on(typename RuleOf<O>::HandlerType handler) {
        return on<O>().handle(std::move(handler));
    }
    /// The rule of an operation. From now on the fake knows the operation.
    template <class O> RuleOf<O>& on() {
        const std::lock_guard<std::mutex> lock(mutex_);
        for (const auto& rule : rules_)
            if (&rule->operation() == &operation_of<O>) return static_cast<RuleOf<O>&>(*rule);
        auto rule = std::make_unique<RuleOf<O>>();
        RuleOf<O>& added = *rule;
        rules_.push_back(std::move(rule));
        return added;
    }
    /// The next `times` requests of any operation end with `error`, before they are read.
    Fake& fail_next(std::size_t times, const Error& error) {
        const std::lock_guard<std::mutex> lock(mutex_);
        script_.insert(script_.end(), times, error);
        return *this;
    }
    /// How many steps of all scripts are left.
    [[nodiscard]] std::size_t pending() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        std::size_t count = script_.size();
        for (const auto& rule : rules_) count += rule->pending();
        return count;
    }
    /// The requests that did not reach a handler or a script, each with the reason:
    /// `GET /things: UnknownOperationException: ...`.
    [[nodiscard]] std::vector<std::string> refused() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return refused_;
    }
    [[nodiscard]] const Service& service() const noexcept { return *service_; }

    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        return belfry::detail::without_throwing([&] { return receive(request, sink); },
                                                "a handler of the fake threw an exception");
    }
    /// Answers a request as it came from the wire: `body` may have the chunks of `aws-chunked`.
    [[nodiscard]] detail::Reply answer(ReceivedRequest request) {
        detail::WholeResponse whole;
        detail::Reply reply = answer(std::move(request), whole);
        if (!whole.begun()) return reply;
        reply.response = std::move(whole.response);
        reply.response.headers.set("Content-Length", std::to_string(reply.response.body.size()));
        return reply;
    }
    /// The same; events of the request and of the response travel through `channel`.
    [[nodiscard]] detail::Reply answer(ReceivedRequest request, detail::Channel& channel) {
        // HTTP/1.1 has targets without it, such as `*` (RFC 9112 section 3.2), and peers send what they like.
        if (!request.path.starts_with('/')) request.path.insert(0, 1, '/');
        const std::string request_id = next_request_id();
        detail::Exchange exchange{*protocol_, request, request_id, options_.invalid_code, &channel};
        std::optional<Error> scripted;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!script_.empty()) {
                scripted = std::move(script_.front());
                script_.pop_front();
            }
        }
        if (scripted) return detail::write_error(exchange, *service_, *scripted);
        Error error;
        detail::RuleBase* const rule = find(request, error);
        if (rule == nullptr ||
            !detail::authenticate(request, rule->operation(), protocol_->refusals_of(*service_), options_,
                                  exchange.key, error) ||
            !detail::decode_body(request, protocol_->refusals_of(*service_), exchange.key, error)) {
            note_refusal(request, error);
            return detail::write_error(exchange, *service_, error);
        }
        return rule->serve(exchange);
    }

  private:
    TransportResult receive(const HttpRequest& request, ResponseSink& sink) {
        ReceivedRequest received;
        if (!detail::receive(request, received))
            return {TransportStatus::body_failed, "the source of the request's body failed"};
        detail::SinkChannel channel(sink);
        detail::Reply reply = answer(std::move(received), channel);
        if (reply.status != TransportStatus::ok) return {reply.status, std::move(reply.message)};
        if (channel.begun()) return {};
        return belfry::detail::hand_over(std::move(reply.response), sink);
    }
    [[nodiscard]] std::string next_request_id() {
        const std::lock_guard<std::mutex> lock(mutex_);
        std::string number = std::to_string(++requests_);
        if (number.size() < 12) number.insert(0, 12 - number.size(), '0');
        return "00000000-0000-4000-8000-" + number;
    }
    /// The rule whose operation fits the request best; null, with the service's answer in `error`, if none
    /// does.
    [[nodiscard]] detail::RuleBase* find(const ReceivedRequest& request, Error& error) const {
        const std::lock_guard<std::mutex> lock(mutex_);
        detail::RuleBase* const rule = detail::find_rule(*protocol_, rules_, request);
        if (rule == nullptr)
            detail::refuse(error, protocol_->refusals_of(*service_).unknown_operation,
                           "the fake of " + std::string(service_->id) +
                               " has no handler for this request; add one with on<operations::...>()");
        return rule;
    }
    void note_refusal(const ReceivedRequest& request, const Error& error) {
        std::string line = request.method + ' ' + request.path;
        line.append(": ").append(error.code).append(": ").append(error.message);
        const std::lock_guard<std::mutex> lock(mutex_);
        refused_.push_back(std::move(line));
    }

    const Service* service_;
    const ServerProtocol* protocol_;
    FakeOptions options_;
    mutable std::mutex mutex_{};
    std::vector<std::unique_ptr<detail::RuleBase>> rules_{};
    std::deque<Error> script_{};
    std::vector<std::string> refused_{};
    std::size_t requests_ = 0;
};

} // namespace belfry::inline v0::testing
