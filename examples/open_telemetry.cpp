// SPDX-License-Identifier: Apache-2.0
// Spans of calls, by OpenTelemetry C++. A service sends them to its collector; this program keeps and prints
// them. A stand-in for the network is busy at first.
//
// Prints:
//   GET: busy
//   GET: 200
//   Chime SDK Voice.GetSpeakerSearchTask: 200
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/open_telemetry.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <opentelemetry/exporters/memory/in_memory_span_data.h>
#include <opentelemetry/exporters/memory/in_memory_span_exporter.h>
#include <opentelemetry/sdk/trace/simple_processor.h>
#include <opentelemetry/sdk/trace/span_data.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <string>
#include <utility>

namespace {

namespace otel = opentelemetry;
namespace voice = belfry::chime_sdk_voice;

/// A program with OpenTelemetry does this once.
std::shared_ptr<otel::exporter::memory::InMemorySpanData> set_up_tracing() {
    auto exporter = std::make_unique<otel::exporter::memory::InMemorySpanExporter>();
    auto spans = exporter->GetData();
    auto processor = std::make_unique<otel::sdk::trace::SimpleSpanProcessor>(std::move(exporter));
    otel::trace::Provider::SetTracerProvider(otel::nostd::shared_ptr<otel::trace::TracerProvider>(
        new otel::sdk::trace::TracerProvider(std::move(processor))));
    return spans;
}

} // namespace

int main() {
    const auto spans = set_up_tracing();
    belfry::OpenTelemetryObserver observer;

    int requests = 0;
    const voice::Client client(
        {.region = "us-east-1",
         .credentials = belfry::Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .observer = &observer},
        [&requests](const belfry::HttpRequest&) -> belfry::HttpResponse {
            if (++requests == 1) return {503, {}, R"({"Message":"busy"})"};
            return {200, {}, R"({"SpeakerSearchTask":{}})"};
        });
    const auto result = client.get_speaker_search_task(
        {.voice_connector_id = "abcdef1ghij2klmno3pqr4", .speaker_search_task_id = "42"});

    for (const auto& span : spans->GetSpans()) {
        const std::string name(span->GetName());
        const std::string description(span->GetDescription());
        const auto& attributes = span->GetAttributes();
        const auto status = otel::nostd::get<std::int64_t>(attributes.at("http.response.status_code"));
        std::printf("%s: %s\n", name.c_str(),
                    description.empty() ? std::to_string(status).c_str() : description.c_str());
    }
    return result ? 0 : 1;
}
