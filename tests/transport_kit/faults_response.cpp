// SPDX-License-Identifier: Apache-2.0
#include "faulty_transport.hpp"

#include <csignal>

namespace belfry::transport_kit {

namespace {

/// A source that cannot be rewound.
class StuckSource final : public BodySource {
  public:
    explicit StuckSource(BodySource* source) : source_(source) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        return source_->read(buffer, capacity);
    }
    bool rewind() noexcept override { return true; }

  private:
    BodySource* source_;
};

} // namespace

std::vector<Fault> response_faults() {
    // Shared by the copies of a fault; the kit's checks run one after another.
    const auto stuck = std::make_shared<std::unique_ptr<StuckSource>>();
    return {
        {.name = "does not rewind a source",
         .topics = {"upload: "},
         .expected = {"upload: a second send rewinds the source",
                      "upload: a send after a lost connection rewinds the source",
                      "upload: a source that cannot rewind is body_failed"},
         .request =
             [stuck](HttpRequest& r) {
                 if (r.source == nullptr) return;
                 *stuck = std::make_unique<StuckSource>(r.source);
                 r.source = stuck->get();
             }},
        {.name = "retries a 503",
         .topics = {"header: a 401", "response: "},
         .expected = {"response: 5xx are responses, not failures"},
         .whole =
             [](const HttpRequest& request, HttpResponse& response, const Fault::Send& send) {
                 TransportResult result = send(request, response);
                 return response.status == 503 ? send(request, response) : result;
             }},
        {.name = "follows redirects",
         .topics = {"response: "},
         .expected = {"response: redirects are not followed"},
         .whole =
             [](const HttpRequest& request, HttpResponse& response, const Fault::Send& send) {
                 TransportResult result = send(request, response);
                 const auto location = response.headers.find("location");
                 if (!location.has_value()) return result;
                 HttpRequest next = request;
                 next.url = *location;
                 return send(next, response);
             }},
        {.name = "sends a password after a 401",
         .topics = {"header: ", "response: "},
         .expected = {"header: a 401 does not start authentication",
                      "response: 401, 407, 408, 417, 421 are not handled by the stack"},
         .whole =
             [](const HttpRequest& request, HttpResponse& response, const Fault::Send& send) {
                 TransportResult result = send(request, response);
                 if (response.status != 401) return result;
                 HttpRequest next = request;
                 next.headers.append("Authorization", "Basic YTpi");
                 return send(next, response);
             }},
        {.name = "keeps cookies",
         .topics = {"header: "},
         .expected = {"header: cookies are not kept"},
         .whole =
             [jar = std::make_shared<std::string>()](const HttpRequest& request, HttpResponse& response,
                                                     const Fault::Send& send) {
                 HttpRequest next = request;
                 if (!jar->empty()) next.headers.append("Cookie", *jar);
                 TransportResult result = send(next, response);
                 const auto cookie = response.headers.find("set-cookie");
                 *jar = cookie.value_or("");
                 return result;
             }},
        {.name = "keeps the body back until it is whole",
         .topics = {"response: ", "body: "},
         .expected = {"body: the sink sees bytes as they come"},
         .whole = [](const HttpRequest& request, HttpResponse& response,
                     const Fault::Send& send) { return send(request, response); }},
        {.name = "hides that a body is compressed",
         .topics = {"body: "},
         .expected = {"body: compressed bodies are not decoded"},
         .on_head =
             [](ResponseSink& sink, int status, Headers headers) {
                 headers.remove("content-encoding");
                 return sink.on_head(status, std::move(headers));
             }},
        {.name = "gives a late answer to the next request",
         .topics = {"reuse: a late", "reuse: several"},
         .expected = {"reuse: a late answer never reaches the next request"},
         .whole =
             [late = std::make_shared<bool>(false)](const HttpRequest& request, HttpResponse& response,
                                                    const Fault::Send& send) {
                 const bool was_late = *late;
                 TransportResult result = send(request, response);
                 *late = result.status == TransportStatus::timed_out;
                 if (was_late) response.body = "/slow";
                 return result;
             }},
        {.name = "uses a connection again whatever has arrived on it",
         .topics = {"unasked: "},
         .expected = {"unasked: bytes on an idle connection answer no request"},
         .keeps_connection = true},
        {.name = "passes on line breaks in header values",
         .topics = {"response: "},
         .expected = {"response: line breaks and NUL in header values are refused or replaced"},
         .whole =
             [](const HttpRequest& request, HttpResponse& response, const Fault::Send& send) {
                 TransportResult result = send(request, response);
                 if (result.message.find("bare CR") == std::string::npos) return result;
                 response = {200, {{"X-A", "a\rb"}}, "ok"};
                 return TransportResult{};
             }},
        {.name = "waits for a final response for ever",
         .topics = {"response: "},
         .expected = {"response: interim responses without end are refused"},
         .outcome =
             [](TransportResult result) {
                 if (result.message.find("interim") != std::string::npos)
                     result.status = TransportStatus::timed_out;
                 return result;
             }},
        {.name = "takes a 101 for the caller's wish",
         .topics = {"response: "},
         .expected = {"response: 101 is protocol_error"},
         .outcome =
             [](TransportResult result) {
                 if (result.message.find("101") != std::string::npos)
                     result.status = TransportStatus::cancelled;
                 return result;
             }},
        {.name = "raises SIGPIPE",
         .topics = {"signal: "},
         .expected = {"signal: a reset never raises SIGPIPE"},
         .outcome =
             [](TransportResult result) {
                 if (result.status != TransportStatus::ok) std::raise(SIGPIPE);
                 return result;
             }},
        {.name = "reports 4xx and 5xx as failures",
         .topics = {"response: "},
         .expected = {"response: 4xx are responses, not failures",
                      "response: 401, 407, 408, 417, 421 are not handled by the stack",
                      "response: 5xx are responses, not failures", "response: unknown statuses are responses",
                      "response: an empty body ends at once", "response: a response that comes byte by byte"},
         .on_head = [](ResponseSink& sink, int status,
                       Headers headers) { return sink.on_head(status, std::move(headers)) && status < 400; }},
        {.name = "drops repeated response headers",
         .topics = {"response: "},
         .expected = {"response: repeated headers are all kept, in order"},
         .on_head =
             [](ResponseSink& sink, int status, Headers headers) {
                 Headers kept;
                 for (const Header& header : headers) kept.set(header.name, header.value);
                 return sink.on_head(status, std::move(kept));
             }},
        {.name = "decodes header values",
         .topics = {"response: "},
         .expected = {"response: header values are not decoded"},
         .on_head =
             [](ResponseSink& sink, int status, Headers headers) {
                 Headers decoded;
                 for (const Header& header : headers)
                     decoded.append(header.name, replaced(std::string(header.value), "%20", " "));
                 return sink.on_head(status, std::move(decoded));
             }},
        {.name = "calls the sink after it said stop",
         .topics = {"stop: a sink"},
         .expected = {"stop: a sink that stops at the head",
                      "stop: a sink that stops at the head of an empty response",
                      "stop: a sink that stops within the body"},
         .on_head =
             [](ResponseSink& sink, int status, Headers headers) {
                 sink.on_head(status, std::move(headers));
                 return true;
             },
         .on_body =
             [](ResponseSink& sink, std::span<const std::byte> bytes) {
                 sink.on_body(bytes);
                 return true;
             }},
        {.name = "accepts bodies that were cut",
         .topics = {"broken: "},
         .expected = {"broken: a body shorter than Content-Length is truncated",
                      "broken: so is an error's body", "broken: chunks that stop short are truncated",
                      "broken: a reset within the body is a failure"},
         .outcome =
             [](TransportResult result) {
                 return result.status == TransportStatus::truncated ? TransportResult{} : result;
             }},
        {.name = "takes every failure for a reset",
         .topics = {"broken: ", "stop: cancelled before"},
         .expected = {"broken: a body shorter than Content-Length is truncated",
                      "broken: an endless head is refused in constant memory",
                      "broken: an unknown host is resolve_failed",
                      "broken: chunks that stop short are truncated", "broken: garbage is protocol_error",
                      "broken: impossible and conflicting lengths are protocol_error",
                      "broken: malformed chunk sizes are protocol_error",
                      "broken: malformed header lines are protocol_error",
                      "broken: malformed status lines are protocol_error",
                      "broken: nothing listening is connect_failed", "broken: so is an error's body",
                      "stop: cancelled before it starts"},
         .outcome =
             [](TransportResult result) {
                 if (result.status != TransportStatus::ok) result.status = TransportStatus::connection_reset;
                 return result;
             }},
        {.name = "cannot be cancelled",
         .topics = {"stop: cancelled before", "stop: cancelled while waiting",
                    "stop: cancelled within a flowing"},
         .expected = {"stop: cancelled before it starts", "stop: cancelled while waiting for the head",
                      "stop: cancelled within a flowing body"},
         .never_cancelled = true},
        {.name = "has no idle limit",
         .topics = {"time: idle limit before", "time: idle limit within the body",
                    "time: total limit while waiting"},
         .expected = {"time: idle limit before the head", "time: idle limit within the body"},
         .request = [](HttpRequest& r) { r.timeouts.idle = {}; }},
        {.name = "has no total limit",
         .topics = {"time: idle limit before", "time: total limit within", "time: total limit while waiting"},
         .expected = {"time: total limit while waiting", "time: total limit within a head that drips",
                      "time: total limit within a body that drips"},
         .request = [](HttpRequest& r) { r.timeouts.total = {}; }},
    };
}

} // namespace belfry::transport_kit
