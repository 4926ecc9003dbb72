// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/call/sleep.hpp>
#include <belfry/jmespath/path.hpp>
#include <belfry/retry/standard.hpp>
#include <belfry/util/config.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace belfry::inline v0::detail {

/// A value as a message shows it; lists and objects only by their size.
[[nodiscard]] inline std::string show_value(const PathValue& value) {
    switch (value.form) {
    case PathValue::Form::null: return "null";
    case PathValue::Form::boolean: return value.boolean ? "true" : "false";
    case PathValue::Form::integer: return std::to_string(value.integer);
    case PathValue::Form::real: return std::to_string(value.real);
    case PathValue::Form::string: return '"' + std::string(value.text.substr(0, 200)) + '"';
    case PathValue::Form::list: return "a list of " + std::to_string(element_count(value));
    case PathValue::Form::object: return "an object";
    }
    return {};
}

[[nodiscard]] inline PathValue expected_value(const WaiterAcceptor& acceptor) noexcept {
    switch (acceptor.expected_type) {
    case WaiterExpected::boolean: return PathValue::of(acceptor.expected == "true");
    case WaiterExpected::number: {
        std::int64_t number = 0;
        const char* const last = acceptor.expected.data() + acceptor.expected.size();
        const auto [end, problem] = std::from_chars(acceptor.expected.data(), last, number);
        return problem == std::errc() && end == last ? PathValue::of(number) : PathValue();
    }
    case WaiterExpected::string: break;
    }
    return PathValue::of(acceptor.expected);
}

BELFRY_INLINE WaiterRun::WaiterRun(const ClientCore& core, const WaiterRule& rule,
                                   const WaitOptions& options) noexcept
    : environment_(core.environment()), rule_(rule), options_(options), start_(environment_.now()),
      min_delay_(options.min_delay.count() > 0
                     ? options.min_delay
                     : Duration::seconds(rule.min_delay_seconds > 0 ? rule.min_delay_seconds : 1)),
      max_delay_(options.max_delay.count() > 0 ? options.max_delay
                                               : Duration::seconds(rule.max_delay_seconds)),
      deadline_(options.deadline) {
    if (max_delay_ < min_delay_) max_delay_ = min_delay_;
    if (deadline_.count() <= 0) deadline_ = rule.max_attempts > 0 ? Duration() : Duration::seconds(600);
}

BELFRY_INLINE WaiterRun::Verdict WaiterRun::next(const Operation& operation, const void* input,
                                                 const void* output, ResultBase& result) {
    const WaiterPoll poll{operation, input, output, result.error(), result.metadata()};
    ++polls_;
    found_.clear();
    const WaiterAcceptor* accepted = nullptr;
    for (std::size_t i = 0; i < rule_.acceptor_count && accepted == nullptr; ++i) {
        if (matches(rule_.acceptors[i], poll)) accepted = &rule_.acceptors[i];
        if (error_.kind != ErrorKind::none) break;
    }
    if (error_.kind == ErrorKind::none) {
        // An error that nobody expects is the outcome as it is.
        if (accepted == nullptr && output == nullptr) return Verdict::failure;
        if (accepted != nullptr && accepted->state == WaiterState::success) {
            result.error() = {};
            return Verdict::success;
        }
        if (accepted != nullptr && accepted->state == WaiterState::failure)
            fail(poll, ErrorKind::waiter, "WaiterFailure", "reached its failure state: " + found_);
        else if (pause())
            return Verdict::again;
        else
            fail(poll, ErrorKind::timeout, "WaiterTimeout",
                 "gave up after " + std::to_string(polls_) + (polls_ == 1 ? " poll" : " polls") +
                     (found_.empty() ? std::string() : "; the last one found " + found_));
    }
    result.error() = std::move(error_);
    return Verdict::failure;
}
BELFRY_INLINE void WaiterRun::fail(const WaiterPoll& poll, ErrorKind kind, std::string_view code,
                                   const std::string& what) {
    error_ = poll.error;
    if (poll.output != nullptr || kind == ErrorKind::timeout) error_.code = code;
    error_.kind = kind;
    error_.http_status = poll.metadata.http_status;
    error_.request_id = poll.metadata.request_id;
    error_.attempts = poll.metadata.attempts;
    error_.message = "the waiter " + std::string(rule_.name) + ' ' + what;
    error_.retryable = kind == ErrorKind::timeout;
}

BELFRY_INLINE bool WaiterRun::matches(const WaiterAcceptor& acceptor, const WaiterPoll& poll) {
    const bool service_error = poll.output == nullptr && poll.error.kind == ErrorKind::service;
    switch (acceptor.matcher) {
    case WaiterMatcher::success:
        if (poll.output != nullptr) found_ = "the call succeeded";
        return poll.output != nullptr;
    case WaiterMatcher::any_error:
    case WaiterMatcher::error:
        if (poll.output == nullptr) found_ = poll.error.code + ": " + poll.error.message;
        return service_error &&
               (acceptor.matcher == WaiterMatcher::any_error || poll.error.code == acceptor.expected);
    case WaiterMatcher::status:
        if (std::to_string(poll.metadata.http_status) != acceptor.expected) return false;
        found_ = "HTTP status " + std::string(acceptor.expected);
        return true;
    case WaiterMatcher::path:
    case WaiterMatcher::path_all:
    case WaiterMatcher::path_any: return poll.output != nullptr && path_matches(acceptor, poll);
    }
    return false;
}
BELFRY_INLINE bool WaiterRun::path_matches(const WaiterAcceptor& acceptor, const WaiterPoll& poll) {
    const Path path(acceptor.path);
    if (path.problem() != nullptr) {
        fail(poll, ErrorKind::waiter, "WaiterInvalid",
             "has the expression `" + std::string(acceptor.path) + "`: " + path.problem());
        return false;
    }
    PathValue root = PathValue::of(*poll.operation.output, poll.output);
    if (acceptor.with_input) {
        PathValue both = PathValue::object();
        both.items = {PathValue::of(*poll.operation.input, poll.input), root};
        both.items[0].name = "input";
        both.items[1].name = "output";
        root = std::move(both);
    }
    PathValue value;
    // A function whose argument is not there yet has no value, and so is not what is waited for.
    if (!path.evaluate(root, value)) return false;
    const PathValue expected = expected_value(acceptor);
    std::size_t matching = 0;
    const std::size_t count = value.form == PathValue::Form::list ? element_count(value) : 0;
    const PathValue* shown = &value;
    PathValue odd;
    if (acceptor.matcher == WaiterMatcher::path) {
        matching = equal_values(value, expected) ? 1 : 0;
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            PathValue element = element_at(value, i);
            if (equal_values(element, expected)) {
                ++matching;
            } else if (shown == &value) {
                odd = std::move(element);
                shown = &odd;
            }
        }
    }
    const bool match =
        acceptor.matcher == WaiterMatcher::path_all ? matching != 0 && matching == count : matching != 0;
    if (match) shown = &expected;
    found_ = std::string(acceptor.path) + " is " + show_value(*shown);
    return match;
}
BELFRY_INLINE bool WaiterRun::pause() {
    if (deadline_.count() == 0 && polls_ >= rule_.max_attempts) return false;
    // Doubles from the shortest to the longest delay; random between the shortest and that.
    Duration delay = jittered_delay(min_delay_, max_delay_, polls_, 1);
    if (delay > min_delay_) {
        unsigned char byte[2] = {255, 255};
        if (!environment_.random(byte, sizeof byte)) byte[0] = byte[1] = 255;
        const double random = (byte[0] + 256 * byte[1]) / 65535.0;
        delay = Duration::nanoseconds(
            min_delay_.count() +
            static_cast<std::int64_t>(random * static_cast<double>(delay.count() - min_delay_.count())));
    }
    if (deadline_.count() != 0) {
        const std::int64_t left = deadline_.count() - elapsed().count();
        if (left <= 0) return false;
        if (delay.count() > left) delay = Duration::nanoseconds(left);
    }
    sleep(delay);
    return true;
}
BELFRY_INLINE Duration WaiterRun::elapsed() const noexcept {
    const Timestamp now = environment_.now();
    constexpr std::int64_t limit = 9'000'000'000;
    const std::int64_t seconds = now.seconds - start_.seconds;
    const Duration by_clock =
        seconds > limit ? Duration::seconds(limit)
        : seconds < -limit
            ? Duration()
            : Duration::nanoseconds(seconds * 1'000'000'000 + now.nanoseconds - start_.nanoseconds);
    return by_clock > slept_ ? by_clock : slept_;
}
BELFRY_INLINE void WaiterRun::sleep(Duration delay) {
    slept_ = Duration::nanoseconds(slept_.count() + delay.count());
    // The next call reports a cancellation.
    sleep_unless_cancelled(environment_, delay, options_.call.cancellation);
}

} // namespace belfry::inline v0::detail
