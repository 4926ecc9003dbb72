// SPDX-License-Identifier: Apache-2.0
#include "answer.hpp"

#include <belfry/call/call.hpp>
#include <belfry/codec/json.hpp>
#include <belfry/events/body_hooks.hpp>
#include <belfry/impl/src.hpp>
#include <belfry/presign/presign.hpp>
#include <belfry/schema/exception_source.hpp>
#include <belfry/util/base64.hpp>

#include "settings.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace belfry_wire {
namespace {

using belfry::Error;
using belfry::ErrorKind;

[[nodiscard]] const OperationEntry* find_operation(std::string_view name) {
    for (const Table<OperationEntry>& table : operation_tables())
        for (const OperationEntry& entry : table)
            if (entry.name == name) return &entry;
    return nullptr;
}

[[nodiscard]] const ShapeEntry* find_exception(std::string_view code) {
    for (const ShapeEntry& entry : exception_table())
        if (entry.structure->error_code == code) return &entry;
    return nullptr;
}

void append_status(std::string& out, int status) {
    if (status != 0) out.append(",\"status\":").append(std::to_string(status));
}

/// An error that is not the service's own.
void append_failure(std::string& out, const Error& error) {
    out += ",\"error\":{";
    append_text_member(out, "kind", belfry::to_string(error.kind));
    append_text_member(out, "message", error.message);
    append_text_member(out, "code", error.code);
    append_status(out, error.http_status);
    out += '}';
}

void append_input_fault(std::string& out, std::string_view message) {
    out += ",\"error\":{";
    append_text_member(out, "kind", "input");
    append_text_member(out, "message", message);
    out += '}';
}

[[nodiscard]] belfry::JsonOptions value_options() {
    belfry::JsonOptions options;
    options.use_member_names = true;
    options.use_model_timestamp_formats = false;
    options.reject_unknown_members = true;
    return options;
}

/// Appends an object's members by the model's names, or the reason why they cannot be written.
[[nodiscard]] bool append_values(std::string& out, const Object& object, std::string& fault) {
    std::string json;
    if (!belfry::encode_json(object.structure(), object.get(), json, value_options(), fault)) return false;
    out += json;
    return true;
}

/// Appends the members of the exception, if the error is one of that shape.
[[nodiscard]] bool append_exception(std::string& out, const Error& error, const ShapeEntry& shape) {
    const Object exception(shape);
    std::string fault;
    return error.detail.get() != nullptr &&
           belfry::detail::exception_source(error)->decode(*shape.structure, error.code, exception.get()) &&
           append_values(out, exception, fault);
}

/// Appends the members of the exception that has the error's code, or that the response names beside it.
[[nodiscard]] bool append_exception(std::string& out, const Error& error) {
    if (const ShapeEntry* const shape = find_exception(error.code))
        return append_exception(out, error, *shape);
    return std::any_of(exception_table().begin(), exception_table().end(),
                       [&](const ShapeEntry& shape) { return append_exception(out, error, shape); });
}

/// Requests do not have a Content-Length header, because transports add it; here it is shown where they do.
[[nodiscard]] bool sends_content_length(const belfry::HttpRequest& request) {
    return request.content_length > 0 || (request.content_length == 0 && request.method != "GET" &&
                                          request.method != "HEAD" && request.method != "OPTIONS");
}

/// Headers as one object; those of one name become one, as RFC 9110 section 5.3 allows.
void append_headers(std::string& out, const belfry::HttpRequest& request) {
    belfry::Headers headers;
    for (const belfry::Header& header : request.headers) {
        if (const auto before = headers.find(header.name))
            headers.set(header.name, std::string(*before).append(", ").append(header.value));
        else
            headers.append(header.name, header.value);
    }
    if (sends_content_length(request))
        headers.append("Content-Length", std::to_string(request.content_length));
    out += ",\"headers\":{";
    for (const belfry::Header& header : headers) append_text_member(out, header.name, header.value);
    out += '}';
}

void append_request(std::string& out, const belfry::HttpRequest& request, std::string_view body) {
    out += ",\"request\":{";
    append_text_member(out, "method", request.method);
    append_text_member(out, "url", request.url);
    append_headers(out, request);
    out += ",\"body_base64\":\"";
    belfry::append_base64(out, body);
    out += "\"}";
}

void append_presigned(const belfry::ClientCore& client, const belfry::Operation& operation, const void* input,
                      std::int64_t seconds, std::string_view token, std::string& out) {
    belfry::PresignedRequest presigned;
    Error error;
    if (!belfry::detail::presign(client, operation, input,
                                 {.expires_seconds = seconds, .idempotency_token = token}, presigned,
                                 error)) {
        append_failure(out, error);
        return;
    }
    belfry::HttpRequest request;
    request.method = std::move(presigned.method);
    request.url = std::move(presigned.url);
    request.headers = std::move(presigned.headers);
    request.body = std::move(presigned.body);
    request.content_length = static_cast<std::int64_t>(request.body.size());
    append_request(out, request, request.body);
}

/// Takes the events out of a response that is one of success, and leaves what the output is read from.
void read_events(const OperationEntry& entry, belfry::HttpResponse& response,
                 const belfry::DecodeOptions& options, std::string& events, Error& error) {
    using belfry::detail::EventReader;
    EventReader reader(*entry.operation, *entry.event_stream, *entry.events.structure, options);
    const std::string body = std::move(response.body);
    std::string_view rest = body;
    response.body.clear();
    response.headers.remove("Content-Length");
    EventReader::Step step = EventReader::Step::need_more;
    if (reader.begin(response.status, response.headers)) do {
            const Object event(entry.events);
            step = reader.next(rest, event.get());
            if (step == EventReader::Step::initial_response) response.body = reader.initial_response();
            if (step == EventReader::Step::event) {
                if (!events.empty()) events += ',';
                std::string fault;
                if (!append_values(events, event, fault)) {
                    error.kind = ErrorKind::response;
                    error.message = fault;
                    return;
                }
            }
        } while (step != EventReader::Step::need_more && step != EventReader::Step::failed);
    if (reader.finish()) return;
    error = reader.error();
    error.http_status = response.status;
    belfry::detail::read_request_id(response.headers, error.request_id);
}

/// This transport sends nothing.
[[nodiscard]] belfry::HttpResponse no_transport(const belfry::HttpRequest&) { return {}; }

/// A call that would try again forgets the response.
[[nodiscard]] belfry::ClientConfig without_retries(belfry::ClientConfig config) {
    config.retry.max_attempts = 1;
    return config;
}

} // namespace

Answerer::Answerer(const belfry::ClientConfig& config, std::string_view idempotency_token)
    : config_(config), requests_(*operation_tables().begin()->begin()->operation->service,
                                 belfry::ClientConfig(config), no_transport),
      responses_(requests_.service(), without_retries(config), no_transport),
      idempotency_token_(idempotency_token) {}

std::string Answerer::answer(std::string_view text) {
    Line line;
    std::string fault;
    const bool good = read_line(text, line, fault);
    std::string out = "{\"id\":" + line.id;
    const OperationEntry* const entry = good ? find_operation(line.operation) : nullptr;
    if (!good)
        append_input_fault(out, fault);
    else if (entry == nullptr)
        append_input_fault(out, "no operation '" + line.operation + "'");
    else if (line.has_response)
        answer_response(*entry, std::move(line.response), out);
    else
        answer_request(*entry, line, out);
    out += '}';
    return out;
}

void Answerer::answer_request(const OperationEntry& entry, const Line& line, std::string& out) {
    Settings settings{belfry::ClientConfig(config_), nullptr};
    std::optional<belfry::ClientCore> own;
    if (!line.client.empty()) {
        std::string fault;
        if (!read_settings(line.client, settings, fault)) {
            append_input_fault(out, fault);
            return;
        }
        own.emplace(requests_.service(), std::move(settings.config), no_transport);
    }
    const belfry::ClientCore& client = own ? *own : requests_;
    const Object input(entry.input);
    Error error;
    if (!belfry::decode_json(line.params, input.structure(), input.get(), value_options(), error.message)) {
        error.kind = ErrorKind::validation;
        error.code = "ValidationError";
        append_failure(out, error);
        return;
    }
    if (line.presign) {
        append_presigned(client, *entry.operation, input.get(), *line.presign, idempotency_token_, out);
        return;
    }
    belfry::CallOptions options;
    options.idempotency_token = idempotency_token_;
    std::optional<belfry::detail::EventBodyHooks> body;
    if (entry.event_stream != nullptr)
        body.emplace(*entry.operation, *entry.event_stream, entry.events.structure, belfry::DecodeOptions{});
    belfry::Call call(client, *entry.operation, options, body ? &*body : nullptr);
    if (call.start(input.get()) == belfry::Call::Step::send) {
        // An input that is the first message of a stream is shown as it is before it is signed.
        append_request(out, call.request(),
                       body && !body->initial_request.empty() ? body->initial_request : call.request().body);
        return;
    }
    belfry::detail::ResultBase result;
    static_cast<void>(call.finish(nullptr, result));
    append_failure(out, result.error());
}

void Answerer::answer_response(const OperationEntry& entry, belfry::HttpResponse response, std::string& out) {
    std::string events;
    belfry::detail::ResultBase result;
    Error& error = result.error();
    std::string fault;
    if (entry.events.structure != nullptr && entry.operation->succeeds(response.status))
        read_events(entry, response, belfry::detail::decode_options(responses_.config()), events, error);
    belfry::Call call(responses_, *entry.operation, {});
    const Object output(entry.output);
    bool done = error.kind == ErrorKind::none;
    if (entry.read != nullptr) {
        done = entry.read(responses_, std::move(response), output.get(), result);
    } else if (done) {
        static_cast<void>(call.on_response(std::move(response)));
        done = call.finish(output.get(), result);
    }
    if (done) {
        out += ",\"parsed\":";
        if (append_values(out, output, fault)) {
            if (entry.events.structure == nullptr) return;
            // Where botocore has them.
            out.pop_back();
            if (out.back() != '{') out += ',';
            append_string(out, entry.stream);
            out.append(":[").append(events).append("]}");
            return;
        }
        out.resize(out.size() - 10);
        error.kind = ErrorKind::response;
        error.code = "MalformedResponse";
        error.message = fault;
        error.http_status = result.metadata().http_status;
    }
    if (error.kind != ErrorKind::service) {
        append_failure(out, error);
        return;
    }
    out += ",\"error\":{";
    append_text_member(out, "code", error.code);
    append_text_member(out, "message", error.message);
    append_status(out, error.http_status);
    out += "},\"modeled\":";
    if (!append_exception(out, error)) out += "{}";
    if (!error.request_id.empty()) append_text_member(out, "request_id", error.request_id);
}

} // namespace belfry_wire
