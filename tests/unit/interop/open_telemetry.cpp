// SPDX-License-Identifier: Apache-2.0
#include <belfry/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/open_telemetry.hpp>

#include "support/catch.hpp"
#include "unit/async/loop.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <opentelemetry/exporters/memory/in_memory_span_data.h>
#include <opentelemetry/exporters/memory/in_memory_span_exporter.h>
#include <opentelemetry/sdk/metrics/data/metric_data.h>
#include <opentelemetry/sdk/metrics/data/point_data.h>
#include <opentelemetry/sdk/metrics/export/metric_producer.h>
#include <opentelemetry/sdk/metrics/meter_provider.h>
#include <opentelemetry/sdk/metrics/metric_reader.h>
#include <opentelemetry/sdk/trace/simple_processor.h>
#include <opentelemetry/sdk/trace/span_data.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <opentelemetry/semconv/incubating/aws_attributes.h>
#include <opentelemetry/semconv/incubating/cloud_attributes.h>
#include <opentelemetry/semconv/incubating/error_attributes.h>
#include <opentelemetry/semconv/incubating/http_attributes.h>
#include <opentelemetry/semconv/incubating/rpc_attributes.h>
#include <opentelemetry/semconv/incubating/rpc_metrics.h>
#include <opentelemetry/semconv/incubating/server_attributes.h>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

// Conventions for AWS SDKs have `rpc.system` and `rpc.service`, which those for RPC have deprecated.
BELFRY_IGNORE_DEPRECATED_BEGIN

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;
namespace otel = opentelemetry;
namespace convention = opentelemetry::semconv;

/// The program's own way to read metrics.
class Reader final : public otel::sdk::metrics::MetricReader {
  public:
    otel::sdk::metrics::AggregationTemporality
    GetAggregationTemporality(otel::sdk::metrics::InstrumentType) const noexcept override {
        return otel::sdk::metrics::AggregationTemporality::kCumulative;
    }

  private:
    bool OnForceFlush(std::chrono::microseconds) noexcept override { return true; }
    bool OnShutDown(std::chrono::microseconds) noexcept override { return true; }
};

std::string text_of(const otel::sdk::common::OwnedAttributeValue& value) {
    if (const auto* text = otel::nostd::get_if<std::string>(&value)) return *text;
    if (const auto* number = otel::nostd::get_if<std::int64_t>(&value)) return std::to_string(*number);
    return "(of another type)";
}
template <class Values> std::map<std::string, std::string> texts_of(const Values& values) {
    std::map<std::string, std::string> result;
    for (const auto& [key, value] : values) result[key] = text_of(value);
    return result;
}
using Texts = std::map<std::string, std::string>;

struct Point {
    std::string unit{};
    Texts attributes{};
    double sum = 0;
    std::uint64_t count = 0;
};

/// A clock that requests and waits move.
class Clock final : public Environment {
  public:
    Timestamp now() noexcept override { return {1'767'323'045, 0}; }
    Duration steady_time() noexcept override { return Duration::milliseconds(steady); }
    void sleep(Duration duration) noexcept override { steady += duration.count_milliseconds(); }
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        std::fill_n(bytes, count, static_cast<unsigned char>(0xff));
        return true;
    }
    std::int64_t steady = 5000;
};

/// An observer with the SDK's tracer and meter, and clients whose attempts take 8 ms.
struct Telemetry {
    explicit Telemetry(OpenTelemetryOptions options = {}) {
        auto exporter = std::make_unique<otel::exporter::memory::InMemorySpanExporter>();
        data = exporter->GetData();
        auto processor = std::make_unique<otel::sdk::trace::SimpleSpanProcessor>(std::move(exporter));
        tracers = otel::nostd::shared_ptr<otel::trace::TracerProvider>(
            new otel::sdk::trace::TracerProvider(std::move(processor)));
        auto* const provider = new otel::sdk::metrics::MeterProvider();
        provider->AddMetricReader(reader);
        meters = otel::nostd::shared_ptr<otel::metrics::MeterProvider>(provider);
        options.tracers = tracers;
        options.meters = meters;
        observer.emplace(options);
    }
    Telemetry(const Telemetry&) = delete;
    Telemetry& operator=(const Telemetry&) = delete;

    voice::Client client(std::vector<HttpResponse> script, std::string endpoint = {}) {
        answers = std::move(script);
        given = 0;
        return voice::Client({.region = "us-east-1",
                              .credentials = [this]() -> Result<Credentials> {
                                  clock.steady += 3;
                                  return Credentials{"AKIDEXAMPLE12345", "a-secret-key", "a-session-token"};
                              },
                              .endpoint = std::move(endpoint),
                              .retry = {.base_delay = Duration::milliseconds(100)},
                              .environment = &clock,
                              .observer = &*observer},
                             [this](const HttpRequest&) {
                                 clock.steady += 8;
                                 return answers.at(given++);
                             });
    }
    std::vector<std::unique_ptr<otel::sdk::trace::SpanData>> spans() { return data->GetSpans(); }
    /// The points of all metrics, by the metric's name.
    std::multimap<std::string, Point> points() {
        std::multimap<std::string, Point> result;
        reader->Collect([&](otel::sdk::metrics::ResourceMetrics& all) {
            for (const auto& scope : all.scope_metric_data_)
                for (const auto& metric : scope.metric_data_)
                    for (const auto& each : metric.point_data_attr_) {
                        Point point;
                        point.unit = metric.instrument_descriptor.unit_;
                        point.attributes = texts_of(each.attributes);
                        namespace sdk = otel::sdk::metrics;
                        if (const auto* h = otel::nostd::get_if<sdk::HistogramPointData>(&each.point_data)) {
                            point.count = h->count_;
                            const auto* number = otel::nostd::get_if<double>(&h->sum_);
                            point.sum = number != nullptr
                                            ? *number
                                            : static_cast<double>(otel::nostd::get<std::int64_t>(h->sum_));
                        } else if (const auto* s = otel::nostd::get_if<sdk::SumPointData>(&each.point_data)) {
                            point.sum = static_cast<double>(otel::nostd::get<std::int64_t>(s->value_));
                        }
                        result.emplace(metric.instrument_descriptor.name_, point);
                    }
            return true;
        });
        return result;
    }

    std::shared_ptr<otel::exporter::memory::InMemorySpanData> data{};
    std::shared_ptr<Reader> reader = std::make_shared<Reader>();
    otel::nostd::shared_ptr<otel::trace::TracerProvider> tracers{};
    otel::nostd::shared_ptr<otel::metrics::MeterProvider> meters{};
    std::optional<OpenTelemetryObserver> observer{};
    Clock clock{};
    std::vector<HttpResponse> answers{};
    std::size_t given = 0;
};

const voice::GetSpeakerSearchTaskRequest input{.voice_connector_id = "a-connector",
                                               .speaker_search_task_id = "task"};
const HttpResponse busy{503,
                        {{"x-amzn-RequestId", "r1"}, {"x-amzn-errortype", "ServiceUnavailableException"}},
                        R"({"Message":"busy"})"};
const HttpResponse good{200, {{"x-amzn-RequestId", "r2"}}, R"({"SpeakerSearchTask":{}})"};

const Texts operation{{convention::rpc::kRpcService, "Chime SDK Voice"},
                      {convention::rpc::kRpcMethod, "GetSpeakerSearchTask"}};
Texts operator+(Texts left, const Texts& right) {
    left.insert(right.begin(), right.end());
    return left;
}

} // namespace

TEST_CASE("a call is a span with a span for each attempt") {
    Telemetry f;
    REQUIRE(f.client({busy, good}).get_speaker_search_task(input));
    const auto spans = f.spans();
    REQUIRE(spans.size() == 3);
    const auto& first = *spans[0];
    const auto& second = *spans[1];
    const auto& call = *spans[2];
    const Texts server{{convention::server::kServerAddress, "voice-chime.us-east-1.amazonaws.com"},
                       {convention::server::kServerPort, "443"}};
    CHECK(call.GetName() == "Chime SDK Voice.GetSpeakerSearchTask");
    CHECK(call.GetSpanKind() == otel::trace::SpanKind::kClient);
    CHECK_FALSE(call.GetParentSpanId().IsValid());
    CHECK(call.GetStatus() == otel::trace::StatusCode::kUnset);
    CHECK(texts_of(call.GetAttributes()) == operation + server +
                                                Texts{{convention::rpc::kRpcSystem, "aws-api"},
                                                      {convention::cloud::kCloudRegion, "us-east-1"},
                                                      {convention::aws::kAwsRequestId, "r2"},
                                                      {convention::http::kHttpResponseStatusCode, "200"},
                                                      {convention::http::kHttpRequestResendCount, "1"}});
    REQUIRE(call.GetEvents().size() == 1);
    CHECK(call.GetEvents()[0].GetName() == "retry");
    CHECK(texts_of(call.GetEvents()[0].GetAttributes()) ==
          Texts{{"delay_ms", "100"}, {convention::error::kErrorType, "ServiceUnavailableException"}});

    for (const auto* attempt : {&first, &second}) {
        CHECK(attempt->GetParentSpanId() == call.GetSpanId());
        CHECK(attempt->GetTraceId() == call.GetTraceId());
        CHECK(attempt->GetSpanKind() == otel::trace::SpanKind::kClient);
        CHECK(attempt->GetName() == "GET");
    }
    const Texts sent = server + Texts{{convention::http::kHttpRequestMethod, "GET"},
                                      {convention::http::kHttpRequestBodySize, "0"}};
    CHECK(texts_of(first.GetAttributes()) ==
          sent + Texts{{convention::http::kHttpResponseStatusCode, "503"},
                       {convention::http::kHttpResponseBodySize, "18"},
                       {convention::aws::kAwsRequestId, "r1"},
                       {convention::error::kErrorType, "ServiceUnavailableException"}});
    CHECK(first.GetStatus() == otel::trace::StatusCode::kError);
    CHECK(first.GetDescription() == "busy");
    CHECK(texts_of(second.GetAttributes()) == sent + Texts{{convention::http::kHttpResponseStatusCode, "200"},
                                                           {convention::http::kHttpResponseBodySize, "24"},
                                                           {convention::http::kHttpRequestResendCount, "1"},
                                                           {convention::aws::kAwsRequestId, "r2"}});
    CHECK(second.GetStatus() == otel::trace::StatusCode::kUnset);
}

TEST_CASE("a call that fails has the status of an error, and no secret") {
    Telemetry f;
    // As Signature Version 4 answers to a wrong signature.
    const HttpResponse wrong{403,
                             {{"x-amzn-RequestId", "r"}},
                             R"({"message":"It does not match.\nx-amz-security-token:a-session-token",)"
                             R"("__type":"InvalidSignatureException"})"};
    CHECK_FALSE(f.client({wrong}).get_speaker_search_task(input));
    const auto spans = f.spans();
    REQUIRE(spans.size() == 2);
    for (const auto& span : spans) {
        CHECK(span->GetStatus() == otel::trace::StatusCode::kError);
        CHECK(span->GetDescription() == "It does not match.");
        Texts attributes = texts_of(span->GetAttributes());
        CHECK(attributes[convention::error::kErrorType] == "InvalidSignatureException");
        std::string all(span->GetName());
        for (const auto& [key, value] : attributes) all += key + value;
        for (const char* const secret :
             {"a-secret-key", "a-session-token", "AKIDEXAMPLE12345", "Signature=", "a-connector"})
            CHECK(all.find(secret) == std::string::npos);
    }
}

TEST_CASE("a status has a message only if the options say so, and spans of attempts can be left out") {
    Telemetry f({.attempts = false, .messages = false});
    CHECK_FALSE(f.client({{404, {{"x-amzn-errortype", "NotFoundException"}}, R"({"Message":"no task"})"}})
                    .get_speaker_search_task(input));
    const auto spans = f.spans();
    REQUIRE(spans.size() == 1);
    CHECK(spans[0]->GetStatus() == otel::trace::StatusCode::kError);
    CHECK(spans[0]->GetDescription().empty());
}

TEST_CASE("a call that sends nothing, and one that is cancelled, have one span") {
    Telemetry f;
    CHECK_FALSE(f.client({}).get_speaker_search_task(voice::GetSpeakerSearchTaskRequest()));
    CancellationToken token;
    token.cancel();
    CHECK_FALSE(f.client({}).get_speaker_search_task(input, {.cancellation = &token}));
    const auto spans = f.spans();
    REQUIRE(spans.size() == 2);
    CHECK(spans[0]->GetStatus() == otel::trace::StatusCode::kError);
    CHECK(texts_of(spans[0]->GetAttributes())[convention::error::kErrorType].size() > 1);
    CHECK(spans[1]->GetStatus() == otel::trace::StatusCode::kUnset);
    CHECK(texts_of(spans[1]->GetAttributes())[convention::error::kErrorType] == "Cancelled");
}

TEST_CASE("the span of a call is below the current span") {
    Telemetry f;
    const auto tracer = f.tracers->GetTracer("the program");
    auto outer = tracer->StartSpan("outer");
    {
        const otel::trace::Scope scope(outer);
        REQUIRE(f.client({good}).get_speaker_search_task(input));
    }
    outer->End();
    const auto spans = f.spans();
    REQUIRE(spans.size() == 3);
    CHECK(spans[1]->GetParentSpanId() == spans[2]->GetSpanId());
    CHECK(spans[1]->GetTraceId() == spans[2]->GetTraceId());
}

TEST_CASE("the address and the port of a server are those of its URL") {
    const auto server = [](const char* endpoint) {
        Telemetry f;
        static_cast<void>(f.client({good}, endpoint).get_speaker_search_task(input).has_value());
        const auto spans = f.spans();
        REQUIRE(spans.size() == 2);
        Texts texts = texts_of(spans[1]->GetAttributes());
        return texts[convention::server::kServerAddress] + ' ' + texts[convention::server::kServerPort];
    };
    CHECK(server("http://localhost:4566") == "localhost 4566");
    CHECK(server("http://127.0.0.1") == "127.0.0.1 80");
    CHECK(server("https://[::1]:8443") == "::1 8443");
    CHECK(server("https://[::1]") == "::1 443");
}

TEST_CASE("the metrics have names, units and attributes of the conventions") {
    Telemetry f;
    REQUIRE(f.client({busy, good}).get_speaker_search_task(input));
    CHECK_FALSE(
        f.client({{404, {{"x-amzn-errortype", "NotFoundException"}}, "{}"}}).get_speaker_search_task(input));
    const auto points = f.points();
    const auto all = [&](const std::string& name) {
        std::vector<Point> found;
        for (auto [at, end] = points.equal_range(name); at != end; ++at) found.push_back(at->second);
        return found;
    };
    const auto one = [&](const std::string& name) {
        const auto found = all(name);
        REQUIRE(found.size() == 1);
        CHECK(found[0].attributes == operation);
        return found[0];
    };
    // Two attempts of 3 and 8 ms with 100 ms between them, and one.
    const Point duration = one("smithy.client.call.duration");
    CHECK(duration.unit == "s");
    CHECK(duration.count == 2);
    CHECK(duration.sum == Approx(0.122 + 0.011));
    const Point attempts = one("smithy.client.call.attempts");
    CHECK(attempts.unit == "{attempt}");
    CHECK(attempts.sum == 3);
    const Point attempt_duration = one("smithy.client.call.attempt_duration");
    CHECK(attempt_duration.unit == "s");
    CHECK(attempt_duration.count == 3);
    CHECK(attempt_duration.sum == Approx(0.024));
    const Point identity = one("smithy.client.call.auth.resolve_identity_duration");
    CHECK(identity.unit == "s");
    CHECK(identity.count == 2);
    CHECK(identity.sum == Approx(0.006));
    CHECK(one("smithy.client.call.request_payload_size").count == 2);
    const Point received = one("smithy.client.call.response_payload_size");
    CHECK(received.unit == "By");
    CHECK(received.sum == 24 + 2);

    const auto errors = all("smithy.client.call.errors");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].sum == 1);
    CHECK(errors[0].unit == "{error}");
    CHECK(errors[0].attributes == operation + Texts{{"exception.type", "NotFoundException"}});

    const auto calls = all(convention::rpc::kMetricRpcClientCallDuration);
    REQUIRE(calls.size() == 2);
    const Texts method{{convention::rpc::kRpcSystemName, "aws-api"},
                       {convention::rpc::kRpcMethod, "Chime SDK Voice/GetSpeakerSearchTask"},
                       {convention::server::kServerAddress, "voice-chime.us-east-1.amazonaws.com"},
                       {convention::server::kServerPort, "443"}};
    const Texts failed = method + Texts{{convention::error::kErrorType, "NotFoundException"},
                                        {convention::rpc::kRpcResponseStatusCode, "NotFoundException"}};
    for (const Point& point : calls) {
        CHECK(point.unit == convention::rpc::unitMetricRpcClientCallDuration);
        CHECK(point.count == 1);
        CHECK((point.attributes == method || point.attributes == failed));
    }
    CHECK(calls[0].attributes != calls[1].attributes);
}

TEST_CASE("calls of several threads have their own spans") {
    Telemetry f;
    Clock clock;
    const voice::Client client({.region = "us-east-1",
                                .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                                .observer = &*f.observer},
                               [](const HttpRequest&) { return good; });
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int k = 0; k < 10; ++k) static_cast<void>(client.get_speaker_search_task(input).has_value());
        });
    for (std::thread& thread : threads) thread.join();
    const auto spans = f.spans();
    CHECK(spans.size() == 80);
    std::set<std::string> parents;
    for (const auto& span : spans) {
        char text[16];
        span->GetParentSpanId().ToLowerBase16(otel::nostd::span<char, 16>(text, 16));
        parents.insert(std::string(text, 16));
    }
    // That of each call, and none.
    CHECK(parents.size() == 41);
}

TEST_CASE("a call that is dropped ends its spans") {
    Telemetry f;
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    const voice::Client client{{.region = "us-east-1",
                                .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                                .environment = &f.clock,
                                .observer = &*f.observer},
                               AsyncOnly{}};
    AsyncCaller(client, transport, timer)
        .start(voice::operations::GetSpeakerSearchTask{}, input, [](const auto&) {})
        .discard();
    timer.pass(Duration::seconds(1));
    const auto spans = f.spans();
    REQUIRE(spans.size() == 2);
    CHECK(spans[0]->GetName() == "GET");
    REQUIRE(spans[1]->GetEvents().size() == 1);
    CHECK(spans[1]->GetEvents()[0].GetName() == "dropped");
}

BELFRY_IGNORE_DEPRECATED_END
