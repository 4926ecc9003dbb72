// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/checksum_parts.hpp>
#include <belfry/call/body_hooks.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// Delivers a response's body as it arrives, and wraps a request's body for the transport.
class StreamingBody final : public BodyHooks, private ResponseSink {
  public:
    StreamingBody(const BodyTraits& traits, const Operation& operation, const ClientConfig& config,
                  const CallOptions& options) noexcept
        : context_{operation, traits, config},
          sink_(traits.streaming_output ? options.response_body : nullptr) {}

    bool prepare(const void* input, PreparedRequest& prepared, Error& error) override {
        source_ = prepared.request.source;
        if (prepare_body(input, prepared, error)) return true;
        if (source_ != nullptr) append_reason(error, source_->failure());
        return false;
    }
    bool after_signing(const Credentials& credentials, PreparedRequest& prepared, Error& error) override {
        return checksum_.signer == nullptr || checksum_.signer->after_signing(credentials, prepared, error);
    }

    ResponseSink& begin_attempt(ResponseSink& collected) override {
        collected_ = &collected;
        delivered_bytes_ = 0;
        delivering_ = false;
        return *this;
    }
    bool check_response(HttpResponse& response, ResponseMetadata& metadata, Error& error) override {
        return !checksum_.verifier || checksum_.verifier->check(response, metadata, error);
    }
    /// Called after the output was read, because a sink cannot undo `complete`.
    bool finish_output(void*, Error& error) override {
        if (!delivering_ || sink_->complete()) return true;
        fail(error, ErrorKind::cancelled, "SinkFailed", "the sink did not keep the body");
        append_reason(error, sink_->failure());
        return false;
    }
    void explain(TransportStatus status, Error& error) override {
        if (status == TransportStatus::body_failed && source_ != nullptr)
            append_reason(error, source_->failure());
        if (status == TransportStatus::cancelled && sink_stopped_) append_reason(error, sink_->failure());
    }
    bool restart(PreparedRequest& prepared, Error& error) override {
        if (prepared.request.source != nullptr && !prepared.request.source->rewind()) {
            append_text(error.message, "; not retried: the body's source cannot be rewound");
            return false;
        }
        if (delivered_bytes_ != 0 && !sink_->restart()) {
            append_text(error.message, "; not retried: part of the body was already delivered "
                                       "and the sink cannot restart");
            return false;
        }
        return true;
    }
    [[nodiscard]] std::int64_t delivered_bytes() const noexcept override { return delivered_bytes_; }

  private:
    bool prepare_body(const void* input, PreparedRequest& prepared, Error& error) {
        const BodyTraits& traits = context_.traits;
        return (traits.compress == nullptr ||
                traits.compress(context_, prepared.request, compressed_, error)) &&
               (traits.add_checksums == nullptr ||
                traits.add_checksums(context_, input, prepared, checksum_, error));
    }
    static void append_reason(Error& error, std::string_view reason) {
        if (reason.empty()) return;
        append_text(error.message, ": ");
        append_text(error.message, reason);
    }
    bool on_head(int status, Headers headers) noexcept override {
        const bool success = context_.operation.succeeds(status);
        delivering_ = success && sink_ != nullptr;
        if (delivering_) sink_->begin();
        if (checksum_.verifier) checksum_.verifier->begin(success, headers);
        return collected_->on_head(status, std::move(headers));
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        if (checksum_.verifier) checksum_.verifier->update(bytes);
        if (!delivering_) return collected_->on_body(bytes);
        delivered_bytes_ += static_cast<std::int64_t>(bytes.size());
        sink_stopped_ = !sink_->on_body(bytes);
        return !sink_stopped_;
    }
    [[nodiscard]] bool cancelled() const noexcept override { return collected_->cancelled(); }

    BodyContext context_;
    ResponseBodySink* sink_;
    /// The source of the input, which may be wrapped in others.
    BodySource* source_ = nullptr;
    ResponseSink* collected_ = nullptr;
    Owned<BodySource> compressed_{};
    ChecksumParts checksum_{};
    std::int64_t delivered_bytes_ = 0;
    bool delivering_ = false;
    bool sink_stopped_ = false;
};

BELFRY_INLINE BodyHooks* make_streaming_body(const BodyTraits& traits, const Operation& operation,
                                             const ClientConfig& config, const CallOptions& options) {
    return new StreamingBody(traits, operation, config, options);
}

BELFRY_INLINE bool encode_streaming_payload(const Operation& operation, const void* input,
                                            HttpRequest& request, Error& error) {
    const Structure& shape = *operation.input;
    for (std::size_t i = 0; i < shape.count; ++i) {
        const Member& member = shape.members[i];
        if (member.location != Location::payload || !member.type->streaming) continue;
        const auto* const blob =
            static_cast<const StreamingBlob*>(slot_value(*member.type, member.slot(input)));
        if (blob != nullptr && blob->source() != nullptr) {
            if (const std::string reason = blob->source()->failure(); !reason.empty())
                return reject_input(error, shape, shape.member_name(i), reason);
            request.body.clear();
            request.source = blob->source();
            request.content_length = blob->length();
        }
        // A few inputs have a member for it. It is a header that transports write.
        if (const auto header = request.headers.find("Content-Length")) {
            std::int64_t length = 0;
            if (!parse_integer_text(*header, length) || length < 0 ||
                (request.content_length >= 0 && request.content_length != length))
                return reject_input(error, shape, shape.member_name(i),
                                    "its length differs from the content length in the input");
            request.headers.remove("Content-Length");
            request.content_length = length;
        }
        if (request.content_length < 0 && member.has(MemberFlags::requires_length))
            return reject_input(error, shape, shape.member_name(i),
                                "the service requires Content-Length; give the body a length");
        break;
    }
    return true;
}

} // namespace belfry::inline v0::detail
