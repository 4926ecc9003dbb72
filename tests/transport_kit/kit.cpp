// SPDX-License-Identifier: Apache-2.0
#include "kit.hpp"

#include "context.hpp"

#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>

namespace belfry::transport_kit {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<Topic> all_topics() {
    return {request_line_checks(), request_header_checks(), upload_checks(), response_checks(),
            body_checks(),         broken_checks(),         time_checks(),   stop_checks(),
            connection_checks(),   unasked_checks(),        signal_checks(), tls_checks()};
}

bool matches(const std::vector<std::string>& texts, std::string_view title) {
    for (const std::string& text : texts)
        if (title.find(text) != std::string_view::npos) return true;
    return false;
}
bool chosen(const Options& options, std::string_view topic, std::string_view name) {
    const std::string title = std::string(topic) + ": " + std::string(name);
    return (options.only.empty() || matches(options.only, title)) && !matches(options.except, title);
}

/// Runs a check on its own thread, so that a transport that never returns is reported as a failure.
struct Running {
    std::mutex mutex;
    std::condition_variable finished;
    bool done = false;
};

/// Runs the check; false when the transport did not return, in which case the context must stay alive.
bool run_guarded(const Check& check, Context& context) {
    const auto running = std::make_shared<Running>();
    std::thread thread([running, &check, &context] {
        check.run(context);
        const std::lock_guard lock(running->mutex);
        running->done = true;
        running->finished.notify_all();
    });
    const auto done_within = [&](std::unique_lock<std::mutex>& lock, int seconds) {
        return running->finished.wait_for(lock, std::chrono::seconds(seconds), [&] { return running->done; });
    };
    std::unique_lock lock(running->mutex);
    const bool in_time = done_within(lock, check.limit_seconds);
    if (!in_time) {
        context.expect(false, "did not come back within " + std::to_string(check.limit_seconds) + " s");
        // The servers of a check give up after 15 s of silence; a transport still waiting then would wait
        // indefinitely.
        if (!done_within(lock, 20)) {
            thread.detach();
            return false;
        }
    }
    lock.unlock();
    thread.join();
    return true;
}

const char* word(Verdict verdict) {
    switch (verdict) {
    case Verdict::pass: return "PASS";
    case Verdict::fail: return "FAIL";
    case Verdict::note: return "note";
    case Verdict::skip: return "skip";
    }
    return "?";
}

void print(std::FILE* out, const Outcome& outcome) {
    if (out == nullptr) return;
    std::fprintf(out, "%s  %-9s %s", word(outcome.verdict), outcome.topic.c_str(), outcome.name.c_str());
    if (outcome.milliseconds >= 100) std::fprintf(out, " (%ld ms)", outcome.milliseconds);
    if (!outcome.reason.empty()) std::fprintf(out, "\n                -> %s", outcome.reason.c_str());
    std::fputc('\n', out);
    std::fflush(out);
}

Outcome judge(const Topic& topic, const Check& check, const Options& options, const Context& context,
              long time) {
    Outcome outcome{topic.name, check.name, Verdict::pass, context.remark(), time};
    if (!context.failure().empty()) {
        outcome.verdict = check.advice && !options.strict ? Verdict::note : Verdict::fail;
        outcome.reason = context.failure();
    } else if (!context.skipped().empty()) {
        outcome.verdict = Verdict::skip;
        outcome.reason = context.skipped();
    }
    return outcome;
}

void print_help(const char* program) {
    std::printf("usage: %s [--only TEXT]... [--except TEXT]... [--strict] [--list]\n\n"
                "Runs the transport conformance checks against a server on 127.0.0.1.\n\n"
                "  --only TEXT    only the checks whose \"topic: name\" contains TEXT; may be repeated\n"
                "  --except TEXT  all but those; may be repeated\n"
                "  --strict       a note counts as a failure\n"
                "  --list         names the checks and runs none\n\n"
                "Exit status: 0 all passed, 1 some failed, 2 the command line was not understood.\n",
                program);
}

} // namespace

std::vector<Outcome> run_checks(Transport& transport, const Options& options) {
    std::vector<Outcome> outcomes;
    for (const Topic& topic : all_topics())
        for (const Check& check : topic.checks) {
            if (!chosen(options, topic.name, check.name)) continue;
            auto context = std::make_unique<Context>(transport, options);
            const Clock::time_point start = Clock::now();
            const bool came_back = run_guarded(check, *context);
            const long time = static_cast<long>(
                std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
            outcomes.push_back(judge(topic, check, options, *context, time));
            print(options.out, outcomes.back());
            if (!came_back) {
                // A thread still uses the context and the transport, so further results would be unreliable.
                if (options.out != nullptr)
                    std::fprintf(options.out, "\nThe transport hangs; the remaining checks were not made.\n");
                std::fflush(nullptr);
                std::_Exit(1);
            }
        }
    return outcomes;
}

int run(Transport& transport, int argc, char** argv, Options options) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--only" && i + 1 < argc) {
            options.only.emplace_back(argv[++i]);
        } else if (argument == "--except" && i + 1 < argc) {
            options.except.emplace_back(argv[++i]);
        } else if (argument == "--strict") {
            options.strict = true;
        } else if (argument == "--list") {
            for (const Topic& topic : all_topics())
                for (const Check& check : topic.checks)
                    std::printf("%s: %s%s\n", topic.name, check.name, check.advice ? " (advice)" : "");
            return 0;
        } else if (argument == "--help" || argument == "-h") {
            print_help(argv[0]);
            return 0;
        } else {
            print_help(argv[0]);
            return 2;
        }
    }
    options.out = stdout;
    const Clock::time_point start = Clock::now();
    const std::vector<Outcome> outcomes = run_checks(transport, options);
    int counts[4] = {};
    for (const Outcome& outcome : outcomes) ++counts[static_cast<int>(outcome.verdict)];
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::printf("\n%zu checks in %.1f s: %d passed, %d failed, %d notes, %d skipped\n", outcomes.size(),
                seconds, counts[0], counts[1], counts[2], counts[3]);
    if (outcomes.empty()) {
        std::printf("No check has such a name; --list shows them.\n");
        return 2;
    }
    return counts[1] == 0 ? 0 : 1;
}

} // namespace belfry::transport_kit
