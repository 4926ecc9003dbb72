// SPDX-License-Identifier: Apache-2.0
// The modes whose faults are those of clocks.
#include <belfry/environment.hpp>

#include "fleet.hpp"
#include "modes.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace soak {
namespace {

using belfry::CallOptions;
using belfry::ClientConfig;
using belfry::Duration;

std::string succeeds(std::uint32_t number, const Outcome& outcome, int most_attempts) {
    if (!outcome.succeeded) return "it fails: " + outcome.error.code + ": " + outcome.error.message;
    if (outcome.number != text_of(number)) return "it has the output of another";
    if (outcome.attempts > most_attempts) return "it takes " + std::to_string(outcome.attempts) + " attempts";
    return {};
}

/// The service's clock is 20 minutes ahead, then 20 minutes late, then right.
bool run_clock_in(const Settings& settings, Way way) {
    constexpr std::int64_t aheads[] = {1200, -1200, 0};
    const std::uint32_t each = settings.quick ? 300 : 3000;
    Run run(settings, "clock", Scene::clock, way, each * 3 + 1);
    CallOptions options;
    // A request that was refused by its date was not executed, so each kind of call may be repeated.
    options.max_attempts = 2;
    Fleet fleet(run, config_for(run.endpoint()));
    for (std::uint32_t phase = 0; phase < 3; ++phase) {
        run.counts().ahead = aheads[phase];
        fleet.make_calls(
            phase * each, (phase + 1) * each, options,
            [](std::uint32_t number, const Outcome& outcome) { return succeeds(number, outcome, 2); });
    }
    const std::uint64_t flying = way == Way::threads ? settings.threads : settings.in_flight;
    run.require(run.counts().refused_dates >= 3 && run.counts().refused_dates <= 3 * flying,
                std::to_string(run.counts().refused_dates) +
                    " requests were refused by their date; only those in flight should be at each change");
    for (std::uint32_t number = 0; number < 3 * each; ++number)
        run.require(run.trace(number).executed == 1, "call " + std::to_string(number) + ": it was done " +
                                                         std::to_string(run.trace(number).executed) +
                                                         " times");
    // Without the correction the error says what is wrong.
    run.counts().ahead = 1200;
    ClientConfig fixed = config_for(run.endpoint());
    fixed.correct_clock_skew = false;
    Fleet(run, fixed).make_calls(3 * each, 3 * each + 1, options, [](std::uint32_t, const Outcome& outcome) {
        return outcome.succeeded
                   ? "it succeeds with a wrong clock"
                   : problem_of(outcome.error, {belfry::ErrorKind::service, "RequestTimeTooSkewed"});
    });
    return run.finish(false);
}

/// A clock that goes on by a second with every tenth call.
class VirtualClock final : public belfry::Environment {
  public:
    explicit VirtualClock(const Counts& counts) noexcept : counts_(counts) {}
    belfry::Timestamp now() noexcept override { return {counts_.virtual_seconds, 0}; }
    Duration steady_time() noexcept override { return system_.steady_time(); }
    void sleep(Duration duration) noexcept override { system_.sleep(duration); }
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        return system_.random(bytes, count);
    }

  private:
    const Counts& counts_;
    belfry::SystemEnvironment system_{};
};

/// Settings that name the server of credentials.
class ContainerSettings final : public belfry::SettingsSource {
  public:
    explicit ContainerSettings(std::string url) : url_(std::move(url)) {}
    std::optional<std::string> variable(const char* name) override {
        if (std::string_view(name) == "AWS_CONTAINER_CREDENTIALS_FULL_URI") return url_;
        return std::nullopt;
    }
    belfry::FileStatus read_file(const std::string&, std::string&) override {
        return belfry::FileStatus::missing;
    }

  private:
    std::string url_;
};

/// Keys live for 100 seconds, which are a thousand calls; then the server gives none for some time.
bool run_expiry_in(const Settings& settings, Way way) {
    const std::uint32_t each = settings.quick ? 3000 : 20'000;
    constexpr std::uint32_t few = 8;
    Run run(settings, "expiry", Scene::credentials, way, 2 * each + few);
    run.counts().virtual_seconds = 1'800'000'000;
    VirtualClock clock(run.counts());
    ContainerSettings container(run.endpoint() + "/credentials");
    belfry::ContainerCredentialsSource source(container);
    ClientConfig config = config_for(run.endpoint());
    config.environment = &clock;
    Fleet fleet(run, std::move(config), &source);
    run.on_done = [&](std::uint32_t done) {
        if (done % 10 == 0) ++run.counts().virtual_seconds;
    };
    const auto right = [](std::uint32_t number, const Outcome& outcome) {
        return succeeds(number, outcome, 1);
    };
    const auto refused = [](std::uint32_t, const Outcome& outcome) {
        return outcome.succeeded
                   ? "it succeeds without credentials"
                   : problem_of(outcome.error, {belfry::ErrorKind::credentials, "CredentialsUnavailable"});
    };
    fleet.make_calls(0, each, {}, right);
    run.counts().refuses_fetches = true;
    run.counts().virtual_seconds += 200;
    fleet.make_calls(each, each + few, {}, refused);
    run.counts().refuses_fetches = false;
    fleet.make_calls(each + few, 2 * each + few, {}, right);
    run.require(run.counts().expired_keys == 0, std::to_string(run.counts().expired_keys) +
                                                    " requests were signed with keys that had expired");
    // Keys are fetched when a quarter of their life is left: for every 750 calls, and once more after each
    // start.
    const std::uint64_t given = run.counts().fetches - run.counts().refused_fetches;
    const std::uint64_t wanted = 2 * each / 750;
    run.require(given >= wanted * 9 / 10 && given <= wanted + 6,
                "keys were fetched " + std::to_string(given) + " times where about " +
                    std::to_string(wanted) + " are needed");
    return run.finish(false);
}

} // namespace

bool run_clock(const Settings& settings) { return both_ways(settings, run_clock_in); }
bool run_expiry(const Settings& settings) { return both_ways(settings, run_expiry_in); }

} // namespace soak
