// SPDX-License-Identifier: Apache-2.0
#include "run.hpp"

#include <belfry/explain.hpp>

#include <algorithm>
#include <utility>

namespace soak {

using Clock = std::chrono::steady_clock;

std::string text_of(const belfry::Error& error) {
    return std::string(belfry::to_string(error.kind)) + " " + error.code + ": " + error.message;
}

std::string problem_of(const belfry::Error& error, const ExpectedError& expected) {
    const std::string text = text_of(error);
    if (error.kind != expected.kind || (!expected.code.empty() && error.code != expected.code))
        return "the error is '" + text + "' where " + std::string(belfry::to_string(expected.kind)) + " " +
               std::string(expected.code) + " is expected";
    if (error.code.empty() || error.message.empty()) return "the error '" + text + "' says too little";
    const std::string explained = belfry::explain(error);
    if (explained.find(error.code) == std::string::npos)
        return "the explanation '" + explained + "' does not name " + error.code;
    return {};
}

Run::Run(const Settings& settings, std::string name, Scene scene, Way way, std::uint32_t calls)
    : settings_(settings), name_(std::move(name)), scene_(scene), way_(way), shared_(calls),
      server_(shared_, scene, settings.seed), attempts_(calls), end_(calls), made_(calls) {
    if (settings.tells_progress) std::printf("begin %s %s %u\n", name_.c_str(), text_of(way), calls);
    std::fflush(stdout);
}

void Run::note(std::string problem) {
    if (problem.empty()) return;
    const std::lock_guard lock(mutex_);
    if (++problems_ <= 10) texts_.push_back(std::move(problem));
}

std::string Run::judge(std::uint32_t number, const Outcome& outcome) const {
    const Expected wanted = expected(number);
    if (outcome.succeeded != wanted.succeeds)
        return outcome.succeeded ? "it succeeds where the plan has a failure"
                                 : "it fails where the plan has a success: " + outcome.error.code + ": " +
                                       outcome.error.message;
    if (outcome.attempts != wanted.attempts)
        return "it takes " + std::to_string(outcome.attempts) + " attempts where the plan has " +
               std::to_string(wanted.attempts);
    if (outcome.succeeded)
        return outcome.number == text_of(number) ? ""
                                                 : "it has the output '" + outcome.number + "' of another";
    return problem_of(outcome.error, wanted.error);
}

void Run::take(std::uint32_t number, const Outcome& outcome, Clock::duration time, const Judge& judge) {
    const std::int64_t took = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    for (std::int64_t slowest = slowest_; took > slowest && !slowest_.compare_exchange_weak(slowest, took);) {
    }
    attempts_[number] = static_cast<std::uint8_t>(outcome.attempts);
    if (!outcome.succeeded) ++failed_;
    std::string problem = judge(number, outcome);
    if (problem.empty() && took > deadline.count_milliseconds() + grace_milliseconds)
        problem = "it takes " + std::to_string(took) + " ms, longer than its deadline";
    if (!problem.empty()) note("call " + std::to_string(number) + ": " + problem);
    const std::uint32_t done = ++done_;
    if (settings_.tells_progress && done % std::max<std::uint32_t>(calls() / 100, 1) == 0) {
        std::printf("done %u\n", done);
        std::fflush(stdout);
    }
    if (on_done) on_done(done);
}

void Run::compare_counts(bool by_plan) {
    const Counts& both = counts();
    std::uint64_t sent = 0;
    std::uint64_t lost = 0;
    for (std::uint32_t number = 0; number < end_; ++number) {
        const Trace& seen = trace(number);
        const std::string call = "call " + std::to_string(number) + ": ";
        sent += attempts_[number];
        // A kept connection may close while the request is on its way.
        if (seen.seen < attempts_[number]) lost += static_cast<std::uint64_t>(attempts_[number] - seen.seen);
        require(seen.seen <= attempts_[number], call + "the server has seen it more often than it was sent");
        require(kind_of(number) != Kind::create || seen.executed <= 1,
                call + "it is not idempotent, and the server has done it more than once");
        if (by_plan)
            require(seen.executed == expected(number).executions,
                    call + "the server has done it " + std::to_string(seen.executed) +
                        " times where the plan has " + std::to_string(expected(number).executions));
    }
    require(done_ == made_, std::to_string(made_ - done_) + " calls have not ended");
    require(sent == both.requests + lost, "the client has sent " + std::to_string(sent) +
                                              " requests, and the server has seen " +
                                              std::to_string(both.requests));
    require(lost <= both.closes + lost_, std::to_string(lost) + " requests were lost");
    require(both.unknown == 0, std::to_string(both.unknown) + " requests were not those of a call");
    require(both.early == 0,
            std::to_string(both.early) + " retries came sooner than the service has asked for");
    require(both.other_tokens == 0,
            std::to_string(both.other_tokens) + " retries had another idempotency token");
    require(server_.runs(), "the server has crashed");
}

bool Run::finish(bool by_plan) {
    compare_counts(by_plan);
    if (slice_ != 0) note(curve_.problem());
    const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    std::printf(
        "%-11s %-7s %6u calls, %u failed as planned, %llu requests on %llu connections, slowest %lld ms, "
        "%.1f s: %s\n",
        name_.c_str(), text_of(way_), done_.load(), failed_.load(),
        static_cast<unsigned long long>(counts().requests),
        static_cast<unsigned long long>(counts().connections), static_cast<long long>(slowest_.load()),
        seconds, problems_ == 0 ? "right" : "WRONG");
    if (slice_ != 0)
        std::printf("            resident %zu kB, growth of the last half %td kB; allocated %zu kB, growth "
                    "%td bytes\n",
                    curve_.list().back().resident / 1024, curve_.resident_growth() / 1024,
                    curve_.list().back().allocated / 1024, curve_.allocated_growth());
    for (const std::string& text : texts_) std::printf("    %s\n", text.c_str());
    if (problems_ > texts_.size())
        std::printf("    and %llu more\n", static_cast<unsigned long long>(problems_ - texts_.size()));
    std::fflush(stdout);
    if (settings_.report != nullptr) report();
    return problems_ == 0;
}

void Run::report() const {
    std::FILE* const out = settings_.report;
    const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    std::fprintf(out,
                 "{\"run\":\"%s\",\"way\":\"%s\",\"transport\":\"%s\",\"calls\":%u,\"failed\":%u,"
                 "\"requests\":%llu,\"connections\":%llu,"
                 "\"slowest_ms\":%lld,\"seconds\":%.2f,\"problems\":%llu,\"resident_growth\":%td,"
                 "\"allocated_growth\":%td,\"curve\":[",
                 name_.c_str(), text_of(way_), text_of(settings_.carrier).data(), done_.load(),
                 failed_.load(), static_cast<unsigned long long>(counts().requests),
                 static_cast<unsigned long long>(counts().connections),
                 static_cast<long long>(slowest_.load()), seconds, static_cast<unsigned long long>(problems_),
                 curve_.resident_growth(), curve_.allocated_growth());
    const char* comma = "";
    for (const MemorySample& one : curve_.list()) {
        std::fprintf(out, "%s[%u,%zu,%zu]", comma, one.calls, one.resident, one.allocated);
        comma = ",";
    }
    std::fprintf(out, "]}\n");
    std::fflush(out);
}

} // namespace soak
