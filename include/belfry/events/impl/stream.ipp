// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/drive.hpp>
#include <belfry/events/stream_machine.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace belfry::inline v0::detail {

/// Moves the bytes of a stream on the threads that call it: one sends, the other one receives.
class EventStreamState {
  public:
    EventStreamState(const ClientCore& core, const Operation& operation, const EventStreamTraits& traits,
                     const Structure& sent, const Structure* received, const CallOptions& options)
        : core_(core), machine_(core, operation, traits, sent, received),
          call_(core, operation, options, &machine_.body()) {}

    BELFRY_COLD bool open(DuplexTransport& transport, const void* input, Error& error) {
        drive(call_, core_, call_.start(input), [&](ResponseSink& sink) {
            sink_ = &sink;
            TransportResult opened = transport.open(call_.request(), stream_);
            if (opened.status == TransportStatus::ok && stream_.get() == nullptr)
                opened = {TransportStatus::failed, "the transport reported success without a stream"};
            if (opened.status != TransportStatus::ok) return call_.on_sent(std::move(opened));
            machine_.open();
            return Call::Step::done;
        });
        // If the service has already answered, its answer is read later.
        if (machine_.is_open())
            return machine_.prepare_start(error) && (write(error) || machine_.peer_ended());
        ResultBase result;
        static_cast<void>(call_.finish(nullptr, result));
        error = std::move(result).error();
        return false;
    }

    BELFRY_COLD bool send(const void* event, Error& error) {
        if (machine_.is_closed()) return EventStreamMachine::fail_closed(error);
        message_.clear();
        return machine_.encode(event, message_, error) && machine_.prepare(message_, error) && write(error);
    }
    BELFRY_COLD bool close(Error& error) {
        if (machine_.is_closed()) return true;
        const bool sent = machine_.prepare_end(error) && write(error);
        // Later than what can throw: then the stream is still open, and closing it again makes sense.
        machine_.close();
        // If the peer has ended the stream, failing to send its end is not an error.
        if (!sent) return machine_.peer_ended();
        return machine_.check_write(stream_->close_write(), error);
    }

    BELFRY_COLD bool read_head(void* output, ResultBase& result) {
        if (head_read_) return fail_without_memory(result.error());
        head_read_ = true;
        int status = 0;
        Headers headers;
        TransportResult got = stream_->read_head(status, headers);
        if (got.status == TransportStatus::ok && machine_.take_head(status, std::move(headers), *sink_)) {
            std::size_t count = 0;
            do {
                count = 0;
                got = stream_->read(machine_.buffer(), count);
            } while (got.status == TransportStatus::ok && machine_.take_for_head(count, *sink_, got));
            if (got.status == TransportStatus::cancelled) stream_->cancel();
        }
        static_cast<void>(call_.on_sent(std::move(got)));
        return machine_.finish_output(call_.finish(output, result), result);
    }
    BELFRY_COLD bool receive(void* event, bool& end, Error& error) {
        for (;;) {
            const EventReader::Step step = machine_.next(event);
            if (step == EventReader::Step::event) return true;
            if (step == EventReader::Step::need_more) {
                std::size_t count = 0;
                if (!machine_.check_read(stream_->read(machine_.buffer(), count), error)) return false;
                if (count != 0) {
                    machine_.take(count);
                    continue;
                }
                end = true;
                if (machine_.end()) return true;
            }
            return machine_.take_error(error);
        }
    }
    void cancel() noexcept { stream_->cancel(); }

  private:
    /// Writes what is outgoing, if there is anything.
    bool write(Error& error) {
        const std::span<const std::byte> bytes = machine_.outgoing();
        return bytes.empty() || machine_.check_write(stream_->write(bytes), error);
    }

    const ClientCore& core_;
    EventStreamMachine machine_;
    Call call_;
    ResponseSink* sink_ = nullptr;
    DuplexStreamPointer stream_{};
    /// Used by the sending thread only.
    std::string message_{};
    /// Whether the head was asked for. It comes once, even if there is no memory for the output.
    bool head_read_ = false;
};

BELFRY_INLINE EventStreamState* open_event_stream(const ClientCore& core, DuplexTransport& transport,
                                                  const Operation& operation, const EventStreamTraits& traits,
                                                  const Structure& sent, const Structure* received,
                                                  const void* input, const CallOptions& options,
                                                  Error& error) {
    Owned<EventStreamState> state(new EventStreamState(core, operation, traits, sent, received, options));
    return state->open(transport, input, error) ? state.release() : nullptr;
}
BELFRY_INLINE bool send_event(EventStreamState& state, const void* event, Error& error) {
    return state.send(event, error);
}
BELFRY_INLINE bool close_event_stream(EventStreamState& state, Error& error) { return state.close(error); }
BELFRY_INLINE bool read_event_stream_head(EventStreamState& state, void* output, ResultBase& result) {
    return state.read_head(output, result);
}
BELFRY_INLINE bool receive_event(EventStreamState& state, void* event, bool& end, Error& error) {
    return state.receive(event, end, error);
}
BELFRY_INLINE void cancel_event_stream(EventStreamState& state) noexcept { state.cancel(); }
BELFRY_INLINE void destroy(EventStreamState* state) noexcept { delete state; }

} // namespace belfry::inline v0::detail
