// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/client.hpp>
#include <belfry/jmespath/evaluate.hpp>
#include <belfry/paging/wait_options.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// Waiters: poll an operation until a response matches an acceptor (Smithy waiters 1.0).
namespace belfry::inline v0 {

namespace detail {

/// The result of a poll; `output` is null if the call failed.
struct WaiterPoll {
    const Operation& operation;
    const void* input;
    const void* output;
    const Error& error;
    const ResponseMetadata& metadata;
};

} // namespace detail

/// The state of a waiter after an acceptor matches.
enum class WaiterState : std::uint8_t { success, failure, retry };

/// The condition of an acceptor.
enum class WaiterMatcher : std::uint8_t {
    path,      ///< the value of `path` is `expected`
    path_all,  ///< the value of `path` is a list with elements, and all of them are `expected`
    path_any,  ///< the value of `path` is a list with an element that is `expected`
    status,    ///< the HTTP status is `http_status`
    error,     ///< the service answered with the error code `error_code`
    any_error, ///< the service answered with an error
    success,   ///< the call succeeded
};

/// One rule of a waiter.
struct WaiterAcceptor {
    WaiterState state = WaiterState::retry;
    WaiterMatcher matcher = WaiterMatcher::path;
    /// Makes the value that `path` is evaluated over, if that is not the output.
    void (*root)(const detail::WaiterPoll& poll, jmespath::Value& root) = nullptr;
    int http_status = 0;
    std::string_view error_code = {};
    jmespath::Expression path = {};
    /// The text of the path in the model, for messages.
    std::string_view path_text = {};
    /// A literal.
    jmespath::Node expected = {};
};

/// A waiter of the model.
struct WaiterRule {
    /// The model's name of the waiter.
    std::string_view name;
    /// The first acceptor that matches decides.
    std::span<const WaiterAcceptor> acceptors;
    std::int32_t min_delay_seconds = 2;
    std::int32_t max_delay_seconds = 120;
    /// The number of polls if the caller does not set a deadline; 0 for no limit.
    std::int32_t max_attempts = 0;
};

namespace detail {

/// For `WaiterAcceptor::root`: an object with the members `input` and `output`.
BELFRY_INLINE void input_and_output(const WaiterPoll& poll, jmespath::Value& root);

/// The state of one wait. Does not make the calls.
class WaiterRun {
  public:
    BELFRY_INLINE WaiterRun(const ClientCore& core, const WaiterRule& rule,
                            const WaitOptions& options) noexcept;

    /// The options of the next poll, which ends with the wait's deadline.
    [[nodiscard]] BELFRY_INLINE const CallOptions& call_options() noexcept;
    /// Evaluates a poll. `output` is null if the call failed. After a failure `result` has the error, after a
    /// success it does not have one, and to `retry` another poll follows after `delay`.
    [[nodiscard]] BELFRY_INLINE WaiterState next(const Operation& operation, const void* input,
                                                 const void* output, ResultBase& result);
    /// The same on an event loop: without memory, `result` has an error of kind `memory`.
    [[nodiscard]] BELFRY_INLINE WaiterState next_on_loop(const Operation& operation, const void* input,
                                                         const void* output, ResultBase& result) noexcept;
    /// The time between the last poll and the next one.
    [[nodiscard]] Duration delay() const noexcept { return delay_; }
    /// Sleeps for `delay`.
    BELFRY_INLINE void sleep();

  private:
    BELFRY_INLINE void fail(const WaiterPoll& poll, ErrorKind kind, std::string_view code,
                            const std::string& message);
    /// Whether the acceptor matches the poll. Sets `description`, unless it is null, to the value that was
    /// examined.
    [[nodiscard]] BELFRY_INLINE static bool matches(const WaiterAcceptor& acceptor, const WaiterPoll& poll,
                                                    std::string* description);
    [[nodiscard]] BELFRY_INLINE static bool path_matches(const WaiterAcceptor& acceptor,
                                                         const WaiterPoll& poll, std::string* description);
    /// The value that the last acceptor examined.
    [[nodiscard]] BELFRY_INLINE std::string describe(const WaiterPoll& poll) const;
    /// Decides how long to wait for the next poll; false if the time or the number of polls is used up.
    BELFRY_INLINE bool pause();
    /// The time until the deadline: by the clock, or by the time slept if that is longer, because the wait
    /// must end even if the clock stands still.
    [[nodiscard]] BELFRY_INLINE Duration time_left() const noexcept;

    Environment& environment_;
    const WaiterRule& rule_;
    CallOptions call_;
    Duration start_;
    Duration min_delay_;
    Duration max_delay_;
    Duration deadline_;
    /// How long each poll may take, by the call's options or the client's; zero for no limit.
    Duration call_limit_;
    Duration slept_{};
    Duration delay_{};
    int polls_ = 0;
    Error error_{};
};

/// Implements the generated `poll_until_...`. Returns the result of the call that reached the success state.
/// If that is an error (for example, the resource no longer exists), the output is empty.
template <class O>
[[nodiscard]] Result<typename O::Output> wait(const ClientCore& core, const typename O::Input& input,
                                              const WaiterRule& rule, const WaitOptions& options) {
    WaiterRun run(core, rule, options);
    for (;;) {
        Result<typename O::Output> result(std::in_place);
        const bool good = invoke(core, operation_of<O>, &input, {&*result, &reset_output<typename O::Output>},
                                 run.call_options(), result);
        const WaiterState state = run.next(operation_of<O>, &input, good ? &*result : nullptr, result);
        if (state == WaiterState::retry) {
            run.sleep();
            continue;
        }
        if (state == WaiterState::failure) result.reset();
        return result;
    }
}

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/paging/impl/waiter.ipp>
#endif
