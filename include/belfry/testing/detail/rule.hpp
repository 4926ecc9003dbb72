// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/result.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/testing/detail/exchange.hpp>
#include <belfry/testing/service_error.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace belfry::inline v0::testing {

/// Answers the calls of an operation: from an input to an output, or to an error that `service_error` or
/// `transport_error` made. Several threads may call it at once if the client is used by several.
template <class O> using Handler = std::function<Result<typename O::Output>(const typename O::Input& input)>;

namespace detail {

/// The rule of an operation, without the types of its input and output.
class RuleBase {
  public:
    explicit RuleBase(const Operation& operation) noexcept : operation_(&operation) {}
    RuleBase(const RuleBase&) = delete;
    RuleBase& operator=(const RuleBase&) = delete;
    virtual ~RuleBase() = default;
    [[nodiscard]] const Operation& operation() const noexcept { return *operation_; }
    /// Reads the input, asks the script and the handler, and writes their answer.
    [[nodiscard]] virtual Reply serve(const Exchange& exchange) = 0;
    /// How many steps of the script are left.
    [[nodiscard]] virtual std::size_t pending() const = 0;

  private:
    const Operation* operation_;
};

/// The outcome of a call that the test has no answer for. Clients do not retry its status.
[[nodiscard]] inline Error unexpected_call(const Operation& operation) {
    std::string message("the test has no answer for this call of ");
    message.append(operation.name).append(": its script is used up, and there is no handler");
    return service_error("UnexpectedCall", message, 501);
}

/// The common part of the rules of all operations: a script whose steps each serve one call, a handler (`H`)
/// for the calls after it, and the inputs that were read.
template <class O, class H> class ScriptedRule : public RuleBase {
  public:
    using HandlerType = H;
    using Input = typename O::Input;
    using Output = typename O::Output;

    /// How many calls had an input that could be read, answered with success or not.
    [[nodiscard]] std::size_t calls() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return inputs_.size();
    }
    /// The inputs of these calls, the first one first.
    [[nodiscard]] std::vector<Input> inputs() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return inputs_;
    }
    [[nodiscard]] std::size_t pending() const override {
        const std::lock_guard<std::mutex> lock(mutex_);
        return script_.size();
    }

  protected:
    ScriptedRule() : RuleBase(operation_of<O>) {}

    void set_handler(H handler) {
        const std::lock_guard<std::mutex> lock(mutex_);
        handler_ = std::move(handler);
    }
    void append(std::size_t times, const H& step) {
        const std::lock_guard<std::mutex> lock(mutex_);
        script_.insert(script_.end(), times, step);
    }
    /// Notes the input of a call, and takes the step or the handler that answers it, which may be empty. It
    /// is called without the lock, because a handler may make calls itself.
    [[nodiscard]] H next(const Input& input) {
        const std::lock_guard<std::mutex> lock(mutex_);
        inputs_.push_back(input);
        if (script_.empty()) return handler_;
        H step = std::move(script_.front());
        script_.pop_front();
        return step;
    }

    mutable std::mutex mutex_{};

  private:
    H handler_{};
    std::deque<H> script_{};
    std::vector<Input> inputs_{};
};

} // namespace detail

/// Answers the calls of the operation `O` in a fake. A script comes first: answers and errors that each
/// serve one call, in the order in which they were added. Then the handler answers; without one, the calls
/// fail with the code `UnexpectedCall` and the status 501, which clients do not retry.
///
///     fake.on<voice::operations::GetSpeakerSearchTask>(handler).fail_next(2, throttled);
template <class O> class Rule final : public detail::ScriptedRule<O, Handler<O>> {
    static_assert(
        !requires { O::event_stream; }, "the operation streams events: include belfry/testing/events.hpp");

  public:
    using Input = typename O::Input;
    using Output = typename O::Output;

    /// Replaces the handler.
    Rule& handle(Handler<O> handler) {
        this->set_handler(std::move(handler));
        return *this;
    }
    /// Appends to the script: the next `times` calls end with `error`.
    Rule& fail_next(std::size_t times, const Error& error) {
        this->append(times, [error](const Input&) { return Result<Output>(error); });
        return *this;
    }
    /// Appends to the script: the next call ends with `output`.
    Rule& answer_next(Output output) {
        this->append(1, [output = std::move(output)](const Input&) { return Result<Output>(output); });
        return *this;
    }

    [[nodiscard]] detail::Reply serve(const detail::Exchange& exchange) override {
        const Operation& operation = this->operation();
        Input input = Input();
        Error error;
        if (!detail::read_input(exchange, operation, &input, error))
            return detail::write_error(exchange, *operation.service, error);
        const Handler<O> answer = this->next(input);
        const Result<Output> result = answer ? answer(input) : detail::unexpected_call(operation);
        return result.has_value() ? detail::write_output(exchange, operation, &*result)
                                  : detail::write_error(exchange, *operation.service, result.error());
    }
};

namespace detail {

/// The type of an operation's rule. `belfry/testing/events.hpp` has those of operations with event streams.
template <class O> struct RuleType {
    using type = Rule<O>;
};

} // namespace detail

template <class O> using RuleOf = typename detail::RuleType<O>::type;

} // namespace belfry::inline v0::testing
