// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/client.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/events/body.hpp>
#include <belfry/events/handler.hpp>
#include <belfry/events/reader.hpp>
#include <belfry/http/duplex_transport.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/util/config.hpp>

#include <optional>
#include <string_view>
#include <utility>

/// Calls that send events while they last; the generated headers of such operations include it.
namespace belfry::inline v0 {
namespace detail {

/// A stream that is open, without the types of its events.
class EventStreamState;

/// Opens a stream; null, with the reason in `error`, when that fails. `received` is null when the operation
/// receives no events.
[[nodiscard]] BELFRY_INLINE EventStreamState*
open_event_stream(const ClientCore& core, DuplexTransport& transport, const Operation& operation,
                  const EventStreamTraits& traits, const Structure& sent, const Structure* received,
                  const void* input, const CallOptions& options, Error& error);
/// Sends the event in the union at `event`.
BELFRY_INLINE bool send_event(EventStreamState& state, const void* event, Error& error);
BELFRY_INLINE bool close_event_stream(EventStreamState& state, Error& error);
/// Waits for what comes before the first event, and reads the output from it, once.
BELFRY_INLINE bool read_event_stream_head(EventStreamState& state, void* output, ResultBase& result);
/// Waits for the next event; `end` when there is none any more.
BELFRY_INLINE bool receive_event(EventStreamState& state, void* event, bool& end, Error& error);
BELFRY_INLINE void cancel_event_stream(EventStreamState& state) noexcept;
BELFRY_INLINE void destroy(EventStreamState* state) noexcept;

/// The error of operations on a stream that was not opened.
[[nodiscard]] inline Error not_open_error() {
    Error error;
    fail(error, ErrorKind::validation, "NotOpen", "the stream is not open");
    return error;
}
/// The union of the events that an operation receives; null when it receives none.
template <class O> [[nodiscard]] const Structure* received_events() noexcept {
    if constexpr (requires { typename O::OutputEvents; })
        return &structure_of<typename O::OutputEvents>;
    else
        return nullptr;
}

} // namespace detail

/// A stream of events that is open in both directions: what the calls of operations that send events return.
/// One thread may send and close while another one receives and asks for the output; `cancel` may come from
/// any thread. Refers to the client; the cancellation token of its options only counts until it is open. Each
/// wait has the limit `Timeouts::idle`, so where a service may be silent for longer, ask for none. Destroying
/// the stream breaks it off, which a service takes for a failure unless both sides have ended.
template <class O> class [[nodiscard]] EventStream {
  public:
    using Output = typename O::Output;

    /// A stream that is not open.
    EventStream() = default;
    explicit EventStream(detail::EventStreamState& state) noexcept : state_(&state) {}
    EventStream(EventStream&& other) noexcept
        : state_(std::exchange(other.state_, nullptr)), output_(std::move(other.output_)) {}
    EventStream& operator=(EventStream&& other) noexcept {
        std::swap(state_, other.state_);
        std::swap(output_, other.output_);
        return *this;
    }
    ~EventStream() { detail::destroy(state_); }

    /// Sends one event; returns why not, if it could not be sent. An event that the model or the format
    /// refuses (kind `validation`) leaves the stream as it was. When the service has ended the response,
    /// `receive` tells what it said.
    [[nodiscard]] std::optional<Error> send(const typename O::InputEvents& event) {
        std::optional<Error> error(std::in_place);
        if (state_ == nullptr)
            *error = detail::not_open_error();
        else if (detail::send_event(*state_, &event, *error))
            error.reset();
        return error;
    }
    /// Says that no more events come; the service may go on answering. Does nothing the second time.
    [[nodiscard]] std::optional<Error> close() {
        std::optional<Error> error(std::in_place);
        if (state_ == nullptr || detail::close_event_stream(*state_, *error)) error.reset();
        return error;
    }
    /// Waits for the next event; empty if the service has ended the stream. An exception or error in the
    /// stream is an error and ends the stream.
    template <class P = O> [[nodiscard]] Result<std::optional<typename P::OutputEvents>> receive() {
        std::optional<typename P::OutputEvents> event(std::in_place);
        Error error;
        bool end = false;
        if (!output()) return output_->error();
        if (!detail::receive_event(*state_, &*event, end, error)) return error;
        if (end) event.reset();
        return event;
    }
    /// Waits for the output: what the service says before the first event, or, where an operation receives no
    /// events, after the last one was sent.
    [[nodiscard]] const Result<Output>& output() {
        if (!output_) {
            if (state_ == nullptr)
                output_.emplace(detail::not_open_error());
            else
                output_.emplace(std::in_place, [this](void* output, detail::ResultBase& result) {
                    return detail::read_event_stream_head(*state_, output, result);
                });
        }
        return *output_;
    }
    /// Makes what is running, and everything later, end soon with an error of kind `cancelled`.
    void cancel() noexcept {
        if (state_ != nullptr) detail::cancel_event_stream(*state_);
    }

  private:
    detail::EventStreamState* state_ = nullptr;
    std::optional<Result<Output>> output_{};
};

namespace detail {

/// The body of a generated method.
template <class O>
[[nodiscard]] Result<EventStream<O>> open_event_stream(const ClientCore& core, DuplexTransport& transport,
                                                       const typename O::Input& input,
                                                       const CallOptions& options) {
    Error error;
    EventStreamState* const state = open_event_stream(core, transport, operation_of<O>, O::event_stream,
                                                      structure_of<typename O::InputEvents>,
                                                      received_events<O>(), &input, options, error);
    if (state == nullptr) return error;
    return EventStream<O>(*state);
}

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/events/impl/stream.ipp>
#endif
