// SPDX-License-Identifier: Apache-2.0
// The process has no file descriptors left, and then has them again.
#include "fleet.hpp"
#include "modes.hpp"
#include "support/no_descriptors.hpp"

#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>

namespace soak {
namespace {

std::string reason() { return std::system_category().message(EMFILE); }

std::string judge_refusal(const belfry::Error& error) {
    const std::string problem = problem_of(error, {belfry::ErrorKind::transport, "ConnectFailed"});
    if (!problem.empty()) return problem;
    const bool tells = error.message.find(reason()) != std::string::npos;
    return tells ? "" : "its message does not tell the reason: " + error.message;
}

bool run_descriptors_in(const Settings& settings, Way way) {
    constexpr std::uint32_t refused = 48;
    const std::uint32_t each = settings.quick ? 300 : 3000;
    constexpr std::uint32_t first = 60;
    Run run(settings, "descriptors", Scene::quiet, way, first + refused + 2 * each);
    const Judge right = run.by_plan();
    // A sanitizer needs descriptors where it sees a class for the first time.
    Fleet(run, config_for(run.endpoint())).make_calls(0, first / 2, {}, right);
    Fleet(run, config_for("http://127.0.0.1:1"))
        .make_calls(first / 2, first, {}, [](std::uint32_t, const Outcome& outcome) {
            return problem_of(outcome.error, {belfry::ErrorKind::transport, "ConnectFailed"});
        });
    const std::uint64_t requests = run.counts().requests;
    Fleet fleet(run, config_for(run.endpoint()));
    {
        const test::NoDescriptors none;
        // The transport has no connection yet.
        fleet.make_calls(first, first + refused, {}, [](std::uint32_t, const Outcome& outcome) {
            return outcome.succeeded ? "it succeeds without a descriptor" : judge_refusal(outcome.error);
        });
    }
    run.require(run.counts().requests == requests, "requests were sent without a descriptor");
    fleet.make_calls(first + refused, first + refused + each, {}, right);
    std::atomic<std::uint32_t> succeeded{};
    {
        const test::NoDescriptors none;
        // Calls go on with the connections that were kept. Those that want one more say what is wrong.
        fleet.make_calls(first + refused + each, run.calls(), {},
                         [&](std::uint32_t number, const Outcome& outcome) -> std::string {
                             if (!outcome.succeeded) return judge_refusal(outcome.error);
                             ++succeeded;
                             return outcome.number == text_of(number) ? "" : "it has the output of another";
                         });
    }
    run.require(succeeded >= each / 2, "the kept connections were of no use without descriptors");
    for (std::uint32_t number = 0; number < run.calls(); ++number)
        if (number < first + refused || number >= first + refused + each)
            run.expect_lost(static_cast<std::uint64_t>(run.attempts(number) - run.trace(number).seen));
    return run.finish(false);
}

} // namespace

bool run_descriptors(const Settings& settings) { return both_ways(settings, run_descriptors_in); }

} // namespace soak
