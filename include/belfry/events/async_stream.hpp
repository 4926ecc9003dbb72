// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/pending.hpp>
#include <belfry/core/result.hpp>
#include <belfry/events/stream.hpp>
#include <belfry/http/async_duplex_transport.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

/// Calls on an event loop that send events while they last; the asynchronous clients of services with such
/// operations include it.
namespace belfry::inline v0 {

template <class O> class AsyncEventStream;

namespace detail {

/// A stream that opens, is open or has ended, without the types of its events. Counts its users.
class AsyncStreamState;

BELFRY_INLINE void add_user(AsyncStreamState& state) noexcept;
BELFRY_INLINE void release(AsyncStreamState& state) noexcept;

/// One operation on a stream, such as a `send`, from its start until its callback was called.
class StreamOperation : public AsyncWork, private TimerCompletion::Handler {
  public:
    explicit StreamOperation(AsyncStreamState& state) noexcept : state_(state) { detail::add_user(state); }
    StreamOperation(const StreamOperation&) = delete;
    StreamOperation& operator=(const StreamOperation&) = delete;

    /// Where a received event goes.
    [[nodiscard]] virtual void* event() noexcept { return nullptr; }
    /// Calls the callback with the outcome, and destroys it.
    virtual void call_back() noexcept = 0;
    /// Destroys the callback.
    virtual void drop_callback() noexcept = 0;

    /// Both end the stream, too: a part of an event cannot be taken back.
    BELFRY_INLINE void cancel() noexcept final;
    BELFRY_INLINE void discard() noexcept final;
    void release() noexcept final {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
    void add_user() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
    /// Calls the callback, unless the operation or its stream was discarded, and ends the stream's use.
    BELFRY_INLINE void end() noexcept;
    /// The same in another turn of the loop.
    BELFRY_INLINE void end_later(AsyncTimer& timer) noexcept;
    /// Ends without the callback, because the loop has.
    BELFRY_INLINE void abandon() noexcept;
    [[nodiscard]] AsyncStreamState& state() const noexcept { return state_; }

    /// The outcome: an error if it has failed.
    Error error{};
    bool has_failed = false;
    /// Whether it receives, or sends, the end of the events.
    bool is_end = false;
    /// The operation that is sent after this one.
    StreamOperation* next = nullptr;
    /// The message that is sent.
    std::string message{};

  protected:
    virtual ~StreamOperation() { detail::release(state_); }

  private:
    BELFRY_INLINE void on_complete() noexcept override;
    BELFRY_INLINE void on_abandoned() noexcept override;

    AsyncStreamState& state_;
    std::atomic<int> users_{1};
    std::atomic<bool> has_ended_{false};
    std::atomic<bool> is_discarded_{false};
};

/// The output of a stream, whose type is erased.
class StreamOutput {
  public:
    StreamOutput() = default;
    StreamOutput(const StreamOutput&) = delete;
    StreamOutput& operator=(const StreamOutput&) = delete;
    virtual ~StreamOutput() = default;
    [[nodiscard]] virtual void* value() noexcept = 0;
    [[nodiscard]] virtual ResultBase& result() noexcept = 0;
    /// There is no value.
    virtual void reset() noexcept = 0;
};
template <class Output> class StreamOutputOf final : public StreamOutput {
  public:
    [[nodiscard]] void* value() noexcept override { return &*typed; }
    [[nodiscard]] ResultBase& result() noexcept override { return typed; }
    void reset() noexcept override {
        reset_output<Output>(&*typed);
        typed.reset();
    }

    Result<Output> typed{std::in_place};
};

/// The tables of a stream. `received` is null if the operation receives no events.
struct StreamTables {
    const Operation& operation;
    const EventStreamTraits& traits;
    const Structure& sent;
    const Structure* received;
};

/// A stream that is not opened yet, with one user. `output` is where its output goes.
[[nodiscard]] BELFRY_INLINE AsyncStreamState* make_event_stream(const AsyncCaller& caller,
                                                                AsyncDuplexTransport& transport,
                                                                const StreamTables& tables,
                                                                Owned<StreamOutput> output);
/// Opens the stream for the operation, which ends when it is open.
BELFRY_INLINE void begin_open(AsyncStreamState& state, StreamOperation& operation, const void* input,
                              const CallOptions& options);
[[nodiscard]] BELFRY_INLINE bool encode_sent_event(const AsyncStreamState& state, const void* event,
                                                   std::string& message, Error& error);
BELFRY_INLINE void begin_send(AsyncStreamState& state, StreamOperation& operation) noexcept;
BELFRY_INLINE void begin_close(AsyncStreamState& state, StreamOperation& operation) noexcept;
BELFRY_INLINE void begin_receive(AsyncStreamState& state, StreamOperation& operation) noexcept;
BELFRY_INLINE void begin_output(AsyncStreamState& state, StreamOperation& operation) noexcept;
[[nodiscard]] BELFRY_INLINE StreamOutput& output_of(AsyncStreamState& state) noexcept;
BELFRY_INLINE void cancel(AsyncStreamState& state) noexcept;
/// Discards the operations that run, cancels the stream, and ends the use of it by its owner.
BELFRY_INLINE void destroy(AsyncStreamState& state) noexcept;

/// A use of a stream.
class StreamUse {
  public:
    StreamUse() noexcept = default;
    /// Takes over a use.
    explicit StreamUse(AsyncStreamState* state) noexcept : state_(state) {}
    StreamUse(StreamUse&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    StreamUse& operator=(StreamUse&& other) noexcept {
        std::swap(state_, other.state_);
        return *this;
    }
    ~StreamUse() {
        if (state_ != nullptr) release(*state_);
    }
    [[nodiscard]] AsyncStreamState* get() const noexcept { return state_; }

  private:
    AsyncStreamState* state_ = nullptr;
};

/// An operation with its callback. `Outcome` makes the callback's argument.
template <class Outcome, class F> class StreamOperationOf final : public StreamOperation {
  public:
    template <class G>
    StreamOperationOf(AsyncStreamState& state, G&& callback)
        : StreamOperation(state), callback_(std::in_place, std::forward<G>(callback)) {}

    [[nodiscard]] void* event() noexcept override {
        if constexpr (requires { outcome_.event(); })
            return outcome_.event();
        else
            return nullptr;
    }
    void call_back() noexcept override {
        if constexpr (std::is_nothrow_move_constructible_v<F>) {
            F moved(std::move(*callback_));
            callback_.reset();
            moved(outcome_.take(*this));
        } else {
            // Moving it could fail for lack of memory.
            (*callback_)(outcome_.take(*this));
            callback_.reset();
        }
    }
    void drop_callback() noexcept override { callback_.reset(); }

  private:
    std::optional<F> callback_;
    Outcome outcome_{};
};

/// Makes the argument of the callback of `send` or `close`.
struct SentOutcome {
    using ResultType = std::optional<Error>;
    [[nodiscard]] static ResultType not_open() { return not_open_error(); }
    [[nodiscard]] static ResultType take(StreamOperation& operation) noexcept {
        if (operation.has_failed) return std::move(operation.error);
        return std::nullopt;
    }
};
/// Makes the argument of the callback of `receive`.
template <class Events> class ReceivedOutcome {
  public:
    using ResultType = Result<std::optional<Events>>;
    [[nodiscard]] static ResultType not_open() { return not_open_error(); }
    [[nodiscard]] void* event() noexcept { return &*event_; }
    [[nodiscard]] ResultType take(StreamOperation& operation) noexcept {
        if (operation.has_failed) return ResultType(std::move(operation.error));
        if (operation.is_end) event_.reset();
        return ResultType(std::move(event_));
    }

  private:
    std::optional<Events> event_{std::in_place};
};
/// Makes the argument of the callback of `output`.
template <class Output> struct OutputOutcome {
    using ResultType = Result<Output>*;
    [[nodiscard]] static ResultType not_open() { return nullptr; }
    [[nodiscard]] static ResultType take(StreamOperation& operation) noexcept {
        return &static_cast<StreamOutputOf<Output>&>(output_of(operation.state())).typed;
    }
};
/// Makes the argument of the callback of an opening.
template <class O> struct OpenedOutcome {
    using ResultType = Result<AsyncEventStream<O>>;
    [[nodiscard]] static ResultType take(StreamOperation& operation) noexcept {
        if (operation.has_failed) return ResultType(std::move(operation.error));
        add_user(operation.state());
        return ResultType(AsyncEventStream<O>(operation.state()));
    }
};

/// Makes an operation, whose handle `call` becomes.
template <class Outcome, class F>
[[nodiscard]] StreamOperation& make_operation(AsyncStreamState& state, AsyncCall& call, F&& callback) {
    using Callback = std::decay_t<F>;
    static_assert(std::is_invocable_v<Callback&, typename Outcome::ResultType&&>,
                  "the callback takes another type: see the function that was called");
    auto* const made = new StreamOperationOf<Outcome, Callback>(state, std::forward<F>(callback));
    call = AsyncCall(*made);
    return *made;
}

} // namespace detail

/// An operation on a stream that has not been started: `co_await` it, `start` it with a callback, or give it
/// to an `AsyncScope`. To cancel it, or to discard it by destroying what awaits it, ends the stream.
template <class Outcome>
class [[nodiscard]] PendingStreamOperation : public detail::PendingWork<PendingStreamOperation<Outcome>> {
  public:
    /// The type that the callback gets, or the coroutine.
    using ResultType = typename Outcome::ResultType;
    using Begin = void (*)(detail::AsyncStreamState&, detail::StreamOperation&) noexcept;

    /// `state` is null for a stream that was not opened.
    PendingStreamOperation(detail::AsyncStreamState* state, Begin begin) noexcept
        : state_(state), begin_(begin) {
        if (state != nullptr) detail::add_user(*state);
    }

    using detail::PendingWork<PendingStreamOperation>::start;
    /// Starts the operation, and assigns `call` before the callback can be called.
    template <class F> void start(AsyncCall& call, F&& callback) && {
        const detail::StreamUse stream(std::move(state_));
        if (stream.get() == nullptr) return std::forward<F>(callback)(Outcome::not_open());
        detail::StreamOperation& operation =
            detail::make_operation<Outcome>(*stream.get(), call, std::forward<F>(callback));
        operation.message = std::move(message);
        operation.error = std::move(error);
        operation.has_failed = operation.error.kind != ErrorKind::none;
        begin_(*stream.get(), operation);
    }

    /// The message that is sent, or why there is none.
    std::string message{};
    Error error{};

  private:
    detail::StreamUse state_{};
    Begin begin_ = nullptr;
};

/// A stream of events that is open in both directions, on an event loop: `EventStream` without waiting. Each
/// function returns work that a coroutine can `co_await`, or, with a callback as the last argument, starts it
/// and returns an `AsyncCall`. Callbacks are called as those of `AsyncCaller::start`: once, never from within
/// the function, on a thread on which the transport or the timer completes.
///
/// A `send` ends when the transport can take more: a program that waits for it needs no more memory if the
/// service reads slowly. Several may run; they are sent in their order, `close` as well. One `receive` and
/// one `output` run at a time; another one ends with an error of kind `validation`. Events are only read from
/// the transport for a `receive`. Sides are independent: a program may send while it receives.
///
/// Refers to the client, the transport and the timer. Destroying the stream breaks it off, which a service
/// takes for a failure unless both sides have ended, and discards the operations that run: their callbacks
/// are not called. Destroy it on the thread on which they are called.
template <class O> class [[nodiscard]] AsyncEventStream {
  public:
    using Output = typename O::Output;
    using Send = PendingStreamOperation<detail::SentOutcome>;

    /// A stream that is not open: its operations fail at once, within the function that starts them.
    AsyncEventStream() = default;
    explicit AsyncEventStream(detail::AsyncStreamState& state) noexcept : state_(&state) {}
    AsyncEventStream(AsyncEventStream&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    AsyncEventStream& operator=(AsyncEventStream&& other) noexcept {
        std::swap(state_, other.state_);
        return *this;
    }
    ~AsyncEventStream() {
        if (state_ != nullptr) detail::destroy(*state_);
    }
    /// Whether this is a stream that was opened.
    [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }

    /// Sends one event, which is not needed after this function. Gives a `std::optional<Error>`: why not, if
    /// it could not be sent. An event that the model or the format refuses (kind `validation`) leaves the
    /// stream as it was. When the service has ended the response, `receive` tells what it said.
    [[nodiscard]] Send send(const typename O::InputEvents& event) {
        Send pending(state_, &detail::begin_send);
        if (state_ != nullptr && !detail::encode_sent_event(*state_, &event, pending.message, pending.error))
            pending.message.clear();
        return pending;
    }
    /// GCC 12 destroys an aggregate twice that is created within a `co_await` expression: give the event a
    /// name.
    [[nodiscard]] Send send(typename O::InputEvents&& event) {
        return send(std::as_const(static_cast<typename O::InputEvents&>(detail::move_input(event))));
    }
    template <class F> AsyncCall send(const typename O::InputEvents& event, F&& callback) {
        return send(event).start(std::forward<F>(callback));
    }
    /// Says that no more events come; the service may go on answering. Gives a `std::optional<Error>`. Does
    /// nothing the second time.
    [[nodiscard]] Send close() { return Send(state_, &detail::begin_close); }
    template <class F> AsyncCall close(F&& callback) { return close().start(std::forward<F>(callback)); }
    /// Waits for the next event. Gives a `Result<std::optional<O::OutputEvents>>`: empty if the service has
    /// ended the stream. An exception or error in the stream is an error and ends the stream.
    template <class P = O> [[nodiscard]] auto receive() {
        using Outcome = detail::ReceivedOutcome<typename P::OutputEvents>;
        return PendingStreamOperation<Outcome>(state_, &detail::begin_receive);
    }
    template <class F> AsyncCall receive(F&& callback) { return receive().start(std::forward<F>(callback)); }
    /// Waits for the output: what the service says before the first event, or, where an operation receives no
    /// events, after the last one was sent. Gives a `Result<Output>*` into the stream, null for one that
    /// was not opened. The output is read even if nothing asks for it.
    [[nodiscard]] auto output() {
        return PendingStreamOperation<detail::OutputOutcome<Output>>(state_, &detail::begin_output);
    }
    template <class F> AsyncCall output(F&& callback) { return output().start(std::forward<F>(callback)); }
    /// Makes what is running, and everything later, end soon with an error of kind `cancelled`. Any thread
    /// may call it.
    void cancel() noexcept {
        if (state_ != nullptr) detail::cancel(*state_);
    }

  private:
    detail::AsyncStreamState* state_ = nullptr;
};

/// The transport of an asynchronous client that only opens streams of events, by an `AsyncDuplexTransport`:
/// `belfry::StreamsOnly none; auto voice = client.async(none, loop);`
class StreamsOnly final : public AsyncTransport {
  public:
    void start(const HttpRequest&, ResponseSink&, AttemptCompletion completion) noexcept override {
        completion({TransportStatus::failed, "the client was made with StreamsOnly"});
    }
};

/// A call that opens a stream of events, and that has not been started, see `PendingCall`. Gives a
/// `Result<AsyncEventStream<O>>`. The opening is repeated as other calls are; what comes after it is not.
template <class O>
class [[nodiscard]] PendingEventStream : public detail::PendingWork<PendingEventStream<O>> {
  public:
    /// The type that the callback gets, or the coroutine.
    using ResultType = Result<AsyncEventStream<O>>;

    PendingEventStream(const AsyncCaller& caller, AsyncDuplexTransport& transport, typename O::Input input,
                       const CallOptions& options)
        : caller_(caller), transport_(&transport), input_(std::move(input)), options_(options) {}

    using detail::PendingWork<PendingEventStream>::start;
    /// Starts the call, and assigns `call` before the callback can be called.
    template <class F> void start(AsyncCall& call, F&& callback) && {
        const detail::StreamTables tables{operation_of<O>, O::event_stream,
                                          structure_of<typename O::InputEvents>,
                                          detail::received_events<O>()};
        const detail::StreamUse stream(detail::make_event_stream(
            caller_, *transport_, tables,
            detail::Owned<detail::StreamOutput>(new detail::StreamOutputOf<typename O::Output>)));
        detail::StreamOperation& operation =
            detail::make_operation<detail::OpenedOutcome<O>>(*stream.get(), call, std::forward<F>(callback));
        detail::begin_open(*stream.get(), operation, &input_, options_);
    }

  private:
    AsyncCaller caller_;
    AsyncDuplexTransport* transport_;
    typename O::Input input_;
    CallOptions options_;
};

namespace detail {

/// A callback of a call that opens a stream, and not options.
template <class F, class O>
concept StreamCallbackOf = std::is_invocable_v<std::decay_t<F>&, Result<AsyncEventStream<O>>>;

/// The body of a generated asynchronous method, for a coroutine.
template <class O>
[[nodiscard]] PendingEventStream<O>
open_event_stream_async(const AsyncCaller& caller, AsyncDuplexTransport& transport, typename O::Input input,
                        const CallOptions& options) {
    return {caller, transport, std::move(input), options};
}
/// The same with a callback.
template <class O, class F>
AsyncCall open_event_stream_async(const AsyncCaller& caller, AsyncDuplexTransport& transport,
                                  const typename O::Input& input, const CallOptions& options, F&& callback) {
    return PendingEventStream<O>(caller, transport, input, options).start(std::forward<F>(callback));
}

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/events/impl/async_stream.ipp>
#endif
