// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/events/stream_machine.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/util/config.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace belfry::inline v0::detail {

/// Moves the bytes of a stream by the completions of an `AsyncDuplexTransport`. Its call is an `AsyncState`,
/// for which it is the transport: an attempt opens the stream and lasts until the output is there. Thus
/// retries, credentials and cancelling are those of other calls.
class AsyncStreamState final : private AsyncTransport, private TimerCompletion::Handler {
  public:
    AsyncStreamState(const AsyncCaller& caller, AsyncDuplexTransport& transport, const StreamTables& tables,
                     Owned<StreamOutput> output)
        : core_(caller.core()), transport_(transport), timer_(caller.timer()), operation_(tables.operation),
          machine_(core_, tables.operation, tables.traits, tables.sent, tables.received),
          output_(std::move(output)) {}

    void add_user() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
    [[nodiscard]] bool is_discarded() const noexcept { return is_discarded_.load(); }
    [[nodiscard]] StreamOutput& output() noexcept { return *output_; }
    [[nodiscard]] EventStreamMachine& machine() noexcept { return machine_; }
    [[nodiscard]] const EventStreamMachine& machine() const noexcept { return machine_; }

    void open(StreamOperation& operation, const void* input, const CallOptions& options);
    /// Sends an event or, without one, the end: after what is sent already.
    void send(StreamOperation& operation) noexcept {
        {
            const std::lock_guard lock(mutex_);
            StreamOperation* const last = std::exchange(last_sending_, &operation);
            if (last != nullptr) {
                last->next = &operation;
                return;
            }
            sending_ = &operation;
        }
        go_on_sending();
    }
    void receive(StreamOperation& operation) noexcept {
        {
            std::unique_lock lock(mutex_);
            if (is_dropped_ || receiving_ != nullptr) {
                lock.unlock();
                return is_dropped_ ? operation.abandon() : refuse_second(operation);
            }
            receiving_ = &operation;
            // Otherwise what runs goes on with this operation when it has ended.
            if (is_pumping_ || !has_output_) return;
            is_pumping_ = true;
        }
        if (!advance()) return;
        // Not from within the program's call.
        add_user();
        timer_.start({}, TimerCompletion(*this));
    }
    void wait_for_output(StreamOperation& operation) noexcept {
        {
            std::unique_lock lock(mutex_);
            if (!has_output_ && (is_dropped_ || waiting_for_output_ != nullptr)) {
                lock.unlock();
                return is_dropped_ ? operation.abandon() : refuse_second(operation);
            }
            if (!has_output_) {
                waiting_for_output_ = &operation;
                return;
            }
        }
        operation.end_later(timer_);
    }
    void cancel() noexcept {
        is_cancelled_.store(true);
        call_.cancel();
        if (is_open_.load()) stream_->cancel();
    }
    void destroy() noexcept {
        is_discarded_.store(true);
        cancel();
        release();
    }

    /// The output is there, or an error in its place.
    void on_output() noexcept {
        StreamOperation* opening = nullptr;
        StreamOperation* waiting = nullptr;
        bool receives = false;
        {
            const std::lock_guard lock(mutex_);
            has_output_ = true;
            opening = std::exchange(opening_, nullptr);
            waiting = std::exchange(waiting_for_output_, nullptr);
            receives = is_pumping_ = receiving_ != nullptr;
        }
        if (opening != nullptr) {
            if (!opening->has_failed) opening->error = std::move(output_->result().error());
            opening->has_failed = true;
            opening->end();
        }
        if (waiting != nullptr) waiting->end();
        if (receives && advance()) deliver_received();
    }
    /// The loop has dropped the call.
    void on_call_dropped() noexcept {
        StreamOperation* waiting[3];
        {
            const std::lock_guard lock(mutex_);
            if (has_output_) return;
            is_dropped_ = true;
            waiting[0] = std::exchange(opening_, nullptr);
            waiting[1] = std::exchange(waiting_for_output_, nullptr);
            waiting[2] = std::exchange(receiving_, nullptr);
        }
        for (StreamOperation* const one : waiting)
            if (one != nullptr) one->abandon();
    }

  private:
    using Step = void (AsyncStreamState::*)(TransportResult) noexcept;
    /// Waits for the operation of the transport on one side.
    class Side final : private DuplexCompletion::Handler {
      public:
        explicit Side(AsyncStreamState& stream) noexcept : stream_(stream) {}
        /// The stream goes on with `next`.
        [[nodiscard]] DuplexCompletion wait(Step next, Step abandoned) noexcept {
            next_ = next;
            abandoned_ = abandoned;
            stream_.add_user();
            return DuplexCompletion(*this);
        }
        [[nodiscard]] const void* id() const noexcept {
            return static_cast<const DuplexCompletion::Handler*>(this);
        }

      private:
        void on_complete(TransportResult result) noexcept override {
            (stream_.*next_)(std::move(result));
            stream_.release();
        }
        void on_abandoned() noexcept override {
            (stream_.*abandoned_)({});
            stream_.release();
        }
        AsyncStreamState& stream_;
        Step next_ = nullptr;
        Step abandoned_ = nullptr;
    };

    ~AsyncStreamState() override = default;

    /// Runs a part of an operation. If it runs out of memory, the operation has failed.
    template <class Part> static bool guarded(StreamOperation& operation, const Part& part) noexcept {
#if defined(__cpp_exceptions)
        try {
            operation.has_failed = !part();
        } catch (...) {
            operation.has_failed = !fail_without_memory(operation.error);
        }
#else
        operation.has_failed = !part();
#endif
        return !operation.has_failed;
    }
    /// Ends an operation that was started while another one of its kind runs.
    void refuse_second(StreamOperation& operation) noexcept {
        guarded(operation, [&] {
            return fail(operation.error, ErrorKind::validation, "OperationRuns",
                        "another operation of this kind waits on the stream already");
        });
        operation.end_later(timer_);
    }

    // The attempt: opens the stream, and reads what comes before the first event.

    void start(const HttpRequest& request, ResponseSink& sink,
               AttemptCompletion completion) noexcept override {
        sink_ = &sink;
        attempt_.emplace(std::move(completion));
        transport_.open(request, stream_,
                        incoming_.wait(&AsyncStreamState::on_opened, &AsyncStreamState::drop_attempt));
    }
    void cancel(const void*) noexcept override {
        if (is_open_.load())
            stream_->cancel();
        else
            transport_.cancel(incoming_.id());
    }
    void end_attempt(TransportResult result) noexcept {
        AttemptCompletion completion = std::move(*attempt_);
        attempt_.reset();
        completion(std::move(result));
    }
    void drop_attempt(TransportResult) noexcept { attempt_.reset(); }
    void on_opened(TransportResult result) noexcept {
        if (result.status == TransportStatus::ok && !stream_)
            result = {TransportStatus::failed, "the transport reported success without a stream"};
        if (result.status != TransportStatus::ok) return end_attempt(std::move(result));
        machine_.open();
        is_open_.store(true);
        if (is_cancelled_.load()) stream_->cancel();
        // Only one thing runs, so this may use the place of the operation that waits.
        if (!guarded(*opening_, [&] { return machine_.prepare_start(opening_->error); })) {
            stream_->cancel();
            return end_attempt({TransportStatus::cancelled, {}});
        }
        if (machine_.outgoing().empty()) return begin_head();
        stream_->write(machine_.outgoing(),
                       incoming_.wait(&AsyncStreamState::on_started, &AsyncStreamState::drop_attempt));
    }
    void on_started(TransportResult result) noexcept {
        // If the service has already answered, its answer is read.
        if (result.status == TransportStatus::ok || result.status == TransportStatus::connection_reset)
            return begin_head();
        stream_->cancel();
        end_attempt(std::move(result));
    }
    void begin_head() noexcept {
        // The completion may end the attempt on another thread, before this function returns.
        StreamOperation* opening = nullptr;
        {
            const std::lock_guard lock(mutex_);
            opening = std::exchange(opening_, nullptr);
        }
        stream_->read_head(status_, headers_,
                           incoming_.wait(&AsyncStreamState::on_head, &AsyncStreamState::drop_attempt));
        opening->end();
    }
    void on_head(TransportResult result) noexcept {
        go_on_with_head(std::move(result), [this](TransportResult&) {
            return machine_.take_head(status_, std::move(headers_), *sink_);
        });
    }
    void on_bytes_of_head(TransportResult result) noexcept {
        go_on_with_head(std::move(result),
                        [this](TransportResult& got) { return machine_.take_for_head(count_, *sink_, got); });
    }
    template <class Take> void go_on_with_head(TransportResult result, const Take& take) noexcept {
        bool more = false;
        if (result.status == TransportStatus::ok) {
            const TransportResult taken = without_throwing([&] { more = take(result); });
            if (taken.status != TransportStatus::ok) result = taken;
        }
        if (!more) {
            if (result.status == TransportStatus::cancelled) stream_->cancel();
            return end_attempt(std::move(result));
        }
        count_ = 0;
        stream_->read(machine_.buffer(), count_,
                      incoming_.wait(&AsyncStreamState::on_bytes_of_head, &AsyncStreamState::drop_attempt));
    }

    // Receives events.

    /// Looks for the outcome of the operation that receives. False if it has to wait for bytes.
    [[nodiscard]] bool advance() noexcept {
        StreamOperation& operation = *receiving_;
        if (const Error& error = output_->result().error(); error.kind != ErrorKind::none) {
            guarded(operation, [&] {
                operation.error = error;
                return false;
            });
            return true;
        }
        switch (machine_.next(operation.event())) {
        case EventReader::Step::event: return true;
        case EventReader::Step::need_more: break;
        default: guarded(operation, [&] { return machine_.take_error(operation.error); }); return true;
        }
        count_ = 0;
        stream_->read(machine_.buffer(), count_,
                      incoming_.wait(&AsyncStreamState::on_received, &AsyncStreamState::drop_receiving));
        return false;
    }
    void on_received(TransportResult result) noexcept {
        StreamOperation& operation = *receiving_;
        const bool good = guarded(operation, [&] {
            if (!machine_.check_read(result, operation.error)) return false;
            if (count_ != 0) {
                machine_.take(count_);
                return true;
            }
            operation.is_end = true;
            return machine_.end() || machine_.take_error(operation.error);
        });
        if (!good || operation.is_end || advance()) deliver_received();
    }
    /// Ends the operation that receives, and those that its callback starts, as long as there are events.
    void deliver_received() noexcept {
        do {
            StreamOperation* operation = nullptr;
            {
                const std::lock_guard lock(mutex_);
                operation = std::exchange(receiving_, nullptr);
            }
            operation->end();
            const std::lock_guard lock(mutex_);
            if (receiving_ == nullptr) {
                is_pumping_ = false;
                return;
            }
        } while (advance());
    }
    void drop_receiving(TransportResult) noexcept {
        StreamOperation* operation = nullptr;
        {
            const std::lock_guard lock(mutex_);
            operation = std::exchange(receiving_, nullptr);
        }
        if (operation != nullptr) operation->abandon();
    }
    void on_complete() noexcept override {
        deliver_received();
        release();
    }
    void on_abandoned() noexcept override {
        drop_receiving({});
        release();
    }

    // Sends events.

    /// Begins to send the first operation, and ends those that cannot be sent.
    void go_on_sending() noexcept {
        for (StreamOperation* operation = sending_; operation != nullptr;) {
            if (operation->is_end ? begin_end(*operation) : begin_event(*operation)) return;
            bool more = false;
            StreamOperation& ended = leave_sending_side(more);
            ended.end_later(timer_);
            operation = more ? sending_ : nullptr;
        }
    }
    /// False if the operation has ended, as those below.
    [[nodiscard]] bool begin_event(StreamOperation& operation) noexcept {
        // The event may not be one that can be sent.
        if (operation.has_failed || !guarded(operation, [&] {
                return machine_.is_closed() ? EventStreamMachine::fail_closed(operation.error)
                                            : machine_.prepare(operation.message, operation.error);
            }))
            return false;
        stream_->write(machine_.outgoing(),
                       outgoing_.wait(&AsyncStreamState::on_written, &AsyncStreamState::drop_sending));
        return true;
    }
    [[nodiscard]] bool begin_end(StreamOperation& operation) noexcept {
        if (machine_.is_closed()) return false;
        if (!guarded(operation, [&] { return machine_.prepare_end(operation.error); })) {
            machine_.close();
            operation.has_failed = !machine_.peer_ended();
            return false;
        }
        if (machine_.outgoing().empty()) {
            machine_.close();
            close_write();
        } else {
            stream_->write(machine_.outgoing(), outgoing_.wait(&AsyncStreamState::on_end_written,
                                                               &AsyncStreamState::drop_sending));
        }
        return true;
    }
    /// Takes the first operation, which has ended. `more` tells whether another one waits.
    [[nodiscard]] StreamOperation& leave_sending_side(bool& more) noexcept {
        const std::lock_guard lock(mutex_);
        StreamOperation& first = *sending_;
        sending_ = std::exchange(first.next, nullptr);
        more = sending_ != nullptr;
        if (!more) last_sending_ = nullptr;
        return first;
    }
    void end_sending() noexcept {
        bool more = false;
        StreamOperation& ended = leave_sending_side(more);
        // Before the callback, which may start another one.
        if (more) go_on_sending();
        ended.end();
    }
    void close_write() noexcept {
        stream_->close_write(outgoing_.wait(&AsyncStreamState::on_written, &AsyncStreamState::drop_sending));
    }
    void on_written(TransportResult result) noexcept {
        guarded(*sending_, [&] { return machine_.check_write(result, sending_->error); });
        end_sending();
    }
    void on_end_written(TransportResult result) noexcept {
        machine_.close();
        if (guarded(*sending_, [&] { return machine_.check_write(result, sending_->error); }))
            return close_write();
        // If the peer has ended the stream, failing to send its end is not an error.
        if (machine_.peer_ended()) sending_->has_failed = false;
        end_sending();
    }
    void drop_sending(TransportResult) noexcept {
        for (bool more = true; more;) leave_sending_side(more).abandon();
    }

    const ClientCore& core_;
    AsyncDuplexTransport& transport_;
    AsyncTimer& timer_;
    const Operation& operation_;
    EventStreamMachine machine_;
    Owned<StreamOutput> output_;
    AsyncCall call_{};
    std::optional<AttemptCompletion> attempt_{};
    ResponseSink* sink_ = nullptr;
    AsyncDuplexStreamPointer stream_{};
    Side incoming_{*this};
    Side outgoing_{*this};
    int status_ = 0;
    Headers headers_{};
    std::size_t count_ = 0;
    std::atomic<int> users_{1};
    std::atomic<bool> is_open_{false};
    std::atomic<bool> is_cancelled_{false};
    std::atomic<bool> is_discarded_{false};
    std::mutex mutex_{};
    /// The operations that run. Those that have a place here are used by the stream.
    StreamOperation* opening_ = nullptr;
    StreamOperation* waiting_for_output_ = nullptr;
    StreamOperation* receiving_ = nullptr;
    StreamOperation* sending_ = nullptr;
    StreamOperation* last_sending_ = nullptr;
    bool has_output_ = false;
    /// Whether the loop has dropped the call, so that the output never comes.
    bool is_dropped_ = false;
    /// Whether something goes on with the operation that receives.
    bool is_pumping_ = false;
};

/// The part of the call's `AsyncState`: takes the output.
class StoredStream {
  public:
    explicit StoredStream(AsyncStreamState& stream) noexcept : stream_(stream) { stream.add_user(); }
    StoredStream(const StoredStream&) = delete;
    StoredStream& operator=(const StoredStream&) = delete;
    ~StoredStream() {
        stream_.on_call_dropped();
        stream_.release();
    }

    static BodyHooks& hooks(void* storage) noexcept {
        return static_cast<StoredStream*>(storage)->stream_.machine().body();
    }
    static bool has_ended(void*) noexcept { return false; }
    static bool deliver(AsyncState& call, void* storage) noexcept {
        auto& stored = *static_cast<StoredStream*>(storage);
        StreamOutput& output = stored.stream_.output();
        conclude(call);
        bool done = finish(call, output.value(), output.result());
        const TransportResult taken =
            without_throwing([&] { done = stored.stream_.machine().finish_output(done, output.result()); });
        if (taken.status != TransportStatus::ok) done = fail_without_memory(output.result().error());
        if (!done) output.reset();
        stored.stream_.on_output();
        stored.~StoredStream();
        release(call);
        return true;
    }

  private:
    AsyncStreamState& stream_;
};

inline void AsyncStreamState::open(StreamOperation& operation, const void* input,
                                   const CallOptions& options) {
    // Without memory for the call, the operation has not begun.
    struct Undo {
        explicit Undo(AsyncStreamState& s) noexcept : stream(s) {}
        Undo(const Undo&) = delete;
        Undo& operator=(const Undo&) = delete;
        ~Undo() {
            if (!has_begun) std::exchange(stream.opening_, nullptr)->abandon();
        }
        AsyncStreamState& stream;
        bool has_begun = false;
    } undo(*this);
    opening_ = &operation;
    AsyncCaller(core_, *this, timer_).start_stored<StoredStream>(call_, operation_, options, input, *this);
    undo.has_begun = true;
}

BELFRY_INLINE void StreamOperation::cancel() noexcept {
    if (!has_ended_.load()) state_.cancel();
}
BELFRY_INLINE void StreamOperation::discard() noexcept {
    if (has_ended_.load()) return;
    is_discarded_.store(true);
    state_.cancel();
}
BELFRY_INLINE void StreamOperation::end() noexcept {
    has_ended_.store(true);
    if (is_discarded_.load() || state_.is_discarded())
        drop_callback();
    else
        call_back();
    release();
}
BELFRY_INLINE void StreamOperation::abandon() noexcept {
    has_ended_.store(true);
    drop_callback();
    release();
}
BELFRY_INLINE void StreamOperation::end_later(AsyncTimer& timer) noexcept {
    timer.start({}, TimerCompletion(*this));
}
BELFRY_INLINE void StreamOperation::on_complete() noexcept { end(); }
BELFRY_INLINE void StreamOperation::on_abandoned() noexcept { abandon(); }

BELFRY_INLINE void add_user(AsyncStreamState& state) noexcept { state.add_user(); }
BELFRY_INLINE void release(AsyncStreamState& state) noexcept { state.release(); }
BELFRY_INLINE AsyncStreamState* make_event_stream(const AsyncCaller& caller, AsyncDuplexTransport& transport,
                                                  const StreamTables& tables, Owned<StreamOutput> output) {
    return new AsyncStreamState(caller, transport, tables, std::move(output));
}
BELFRY_INLINE void begin_open(AsyncStreamState& state, StreamOperation& operation, const void* input,
                              const CallOptions& options) {
    operation.add_user();
    state.open(operation, input, options);
}
BELFRY_INLINE bool encode_sent_event(const AsyncStreamState& state, const void* event, std::string& message,
                                     Error& error) {
    return state.machine().encode(event, message, error);
}
BELFRY_INLINE void begin_send(AsyncStreamState& state, StreamOperation& operation) noexcept {
    operation.add_user();
    state.send(operation);
}
BELFRY_INLINE void begin_close(AsyncStreamState& state, StreamOperation& operation) noexcept {
    operation.add_user();
    operation.is_end = true;
    state.send(operation);
}
BELFRY_INLINE void begin_receive(AsyncStreamState& state, StreamOperation& operation) noexcept {
    operation.add_user();
    state.receive(operation);
}
BELFRY_INLINE void begin_output(AsyncStreamState& state, StreamOperation& operation) noexcept {
    operation.add_user();
    state.wait_for_output(operation);
}
BELFRY_INLINE StreamOutput& output_of(AsyncStreamState& state) noexcept { return state.output(); }
BELFRY_INLINE void cancel(AsyncStreamState& state) noexcept { state.cancel(); }
BELFRY_INLINE void destroy(AsyncStreamState& state) noexcept { state.destroy(); }

} // namespace belfry::inline v0::detail
