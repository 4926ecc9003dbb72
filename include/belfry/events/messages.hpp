// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/result.hpp>
#include <belfry/events/reader.hpp>
#include <belfry/events/writer.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Events without any I/O, beside `encode` and `decode`.
namespace belfry::inline v0 {

/// The message of an event that an operation sends, before it is signed (`events/signer.hpp`).
template <class O>
[[nodiscard]] Result<std::string> encode_event(const O&, const typename O::InputEvents& event) {
    std::string message;
    Error error;
    if (!detail::encode_event(*O::event_stream.codec, structure_of<typename O::InputEvents>, &event, message,
                              error))
        return error;
    return message;
}

/// Decodes the successful response of an operation that receives events:
/// `begin` with its head, `feed` with its body as it comes, and `next` until there is no event left.
template <class O> class EventDecoder {
  public:
    using Output = typename O::Output;
    using Events = typename O::OutputEvents;

    /// `options.unreadable_members` must outlive the decoder, but not its error.
    explicit EventDecoder(const DecodeOptions& options = {})
        : options_(options), reader_(operation_of<O>, O::event_stream, structure_of<Events>, options) {}

    /// A response begins. False when its head lacks what the model requires; `error()` then says what.
    [[nodiscard]] bool begin(int status, Headers headers) {
        unread_.clear();
        read_ = 0;
        lacks_document_ = false;
        head_.status = status;
        head_.headers = std::move(headers);
        head_.body.clear();
        return reader_.begin(status, head_.headers);
    }
    /// Takes the next bytes of the body.
    void feed(std::string_view bytes) { unread_.append(bytes); }
    /// The next event; none when it has not come whole yet, or when there is an `error()`.
    [[nodiscard]] std::optional<Events> next() {
        std::optional<Events> event(std::in_place);
        std::string_view rest = std::string_view(unread_).substr(read_);
        detail::EventReader::Step step = reader_.next(rest, &*event);
        read_ = unread_.size() - rest.size();
        if (step == detail::EventReader::Step::initial_response) {
            lacks_document_ = true;
            head_.body = reader_.initial_response();
            lacks_document_ = false;
            step = reader_.next(rest, &*event);
            read_ = unread_.size() - rest.size();
        }
        // Compact once per batch: erasing after each event is quadratic.
        if (read_ > unread_.size() / 2) {
            unread_.erase(0, read_);
            read_ = 0;
        }
        if (step != detail::EventReader::Step::event) event.reset();
        return event;
    }
    /// The body has ended, and all of its events were taken. False when it ended where it must not.
    [[nodiscard]] bool finish() {
        const bool whole = reader_.finish();
        if (reader_.lacks_initial_response()) head_.body = reader_.initial_response();
        return whole;
    }
    /// The reason why there are no more events: an exception that the service sent, or an error in the
    /// stream. Its kind is `ErrorKind::none` if there is no error.
    [[nodiscard]] const Error& error() const noexcept { return reader_.error(); }
    /// The output; in protocols without HTTP bindings, only once the first event was asked for.
    [[nodiscard]] Result<Output> output() const {
        const Operation& operation = operation_of<O>;
        Error error;
        if (lacks_document_) {
            detail::fail_without_memory(error);
            return error;
        }
        Result<Output> result(std::in_place);
        if (!operation.service->protocol->decode(operation, head_, options_, &*result, error)) return error;
        return result;
    }

  private:
    DecodeOptions options_;
    detail::EventReader reader_;
    // Mutable, because a protocol may take the body of a response. None takes that of a stream.
    mutable HttpResponse head_{};
    std::string unread_{};
    /// How many bytes of it were taken apart already.
    std::size_t read_ = 0;
    /// Whether there was no memory for the document of the output.
    bool lacks_document_ = false;
};

} // namespace belfry::inline v0
