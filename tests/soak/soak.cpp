// SPDX-License-Identifier: Apache-2.0
// Calls on a client for a long time, against a server that misbehaves as a plan says. Both sides know the
// plan, and so how each call has to end. `./belfry soak` builds and runs it with sanitizers.
#include "modes.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace soak {
namespace {

constexpr Mode modes[] = {
    {"threads", "threads share one client; a tenth of the calls has faults", 20, 60, false, run_threads},
    {"loop", "the same on one thread with an event loop", 20, 60, true, run_loop},
    {"cuts", "answers end at each of their bytes", 0, 300, false, run_cuts},
    {"stalls", "answers do not come, or stop", 0, 120, false, run_stalls},
    {"resets", "connections end at any time", 0, 240, false, run_resets},
    {"storms", "the service refuses everything for some time", 0, 240, false, run_storms},
    {"clock", "clocks differ by 20 minutes", 0, 120, false, run_clock},
    {"expiry", "credentials expire while calls are made", 0, 240, false, run_expiry},
    {"descriptors", "the process has no file descriptors left", 0, 120, false, run_descriptors},
    {"allocations", "memory runs out at each allocation", 0, 240, true, run_allocations},
};

void on_alarm(int) {
    // Only what a signal handler may call (POSIX, "Signal Concepts").
    constexpr std::string_view text = "    WRONG: the mode hangs\n";
    static_cast<void>(!::write(STDOUT_FILENO, text.data(), text.size()));
    ::_exit(3);
}

int usage(const char* problem) {
    std::fprintf(stderr,
                 "%s%susage: soak [--mode NAME]... [--transport curl|sockets|beast] [--calls N] [--threads "
                 "N] [--in-flight N] [--seed N] "
                 "[--quick] [--progress] "
                 "[--report FILE]\n",
                 problem, *problem != '\0' ? "\n" : "");
    for (const Mode& mode : modes) std::fprintf(stderr, "  %-12s %s\n", mode.name, mode.about);
    return 2;
}

template <class T> bool read_number(std::string_view text, T& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number > 0;
}

/// Allows sanitizers, which are many times slower, their time.
#if defined(SOAK_ADDRESS_SANITIZER) || defined(SOAK_THREAD_SANITIZER)
constexpr unsigned slowness = 10;
#else
constexpr unsigned slowness = 1;
#endif

int run(int count, char** words) {
    Settings settings;
    std::vector<const Mode*> chosen;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        if (word == "--quick") {
            settings.quick = true;
            continue;
        }
        if (word == "--progress") {
            settings.tells_progress = true;
            continue;
        }
        if (i + 1 == count) return usage("an option has no value, or there is no such option");
        const char* const value = words[++i];
        bool valid = true;
        if (word == "--mode") {
            const auto* const found = std::find_if(std::begin(modes), std::end(modes), [&](const Mode& mode) {
                return std::strcmp(mode.name, value) == 0;
            });
            valid = found != std::end(modes);
            if (valid) chosen.push_back(found);
        } else if (word == "--transport") {
            const std::optional<Carrier> carrier = carrier_of(value);
            valid = carrier.has_value();
            if (valid) settings.carrier = *carrier;
        } else if (word == "--calls") {
            valid = read_number(value, settings.calls) && settings.calls <= 50'000'000;
        } else if (word == "--threads") {
            valid = read_number(value, settings.threads) && settings.threads <= 1000;
        } else if (word == "--in-flight") {
            valid = read_number(value, settings.in_flight) && settings.in_flight <= 400;
        } else if (word == "--seed") {
            valid = read_number(value, settings.seed);
        } else if (word == "--report") {
            settings.report = std::fopen(value, "w");
            valid = settings.report != nullptr;
        } else {
            valid = false;
        }
        if (!valid) return usage(("'" + std::string(word) + " " + value + "' is not understood").c_str());
    }
    const bool with_curl = settings.carrier == Carrier::curl;
    for (const Mode* const mode : chosen)
        if (mode->needs_curl && !with_curl) return usage("this mode is for --transport curl");
    if (chosen.empty())
        for (const Mode& mode : modes)
            if (with_curl || !mode.needs_curl) chosen.push_back(&mode);
    std::printf("seed %llu\n", static_cast<unsigned long long>(settings.seed));
    let_libcurl_fail();
    std::signal(SIGALRM, on_alarm);
    bool right = true;
    for (const Mode* const mode : chosen) {
        ::alarm((mode->seconds + mode->seconds_for_calls * (settings.calls / 10'000)) * slowness);
        right = mode->run(settings) && right;
        ::alarm(0);
    }
    if (settings.report != nullptr) std::fclose(settings.report);
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace
} // namespace soak

int main(int count, char** words) { return soak::run(count, words); }
