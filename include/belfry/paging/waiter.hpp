// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/client.hpp>
#include <belfry/paging/wait_options.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Waiters: polling an operation until what it answers is what one waits for (Smithy waiters 1.0).
namespace belfry::inline v0 {

/// What follows from a poll that an acceptor matches.
enum class WaiterState : std::uint8_t { success, failure, retry };

/// What an acceptor looks at.
enum class WaiterMatcher : std::uint8_t {
    path,      ///< the output's value at `path` is `expected`
    path_all,  ///< it is a list, not empty, of which each element is `expected`
    path_any,  ///< it is a list of which some element is `expected`
    status,    ///< the HTTP status is `expected`
    error,     ///< the service answered with the error code `expected`
    any_error, ///< the service answered with an error
    success,   ///< the call succeeded
};

/// The type of a path's `expected`.
enum class WaiterExpected : std::uint8_t { string, boolean, number };

/// One rule of a waiter.
struct WaiterAcceptor {
    WaiterState state = WaiterState::retry;
    WaiterMatcher matcher = WaiterMatcher::path;
    /// A JMESPath expression over the output, in the model's names.
    std::string_view path = {};
    std::string_view expected = {};
    WaiterExpected expected_type = WaiterExpected::string;
    /// Whether the path is over an object of `input` and `output`.
    bool with_input = false;
};

/// A waiter of the model.
struct WaiterRule {
    /// The model's name of the waiter.
    std::string_view name;
    /// The first that matches decides.
    const WaiterAcceptor* acceptors;
    std::size_t acceptor_count;
    std::int32_t min_delay_seconds = 2;
    std::int32_t max_delay_seconds = 120;
    /// Polls before the waiter gives up if the caller sets no deadline; 0 for no such limit.
    std::int32_t max_attempts = 0;
};

namespace detail {

/// What a poll answered; `output` is null when the call failed.
struct WaiterPoll {
    const Operation& operation;
    const void* input;
    const void* output;
    const Error& error;
    const ResponseMetadata& metadata;
};

/// The course of one wait, without the calls.
class WaiterRun {
  public:
    BELFRY_INLINE WaiterRun(const ClientCore& core, const WaiterRule& rule,
                            const WaitOptions& options) noexcept;

    enum class Verdict : std::uint8_t { again, success, failure };

    /// Judges a poll, and sleeps if another is due. `output` is null when the call failed. After a failure
    /// `result` holds its error, after a success none.
    [[nodiscard]] BELFRY_INLINE Verdict next(const Operation& operation, const void* input,
                                             const void* output, ResultBase& result);

  private:
    BELFRY_INLINE void fail(const WaiterPoll& poll, ErrorKind kind, std::string_view code,
                            const std::string& what);
    BELFRY_INLINE bool matches(const WaiterAcceptor& acceptor, const WaiterPoll& poll);
    BELFRY_INLINE bool path_matches(const WaiterAcceptor& acceptor, const WaiterPoll& poll);
    /// Sleeps until the next poll is due; false when there is no time left for one.
    BELFRY_INLINE bool pause();
    /// By the clock, but at least what was slept: a clock that stands still must not make a wait endless.
    [[nodiscard]] BELFRY_INLINE Duration elapsed() const noexcept;
    BELFRY_INLINE void sleep(Duration delay);

    Environment& environment_;
    const WaiterRule& rule_;
    const WaitOptions& options_;
    Timestamp start_;
    Duration min_delay_;
    Duration max_delay_;
    Duration deadline_;
    Duration slept_{};
    int polls_ = 0;
    /// What the last acceptor that was asked found.
    std::string found_{};
    Error error_{};
};

/// What a generated `poll_until_...` does: the result of the call that reached the success state. Where that
/// is an error (a thing that no longer exists), the output is empty.
template <class O, class Lazy>
[[nodiscard]] Result<typename O::Output> wait(const ClientCore& core, const typename O::Input& input,
                                              const WaiterRule& rule, const WaitOptions& options) {
    WaiterRun run(core, rule, options);
    for (;;) {
        Result<typename O::Output> result(std::in_place);
        const bool good = invoke(core, operation_of<O>, &input, &*result, options.call, result);
        const WaiterRun::Verdict verdict =
            run.next(operation_of<O>, &input, good ? &*result : nullptr, result);
        if (verdict == WaiterRun::Verdict::again) continue;
        if (verdict == WaiterRun::Verdict::failure) result.reset();
        return result;
    }
}

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/paging/impl/waiter.ipp>
#endif
