// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/url.hpp>
#include <belfry/identity/document.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>
#include <belfry/util/wipe.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// Asks a server near by, and again if that may help.
class HttpFetch : public CredentialsFetch {
  public:
    Step on_sent(const TransportResult& sent, HttpResponse response) final {
        if (sent.status != TransportStatus::ok) {
            problem_ = "no response from ";
            append_text(problem_, server());
            if (!sent.message.empty()) append_text(problem_, ": ");
            append_log_text(problem_, sent.message);
            return on_failure(sent.status);
        }
        const Step step = on_response(response);
        wipe(response.body);
        return step;
    }
    Step on_waited() final { return Step::send; }

  protected:
    /// Takes a complete response.
    virtual Step on_response(HttpResponse& response) = 0;
    /// After a request without a response, and `problem_` says so.
    virtual Step on_failure(TransportStatus) { return retry(); }
    /// The server's name, for people.
    [[nodiscard]] virtual std::string_view server() const noexcept = 0;

    [[nodiscard]] int attempts_left() const noexcept { return max_attempts_ - attempts_ - 1; }
    /// Sends the request again after a second; ends with `problem_` if that was done often enough.
    Step retry() {
        if (++attempts_ >= max_attempts_) return fail("CredentialsUnavailable", {problem_});
        delay_ = Duration::seconds(1);
        return Step::wait;
    }
    /// The request is a new one, which may be sent as often as the first one.
    Step send_next() {
        attempts_ = 0;
        return Step::send;
    }
    /// Makes `problem_` tell of a response that is of no use. Short texts of the server are quoted, but not
    /// those of a success, which hold secrets even if they are malformed.
    void describe(const HttpResponse& response) {
        problem_ = server();
        append_text(problem_, " answered with status ");
        append_text(problem_, std::to_string(response.status));
        if (response.status >= 200 && response.status < 300) return;
        const std::string_view body = trim_blanks(response.body);
        if (body.empty() || body.size() > 256 || body.find("SecretAccessKey") != std::string_view::npos)
            return;
        append_text(problem_, ": ");
        append_log_text(problem_, body);
    }
    /// Makes the request one for `request_.url`, with no header but Host.
    void ask(const char* method) {
        request_.method = method;
        request_.headers = {};
        std::string host;
        append_host(host, parse_url(request_.url));
        request_.headers.set("Host", host);
    }
    /// Reads the document in a response; false if there is none, which `problem_` then tells.
    [[nodiscard]] bool parse(const HttpResponse& response, CredentialsDocument& document) {
        if (parse_credentials(response.body, document)) return true;
        problem_ = server();
        append_text(problem_, " answered with something that is not a JSON document of credentials");
        return false;
    }
    [[nodiscard]] static bool may_succeed_later(int status) noexcept {
        return status >= 500 || status == 429;
    }

    std::string problem_{};
    int max_attempts_ = 1;

  private:
    int attempts_ = 0;
};

} // namespace belfry::inline v0::detail
