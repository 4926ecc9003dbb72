// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/testing/detail/aws_chunked_body.hpp>
#include <belfry/testing/detail/exchange.hpp>
#include <belfry/testing/detail/received_body.hpp>
#include <belfry/testing/detail/recorded_events.hpp>
#include <belfry/testing/detail/redacted_json.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/signature_parts.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0::testing {
namespace detail {

/// Passes a response on and keeps it.
class RecordingSink final : public ResponseSink {
  public:
    explicit RecordingSink(ResponseSink& next) noexcept : next_(next) {}
    bool on_head(int status, Headers headers) noexcept override {
        const auto part = [&] {
            response.status = status;
            response.headers = headers;
        };
        return keep(part) && next_.on_head(status, std::move(headers));
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        const auto part = [&] {
            response.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        };
        return keep(part) && next_.on_body(bytes);
    }
    [[nodiscard]] bool cancelled() const noexcept override { return next_.cancelled(); }
    HttpResponse response{};
    /// Why a part of the response could not be kept; empty if all was.
    std::string problem{};

  private:
    template <class Part> [[nodiscard]] bool keep(const Part& part) noexcept {
        TransportResult result = belfry::detail::without_throwing([&] {
            part();
            return TransportResult();
        });
        problem.swap(result.message);
        return result.status == TransportStatus::ok;
    }

    ResponseSink& next_;
};

/// Adds the members of the exception `E` to a recorded error, if it is that one.
template <class E>
void record_exception(const Protocol& protocol, const HttpResponse& response, nlohmann::json& error) {
    const Structure& shape = structure_of<E>;
    if (error["code"] != shape.error_code || error.contains("shape")) return;
    E exception = E();
    Error fault;
    if (!protocol.decode_exception(response, shape, {}, &exception, fault)) return;
    error["shape"] = shape.name;
    error["members"] = redacted_json(shape, &exception);
}

/// An operation that a recorder knows.
class RecordedOperation {
  public:
    explicit RecordedOperation(const Operation& operation) noexcept : operation_(&operation) {}
    virtual ~RecordedOperation() = default;
    [[nodiscard]] const Operation& operation() const noexcept { return *operation_; }
    /// Reads the input of a request; false, with the reason in `error`, if it cannot be read.
    virtual bool record_input(const ServerProtocol& protocol, const ReceivedRequest& request,
                              nlohmann::json& entry, Error& error) const = 0;
    /// Reads the output of a successful response, and its events if the operation has some; `whole` unless a
    /// stream of events was ended by the client or the transport.
    virtual bool record_output(const HttpResponse& response, bool whole, nlohmann::json& entry,
                               Error& error) const = 0;
    /// Whether responses are streams of events, whose beginning is recorded even if they break off.
    [[nodiscard]] virtual bool streams() const noexcept = 0;
    virtual void record_error(const HttpResponse& response, nlohmann::json& error) const = 0;

  private:
    const Operation* operation_;
};

template <class O, class... Exceptions> class RecordedTypes final : public RecordedOperation {
  public:
    RecordedTypes() noexcept : RecordedOperation(operation_of<O>) {}
    bool record_input(const ServerProtocol& protocol, const ReceivedRequest& request, nlohmann::json& entry,
                      Error& error) const override {
        typename O::Input input = typename O::Input();
        if (!protocol.decode(operation(), request, &input, error)) return false;
        entry["input"] = redacted_input(*operation().input, &input);
        return true;
    }
    bool record_output(const HttpResponse& response, bool whole, nlohmann::json& entry,
                       Error& error) const override {
        if constexpr (requires { typename O::OutputEvents; }) {
            return record_events<O, Exceptions...>(response, whole, entry, error);
        } else {
            typename O::Output output = typename O::Output();
            HttpResponse copy = response;
            if (!operation().service->protocol->decode(operation(), copy, {}, &output, error)) return false;
            entry["output"] = redacted_json(*operation().output, &output);
            static_cast<void>(whole);
            return true;
        }
    }
    [[nodiscard]] bool streams() const noexcept override {
        return requires { typename O::OutputEvents; };
    }
    void record_error(const HttpResponse& response, nlohmann::json& error) const override {
        (record_exception<Exceptions>(*operation().service->protocol, response, error), ...);
        static_cast<void>(response);
        static_cast<void>(error);
    }
};

} // namespace detail

/// A transport that sends by another one and appends what is exchanged to a file, a JSON object in each line,
/// for a `Replayer`. It writes inputs, outputs and errors, and not HTTP, so that no header gets there;
/// members that the model marks as sensitive are replaced by `***`.
///
///     namespace testing = belfry::testing;
///     testing::Recorder recorder(voice::service, testing::rest_json, transport, "calls.jsonl");
///     recorder.record<voice::operations::GetSpeakerSearchTask, voice::NotFoundException>();
///
/// A request of an operation that it was not told is refused before it is sent: its secrets are not known.
/// Events of responses are recorded, those of requests are not. A response with events is written when it has
/// ended.
/// Needs nlohmann/json.
class Recorder final : public Transport {
  public:
    /// `protocol` is the counterpart of `service.protocol`. `transport` must outlive the recorder.
    Recorder(const Service& service, const ServerProtocol& protocol, Transport& transport,
             const std::string& path)
        : service_(&service), protocol_(&protocol), transport_(transport), path_(path),
          file_(path, std::ios::app | std::ios::binary) {}
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Records the calls of an operation. The members of errors are only recorded of `Exceptions`, whose
    /// headers have to be included; of others, code, message and status.
    template <class O, class... Exceptions> Recorder& record() {
        static_assert(!requires { typename O::InputEvents; }, "events of requests are not recorded");
        const std::lock_guard<std::mutex> lock(mutex_);
        operations_.push_back(std::make_unique<detail::RecordedTypes<O, Exceptions...>>());
        return *this;
    }

    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        return belfry::detail::without_throwing([&] { return exchange(request, sink); },
                                                "the recorder threw an exception");
    }

  private:
    TransportResult exchange(const HttpRequest& request, ResponseSink& sink) {
        nlohmann::json entry;
        ReceivedRequest received;
        if (!detail::receive(request, received) || (request.source != nullptr && !request.source->rewind()))
            return {TransportStatus::body_failed, "the source of the request's body cannot be read twice"};
        const detail::RecordedOperation* const operation = find(received);
        if (operation == nullptr)
            return refuse("it does not know the operation of " + received.method + ' ' + received.path +
                          "; add it with record<operations::...>()");
        Error error;
        if (!detail::decode_body(received, protocol_->refusals_of(*service_), nullptr, error) ||
            !operation->record_input(*protocol_, received, entry, error))
            return refuse(error.message);
        if (!is_open()) return refuse("the file '" + path_ + "' cannot be written");
        entry["operation"] = operation->operation().name;

        detail::RecordingSink recording(sink);
        TransportResult result = transport_.send(request, recording);
        if (!recording.problem.empty()) return refuse(recording.problem);
        const bool whole = result.status == TransportStatus::ok;
        const bool begun =
            whole || (operation->streams() && operation->operation().succeeds(recording.response.status));
        if (begun && !describe(*operation, received, recording.response, whole, entry, error))
            return refuse("the response cannot be read: " + error.message);
        // A client that wants no more events cancels the request, and its call succeeds.
        if (!begun || (!whole && result.status != TransportStatus::cancelled)) {
            const belfry::detail::TransportFailure failure = belfry::detail::transport_failure(result.status);
            nlohmann::json& outcome = begun ? entry["end"] : entry;
            outcome["failure"] = {{"code", failure.code}, {"message", result.message}};
        }
        return append(entry) ? std::move(result) : refuse("the file '" + path_ + "' cannot be written");
    }
    [[nodiscard]] bool describe(const detail::RecordedOperation& operation, const ReceivedRequest& request,
                                const HttpResponse& response, bool whole, nlohmann::json& entry,
                                Error& error) const {
        // The message of an error may repeat the request.
        const std::string token = detail::header_or_empty(request.headers, "X-Amz-Security-Token");
        if (operation.operation().succeeds(response.status)) {
            if (!operation.record_output(response, whole, entry, error)) return false;
            if (const auto end = entry.find("end"); end != entry.end()) {
                nlohmann::json& message = (*end)["error"]["message"];
                message = detail::without_token(message.get<std::string>(), token);
            }
            return true;
        }
        Error fault;
        service_->protocol->decode_error(operation.operation(), response, fault);
        nlohmann::json described{{"code", fault.code},
                                 {"message", detail::without_token(fault.message, token)},
                                 {"status", response.status}};
        operation.record_error(response, described);
        entry["error"] = std::move(described);
        return true;
    }
    [[nodiscard]] static TransportResult refuse(const std::string& why) {
        return {TransportStatus::failed, "the recorder cannot record this call: " + why};
    }
    [[nodiscard]] const detail::RecordedOperation* find(const ReceivedRequest& request) {
        const std::lock_guard<std::mutex> lock(mutex_);
        return detail::find_rule(*protocol_, operations_, request);
    }
    [[nodiscard]] bool is_open() {
        const std::lock_guard<std::mutex> lock(mutex_);
        return file_.good();
    }
    [[nodiscard]] bool append(const nlohmann::json& entry) {
        const std::lock_guard<std::mutex> lock(mutex_);
        // A text that is not UTF-8 must not end the recording.
        file_ << entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
        file_.flush();
        return file_.good();
    }

    const Service* service_;
    const ServerProtocol* protocol_;
    Transport& transport_;
    std::string path_;
    std::mutex mutex_{};
    std::ofstream file_;
    std::vector<std::unique_ptr<detail::RecordedOperation>> operations_{};
};

} // namespace belfry::inline v0::testing
