// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/call.hpp>
#include <belfry/call/call_listener.hpp>
#include <belfry/core/error.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::inline v0 {

/// One moment in the life of a call, as an `Observer` sees it. The texts are views of the call's, so that
/// they must be copied to be kept. No credentials, headers, paths, queries and bodies are among them.
struct CallEvent {
    CallMoment moment;
    const Operation& operation;
    /// The core of the client (`belfry/call/core.hpp`), with its configuration.
    const ClientCore& core;
    /// The same for all events of one call; a later call may have it again.
    const void* call;
    /// How the last attempt, or the call, has ended; of kind `none` before that and after a success. The
    /// message may quote values of the input that are not sensitive. That of a service may quote the request:
    /// after its first line break, Signature Version 4 has the headers that were signed.
    const Error& error;
    /// Attempts so far, with the one that the event is about.
    int attempts = 0;
    /// Scheme, host and port, such as `https://s3.us-east-1.amazonaws.com`; empty until they are known.
    std::string_view endpoint{};
    /// The region of the call.
    std::string_view region{};
    /// That of the last response; 0 if there was none.
    int http_status = 0;
    /// That of the last response; empty if it had none.
    std::string_view request_id{};
    /// Bytes of the request's body; -1 if they are not known beforehand.
    std::int64_t request_bytes = 0;
    /// Bytes of the response's body so far.
    std::int64_t response_bytes = 0;
    /// With `CallMoment::waiting`, how long the call waits.
    Duration delay{};
    /// `Environment::steady_time`, to measure what lies between two events.
    Duration time{};
    /// Since `CallMoment::started`.
    Duration elapsed{};
    /// Since `CallMoment::sending` of the last attempt; zero before the first. With
    /// `CallMoment::attempt_ended`, how long the attempt took, until its output was read.
    Duration attempt_elapsed{};
};

namespace detail {
/// Whether an attempt or a call has failed; that the program cancelled it is not a failure.
[[nodiscard]] inline bool is_failure(const Error& error) noexcept {
    return error.kind != ErrorKind::none && error.kind != ErrorKind::cancelled;
}
/// The error's code, or without one its kind.
[[nodiscard]] inline std::string_view error_name(const Error& error) noexcept {
    return error.code.empty() ? to_string(error.kind) : std::string_view(error.code);
}
/// The error's message without what may quote the request: a service's is cut at its first line break.
[[nodiscard]] inline std::string_view first_line(const Error& error) noexcept {
    const std::string_view message = error.message;
    return error.kind == ErrorKind::service ? message.substr(0, message.find_first_of("\r\n")) : message;
}
} // namespace detail

/// Sees the calls of a client: `ClientConfig::observer`. Its function runs on the thread that drives the
/// call, so it must be callable from several threads at once if the client is. It should be quick, and it
/// cannot change anything: an `Interceptor` can.
class Observer : public CallListener {
  public:
    virtual void on_event(const CallEvent& event) noexcept = 0;

  protected:
    ~Observer() = default;

  private:
    void on_call(const Call& call, CallMoment moment) noexcept final {
        const HttpRequest& request = call.request();
        const std::string_view url = request.url;
        const std::size_t host = url.find("://");
        const ResponseMetadata& metadata = call.metadata();
        CallEvent event{moment, call.operation(), call.core(), &call, call.error()};
        event.attempts = metadata.attempts;
        if (host != std::string_view::npos) event.endpoint = url.substr(0, url.find('/', host + 3));
        event.region = call.region();
        event.http_status = metadata.http_status;
        event.request_id = metadata.request_id;
        event.request_bytes = request.content_length;
        if (moment == CallMoment::waiting) event.delay = call.delay();
        event.time = call.core().environment().steady_time();
        detail::ObserverNotes& notes = call.observer_notes();
        if (moment == CallMoment::started) notes.started = event.time;
        if (moment == CallMoment::sending) notes.sent = event.time;
        event.response_bytes = call.response_bytes();
        event.elapsed = Duration::nanoseconds(event.time.count() - notes.started.count());
        if (event.attempts > 0)
            event.attempt_elapsed = Duration::nanoseconds(event.time.count() - notes.sent.count());
        on_event(event);
    }
};

/// Passes each event to several observers, in their order: `belfry::ObserverList both(log, traces);`. They
/// must outlive it.
template <std::size_t N> class ObserverList final : public Observer {
  public:
    template <std::derived_from<Observer>... Observers>
        requires(sizeof...(Observers) == N)
    explicit ObserverList(Observers&... observers) noexcept : observers_{&observers...} {}
    void on_event(const CallEvent& event) noexcept override {
        for (Observer* const observer : observers_) observer->on_event(event);
    }

  private:
    Observer* observers_[N];
};
template <class... Observers> ObserverList(Observers&...) -> ObserverList<sizeof...(Observers)>;

} // namespace belfry::inline v0
