// SPDX-License-Identifier: Apache-2.0
// Memory runs out at each allocation of a call in turn, Belfry's and libcurl's, once or from then on.
#include <belfry/async.hpp>
#include <belfry/chime_sdk_voice/create_voice_connector.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/transport/async_curl.hpp>
#include <belfry/transport/curl.hpp>
#include <belfry/transport/poll_loop.hpp>

#include "modes.hpp"
#include "support/allocation_faults.hpp"

#include <cstdlib>
#include <cstring>
#include <curl/curl.h>
#include <new>
#include <optional>
#include <utility>

namespace soak {
namespace {

namespace voice = belfry::chime_sdk_voice;
using belfry::CallOptions;
using belfry::Duration;
using belfry::Result;
using test::FailedAllocations;
using test::FailingAllocations;
using Clock = std::chrono::steady_clock;

/// libcurl 7.88 divides by zero if memory runs out while it adds a socket to its table for an event loop, so
/// its own allocations fail only in calls that block.
bool libcurl_fails = false;

void* allocate(std::size_t size) { return libcurl_fails ? test::allocate_or_fail(size) : std::malloc(size); }
void* resize(void* memory, std::size_t size) {
    void* const probe = allocate(1);
    if (probe == nullptr) return nullptr;
    std::free(probe);
    return std::realloc(memory, size);
}
char* copy_text(const char* text) {
    void* const memory = allocate(std::strlen(text) + 1);
    return memory == nullptr ? nullptr : static_cast<char*>(std::memcpy(memory, text, std::strlen(text) + 1));
}
void* allocate_zeros(std::size_t count, std::size_t size) {
    void* const memory = allocate(count * size);
    return memory == nullptr ? nullptr : std::memset(memory, 0, count * size);
}

CallOptions options_for(int attempts) {
    CallOptions options;
    options.max_attempts = attempts;
    // An attempt that waits for one of these has not noticed that memory ran out.
    options.timeouts.connect = Duration::seconds(5);
    options.timeouts.idle = Duration::seconds(5);
    options.deadline = Run::deadline;
    return options;
}

/// Makes a call while allocations fail. Empty if it threw `std::bad_alloc`.
template <class O> class FailingCall {
  public:
    using Output = typename O::Output;
    FailingCall(long first, FailedAllocations which) : first_(first), which_(which) {}

    void call(const voice::Client& client, const typename O::Input& input, const CallOptions& options) {
        FailingAllocations failing(first_, which_);
        libcurl_fails = true;
        try {
            result_ = belfry::detail::invoke<O>(client.core(), input, options);
        } catch (const std::bad_alloc&) {
            result_.reset();
        }
        libcurl_fails = false;
        any_ = failing.any();
    }
    void call_on(belfry::PollLoop& loop, const belfry::AsyncCaller& caller, const typename O::Input& input,
                 const CallOptions& options) {
        FailingAllocations failing(first_, which_);
        try {
            caller.start(O{}, input, options,
                         [this](Result<Output>&& result) { result_ = std::move(result); });
            loop.run_until([&] { return result_.has_value(); });
        } catch (const std::bad_alloc&) {
            result_.reset();
        }
        any_ = failing.any();
    }
    /// Whether an allocation failed.
    [[nodiscard]] bool any() const noexcept { return any_; }
    [[nodiscard]] const std::optional<Result<Output>>& result() const noexcept { return result_; }

  private:
    long first_;
    FailedAllocations which_;
    bool any_ = false;
    std::optional<Result<Output>> result_{};
};

/// How the calls of one transport ended.
class Exhaustion {
  public:
    Exhaustion(Run& run, FailedAllocations which)
        : run_(run), which_(which), config_(config_for(run.endpoint())) {}

    /// Lets each allocation of a call fail, on connections that are new or kept.
    template <class O, class Input> void fail_each(Kind kind, bool keeps, const Input& input) {
        renew();
        make<O>(kind, none, input);
        for (long first = 1;; ++first) {
            if (!keeps) renew();
            if (!make<O>(kind, first, input)) break;
            // There is memory again.
            make<O>(kind, none, input);
            if (first == most) return run_.note("there is no end of allocations that fail");
        }
    }

  private:
    static constexpr long none = 1'000'000;
    static constexpr long most = 2000;

    void renew() {
        async_transport_.reset();
        transport_.reset();
        if (run_.way() == Way::threads)
            transport_.emplace(belfry::CurlOptions{.proxy_from_environment = false});
        else
            async_transport_.emplace(loop_, belfry::CurlOptions{.proxy_from_environment = false});
    }
    /// Whether an allocation failed.
    template <class O, class Input> bool make(Kind kind, long first, const Input& input) {
        const std::uint32_t number = static_cast<std::uint32_t>(kind) + kinds * run_.done();
        FailingCall<O> call(first, which_);
        const CallOptions options = options_for(attempts_of(kind));
        const auto with = input(number);
        const Clock::time_point begun = Clock::now();
        if (transport_) {
            const voice::Client client(config_, *transport_);
            call.call(client, with, options);
        } else {
            const voice::Client client(config_, belfry::AsyncOnly{});
            call.call_on(loop_, belfry::AsyncCaller(client, *async_transport_, loop_), with, options);
        }
        take(number, call, first, Clock::now() - begun);
        return call.any();
    }
    template <class O>
    void take(std::uint32_t number, const FailingCall<O>& call, long first, Clock::duration time) {
        Outcome outcome;
        if (const auto& result = call.result()) {
            outcome.succeeded = result->has_value();
            outcome.attempts = result->metadata().attempts;
            if (!outcome.succeeded) outcome.error = result->error();
        } else {
            // The exception does not tell.
            outcome.attempts = run_.trace(number).seen;
        }
        run_.take(number, outcome, time, [&](std::uint32_t, const Outcome&) -> std::string {
            const std::string place = "allocation " + std::to_string(first) +
                                      (which_ == FailedAllocations::one ? ": " : " and the later ones: ");
            if (time > std::chrono::seconds(2)) return place + "the call waits for a limit";
            if (!call.result()) return call.any() ? "" : place + "an exception with memory left";
            if (outcome.succeeded) return {};
            const belfry::Error& error = outcome.error;
            const std::string text = text_of(error);
            if (!call.any()) return place + "it fails with memory left: " + text;
            // libcurl takes a lack of memory for a name that is unknown.
            const bool tells =
                error.message.find("memory") != std::string::npos || error.code == "ResolveFailed";
            return tells ? "" : place + text;
        });
    }

    Run& run_;
    FailedAllocations which_;
    belfry::ClientConfig config_;
    belfry::PollLoop loop_{};
    std::optional<belfry::CurlTransport> transport_{};
    std::optional<belfry::AsyncCurlTransport> async_transport_{};
};

bool run_allocations_in(const Settings& settings, Way way) {
    Run run(settings, "allocations", Scene::quiet, way, 30'000);
    for (const FailedAllocations which : {FailedAllocations::one, FailedAllocations::rest})
        for (const bool keeps : {false, true}) {
            Exhaustion exhaustion(run, which);
            exhaustion.fail_each<voice::operations::GetSpeakerSearchTask>(Kind::get, keeps, get_input);
            exhaustion.fail_each<voice::operations::CreateVoiceConnector>(Kind::create, keeps, create_input);
        }
    // Attempts without memory for a connection do not reach the server.
    for (std::uint32_t number = 0; number < kinds * run.done(); ++number)
        if (run.attempts(number) > run.trace(number).seen)
            run.expect_lost(static_cast<std::uint64_t>(run.attempts(number) - run.trace(number).seen));
    run.end_at(kinds * run.done(), run.done());
    return run.finish(false);
}

} // namespace

void let_libcurl_fail() {
    curl_global_init_mem(CURL_GLOBAL_DEFAULT, &allocate, &std::free, &resize, &copy_text, &allocate_zeros);
}

bool run_allocations(const Settings& settings) { return both_ways(settings, run_allocations_in); }

} // namespace soak
