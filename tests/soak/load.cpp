// SPDX-License-Identifier: Apache-2.0
// The modes whose faults are on the wire.
#include "fleet.hpp"
#include "modes.hpp"

#include <algorithm>

namespace soak {
namespace {

using belfry::CallOptions;
using belfry::Duration;

/// The limit of silence, which is what ends stalled attempts.
CallOptions impatient(std::int64_t idle_milliseconds) {
    CallOptions options;
    options.timeouts.idle = Duration::milliseconds(idle_milliseconds);
    return options;
}

/// Where all first attempts fail: each retry holds 14 of 500 tokens until it has succeeded.
Settings few_at_once(Settings settings) {
    settings.in_flight = std::min(settings.in_flight, 24U);
    settings.threads = std::min(settings.threads, 24U);
    return settings;
}

bool run_mixture(const Settings& settings, Way way) {
    Run run(settings, "mixture", Scene::mixture, way, settings.calls);
    run.look_at_memory();
    Fleet(run, config_for(run.endpoint())).make_calls(0, run.calls(), impatient(1000), run.by_plan());
    return run.finish(true);
}

/// A first answer that ends at any byte: calls that may be repeated are, the others report it.
std::string judge_cut(std::uint32_t number, const Outcome& outcome) {
    const Cut cut = cut_of(number);
    const std::string whole = answer_of(cut.kind, cut.framing, number);
    const std::size_t head = whole.find("\r\n\r\n") + 4;
    const bool is_whole = cut.position >= whole.size();
    const std::string place = "cut at byte " + std::to_string(cut.position) + " of " +
                              std::to_string(whole.size()) + (cut.resets ? " by a reset" : "") + ": ";
    if (outcome.succeeded) {
        if (outcome.number != text_of(number)) return place + "the output is '" + outcome.number + "'";
        if (outcome.attempts != (is_whole ? 1 : 2))
            return place + "it takes " + std::to_string(outcome.attempts) + " attempts";
        return {};
    }
    if (is_whole || cut.kind != Kind::create) return place + "it fails: " + outcome.error.message;
    ExpectedError expected = error_of(cut.position < head ? Fault::cut_head : Fault::cut_body);
    // The end of the connection is the end of this body, which then cannot be read.
    if (cut.framing == Framing::close && cut.position >= head && !cut.resets)
        expected = error_of(Fault::unreadable);
    const std::string problem = problem_of(outcome.error, expected);
    return problem.empty() ? "" : place + problem;
}

bool run_cuts_in(const Settings& settings, Way way) {
    std::size_t longest = 0;
    for (std::uint32_t number = 0; number < cut_variants; ++number) {
        const Cut cut = cut_of(number);
        longest = std::max(longest, answer_of(cut.kind, cut.framing, number).size());
    }
    // One more, so that the whole answer is among them.
    Run run(few_at_once(settings), "cuts", Scene::cuts, way,
            static_cast<std::uint32_t>(longest + 1) * cut_variants);
    Fleet(run, config_for(run.endpoint())).make_calls(0, run.calls(), {}, judge_cut);
    for (std::uint32_t number = 0; number < run.calls(); ++number)
        run.require(run.trace(number).executed == run.attempts(number),
                    "call " + std::to_string(number) + ": it was done " +
                        std::to_string(run.trace(number).executed) + " times in " +
                        std::to_string(run.attempts(number)) + " attempts");
    return run.finish(false);
}

bool run_stalls_in(const Settings& settings, Way way) {
    Run run(few_at_once(settings), "stalls", Scene::stalls, way, settings.quick ? 32 : 256);
    Fleet(run, config_for(run.endpoint()))
        .make_calls(0, run.calls(), impatient(settings.quick ? 300 : 500), run.by_plan());
    return run.finish(true);
}
/// The deadline of the whole call ends attempts whose other limits are far away.
bool run_deadlines_in(const Settings& settings, Way way) {
    Run run(settings, "deadlines", Scene::stalls, way, settings.quick ? 32 : 256);
    constexpr std::int64_t limit = 400;
    CallOptions options;
    options.timeouts.total = Duration::milliseconds(limit);
    options.max_attempts = 1;
    Fleet(run, config_for(run.endpoint()))
        .make_calls(0, run.calls(), options, [](std::uint32_t, const Outcome& outcome) {
            return outcome.succeeded ? "it succeeds" : problem_of(outcome.error, error_of(Fault::stalled));
        });
    run.require(run.slowest_milliseconds() < limit + Run::grace_milliseconds,
                "a call takes longer than the limit of " + std::to_string(limit) + " ms");
    return run.finish(false);
}

bool run_resets_in(const Settings& settings, Way way) {
    Run run(settings, "resets", Scene::resets, way,
            settings.quick ? 1000 : std::min(settings.calls, 20'000U));
    Fleet(run, config_for(run.endpoint()))
        .make_calls(0, run.calls(), {}, [&](std::uint32_t number, const Outcome& outcome) -> std::string {
            const Expected wanted = run.expected(number);
            const std::string problem = run.judge(number, outcome);
            // A request that meets the end of a kept connection is one attempt more, or the call's
            // only one.
            const bool may_be_lost = run.counts().closes > 0;
            if (problem.empty() || !may_be_lost) return problem;
            if (outcome.succeeded)
                return outcome.attempts > wanted.attempts && outcome.number == text_of(number) ? "" : problem;
            if (outcome.attempts < attempts_of(kind_of(number))) return problem;
            return problem_of(outcome.error, error_of(Fault::unread));
        });
    return run.finish(false);
}

bool run_storms_in(const Settings& settings, Way way) {
    Run run(settings, "storms", Scene::storms, way,
            settings.quick ? 1024 : std::min(settings.calls, 20'480U));
    Fleet(run, config_for(run.endpoint()))
        .make_calls(0, run.calls(), {}, [&](std::uint32_t number, const Outcome& outcome) -> std::string {
            const Expected wanted = run.expected(number);
            if (wanted.succeeds) return run.judge(number, outcome);
            if (outcome.succeeded) return "it succeeds in a storm";
            if (!outcome.error.retryable) return "its error is not retryable";
            return problem_of(outcome.error, wanted.error);
        });
    // A retry takes at least five tokens. The bucket has 500, and gets one for each success.
    const std::uint64_t most = run.calls() + (500 + run.calls()) / 5;
    run.require(run.counts().requests <= most, std::to_string(run.counts().requests) +
                                                   " requests were sent where the tokens allow " +
                                                   std::to_string(most));
    return run.finish(false);
}

} // namespace

bool run_threads(const Settings& settings) { return run_mixture(settings, Way::threads); }
bool run_loop(const Settings& settings) { return run_mixture(settings, Way::loop); }
bool run_cuts(const Settings& settings) { return both_ways(settings, run_cuts_in); }
bool run_stalls(const Settings& settings) {
    const bool first = both_ways(settings, run_stalls_in);
    return both_ways(settings, run_deadlines_in) && first;
}
bool run_resets(const Settings& settings) { return both_ways(settings, run_resets_in); }
bool run_storms(const Settings& settings) { return both_ways(settings, run_storms_in); }

} // namespace soak
