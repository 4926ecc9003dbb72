// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<opentelemetry/trace/provider.h>)
#error                                                                                                       \
    "OpenTelemetry C++ is missing: install opentelemetry-cpp-devel (dnf), opentelemetry-cpp-dev (apk) or opentelemetry-cpp (pacman, brew, vcpkg, Conan)"
#endif

#include <belfry/call/call_listener.hpp>
#include <belfry/call/log_line.hpp>
#include <belfry/call/observer.hpp>
#include <belfry/core/error.hpp>
#include <belfry/interop/open_telemetry_attributes.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>
#include <belfry/version.hpp>

#include <cstdint>
#include <mutex>
#include <opentelemetry/context/context.h>
#include <opentelemetry/metrics/meter.h>
#include <opentelemetry/metrics/meter_provider.h>
#include <opentelemetry/metrics/provider.h>
#include <opentelemetry/metrics/sync_instruments.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/nostd/unique_ptr.h>
#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_startoptions.h>
#include <opentelemetry/trace/tracer.h>
#include <opentelemetry/trace/tracer_provider.h>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace belfry::inline v0 {

/// The options of an `OpenTelemetryObserver`.
struct OpenTelemetryOptions {
    /// Makes the tracer; null for the one that `opentelemetry::trace::Provider` has when the observer is
    /// made.
    opentelemetry::nostd::shared_ptr<opentelemetry::trace::TracerProvider> tracers{};
    /// Makes the meter; null for the one that `opentelemetry::metrics::Provider` has.
    opentelemetry::nostd::shared_ptr<opentelemetry::metrics::MeterProvider> meters{};
    /// Whether each attempt has a span below that of its call. Turn it off if the transport makes such spans.
    bool attempts = true;
    /// Whether the status of a span has the message of the error, a service's up to its first line break. It
    /// may name resources of the account.
    bool messages = true;
};

/// Makes spans and metrics of a client's calls with the API of OpenTelemetry C++: `ClientConfig::observer`.
/// Link the program with `opentelemetry-cpp::api` and, to export them, with an SDK.
///
/// A call is a span of kind client, with the name and the attributes of OpenTelemetry's semantic conventions
/// for AWS SDKs, such as `DynamoDB.GetItem`. Its parent is the current span of the thread that starts the
/// call. Each attempt is a span below it, as for HTTP clients. The metrics are `rpc.client.call.duration` of
/// the conventions for RPC, and those of Smithy's clients: `smithy.client.call.duration`, `attempts`,
/// `errors`, `attempt_duration`, `request_payload_size`, `response_payload_size` and
/// `auth.resolve_identity_duration`; the last one is recorded for first attempts. A call that the program
/// cancels is not an error.
///
/// Threads may share the object. If it has no memory for a call, that call has no spans. Must outlive the
/// client and its calls.
class OpenTelemetryObserver final : public Observer {
  public:
    explicit OpenTelemetryObserver(const OpenTelemetryOptions& options = {})
        : OpenTelemetryObserver(
              options,
              options.tracers ? options.tracers : opentelemetry::trace::Provider::GetTracerProvider(),
              options.meters ? options.meters : opentelemetry::metrics::Provider::GetMeterProvider()) {}
    OpenTelemetryObserver(const OpenTelemetryObserver&) = delete;
    OpenTelemetryObserver& operator=(const OpenTelemetryObserver&) = delete;

    BELFRY_COLD void on_event(const CallEvent& event) noexcept override {
        Spans* const spans = event.moment == CallMoment::started ? start(event) : find(event.call);
        switch (event.moment) {
        case CallMoment::started: break;
        case CallMoment::prepared: on_prepared(event, spans); break;
        case CallMoment::got_credentials: on_credentials(event, spans); break;
        case CallMoment::sending: on_sending(event, spans); break;
        case CallMoment::attempt_ended: on_attempt_ended(event, spans); break;
        case CallMoment::waiting: on_waiting(event, spans); break;
        case CallMoment::ended: on_ended(event, spans); break;
        case CallMoment::dropped:
            if (spans != nullptr) spans->call->AddEvent("dropped");
            break;
        }
        if (event.moment == CallMoment::ended || event.moment == CallMoment::dropped) forget(event.call);
    }

  private:
    using Span = opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>;
    using Seconds = opentelemetry::nostd::unique_ptr<opentelemetry::metrics::Histogram<double>>;
    using Bytes = opentelemetry::nostd::unique_ptr<opentelemetry::metrics::Histogram<std::uint64_t>>;
    using Count = opentelemetry::nostd::unique_ptr<opentelemetry::metrics::Counter<std::uint64_t>>;
    using Attributes = detail::TelemetryAttributes;

    /// The spans of a call that has not ended. Only the thread that drives the call uses them.
    struct Spans {
        Span call{};
        /// The span of the attempt that is under way; null between attempts.
        Span attempt{};
        /// For metrics, whose exemplars name the call's span.
        opentelemetry::context::Context context{};
        Duration prepared{};
    };

    OpenTelemetryObserver(const OpenTelemetryOptions& options,
                          opentelemetry::nostd::shared_ptr<opentelemetry::trace::TracerProvider> tracers,
                          opentelemetry::nostd::shared_ptr<opentelemetry::metrics::MeterProvider> meters)
        : tracer_(tracers->GetTracer("belfry", BELFRY_VERSION_STRING)),
          meter_(meters->GetMeter("belfry", BELFRY_VERSION_STRING)), attempts_(options.attempts),
          messages_(options.messages) {}

    /// The spans of a new call; null without memory for them.
    Spans* start(const CallEvent& event) noexcept {
#if defined(__cpp_exceptions)
        try {
            return &insert(event);
        } catch (...) {
            return nullptr;
        }
#else
        return &insert(event);
#endif
    }
    Spans& insert(const CallEvent& event) {
        Spans* spans = nullptr;
        {
            const std::lock_guard lock(mutex_);
            spans = &spans_[event.call];
        }
        *spans = {};
        detail::LogLine name;
        name.add(event.operation.service->id);
        name.add(".");
        name.add(event.operation.name);
        Attributes attributes = operation_attributes(event);
        attributes.add("rpc.system", "aws-api");
        if (!event.region.empty()) attributes.add("cloud.region", event.region);
        opentelemetry::trace::StartSpanOptions options;
        options.kind = opentelemetry::trace::SpanKind::kClient;
        spans->call = tracer_->StartSpan(detail::telemetry_text(name.text()), attributes, options);
        opentelemetry::context::Context none;
        spans->context = opentelemetry::trace::SetSpan(none, spans->call);
        return *spans;
    }
    /// Null for a call whose start found no memory.
    Spans* find(const void* call) noexcept {
        const std::lock_guard lock(mutex_);
        const auto found = spans_.find(call);
        return found != spans_.end() && found->second.call ? &found->second : nullptr;
    }
    /// Ends the spans.
    void forget(const void* call) noexcept {
        Spans ended;
        {
            const std::lock_guard lock(mutex_);
            const auto found = spans_.find(call);
            if (found == spans_.end()) return;
            ended = std::move(found->second);
            spans_.erase(found);
        }
        if (ended.attempt) ended.attempt->End();
        if (ended.call) ended.call->End();
    }

    void on_prepared(const CallEvent& event, Spans* spans) noexcept {
        if (spans == nullptr) return;
        spans->prepared = event.time;
        Attributes attributes;
        attributes.add_server(event.endpoint);
        attributes.set_on(*spans->call);
    }
    void on_credentials(const CallEvent& event, Spans* spans) noexcept {
        if (spans == nullptr || event.attempts > 0) return;
        const Duration elapsed = Duration::nanoseconds(event.time.count() - spans->prepared.count());
        identity_duration_->Record(seconds(elapsed), operation_attributes(event), context_of(spans));
    }
    void on_sending(const CallEvent& event, Spans* spans) noexcept {
        attempt_count_->Add(1, operation_attributes(event), context_of(spans));
        if (!attempts_ || spans == nullptr) return;
        Attributes attributes;
        attributes.add("http.request.method", event.operation.method);
        attributes.add_server(event.endpoint);
        if (event.attempts > 1) attributes.add("http.request.resend_count", event.attempts - 1);
        if (event.request_bytes >= 0) attributes.add("http.request.body.size", event.request_bytes);
        opentelemetry::trace::StartSpanOptions options;
        options.kind = opentelemetry::trace::SpanKind::kClient;
        options.parent = spans->call->GetContext();
        spans->attempt =
            tracer_->StartSpan(detail::telemetry_text(event.operation.method), attributes, options);
    }
    void on_attempt_ended(const CallEvent& event, Spans* spans) noexcept {
        attempt_duration_->Record(seconds(event.attempt_elapsed), operation_attributes(event),
                                  context_of(spans));
        if (spans == nullptr || !spans->attempt) return;
        add_outcome(event, *spans->attempt);
        Attributes attributes;
        attributes.add("http.response.body.size", event.response_bytes);
        attributes.set_on(*spans->attempt);
        spans->attempt->End();
        spans->attempt = Span();
    }
    void on_waiting(const CallEvent& event, Spans* spans) noexcept {
        if (spans == nullptr) return;
        Attributes attributes;
        attributes.add("error.type", detail::error_name(event.error));
        attributes.add("delay_ms", event.delay.count_milliseconds());
        spans->call->AddEvent("retry", attributes);
    }
    void on_ended(const CallEvent& event, Spans* spans) noexcept {
        const opentelemetry::context::Context context = context_of(spans);
        const Attributes operation = operation_attributes(event);
        call_duration_->Record(seconds(event.elapsed), operation, context);
        if (event.attempts > 0) {
            if (event.request_bytes >= 0)
                request_size_->Record(static_cast<std::uint64_t>(event.request_bytes), operation, context);
            if (event.http_status != 0)
                response_size_->Record(static_cast<std::uint64_t>(event.response_bytes), operation, context);
        }
        if (detail::is_failure(event.error)) {
            Attributes attributes = operation;
            attributes.add("exception.type", detail::error_name(event.error));
            error_count_->Add(1, attributes, context);
        }
        record_rpc(event, context);
        if (spans == nullptr) return;
        add_outcome(event, *spans->call);
        if (event.attempts > 1) {
            Attributes attributes;
            attributes.add("http.request.resend_count", event.attempts - 1);
            attributes.set_on(*spans->call);
        }
    }
    /// The metric of the conventions for RPC, in which the method has the service in front.
    void record_rpc(const CallEvent& event, const opentelemetry::context::Context& context) noexcept {
        detail::LogLine method;
        method.add(event.operation.service->id);
        method.add("/");
        method.add(event.operation.name);
        Attributes attributes;
        attributes.add("rpc.system.name", "aws-api");
        attributes.add("rpc.method", method.text());
        attributes.add_server(event.endpoint);
        if (detail::is_failure(event.error)) {
            attributes.add("error.type", detail::error_name(event.error));
            if (event.error.kind == ErrorKind::service)
                attributes.add("rpc.response.status_code", event.error.code);
        }
        rpc_duration_->Record(seconds(event.elapsed), attributes, context);
    }
    /// How a call or an attempt has ended, on its span.
    void add_outcome(const CallEvent& event, opentelemetry::trace::Span& span) const noexcept {
        Attributes attributes;
        if (event.http_status != 0) attributes.add("http.response.status_code", event.http_status);
        if (!event.request_id.empty()) attributes.add("aws.request_id", event.request_id);
        if (event.error.kind != ErrorKind::none)
            attributes.add("error.type", detail::error_name(event.error));
        attributes.set_on(span);
        if (detail::is_failure(event.error))
            span.SetStatus(opentelemetry::trace::StatusCode::kError,
                           messages_ ? detail::telemetry_text(detail::first_line(event.error)) : "");
    }

    static double seconds(Duration duration) noexcept {
        return duration.count() > 0 ? static_cast<double>(duration.count()) / 1e9 : 0;
    }
    static Attributes operation_attributes(const CallEvent& event) noexcept {
        Attributes attributes;
        attributes.add("rpc.service", event.operation.service->id);
        attributes.add("rpc.method", event.operation.name);
        return attributes;
    }
    static opentelemetry::context::Context context_of(const Spans* spans) noexcept {
        return spans != nullptr ? spans->context : opentelemetry::context::Context();
    }
    Seconds make_seconds(const char* name, const char* what) const noexcept {
        return meter_->CreateDoubleHistogram(name, what, "s");
    }
    Bytes make_bytes(const char* name, const char* what) const noexcept {
        return meter_->CreateUInt64Histogram(name, what, "By");
    }

    opentelemetry::nostd::shared_ptr<opentelemetry::trace::Tracer> tracer_;
    opentelemetry::nostd::shared_ptr<opentelemetry::metrics::Meter> meter_;
    Seconds rpc_duration_ =
        make_seconds("rpc.client.call.duration", "How long calls take, with their attempts and waits");
    Seconds call_duration_ =
        make_seconds("smithy.client.call.duration", "How long calls take, with their attempts and waits");
    Seconds attempt_duration_ = make_seconds("smithy.client.call.attempt_duration",
                                             "How long attempts take, until their outputs are read");
    Seconds identity_duration_ = make_seconds("smithy.client.call.auth.resolve_identity_duration",
                                              "How long providers take to give credentials");
    Bytes request_size_ =
        make_bytes("smithy.client.call.request_payload_size", "Bytes of the bodies of requests");
    Bytes response_size_ =
        make_bytes("smithy.client.call.response_payload_size", "Bytes of the bodies of responses");
    Count attempt_count_ =
        meter_->CreateUInt64Counter("smithy.client.call.attempts", "Attempts of calls", "{attempt}");
    Count error_count_ =
        meter_->CreateUInt64Counter("smithy.client.call.errors", "Calls that have failed", "{error}");
    bool attempts_;
    bool messages_;
    std::mutex mutex_{};
    std::unordered_map<const void*, Spans> spans_{};
};

} // namespace belfry::inline v0
