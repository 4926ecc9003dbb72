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

/// Waiters: polling an operation until what it answers is what one waits for (Smithy waiters 1.0).
namespace belfry::inline v0 {

namespace detail {

/// What a poll answered; `output` is null when the call failed.
struct WaiterPoll {
    const Operation& operation;
    const void* input;
    const void* output;
    const Error& error;
    const ResponseMetadata& metadata;
};

} // namespace detail

/// What follows from a poll that an acceptor matches.
enum class WaiterState : std::uint8_t { success, failure, retry };

/// What an acceptor looks at.
enum class WaiterMatcher : std::uint8_t {
    path,      ///< the value of `path` is `expected`
    path_all,  ///< it is a list, not empty, of which each element is `expected`
    path_any,  ///< it is a list of which some element is `expected`
    status,    ///< the HTTP status is `http_status`
    error,     ///< the service answered with the error code `error_code`
    any_error, ///< the service answered with an error
    success,   ///< the call succeeded
};

/// One rule of a waiter.
struct WaiterAcceptor {
    WaiterState state = WaiterState::retry;
    WaiterMatcher matcher = WaiterMatcher::path;
    /// Gives what the path is over, if that is not the output.
    void (*root)(const detail::WaiterPoll& poll, jmespath::Value& root) = nullptr;
    int http_status = 0;
    std::string_view error_code = {};
    jmespath::Expression path = {};
    /// The path as the model has it, for messages.
    std::string_view path_text = {};
    /// A literal.
    jmespath::Node expected = {};
};

/// A waiter of the model.
struct WaiterRule {
    /// The model's name of the waiter.
    std::string_view name;
    /// The first that matches decides.
    std::span<const WaiterAcceptor> acceptors;
    std::int32_t min_delay_seconds = 2;
    std::int32_t max_delay_seconds = 120;
    /// Polls before the waiter gives up if the caller sets no deadline; 0 for no such limit.
    std::int32_t max_attempts = 0;
};

namespace detail {

/// For `WaiterAcceptor::root`: an object of `input` and `output`.
BELFRY_INLINE void input_and_output(const WaiterPoll& poll, jmespath::Value& root);

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
    /// Whether the poll is what the acceptor waits for; `found`, unless null, is set to what it looked at.
    [[nodiscard]] BELFRY_INLINE static bool matches(const WaiterAcceptor& acceptor, const WaiterPoll& poll,
                                                    std::string* found);
    [[nodiscard]] BELFRY_INLINE static bool path_matches(const WaiterAcceptor& acceptor,
                                                         const WaiterPoll& poll, std::string* found);
    /// What the last of the acceptors found that looked at the poll.
    [[nodiscard]] BELFRY_INLINE std::string found(const WaiterPoll& poll) const;
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
    Error error_{};
};

/// What a generated `poll_until_...` does: the result of the call that reached the success state. Where that
/// is an error (a thing that no longer exists), the output is empty.
template <class O>
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
