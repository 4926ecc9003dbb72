// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/body_hooks.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/events/reader.hpp>
#include <belfry/events/signer.hpp>
#include <belfry/events/traits.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// The bodies of a call with event streams: holds what signs the events that are sent, and reads the events
/// that are received.
class EventBodyHooks final : public BodyHooks, private ResponseSink {
  public:
    /// Creates an event, decodes the next message into it and passes it to `handler`; `more` tells whether to
    /// go on.
    using Deliver = EventReader::Step (*)(EventReader& reader, std::string_view& bytes, void* handler,
                                          bool& more);

    /// For a call that delivers events while it receives.
    EventBodyHooks(const Operation& operation, const EventStreamTraits& traits, const Structure& events,
                   const DecodeOptions& options, void* handler, Deliver deliver)
        : operation_(operation), traits_(traits), handler_(handler), deliver_(deliver) {
        reader.emplace(operation, traits, events, options);
    }
    /// For a stream whose events the caller asks for; `events` is null when none are received.
    EventBodyHooks(const Operation& operation, const EventStreamTraits& traits, const Structure* events,
                   const DecodeOptions& options)
        : operation_(operation), traits_(traits) {
        if (events != nullptr) reader.emplace(operation, traits, *events, options);
    }

    /// Whether the response can end here: the handler wants no more events, or the stream has failed.
    [[nodiscard]] bool has_ended() const noexcept {
        return stopped_ || (reader && reader->error().kind != ErrorKind::none);
    }

    BELFRY_COLD bool prepare(const void*, PreparedRequest& prepared, Error&) override {
        if (!traits_.input) return true;
        initial_request = std::move(prepared.request.body);
        prepared.request.body.clear();
        prepared.request.content_length = 0;
        prepared.signing.payload = PayloadHash::given;
        prepared.signing.payload_hash = signed_events_payload;
        prepared.signing.content_sha256_header = true;
        return true;
    }
    BELFRY_COLD bool after_signing(const Credentials& credentials, PreparedRequest& prepared,
                                   Error& error) override {
        signer = EventSigner();
        if (!traits_.input || credentials.anonymous) return true;
        constexpr std::size_t digits = 64;
        const auto authorization = prepared.request.headers.find("Authorization");
        if (!authorization.has_value() || authorization->size() < digits)
            return fail(error, ErrorKind::signing, "SigningFailed",
                        "the request is not signed, so that its events cannot be signed");
        signer = EventSigner(credentials.secret_access_key, prepared.signing,
                             std::string_view(*authorization).substr(authorization->size() - digits));
        return true;
    }

    ResponseSink& begin_attempt(ResponseSink& collected) override {
        collected_ = &collected;
        delivering_ = false;
        delivered_ = 0;
        stopped_ = false;
        return *this;
    }
    BELFRY_COLD bool check_response(HttpResponse& response, ResponseMetadata&, Error& error) override {
        if (!traits_.output || !delivers() || stopped_) return true;
        if (!reader->finish()) {
            error = reader->error();
            return false;
        }
        if (reader->lacks_initial_response()) response.body = reader->initial_response();
        const auto count = static_cast<std::int64_t>(reader->byte_count());
        if (length_ >= 0 && length_ != count)
            return reject_response(error, operation_.output->name,
                                   "the length of the event stream differs from Content-Length");
        // Without this check, a body truncated to zero bytes looks like an empty one.
        if (count == 0 && length_ != 0 && !response.headers.contains("Transfer-Encoding"))
            return reject_missing_body(error, operation_);
        return true;
    }
    BELFRY_COLD bool restart(PreparedRequest&, Error& error) override {
        if (opened) return false;
        if (delivered_ == 0) return true;
        append_text(error.message, "; not retried: events were already delivered");
        return false;
    }
    [[nodiscard]] std::int64_t delivered_bytes() const noexcept override { return 0; }

    /// Empty when no events are received.
    std::optional<EventReader> reader{};
    /// Signs what is sent; empty when the request is not signed.
    EventSigner signer{};
    /// The message that carries the input, before any event; empty for most protocols.
    std::string initial_request{};
    /// Whether a stream is open, whose events could not be sent again.
    bool opened = false;

  private:
    /// Whether events are delivered while they arrive.
    [[nodiscard]] bool delivers() const noexcept { return deliver_ != nullptr; }

    bool on_head(int status, Headers headers) noexcept override {
        delivering_ = traits_.output && delivers() && operation_.succeeds(status);
        if (!delivering_) return collected_->on_head(status, std::move(headers));
        // The length is that of the stream, of which nothing is collected.
        length_ = -1;
        if (const auto length = headers.find("Content-Length"); length.has_value() &&
                                                                !headers.contains("Transfer-Encoding") &&
                                                                !parse_integer_text(*length, length_))
            length_ = -1;
        const bool begun = reader->begin(status, headers);
        headers.remove("Content-Length");
        return collected_->on_head(status, std::move(headers)) && begun;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        if (!delivering_) return collected_->on_body(bytes);
        return deliver_events({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    [[nodiscard]] bool cancelled() const noexcept override { return collected_->cancelled(); }

    [[nodiscard]] EventReader::Step deliver_next(std::string_view& bytes, bool& more) noexcept {
#if defined(__cpp_exceptions)
        try {
            return deliver_(*reader, bytes, handler_, more);
        } catch (...) {
            reader->stop_for_exception();
            return EventReader::Step::failed;
        }
#else
        return deliver_(*reader, bytes, handler_, more);
#endif
    }
    /// Reads the events in bytes of the response, and collects the document of an initial response. Returns
    /// whether more are wanted.
    [[nodiscard]] bool deliver_events(std::string_view bytes) noexcept {
        while (!stopped_ && (!bytes.empty() || reader->holds_event())) {
            bool more = true;
            switch (deliver_next(bytes, more)) {
            case EventReader::Step::need_more: break;
            case EventReader::Step::failed: return false;
            case EventReader::Step::initial_response: {
                const std::string_view document = reader->initial_response();
                if (!collected_->on_body(std::as_bytes(std::span(document.data(), document.size()))))
                    return false;
                break;
            }
            case EventReader::Step::event:
                ++delivered_;
                if (!more) stopped_ = true;
                break;
            }
        }
        return !stopped_;
    }

    const Operation& operation_;
    const EventStreamTraits& traits_;
    void* handler_ = nullptr;
    Deliver deliver_ = nullptr;
    ResponseSink* collected_ = nullptr;
    std::int64_t length_ = -1;
    std::uint64_t delivered_ = 0;
    bool stopped_ = false;
    bool delivering_ = false;
};

} // namespace belfry::inline v0::detail
