// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/call_body.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/events/exchange.hpp>
#include <belfry/events/writer.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// The bodies of a call with event streams: what is sent is signed event by event, and what is received goes
/// through the exchange.
class EventCallBody final : public CallBody, private ResponseSink {
  public:
    EventCallBody(const Operation& operation, const CallOptions& options) noexcept
        : operation_(operation), traits_(*operation.extras->event_stream),
          exchange_(options.response_body != nullptr ? options.response_body->events() : nullptr) {}

    BELFRY_COLD bool prepare(const void*, PreparedRequest& prepared, Error& error) override {
        if (exchange_ == nullptr)
            return fail(error, ErrorKind::validation, "NoEventHandler",
                        "the operation's messages are streams of events, and nobody takes them");
        if (!traits_.input) return true;
        exchange_->initial_request = std::move(prepared.request.body);
        prepared.request.body.clear();
        prepared.request.content_length = 0;
        prepared.signing.payload = PayloadHash::given;
        prepared.signing.payload_hash = signed_events_payload;
        prepared.signing.content_sha256_header = true;
        return true;
    }
    BELFRY_COLD bool after_signing(const Credentials& credentials, PreparedRequest& prepared,
                                   Error& error) override {
        exchange_->signer = EventSigner();
        if (!traits_.input || credentials.anonymous) return true;
        constexpr std::size_t digits = 64;
        const std::string* const authorization = prepared.request.headers.find("Authorization");
        if (authorization == nullptr || authorization->size() < digits)
            return fail(error, ErrorKind::signing, "SigningFailed",
                        "the request has no signature with which those of its events could begin");
        exchange_->signer =
            EventSigner(credentials.secret_access_key, prepared.signing,
                        std::string_view(*authorization).substr(authorization->size() - digits));
        return true;
    }

    ResponseSink& begin_attempt(ResponseSink& collected) override {
        collected_ = &collected;
        taking_ = false;
        exchange_->begin();
        return *this;
    }
    BELFRY_COLD bool check_response(const HttpResponse& response, ResponseMetadata&, Error& error) override {
        if (!traits_.output || !exchange_->delivers() || exchange_->stopped()) return true;
        EventReader& reader = *exchange_->reader;
        if (!reader.finish()) {
            error = reader.error();
            return false;
        }
        const auto count = static_cast<std::int64_t>(reader.byte_count());
        if (length_ >= 0 && length_ != count)
            return reject_response(error, operation_.output->name,
                                   "the event stream is not as long as Content-Length says");
        // Cut to nothing and nothing to say look the same else.
        if (count == 0 && length_ != 0 && !response.headers.contains("Transfer-Encoding"))
            return reject_response(error, operation_.output->name,
                                   "there is no event, and nothing says that there should be none");
        return true;
    }
    BELFRY_COLD bool restart(PreparedRequest&, Error& error) override {
        if (exchange_->opened) return false;
        if (exchange_->delivered() == 0) return true;
        append_text(error.message, "; there is no further attempt because events were handed on");
        return false;
    }
    [[nodiscard]] std::int64_t handed_on() const noexcept override { return 0; }
    BodySource* own(BodySource* source) override { return source; }

  private:
    bool on_head(int status, Headers headers) noexcept override {
        taking_ = traits_.output && exchange_->delivers() &&
                  ((status >= 200 && status < 300) || status == operation_.success_status);
        if (!taking_) return collected_->on_head(status, std::move(headers));
        // The length is that of the stream, of which nothing is collected.
        length_ = -1;
        if (const std::string* const length = headers.find("Content-Length");
            length != nullptr && !headers.contains("Transfer-Encoding") &&
            !parse_integer_text(*length, (std::numeric_limits<std::int64_t>::max)(), length_))
            length_ = -1;
        const bool begun = exchange_->reader->begin(status, headers);
        headers.remove("Content-Length");
        return collected_->on_head(status, std::move(headers)) && begun;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        if (!taking_) return collected_->on_body(bytes);
        return exchange_->take({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, *collected_);
    }
    [[nodiscard]] bool cancelled() const noexcept override { return collected_->cancelled(); }

    const Operation& operation_;
    const EventStreamTraits& traits_;
    EventExchange* exchange_;
    ResponseSink* collected_ = nullptr;
    std::int64_t length_ = -1;
    bool taking_ = false;
};

BELFRY_COLD BELFRY_INLINE CallBody* make_event_call_body(const Operation& operation, const ClientConfig&,
                                                         const CallOptions& options) {
    return new EventCallBody(operation, options);
}

BELFRY_COLD BELFRY_INLINE bool encode_event_stream(const Operation& operation, const void*,
                                                   HttpRequest& request, Error& error) {
    const EventStreamTraits& traits = *operation.extras->event_stream;
    // Only Smithy's RPC v2 says what it accepts.
    if (traits.output && request.headers.contains("Accept"))
        request.headers.set("Accept", event_stream_media_type);
    if (!traits.input) return true;
    std::string message;
    std::string fault;
    if (traits.initial_messages && !encode_initial_request(*traits.codec, request.body, message, fault))
        return reject_input(error, *operation.input, "body", fault);
    request.body = std::move(message);
    request.content_length = static_cast<std::int64_t>(request.body.size());
    request.headers.set("Content-Type", event_stream_media_type);
    return true;
}

} // namespace belfry::inline v0::detail
