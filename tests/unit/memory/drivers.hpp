// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/state.hpp>
#include <belfry/http/transport.hpp>

#include "support/catch.hpp"
#include "support/failing_allocations.hpp"

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Transports, clocks and answers that take memory like real ones, and survive when there is none.
namespace test {

/// A clock on which waiting takes no time.
class QuietEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1'767'323'045, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        std::memset(bytes, 0x5a, count);
        return true;
    }
};

/// A transport's answer to one attempt.
struct Played {
    belfry::HttpResponse response{};
    belfry::TransportStatus end = belfry::TransportStatus::ok;
};

/// Reads the request's body and hands over a response in pieces, as an adapter does: what it throws itself
/// becomes a failure.
inline belfry::TransportResult play(const Played& played, const belfry::HttpRequest& request,
                                    belfry::ResponseSink& sink) noexcept {
    if (request.source != nullptr) {
        char buffer[1'000];
        if (!request.source->rewind()) return {belfry::TransportStatus::body_failed, {}};
        for (std::ptrdiff_t got = 1; got != 0;) {
            got = request.source->read(buffer, sizeof buffer);
            if (got < 0) return {belfry::TransportStatus::body_failed, {}};
        }
    }
    if (played.end != belfry::TransportStatus::ok) return {played.end, {}};
    belfry::Headers headers;
    try {
        headers = played.response.headers;
    } catch (...) {
        return {belfry::TransportStatus::failed, {}};
    }
    if (!sink.on_head(played.response.status, std::move(headers)))
        return {belfry::TransportStatus::cancelled, {}};
    const std::string& body = played.response.body;
    for (std::size_t at = 0; at < body.size(); at += 64) {
        const std::size_t size = body.size() - at < 64 ? body.size() - at : 64;
        if (!sink.on_body(std::as_bytes(std::span(body.data() + at, size))))
            return {belfry::TransportStatus::cancelled, {}};
    }
    return {};
}

/// Answers each attempt of a run with the next of `replies`; `begin` starts over.
class PlayedTransport final : public belfry::Transport {
  public:
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        return play(replies[next_ < replies.size() - 1 ? next_++ : next_], request, sink);
    }
    void begin() noexcept { next_ = 0; }
    std::vector<Played> replies{};

  private:
    std::size_t next_ = 0;
};

inline const belfry::Credentials long_keys{"AKIDEXAMPLE",
                                           "a-secret-that-is-too-long-for-a-strings-own-buffer",
                                           "a-token-that-is-too-long-for-a-strings-own-buffer"};

/// Lets each allocation of `run` fail, alone and with all later ones. After each failure the same thing
/// works, and the client has its retry tokens, except those that failed attempts cost.
template <class Run>
void survives_without_memory(const belfry::ClientCore& core, const Run& run, long at_least, int spent = 0) {
    for (const FailedAllocations which : {FailedAllocations::one, FailedAllocations::rest}) {
        const long failures = fail_each_allocation(which, run, [&](RunOutcome) {
            CHECK(core.state().retry_tokens.available() >=
                  belfry::RetryTokenBucket::default_capacity - spent);
            core.state().retry_tokens.release(belfry::RetryTokenBucket::default_capacity);
            CHECK(run() == RunOutcome::success);
            core.state().retry_tokens.release(belfry::RetryTokenBucket::default_capacity);
        });
        CHECK(failures >= at_least);
    }
}

} // namespace test
