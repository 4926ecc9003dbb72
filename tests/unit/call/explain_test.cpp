// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/explain.hpp>

#include "support/catch.hpp"
#include "unit/call/moving_clock.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;

/// The error of a call that gets this answer; a status of 0 stands for a failed transport.
Error failure(HttpResponse answer, ClientConfig config = {}, TransportStatus status = TransportStatus::ok) {
    config.region = "eu-central-1";
    test::MovingClock clock;
    config.environment = &clock;
    config.error_facts = keep_error_facts;
    const voice::Client client{std::move(config), [&](const HttpRequest&, ResponseSink& sink) {
                                   if (status != TransportStatus::ok)
                                       return TransportResult{status, "so it is"};
                                   sink.on_head(answer.status, answer.headers);
                                   sink.on_body(std::as_bytes(std::span(answer.body)));
                                   return TransportResult{};
                               }};
    const auto result =
        client.get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "t"});
    CHECK_FALSE(result);
    return result.error();
}

const Credentials keys{.access_key_id = "AKIDEXAMPLE12345",
                       .secret_access_key = "a-secret-key",
                       .session_token = "a-session-token"};

} // namespace

TEST_CASE("an explanation says what was tried, where, with which key, and what to do") {
    const Error error =
        failure({.status = 403,
                 .headers = {{"x-amzn-RequestId", "r-1"}, {"x-amzn-ErrorType", "AccessDeniedException"}},
                 .body = R"({"Message":"not\nyours"})"},
                {.credentials = keys});
    const char* const expected =
        "GetSpeakerSearchTask of Chime SDK Voice failed.\n"
        "  the service said: AccessDeniedException: not\\x0ayours (HTTP 403), request id r-1\n"
        "  where: https://voice-chime.eu-central-1.amazonaws.com, region eu-central-1\n"
        "  credentials: the access key AKID...2345 that the program gave\n"
        "  what to do: the credentials are valid: let a policy of their user or role allow the operation, "
        "and "
        "check the policies of the resource and of the organization";
    CHECK(explain(error) == expected);
    // Copies know the same.
    const Error copy = error;
    CHECK(explain(copy) == expected);
}

TEST_CASE("an explanation tells a wrong clock from a wrong key") {
    HttpResponse answer{.status = 403,
                        .headers = {{"Date", "Fri, 02 Jan 2026 03:25:05 GMT"},
                                    {"x-amzn-ErrorType", "InvalidSignatureException"}},
                        .body = "{}"};
    const std::string wrong_clock =
        explain(failure(answer, {.credentials = keys, .retry = {.max_attempts = 1}}));
    CHECK(wrong_clock.find("\n  clock: the service's is 1260 s ahead of the local one") != std::string::npos);
    CHECK(wrong_clock.ends_with("what to do: set the clock of this machine"));
    answer.headers.set("Date", "Fri, 02 Jan 2026 03:04:05 GMT");
    const std::string wrong_key = explain(failure(answer, {.credentials = keys}));
    CHECK(wrong_key.find("clock:") == std::string::npos);
    CHECK(wrong_key.find("what to do: check the secret access key") != std::string::npos);
}

TEST_CASE("an explanation of a failure without a response says where the request went") {
    const std::string text = explain(failure({}, {.credentials = keys}, TransportStatus::resolve_failed));
    CHECK(text == "GetSpeakerSearchTask of Chime SDK Voice failed after 3 attempts.\n"
                  "  the reason: ResolveFailed: so it is\n"
                  "  where: https://voice-chime.eu-central-1.amazonaws.com, region eu-central-1\n"
                  "  credentials: the access key AKID...2345 that the program gave\n"
                  "  what to do: check the name of the region, ClientConfig::endpoint, and the DNS of this "
                  "machine");
}

TEST_CASE("an explanation names the source of credentials, and says when there are none") {
    class Provider final : public CredentialsProvider {
      public:
        Result<Credentials> credentials() noexcept override { return keys; }
        [[nodiscard]] std::string describe() const override { return "the vault"; }
    };
    const HttpResponse answer{.status = 400, .headers = {}, .body = R"({"__type":"ExpiredTokenException"})"};
    Provider provider;
    const std::string vault = explain(failure(answer, {.credentials = provider}));
    CHECK(vault.find("\n  credentials: the vault\n") != std::string::npos);
    CHECK(vault.find("what to do: the credentials have expired") != std::string::npos);
    CHECK(explain(failure(answer, {.credentials = [] { return keys; }}))
              .find("credentials: a provider of the program, which does not say") != std::string::npos);
    CHECK(explain(failure(answer, {.credentials = anonymous_credentials()}))
              .find("credentials: anonymous: the request was not signed") != std::string::npos);
    const std::string none = explain(failure(answer));
    CHECK(none.starts_with("GetSpeakerSearchTask of Chime SDK Voice failed before a request was sent.\n"));
    CHECK(none.find("credentials: none: the client was given no credentials") != std::string::npos);
    CHECK(none.find("what to do: set ClientConfig::credentials") != std::string::npos);
}

TEST_CASE("an error that keeps its facts still has its exception") {
    const Error error = failure({.status = 404,
                                 .headers = {{"x-amzn-ErrorType", "NotFoundException"}},
                                 .body = R"({"Code":"NotFound","Message":"no such task"})"},
                                {.credentials = keys});
    const auto exception = error.as<voice::NotFoundException>();
    REQUIRE(exception);
    CHECK(exception->message == "no such task");
    CHECK_FALSE(error.as<voice::ConflictException>());
}

TEST_CASE("an error without facts explains what it has") {
    Error error;
    CHECK(explain(error) == "The call succeeded.");
    error.kind = ErrorKind::timeout;
    error.code = "TimedOut";
    error.message = "too late";
    error.attempts = 1;
    CHECK(explain(error) ==
          "The call failed.\n"
          "  the reason: TimedOut: too late\n"
          "  what to do: check the network between here and the endpoint, and the limits in "
          "ClientConfig::timeouts and ClientConfig::deadline");
    error.kind = ErrorKind::service;
    error.code = "SlowDown";
    error.throttling = true;
    CHECK(explain(error).find("what to do: call less often") != std::string::npos);
}

TEST_CASE("no explanation has a secret, and each is some lines") {
    for (const char* const code :
         {"AccessDeniedException", "ExpiredToken", "UnrecognizedClientException", "SignatureDoesNotMatch",
          "PermanentRedirect", "ThrottlingException", "RequestTimeTooSkewed", "Unknown", "InternalFailure"})
        for (const int status : {301, 400, 403, 500}) {
            const std::string text =
                explain(failure({.status = status, .headers = {{"x-amzn-ErrorType", code}}, .body = "{}"},
                                {.credentials = keys}));
            INFO(text);
            for (const char* const secret : {"a-secret-key", "a-session-token", "AKIDEXAMPLE12345"})
                CHECK(text.find(secret) == std::string::npos);
            CHECK(text.find(code) != std::string::npos);
        }
    for (const TransportStatus status :
         {TransportStatus::connect_failed, TransportStatus::tls_failed, TransportStatus::timed_out,
          TransportStatus::connection_reset, TransportStatus::failed, TransportStatus::cancelled}) {
        const std::string text = explain(failure({}, {.credentials = keys}, status));
        INFO(text);
        CHECK(text.find("so it is") != std::string::npos);
        CHECK(text.find("a-secret-key") == std::string::npos);
    }
}
