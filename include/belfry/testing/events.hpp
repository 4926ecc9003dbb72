// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/result.hpp>
#include <belfry/events/traits.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/testing/detail/received_events.hpp>
#include <belfry/testing/detail/rule.hpp>
#include <belfry/testing/detail/sent_events.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/util/config.hpp>

#include <concepts>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

/// Operations with event streams in fakes; the fakes of services that have such operations include it.
namespace belfry::inline v0::testing {
namespace detail {

/// Stands for the events of a direction that an operation does not have.
struct NoEvents {};

template <class O> struct EventsOf {
    using Input = NoEvents;
    using Output = NoEvents;
};
template <class O>
    requires requires {
        typename O::InputEvents;
        typename O::OutputEvents;
    }
struct EventsOf<O> {
    using Input = typename O::InputEvents;
    using Output = typename O::OutputEvents;
};
template <class O>
    requires(
        requires { typename O::InputEvents; } && !requires { typename O::OutputEvents; })
struct EventsOf<O> {
    using Input = typename O::InputEvents;
    using Output = NoEvents;
};
template <class O>
    requires(
        !requires { typename O::InputEvents; } && requires { typename O::OutputEvents; })
struct EventsOf<O> {
    using Input = NoEvents;
    using Output = typename O::OutputEvents;
};

template <class E> [[nodiscard]] const Structure* events_table() noexcept {
    if constexpr (std::same_as<E, NoEvents>)
        return nullptr;
    else
        return &structure_of<E>;
}

} // namespace detail

template <class O> class StreamRule;

/// The service's side of one call with event streams, which a handler gets. It lives as long as the handler
/// runs.
template <class O> class ServiceStream {
  public:
    using Output = typename O::Output;

    ServiceStream(const ServiceStream&) = delete;
    ServiceStream& operator=(const ServiceStream&) = delete;

    /// Sends the output: the head of the response, or, in protocols without HTTP bindings, the message
    /// `initial-response`. Without it an output without members precedes the first event. An operation
    /// without output events ends with it. False if the client has gone.
    bool respond(const Output& output) { return sent_.respond(&output); }
    /// Sends an event, or an exception that the model lists among the events. False if the client wants no
    /// more, or if the event cannot be written, which then is the outcome of the call.
    bool send(const typename detail::EventsOf<O>::Output& event)
        requires(requires { typename O::OutputEvents; })
    {
        if (!sent_.has_output() && !respond(Output())) return false;
        return sent_.send(&event);
    }
    /// Waits for the next event of the client; empty if it has sent all. An event that the service would
    /// refuse is an error, which becomes the outcome of the call whatever the handler returns.
    [[nodiscard]] Result<std::optional<typename detail::EventsOf<O>::Input>> receive()
        requires(requires { typename O::InputEvents; })
    {
        if (refusal_) return *refusal_;
        std::optional<typename detail::EventsOf<O>::Input> event(std::in_place);
        Error error;
        bool end = false;
        if (!received_.next(&*event, end, error)) {
            refusal_ = error;
            return error;
        }
        if (end)
            event.reset();
        else
            rule_.note(*event);
        return event;
    }

  private:
    friend class StreamRule<O>;
    using InputEvents = typename detail::EventsOf<O>::Input;
    using OutputEvents = typename detail::EventsOf<O>::Output;

    ServiceStream(StreamRule<O>& rule, const detail::Exchange& exchange)
        : rule_(rule),
          received_(exchange, operation_of<O>, O::event_stream, detail::events_table<InputEvents>()),
          sent_(exchange, operation_of<O>, O::event_stream, detail::events_table<OutputEvents>()) {}

    StreamRule<O>& rule_;
    detail::ReceivedEvents received_;
    detail::SentEvents sent_;
    std::optional<Error> refusal_{};
};

/// Answers the calls of an operation with event streams: a callable that gets the input and a
/// `ServiceStream<O>&`, and returns nothing or an error (`std::optional<Error>`). An error is the response if
/// nothing was sent yet; after that it ends the stream as an exception.
template <class O> class StreamHandler {
  public:
    using Input = typename O::Input;
    using Stream = ServiceStream<O>;

    StreamHandler() = default;
    template <class F>
        requires(!std::same_as<F, StreamHandler> && std::is_invocable_v<F&, const Input&, Stream&>)
    StreamHandler(F handler) // NOLINT: meant to be written in a call's argument list
        : call_([handler = std::move(handler)](const Input& input, Stream& stream) mutable {
              if constexpr (std::is_void_v<std::invoke_result_t<F&, const Input&, Stream&>>) {
                  handler(input, stream);
                  return std::optional<Error>();
              } else {
                  return std::optional<Error>(handler(input, stream));
              }
          }) {}
    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(call_); }
    [[nodiscard]] std::optional<Error> operator()(const Input& input, Stream& stream) const {
        return call_(input, stream);
    }

  private:
    std::function<std::optional<Error>(const Input&, Stream&)> call_{};
};

/// Answers the calls of an operation with event streams in a fake, as `Rule` does those of others.
///
///     fake.on_listen([](const tower::ListenRequest&, auto& stream) {
///         stream.send(tower::Events::from_verse({.text = "one"}));
///     });
template <class O> class StreamRule final : public detail::ScriptedRule<O, StreamHandler<O>> {
  public:
    using Input = typename O::Input;
    using Output = typename O::Output;

    /// Replaces the handler.
    StreamRule& handle(StreamHandler<O> handler) {
        this->set_handler(std::move(handler));
        return *this;
    }
    /// Appends to the script: the next `times` calls end with `error` before the first event.
    StreamRule& fail_next(std::size_t times, const Error& error) {
        this->append(times, [error](const Input&, ServiceStream<O>&) { return error; });
        return *this;
    }
    /// Appends to the script: the next call gets `output` and these events, and then ends with `error` if
    /// there is one. All events of the client are read.
    template <class P = O>
        requires(requires { typename P::OutputEvents; })
    StreamRule& answer_next(std::vector<typename P::OutputEvents> events, Output output = Output(),
                            std::optional<Error> error = std::nullopt) {
        this->append(1, [events = std::move(events), output = std::move(output),
                         error = std::move(error)](const Input&, ServiceStream<O>& stream) {
            stream.respond(output);
            for (const auto& event : events) stream.send(event);
            if (!error) take_all(stream);
            return error;
        });
        return *this;
    }
    /// Appends to the script: the next call ends with `output` when all events of the client were read.
    template <class P = O>
        requires(!requires { typename P::OutputEvents; })
    StreamRule& answer_next(Output output) {
        this->append(1, [output = std::move(output)](const Input&, ServiceStream<O>& stream) {
            take_all(stream);
            stream.respond(output);
        });
        return *this;
    }

    /// The events of clients that were read, the first one first.
    template <class P = O> [[nodiscard]] std::vector<typename P::InputEvents> received() const {
        const std::lock_guard<std::mutex> lock(this->mutex_);
        return received_;
    }
    [[nodiscard]] detail::Reply serve(const detail::Exchange& exchange) override {
        ServiceStream<O> stream(*this, exchange);
        Input input = Input();
        std::optional<Error> error(std::in_place);
        if (stream.received_.read_input(&input, *error)) {
            const StreamHandler<O> answer = this->next(input);
            error = answer ? answer(input, stream) : detail::unexpected_call(this->operation());
        }
        if (stream.refusal_) error = stream.refusal_;
        const Output nothing = Output();
        return stream.sent_.finish(error ? &*error : nullptr, &nothing);
    }

  private:
    friend class ServiceStream<O>;

    static void take_all(ServiceStream<O>& stream) {
        if constexpr (requires { typename O::InputEvents; }) {
            for (auto event = stream.receive(); event.has_value() && event->has_value();)
                event = stream.receive();
        } else {
            static_cast<void>(stream);
        }
    }
    void note(const typename detail::EventsOf<O>::Input& event) {
        const std::lock_guard<std::mutex> lock(this->mutex_);
        received_.push_back(event);
    }

    std::vector<typename detail::EventsOf<O>::Input> received_{};
};

namespace detail {

template <class O>
    requires requires { O::event_stream; }
struct RuleType<O> {
    using type = StreamRule<O>;
};

} // namespace detail
} // namespace belfry::inline v0::testing
