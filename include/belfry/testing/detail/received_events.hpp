// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/signing.hpp>
#include <belfry/events/message_decoder.hpp>
#include <belfry/events/reader.hpp>
#include <belfry/events/signer.hpp>
#include <belfry/events/traits.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/member_value.hpp>
#include <belfry/testing/detail/exchange.hpp>
#include <belfry/testing/detail/media_type.hpp>
#include <belfry/testing/detail/parameters.hpp>
#include <belfry/testing/detail/signature_parts.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/time.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// The events of a request, as a service reads them
/// (https://smithy.io/2.0/aws/amazon-eventstream.html; Amazon Transcribe Developer Guide, "Setting up a
/// streaming request").
namespace belfry::inline v0::testing::detail {

/// The chain of signatures that begins with the request's own: verifies one message after the other.
class EventSignatureChain {
  public:
    /// Takes a request whose signature was found to be right. Without a key signatures have to be there, and
    /// are not compared.
    EventSignatureChain(const ReceivedRequest& request, const Credentials* key) {
        Parameters query;
        SignatureParts parts;
        // The events of requests that are authenticated in another way are not signed.
        if (!read_parameters(request.query, query) || !read_signature(request, query, parts) ||
            parts.asymmetric)
            return;
        required_ = true;
        if (key == nullptr) return;
        SigningOptions options;
        options.region = parts.region;
        options.service = parts.service;
        signer_.emplace(key->secret_access_key, options, parts.signature);
    }
    /// Whether messages are signed.
    [[nodiscard]] bool required() const noexcept { return required_; }
    /// Null, or what is wrong with the signature of a message.
    [[nodiscard]] const char* problem_of(const EventMessage& message) {
        const EventHeader* const date = message.find(":date");
        const EventHeader* const signature = message.find(":chunk-signature");
        if (date == nullptr || date->type != EventHeaderType::timestamp || signature == nullptr ||
            signature->type != EventHeaderType::blob)
            return "the message is not signed";
        if (!signer_) return nullptr;
        std::string expected;
        std::string fault;
        if (!signer_->sign(message.payload, time_of(*date), expected, fault))
            return "the time of the message cannot be signed";
        EventStreamDecoder decoder;
        std::string_view rest = expected;
        if (decoder.next(rest) != EventStreamDecoder::Step::message ||
            !equal_in_constant_time(decoder.message().find(":chunk-signature")->bytes, signature->bytes))
            return "the signature of the message does not match";
        return nullptr;
    }

  private:
    [[nodiscard]] static Timestamp time_of(const EventHeader& date) {
        std::optional<Timestamp> time;
        static_cast<void>(
            belfry::detail::put_event_header(date, type_of<std::optional<Timestamp>>, {}, &time));
        return time.value_or(Timestamp());
    }

    std::optional<EventSigner> signer_{};
    bool required_ = false;
};

/// Takes the body of a request apart.
class ReceivedEvents {
  public:
    /// `events` is the union that the operation sends; null if it sends none.
    ReceivedEvents(const Exchange& exchange, const Operation& operation, const EventStreamTraits& traits,
                   const Structure* events)
        : exchange_(exchange), operation_(operation), traits_(traits), events_(events),
          chain_(exchange.request, exchange.key), bytes_(exchange.request.body) {}

    /// Reads the input, from the message in front of the events if the protocol has one. False, with the
    /// service's answer in `error`, if it would be refused.
    [[nodiscard]] bool read_input(void* input, Error& error) {
        if (!traits_.input) return detail::read_input(exchange_, operation_, input, error);
        if (!check_media_type(exchange_.request, event_stream_media_type, error)) return false;
        ReceivedRequest head = exchange_.request;
        head.body.clear();
        head.headers.remove("Content-Type");
        if (traits_.initial_messages) {
            EventMessage message;
            bool end = false;
            if (!next_message(message, end, error)) return false;
            const EventHeader* const name = message.find(":event-type");
            if (end || name == nullptr || name->bytes != "initial-request")
                return refuse_message(error, refusals().malformed,
                                      "the event stream does not begin with initial-request");
            head.body = message.payload;
            if (exchange_.protocol.document_type != nullptr)
                head.headers.append("Content-Type", exchange_.protocol.document_type(*operation_.service));
        }
        const Exchange described{exchange_.protocol, head, exchange_.request_id, exchange_.invalid_code,
                                 exchange_.channel};
        return detail::read_input(described, operation_, input, error);
    }
    /// Waits for the next event, and reads it into the union at `event`; `end` if there are no more. False,
    /// with the service's answer in `error`, if it would be refused.
    [[nodiscard]] bool next(void* event, bool& end, Error& error) {
        EventMessage message;
        if (!next_message(message, end, error)) return false;
        if (end) return true;
        const EventHeader* const kind = message.find(":message-type");
        const EventHeader* const name = message.find(":event-type");
        if (kind == nullptr || kind->bytes != "event" || name == nullptr)
            return refuse_message(error, refusals().malformed, "the message is not an event");
        const Member* const member =
            events_ == nullptr ? nullptr : belfry::detail::find_member(*events_, name->bytes);
        if (member == nullptr)
            return refuse_message(
                error, refusals().malformed,
                std::string("the operation does not have the event '").append(name->bytes).append("'"));
        const Type& type = *member->type;
        void* const object = belfry::detail::slot_emplace(
            type, events_->union_access->emplace(event, static_cast<int>(member - events_->members)));
        DecodeOptions options;
        options.invalid_text = InvalidText::reject;
        std::string fault;
        if (!belfry::detail::decode_event(*traits_.codec, message, *type.structure, options, object, fault))
            return refuse_message(error, refusals().malformed, fault);
        return check_constraints(exchange_, operation_, *events_, event, error);
    }

  private:
    [[nodiscard]] const Refusals& refusals() const noexcept {
        return exchange_.protocol.refusals_of(*operation_.service);
    }
    [[nodiscard]] bool refuse_message(Error& error, const Refusal& refusal, std::string_view what) const {
        return refuse(error, refusal,
                      "message " + std::to_string(outer_.count()) +
                          " of the event stream: " + std::string(what));
    }
    /// Splits the next message off the body, and removes what signs it.
    [[nodiscard]] bool next_message(EventMessage& message, bool& end, Error& error) {
        end = true;
        if (ended_) return true;
        switch (next_outer()) {
        case EventStreamDecoder::Step::failed:
            return refuse_message(error, refusals().malformed, outer_.fault());
        case EventStreamDecoder::Step::need_more:
            ended_ = true;
            if (!outer_.at_boundary())
                return refuse_message(error, refusals().malformed, "the body ends before the next message");
            return !chain_.required() ||
                   refuse_message(error, refusals().incomplete_signature, "the end is not signed");
        case EventStreamDecoder::Step::message: break;
        }
        message = outer_.message();
        if (!chain_.required()) {
            end = false;
            return true;
        }
        if (const char* const problem = chain_.problem_of(message))
            return refuse_message(error, refusals().wrong_signature, problem);
        // An empty message ends the stream.
        ended_ = message.payload.empty();
        if (ended_) return true;
        inner_ = EventStreamDecoder();
        std::string_view rest = message.payload;
        if (inner_.next(rest) != EventStreamDecoder::Step::message || !rest.empty())
            return refuse_message(error, refusals().malformed,
                                  "the payload of a signed message is not one message");
        message = inner_.message();
        end = false;
        return true;
    }
    [[nodiscard]] EventStreamDecoder::Step next_outer() {
        for (;;) {
            std::string_view rest = std::string_view(bytes_).substr(read_);
            const EventStreamDecoder::Step step = outer_.next(rest);
            read_ = bytes_.size() - rest.size();
            if (step != EventStreamDecoder::Step::need_more) return step;
            bytes_.clear();
            read_ = 0;
            if (!exchange_.channel->read(bytes_)) return step;
        }
    }

    const Exchange& exchange_;
    const Operation& operation_;
    const EventStreamTraits& traits_;
    const Structure* events_;
    EventSignatureChain chain_;
    EventStreamDecoder outer_{};
    EventStreamDecoder inner_{};
    std::string bytes_;
    std::size_t read_ = 0;
    bool ended_ = false;
};

} // namespace belfry::inline v0::testing::detail
