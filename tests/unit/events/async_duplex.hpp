// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/async_duplex_transport.hpp>

#include "unit/events/service.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// A transport for streams on an event loop that a test controls: what has happened is told by `turn`.
namespace test {

class FakeAsyncDuplex final : public belfry::AsyncDuplexTransport {
  public:
    using Outcome = belfry::TransportResult;

    explicit FakeAsyncDuplex(Peer& peer) : peer_(peer) {}

    void open(const belfry::HttpRequest& request, belfry::AsyncDuplexStreamPointer& stream,
              belfry::DuplexCompletion completion) noexcept override {
        peer_.requests.push_back(request);
        const std::size_t attempt = peer_.requests.size() - 1;
        opening_ = completion.id();
        Outcome outcome;
        if (attempt < peer_.opens.size()) outcome.status = peer_.opens[attempt];
        if (outcome.status == belfry::TransportStatus::ok && !lacks_stream)
            stream = belfry::AsyncDuplexStreamPointer(new Stream(*this));
        if (opens_never) {
            held_open_ = std::move(completion);
            return;
        }
        finish(std::move(completion), outcome);
    }
    void cancel(const void* id) noexcept override {
        ++cancels;
        if (held_open_ && id == opening_) {
            finish(std::move(*held_open_), {belfry::TransportStatus::cancelled, {}});
            held_open_.reset();
        }
    }

    /// Calls the completions of what has ended. Whether there were any.
    bool turn() {
        std::deque<Ended> ended;
        ended.swap(ended_);
        for (Ended& one : ended) one.completion(std::move(one.outcome));
        return !ended.empty();
    }
    /// Lets the writes that wait end.
    void take_writes() {
        holds_writes = false;
        if (held_write_) finish(std::move(*held_write_), {});
        held_write_.reset();
    }
    /// Lets the reads that wait look for bytes.
    void give_reads() {
        holds_reads = false;
        if (held_read_) held_read_->look();
    }
    /// The loop ends.
    void drop() {
        ended_.clear();
        held_open_.reset();
        held_write_.reset();
        held_read_.reset();
    }
    [[nodiscard]] bool writes() const { return held_write_.has_value(); }
    [[nodiscard]] bool reads() const { return held_read_.has_value(); }

    bool opens_never = false;
    bool lacks_stream = false;
    bool holds_writes = false;
    bool holds_reads = false;
    int cancels = 0;

  private:
    struct Ended {
        belfry::DuplexCompletion completion;
        Outcome outcome;
    };
    class Stream final : public belfry::AsyncDuplexStream {
      public:
        explicit Stream(FakeAsyncDuplex& owner) : owner_(owner), peer_(owner.peer_), sync_(peer_) {}
        void write(std::span<const std::byte> bytes, belfry::DuplexCompletion completion) noexcept override {
            Outcome outcome = is_cancelled_ ? cancelled() : sync_.write(bytes);
            if (owner_.holds_writes && outcome.status == belfry::TransportStatus::ok) {
                owner_.held_write_ = std::move(completion);
                return;
            }
            owner_.finish(std::move(completion), std::move(outcome));
        }
        void close_write(belfry::DuplexCompletion completion) noexcept override {
            owner_.finish(std::move(completion), is_cancelled_ ? cancelled() : sync_.close_write());
        }
        void read_head(int& status, belfry::Headers& headers,
                       belfry::DuplexCompletion completion) noexcept override {
            wait({&status, &headers, {}, nullptr, this, std::move(completion)});
        }
        void read(std::span<std::byte> buffer, std::size_t& count,
                  belfry::DuplexCompletion completion) noexcept override {
            wait({nullptr, nullptr, buffer, &count, this, std::move(completion)});
        }
        void cancel() noexcept override {
            sync_.cancel();
            is_cancelled_ = true;
            if (owner_.held_write_) owner_.finish(std::move(*owner_.held_write_), cancelled());
            owner_.held_write_.reset();
            if (owner_.held_read_) owner_.finish(std::move(owner_.held_read_->completion), cancelled());
            owner_.held_read_.reset();
        }

        struct Read {
            int* status;
            belfry::Headers* headers;
            std::span<std::byte> buffer;
            std::size_t* count;
            Stream* stream;
            belfry::DuplexCompletion completion;
            void look() {
                Read taken(std::move(*this));
                taken.stream->owner_.held_read_.reset();
                taken.stream->wait(std::move(taken));
            }
        };

      private:
        static Outcome cancelled() { return {belfry::TransportStatus::cancelled, {}}; }
        void wait(Read read) {
            if (owner_.holds_reads && !is_cancelled_) {
                owner_.held_read_.emplace(std::move(read));
                return;
            }
            Outcome outcome = is_cancelled_           ? cancelled()
                              : read.count == nullptr ? sync_.read_head(*read.status, *read.headers)
                                                      : sync_.read(read.buffer, *read.count);
            owner_.finish(std::move(read.completion), std::move(outcome));
        }
        FakeAsyncDuplex& owner_;
        Peer& peer_;
        FakeStream sync_;
        bool is_cancelled_ = false;
    };

    void finish(belfry::DuplexCompletion completion, Outcome outcome) {
        ended_.push_back({std::move(completion), std::move(outcome)});
    }

    Peer& peer_;
    std::deque<Ended> ended_{};
    std::optional<belfry::DuplexCompletion> held_open_{};
    const void* opening_ = nullptr;
    std::optional<belfry::DuplexCompletion> held_write_{};
    std::optional<Stream::Read> held_read_{};
};

} // namespace test
