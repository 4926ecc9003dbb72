// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/call/sleep.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/jmespath/evaluate.hpp>
#include <belfry/jmespath/value.hpp>
#include <belfry/retry/standard.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// A value for a message; of a list only the size.
[[nodiscard]] inline std::string show_value(const jmespath::Value& value) {
    using Form = jmespath::Value::Form;
    switch (value.form) {
    case Form::null: return "null";
    case Form::boolean: return value.boolean ? "true" : "false";
    case Form::integer: return std::to_string(value.integer);
    case Form::real: return std::to_string(value.real);
    case Form::string: return '"' + std::string(value.text.substr(0, 200)) + '"';
    case Form::list: return "a list of " + std::to_string(element_count(value));
    case Form::object: return "an object";
    }
    return {};
}

BELFRY_INLINE WaiterRun::WaiterRun(const ClientCore& core, const WaiterRule& rule,
                                   const WaitOptions& options) noexcept
    : environment_(core.environment()), rule_(rule), call_(options.call), start_(environment_.steady_time()),
      min_delay_(options.min_delay.count() > 0
                     ? options.min_delay
                     : Duration::seconds(rule.min_delay_seconds > 0 ? rule.min_delay_seconds : 1)),
      max_delay_(options.max_delay.count() > 0 ? options.max_delay
                                               : Duration::seconds(rule.max_delay_seconds)),
      deadline_(options.deadline),
      call_limit_(options.call.deadline.count() != 0 ? options.call.deadline : core.config().deadline) {
    if (max_delay_ < min_delay_) max_delay_ = min_delay_;
    if (deadline_.count() <= 0) deadline_ = rule.max_attempts > 0 ? Duration() : Duration::seconds(600);
}

BELFRY_INLINE const CallOptions& WaiterRun::call_options() noexcept {
    if (deadline_.count() != 0) {
        // The last poll begins at the deadline.
        constexpr Duration least = Duration::seconds(1);
        const Duration left = time_left();
        call_.deadline = left > least ? left : least;
        if (call_limit_.count() > 0 && call_limit_ < call_.deadline) call_.deadline = call_limit_;
    }
    return call_;
}

BELFRY_INLINE WaiterState WaiterRun::next(const Operation& operation, const void* input, const void* output,
                                          ResultBase& result) {
    const WaiterPoll poll{operation, input, output, result.error(), result.metadata()};
    ++polls_;
    const WaiterAcceptor* accepted = nullptr;
    for (const WaiterAcceptor& acceptor : rule_.acceptors)
        if (matches(acceptor, poll, nullptr)) {
            accepted = &acceptor;
            break;
        }
    // An error that no acceptor matches ends the wait with this error.
    if (accepted == nullptr && output == nullptr) {
        if (result.error().kind != ErrorKind::timeout || deadline_.count() == 0 || time_left().count() > 0)
            return WaiterState::failure;
        fail(poll, ErrorKind::timeout, "WaiterTimeout",
             "gave up during poll " + std::to_string(polls_) + ": " + poll.error.message);
        result.error() = std::move(error_);
        return WaiterState::failure;
    }
    if (accepted != nullptr && accepted->state == WaiterState::success) {
        result.error() = {};
        return WaiterState::success;
    }
    if (accepted != nullptr && accepted->state == WaiterState::failure) {
        fail(poll, ErrorKind::waiter, "WaiterFailure", "reached its failure state: " + describe(poll));
    } else if (pause()) {
        return WaiterState::retry;
    } else {
        const std::string last = describe(poll);
        fail(poll, ErrorKind::timeout, "WaiterTimeout",
             "gave up after " + std::to_string(polls_) + (polls_ == 1 ? " poll" : " polls") +
                 (last.empty() ? std::string() : "; the last one found " + last));
    }
    result.error() = std::move(error_);
    return WaiterState::failure;
}
BELFRY_INLINE std::string WaiterRun::describe(const WaiterPoll& poll) const {
    std::string description;
    for (const WaiterAcceptor& acceptor : rule_.acceptors)
        if (matches(acceptor, poll, &description)) break;
    return description;
}
BELFRY_INLINE void WaiterRun::fail(const WaiterPoll& poll, ErrorKind kind, std::string_view code,
                                   const std::string& message) {
    error_ = poll.error;
    if (poll.output != nullptr || kind == ErrorKind::timeout) error_.code = code;
    error_.kind = kind;
    error_.http_status = poll.metadata.http_status;
    error_.request_id = poll.metadata.request_id;
    error_.attempts = poll.metadata.attempts;
    error_.message = "the waiter " + std::string(rule_.name) + ' ' + message;
    error_.retryable = kind == ErrorKind::timeout;
}

BELFRY_INLINE bool WaiterRun::matches(const WaiterAcceptor& acceptor, const WaiterPoll& poll,
                                      std::string* description) {
    const bool service_error = poll.output == nullptr && poll.error.kind == ErrorKind::service;
    switch (acceptor.matcher) {
    case WaiterMatcher::success:
        if (poll.output != nullptr && description != nullptr) *description = "the call succeeded";
        return poll.output != nullptr;
    case WaiterMatcher::any_error:
    case WaiterMatcher::error:
        if (poll.output == nullptr && description != nullptr)
            *description = poll.error.code + ": " + poll.error.message;
        return service_error &&
               (acceptor.matcher == WaiterMatcher::any_error || poll.error.code == acceptor.error_code);
    case WaiterMatcher::status:
        if (poll.metadata.http_status != acceptor.http_status) return false;
        if (description != nullptr) *description = "HTTP status " + std::to_string(acceptor.http_status);
        return true;
    case WaiterMatcher::path:
    case WaiterMatcher::path_all:
    case WaiterMatcher::path_any: return poll.output != nullptr && path_matches(acceptor, poll, description);
    }
    return false;
}
BELFRY_INLINE void input_and_output(const WaiterPoll& poll, jmespath::Value& root) {
    using jmespath::Value;
    root = Value::object();
    root.items.push_back(Value::of(*poll.operation.input, poll.input));
    root.items.push_back(Value::of(*poll.operation.output, poll.output));
    root.items[0].name = "input";
    root.items[1].name = "output";
}
BELFRY_INLINE bool WaiterRun::path_matches(const WaiterAcceptor& acceptor, const WaiterPoll& poll,
                                           std::string* description) {
    using jmespath::Value;
    Value root = Value::of(*poll.operation.output, poll.output);
    if (acceptor.root != nullptr) acceptor.root(poll, root);
    Value value;
    // A function with an absent argument does not have a value, so the acceptor does not match.
    if (!evaluate(acceptor.path, root, value)) return false;
    Value expected;
    static_cast<void>(evaluate({&acceptor.expected, 1}, root, expected));
    std::size_t matching = 0;
    const std::size_t count = value.form == Value::Form::list ? element_count(value) : 0;
    const Value* shown = &value;
    Value mismatch;
    if (acceptor.matcher == WaiterMatcher::path) {
        matching = equal_scalars(value, expected) ? 1 : 0;
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            Value element = element_at(value, i);
            if (equal_scalars(element, expected)) {
                ++matching;
            } else if (shown == &value) {
                mismatch = std::move(element);
                shown = &mismatch;
            }
        }
    }
    const bool match =
        acceptor.matcher == WaiterMatcher::path_all ? matching != 0 && matching == count : matching != 0;
    if (description != nullptr)
        *description = std::string(acceptor.path_text) + " is " + show_value(match ? expected : *shown);
    return match;
}
BELFRY_INLINE bool WaiterRun::pause() {
    if (deadline_.count() == 0 && polls_ >= rule_.max_attempts) return false;
    // The upper bound doubles from the shortest to the longest delay; the delay is random below it.
    Duration delay = jittered_delay(min_delay_, max_delay_, polls_, 1);
    if (delay > min_delay_) {
        const double range = static_cast<double>(delay.count() - min_delay_.count());
        delay = Duration::nanoseconds(min_delay_.count() +
                                      static_cast<std::int64_t>(random_fraction(environment_) * range));
    }
    if (deadline_.count() != 0) {
        const Duration left = time_left();
        if (left.count() <= 0) return false;
        if (delay > left) delay = left;
    }
    slept_ = Duration::nanoseconds(slept_.count() + delay.count());
    delay_ = delay;
    return true;
}
BELFRY_INLINE Duration WaiterRun::time_left() const noexcept {
    const std::int64_t by_clock = environment_.steady_time().count() - start_.count();
    const std::int64_t elapsed = by_clock > slept_.count() ? by_clock : slept_.count();
    return Duration::nanoseconds(deadline_.count() - elapsed);
}
BELFRY_INLINE void WaiterRun::sleep() {
    // The next call reports a cancellation.
    sleep_unless_cancelled(environment_, delay_, call_.cancellation);
}
BELFRY_INLINE WaiterState WaiterRun::next_on_loop(const Operation& operation, const void* input,
                                                  const void* output, ResultBase& result) noexcept {
#if defined(__cpp_exceptions)
    try {
        return next(operation, input, output, result);
    } catch (...) {
        static_cast<void>(fail_without_memory(result.error()));
        return WaiterState::failure;
    }
#else
    return next(operation, input, output, result);
#endif
}

} // namespace belfry::inline v0::detail
