// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/core.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/async_transport.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// A running call: its state machine and driver, followed by the callback in the same allocation.
class AsyncState;
class BodyHooks;

/// Work that has started, as its `AsyncCall` sees it: a call, or an operation on a stream.
class AsyncWork {
  public:
    virtual void cancel() noexcept = 0;
    virtual void discard() noexcept = 0;
    /// Ends the use by the handle.
    virtual void release() noexcept = 0;

  protected:
    ~AsyncWork() = default;
};

/// The operations on a callback whose type is erased.
struct AsyncCallback {
    std::size_t size;
    /// Takes the callback out of `storage`, finishes and releases the state, and calls the callback. False,
    /// with nothing of that done, if the output cannot be read and the call goes on.
    bool (*deliver)(AsyncState& state, void* storage) noexcept;
    void (*destroy)(void* storage) noexcept;
    /// The hooks of a call that brings its own; null otherwise.
    BodyHooks& (*hooks)(void* storage) noexcept = nullptr;
    /// Whether the hooks have ended the attempt, whose outcome is then not a failure of the transport.
    bool (*has_ended)(void* storage) noexcept = nullptr;
};

/// Creates a call, which the caller owns and has to start. The caller constructs the callback in `storage`.
[[nodiscard]] BELFRY_INLINE AsyncState* make_async_state(const ClientCore& core, AsyncTransport& transport,
                                                         AsyncTimer& timer, const Operation& operation,
                                                         const CallOptions& options,
                                                         const AsyncCallback& callback, void*& storage);
/// Starts the call. From then on it may end on another thread; it keeps itself alive until it has ended.
BELFRY_INLINE void launch(AsyncState& state, const void* input) noexcept;
/// False if the output cannot be read and the call goes on.
[[nodiscard]] BELFRY_INLINE bool read_output(AsyncState& state, void* output) noexcept;
BELFRY_INLINE bool finish(AsyncState& state, void* output, ResultBase& result) noexcept;
/// Before `finish` where `read_output` is not called: the call has ended.
BELFRY_INLINE void conclude(AsyncState& state) noexcept;
/// Within `AsyncCallback::deliver`, which then returns false: the state makes another call of the operation
/// after the pause. `input` must exist until that call begins.
BELFRY_INLINE void call_again(AsyncState& state, Duration pause, const CallOptions& options,
                              const void* input) noexcept;
BELFRY_INLINE void release(AsyncState& state) noexcept;
[[nodiscard]] BELFRY_INLINE AsyncWork& work_of(AsyncState& state) noexcept;

/// The outcome of a call that has ended, in `result`, which was constructed with a value. False, if the
/// output cannot be read and the call goes on.
template <class Output> [[nodiscard]] bool take_result(AsyncState& state, Result<Output>& result) noexcept {
    if (!read_output(state, &*result)) return false;
    if (!finish(state, &*result, result)) {
        reset_output<Output>(&*result);
        result.reset();
    }
    return true;
}

/// Destroys what a call has stored, of which `callback` is a part, and calls the callback.
template <class Stored, class Callback, class Output>
void call_back(AsyncState& state, Stored& stored, Callback& callback, Result<Output>&& result) noexcept {
    if constexpr (std::is_nothrow_move_constructible_v<Callback>) {
        Callback moved(std::move(callback));
        stored.~Stored();
        release(state);
        moved(std::move(result));
    } else {
        // Moving it could fail for lack of memory, so the state stays until the callback has returned.
        callback(std::move(result));
        stored.~Stored();
        release(state);
    }
}

/// The part of an `AsyncState` that one call needs.
template <class O, class Callback> struct StoredCall {
    Callback callback;

    template <class F> explicit StoredCall(F&& given) : callback(std::forward<F>(given)) {}
    static bool deliver(AsyncState& state, void* storage) noexcept {
        Result<typename O::Output> result(std::in_place);
        if (!take_result(state, result)) return false;
        auto& stored = *static_cast<StoredCall*>(storage);
        call_back(state, stored, stored.callback, std::move(result));
        return true;
    }
};
template <class Stored> void destroy_stored(void* storage) noexcept {
    static_cast<Stored*>(storage)->~Stored();
}
template <class Stored> [[nodiscard]] constexpr AsyncCallback erase_stored() noexcept {
    AsyncCallback erased{sizeof(Stored), &Stored::deliver, &destroy_stored<Stored>};
    if constexpr (requires { &Stored::hooks; }) {
        erased.hooks = &Stored::hooks;
        erased.has_ended = &Stored::has_ended;
    }
    return erased;
}

} // namespace detail

/// A handle of a started call. The call continues if the handle is destroyed.
class AsyncCall {
  public:
    AsyncCall() noexcept = default;
    explicit AsyncCall(detail::AsyncWork& work) noexcept : work_(&work) {}
    AsyncCall(AsyncCall&& other) noexcept : work_(std::exchange(other.work_, nullptr)) {}
    AsyncCall& operator=(AsyncCall&& other) noexcept {
        std::swap(work_, other.work_);
        return *this;
    }
    ~AsyncCall() {
        if (work_ != nullptr) work_->release();
    }

    /// Requests that the call end soon, with an error of kind `cancelled` unless it completes before. The
    /// callback is still called. May be called on any thread while the transport and the timer exist. Has no
    /// effect after the call has ended.
    void cancel() noexcept {
        if (work_ != nullptr) work_->cancel();
    }
    /// Cancels the call and destroys the callback without calling it. Must not be called while the callback
    /// may be running on another thread.
    void discard() noexcept {
        if (work_ != nullptr) work_->discard();
    }

  private:
    detail::AsyncWork* work_ = nullptr;
};

/// Starts calls that neither block nor need a thread: an `AsyncTransport` sends, an `AsyncTimer` waits.
/// Refers to client, transport and timer, which must exist until the callbacks of all calls have been called,
/// or until the loop has destroyed their completions. Copyable. May be used by several threads if transport
/// and timer may.
class AsyncCaller {
  public:
    AsyncCaller(const ClientCore& core, AsyncTransport& transport, AsyncTimer& timer) noexcept
        : core_(&core), transport_(&transport), timer_(&timer) {}
    /// `client` is a client of any service.
    template <class C>
        requires requires(const C& client) { static_cast<const ClientCore&>(client.core()); }
    AsyncCaller(const C& client, AsyncTransport& transport, AsyncTimer& timer) noexcept
        : AsyncCaller(client.core(), transport, timer) {}

    /// Calls `O`, for example `caller.start(voice::operations::GetSpeakerSearchTask{}, {...}, callback)`.
    /// `callback` is called once with a `Result<O::Output>`, never from within `start`, on a thread on which
    /// the transport or the timer completes; it must not throw. The input is not needed after `start`.
    /// Signs on the thread that starts the attempt, so a provider of credentials should not block:
    /// `AsyncCredentials` (`belfry/async_credentials.hpp`) does not, and `AsyncS3Express`
    /// (`belfry/async_s3_express.hpp`) for sessions of S3 Express. Throws `std::bad_alloc` if there is no
    /// memory for the call itself; if memory runs out later, the callback gets an error of kind `memory`.
    template <class O, class F>
    AsyncCall start(const O& operation, const typename O::Input& input, F&& callback) const {
        return start(operation, input, CallOptions{}, std::forward<F>(callback));
    }
    /// The same with options, of which the cancellation token, `response_body` and `response_headers` must
    /// exist as long as transport and timer must, and region, endpoint and credentials until the callback is
    /// called. The rest is not needed after `start`. The token is checked
    /// whenever the transport asks and between attempts; `AsyncCall::cancel` also wakes transport and timer.
    template <class O, class F>
    AsyncCall start(const O& operation, const typename O::Input& input, const CallOptions& options,
                    F&& callback) const {
        AsyncCall call;
        start(call, operation, input, options, std::forward<F>(callback));
        return call;
    }
    /// The same, but assigns `call` before the callback can be called.
    template <class O, class F>
    void start(AsyncCall& call, const O&, const typename O::Input& input, const CallOptions& options,
               F&& callback) const {
        using Callback = std::decay_t<F>;
        static_assert(std::is_invocable_v<Callback&, Result<typename O::Output>&&>,
                      "the callback takes a Result<Output>");
        start_stored<detail::StoredCall<O, Callback>>(call, operation_of<O>, options, &input,
                                                      std::forward<F>(callback));
    }

    /// Constructs a `Stored` of the arguments, and makes a call whose outcome its `deliver` takes. The
    /// library's other kinds of calls, such as received events, use it.
    template <class Stored, class... Arguments>
    void start_stored(AsyncCall& call, const Operation& operation, const CallOptions& options,
                      const void* input, Arguments&&... arguments) const {
        static_assert(alignof(Stored) <= alignof(std::max_align_t));
        static constexpr detail::AsyncCallback erased = detail::erase_stored<Stored>();
        void* storage = nullptr;
        detail::AsyncState* const state =
            detail::make_async_state(*core_, *transport_, *timer_, operation, options, erased, storage);
        {
            // Frees the state if copying the callback throws, and a state that `call` had before the call
            // begins.
            AsyncCall started(detail::work_of(*state));
            const auto* const stored = ::new (storage) Stored(std::forward<Arguments>(arguments)...);
            if constexpr (requires { stored->input(); }) input = stored->input();
            call = std::move(started);
        }
        detail::launch(*state, input);
    }

    /// The part of the client that all operations share.
    [[nodiscard]] const ClientCore& core() const noexcept { return *core_; }
    [[nodiscard]] AsyncTimer& timer() const noexcept { return *timer_; }

  private:
    const ClientCore* core_;
    AsyncTransport* transport_;
    AsyncTimer* timer_;
};

/// The transport of a client that only makes asynchronous calls: `voice::Client client{config, AsyncOnly{}}`.
struct AsyncOnly {
    TransportResult operator()(const HttpRequest&, ResponseSink&) const {
        return {TransportStatus::failed,
                "this client has no synchronous transport: it was made with AsyncOnly"};
    }
};

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/async/impl/async.ipp>
#endif
