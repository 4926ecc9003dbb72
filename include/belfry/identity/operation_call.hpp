// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/call.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/state.hpp>
#include <belfry/client/client.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/optional.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

/// Calls of generated operations as parts of a `CredentialsFetch`.
namespace belfry::inline v0::detail {

/// Stands where a client has its transport. The caller of a fetch sends the requests.
class UnusedTransport final : public Transport {
  public:
    TransportResult send(const HttpRequest&, ResponseSink&) noexcept override {
        return {TransportStatus::failed, "the caller of a fetch sends its requests"};
    }
};
// Has no state, so that all fetches may use it.
inline UnusedTransport unused_transport;

/// The part of `OperationCall` that all operations share.
class FetchCall {
  public:
    using Step = CredentialsFetch::Step;

    FetchCall(const Operation& operation, ClientConfig&& config, OutputSlot output)
        : core_(*operation.service, std::move(config), unused_transport),
          call_(core_, operation, default_options), output_(output) {}
    FetchCall(const FetchCall&) = delete;
    FetchCall& operator=(const FetchCall&) = delete;
    ~FetchCall() {
        // The body may hold a token. The accessor is const, the request is not.
        wipe(const_cast<HttpRequest&>(call_.request()).body); // NOLINT
    }

    [[nodiscard]] Step on_sent(const TransportResult& sent, HttpResponse response) {
        if (sent.status != TransportStatus::ok) return follow(call_.on_failure(sent, false));
        if (response.status < 100 || response.status > 999)
            return follow(call_.on_failure(
                {TransportStatus::failed, "the transport reported success without a status"}, false));
        return follow(call_.on_response(std::move(response)));
    }
    [[nodiscard]] Step on_waited() { return follow(call_.on_waited()); }
    [[nodiscard]] const HttpRequest& request() const noexcept { return call_.request(); }
    [[nodiscard]] Duration delay() const noexcept { return call_.delay(); }
    /// After `done`: whether there is an output.
    [[nodiscard]] bool succeeded() const noexcept { return succeeded_; }
    /// The time of the service's clock, as far as its responses tell.
    [[nodiscard]] Timestamp service_time() const noexcept {
        return core_.state().clock_skew.apply(core_.environment().now());
    }
    /// After `done` without an output: why.
    [[nodiscard]] Error& error() noexcept { return outcome_.error(); }

  protected:
    [[nodiscard]] Step begin(const void* input) { return follow(call_.start(input)); }

  private:
    Step follow(Call::Step step) {
        if (step == Call::Step::done) step = call_.read_output(output_.object);
        if (step == Call::Step::send) return Step::send;
        if (step == Call::Step::done) {
            succeeded_ = call_.finish(output_.object, outcome_);
            if (succeeded_) return Step::done;
        }
        // A part of a broken document is not an output.
        output_.reset(output_.object);
        return step == Call::Step::wait ? Step::wait : Step::done;
    }

    ClientCore core_;
    Call call_;
    OutputSlot output_;
    ResultBase outcome_{};
    bool succeeded_ = false;
};

/// A call of the generated operation `O`, whose requests and waits are steps of a fetch. Endpoint, signature,
/// retries, decoding and errors are those of a client's call.
template <class O> class OperationCall final : public FetchCall {
  public:
    /// `config.environment` and `config.endpoint_options` must outlive the object.
    explicit OperationCall(ClientConfig&& config)
        : FetchCall(operation_of<O>, std::move(config), {&output_, &reset_output<typename O::Output>}) {}

    /// `input` need not outlive this function.
    [[nodiscard]] Step start(const typename O::Input& input) { return begin(&input); }
    [[nodiscard]] typename O::Output& output() noexcept { return output_; }

  private:
    typename O::Output output_{};
};

/// Copies a secret out of an output, and wipes it there.
inline void take_secret(Optional<std::string>& from, std::string& to) {
    if (!from) return;
    to = *from;
    wipe(*from);
}

/// Replaces each place where the text quotes the secret.
inline void hide_secret(std::string& text, std::string_view secret) {
    if (secret.empty()) return;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 8))
        text.replace(at, secret.size(), "(secret)");
}

/// The error of a fetch whose call failed: `subject` says what was called for what, such as `AssumeRole for
/// the role 'R'`. The message of a service is quoted without the secrets, which it may repeat.
[[nodiscard]] BELFRY_COLD inline Error call_failure(Error& cause, std::string_view subject,
                                                    std::initializer_list<std::string_view> secrets) {
    if (cause.kind == ErrorKind::memory) return std::move(cause);
    Error error;
    if (cause.kind == ErrorKind::response) {
        // The reason could quote a part of the credentials.
        error = credentials_error("CredentialsUnavailable", {subject, ": the answer cannot be read"});
    } else {
        for (const std::string_view secret : secrets) hide_secret(cause.message, secret);
        constexpr std::size_t limit = 512;
        std::string text;
        append_log_text(text, std::string_view(cause.message).substr(0, limit));
        if (cause.message.size() > limit) append_text(text, " ...");
        std::string code;
        append_log_text(code, cause.code);
        error = credentials_error("CredentialsUnavailable", {subject, ": ", code, ": ", text});
    }
    wipe(cause.message);
    error.http_status = cause.http_status;
    error.request_id = std::move(cause.request_id);
    error.attempts = cause.attempts;
    error.retryable = cause.retryable;
    error.throttling = cause.throttling;
    return error;
}

} // namespace belfry::inline v0::detail
