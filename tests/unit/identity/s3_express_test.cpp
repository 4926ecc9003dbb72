// SPDX-License-Identifier: Apache-2.0
// Needs pugixml, because S3 answers in XML. tests/conformance/s3_express_test.cpp compares whole calls with
// botocore's.
#if BELFRY_TEST_HAS_XML
#include <belfry/async_s3_express.hpp>
#include <belfry/auth/choose_session.hpp>
#include <belfry/endpoint/session_schemes.hpp>
#include <belfry/s3_express.hpp>
#include <belfry/sigv4a.hpp>

#include "support/catch.hpp"
#include "unit/async/loop.hpp"
#include "unit/identity/scripted.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using test::ManualEnvironment;
using test::ScriptedTransport;

const Credentials keys{"AKIDEXAMPLE", "base/secret", "base/token"};

/// A time of day on 2026-01-01, on which `ManualEnvironment` begins.
std::string at(int seconds) {
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return "2026-01-01T" + two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60) + "Z";
}

/// The answer of CreateSession (Amazon S3 API Reference).
std::string session(const std::string& name, const std::string& expiration,
                    const std::string& token = "session/token") {
    return R"(<CreateSessionResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Credentials><AccessKeyId>)" +
           name + "</AccessKeyId><SecretAccessKey>session/secret</SecretAccessKey><SessionToken>" + token +
           "</SessionToken><Expiration>" + expiration + "</Expiration></Credentials></CreateSessionResult>";
}

std::string endpoint_of(const std::string& bucket) {
    return "https://" + bucket + "--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com";
}

struct Signed {
    AuthorizeResult result;
    HttpRequest request;
    Error error;

    [[nodiscard]] std::string header(std::string_view name) const {
        const auto value = request.headers.find(name);
        return std::string(value.value_or("(none)"));
    }
    /// The access key of the signature.
    [[nodiscard]] std::string key() const {
        const std::string text = header("Authorization");
        const std::size_t begin = text.find("Credential=");
        return begin == std::string::npos ? error.code + text
                                          : text.substr(begin + 11, text.find('/') - begin - 11);
    }
};

SigningOptions options_at(Timestamp time) {
    return {.service = "s3express", .region = "us-west-2", .time = time, .content_sha256_header = true};
}

Signed sign(S3ExpressSigner& express, const ManualEnvironment& environment, const std::string& bucket,
            const Credentials& credentials = keys) {
    Signed made;
    made.request.method = "GET";
    made.request.url = endpoint_of(bucket) + "/key";
    made.result = express.sign(made.request, credentials, options_at(environment.time), endpoint_of(bucket),
                               made.error);
    return made;
}

/// Answers with a function of the request's number; from several threads.
class CountingServer final : public Transport {
  public:
    using Answer = std::function<HttpResponse(int)>;
    explicit CountingServer(Answer answer) : answer_(std::move(answer)) {}
    TransportResult send(const HttpRequest&, ResponseSink& sink) noexcept override {
        return detail::hand_over(answer_(++requests), sink);
    }
    std::atomic<int> requests{0};

  private:
    Answer answer_;
};

} // namespace

TEST_CASE("calls to a bucket share a session, whose token has its own header") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session("first", at(300))).respond(200, session("second", at(300)));
    S3Express express(server, {.environment = &environment});
    CHECK(server.requests.empty());
    for (int i = 0; i < 3; ++i) {
        const Signed made = sign(express, environment, "a");
        CHECK(made.result == AuthorizeResult::authorized);
        CHECK(made.key() == "first");
        CHECK(made.header("X-Amz-S3session-Token") == "session/token");
        CHECK(made.header("X-Amz-Security-Token") == "(none)");
        CHECK(made.header("Authorization").find(";x-amz-s3session-token,") != std::string::npos);
    }
    CHECK(sign(express, environment, "b").key() == "second");
    REQUIRE(server.paths() == std::vector<std::string>{"GET " + endpoint_of("a") + "/?session",
                                                       "GET " + endpoint_of("b") + "/?session"});
    const Headers& headers = server.requests[0].headers;
    CHECK(*headers.find("X-Amz-Security-Token") == "base/token");
    CHECK(headers.find("Authorization")->find("/us-west-2/s3express/aws4_request") != std::string::npos);
    CHECK(headers.find("x-amz-create-session-mode") == std::nullopt);
}

TEST_CASE("other credentials, or another region, have another session") {
    ManualEnvironment environment;
    ScriptedTransport server;
    for (const char* const name : {"1", "2", "3", "4", "5"}) server.respond(200, session(name, at(300)));
    S3Express express(server, {.environment = &environment});
    CHECK(sign(express, environment, "a").key() == "1");
    CHECK(sign(express, environment, "a", {"AKIDOTHER", "base/secret", "base/token"}).key() == "2");
    CHECK(sign(express, environment, "a", {"AKIDEXAMPLE", "other/secret", "base/token"}).key() == "3");
    CHECK(sign(express, environment, "a", {"AKIDEXAMPLE", "base/secret", "other/token"}).key() == "4");
    Signed made;
    made.request.url = endpoint_of("a") + "/key";
    SigningOptions options = options_at(environment.time);
    options.region = "eu-west-1";
    REQUIRE(express.sign(made.request, keys, options, endpoint_of("a"), made.error) ==
            AuthorizeResult::authorized);
    CHECK(made.key() == "5");
    CHECK(sign(express, environment, "a").key() == "1");
}

TEST_CASE("a session for reading is asked for by its mode") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session("reader", at(300)));
    S3Express express(server, {.read_only = true, .environment = &environment});
    CHECK(sign(express, environment, "a").key() == "reader");
    CHECK(*server.requests.at(0).headers.find("x-amz-create-session-mode") == "ReadOnly");
}

TEST_CASE("a session is renewed when a quarter of its five minutes is left") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session("first", at(300))).respond(200, session("second", at(600)));
    S3Express express(server, {.environment = &environment});
    CHECK(sign(express, environment, "a").key() == "first");
    environment.time.seconds += 224;
    CHECK(sign(express, environment, "a").key() == "first");
    environment.time.seconds += 1;
    CHECK(sign(express, environment, "a").key() == "second");
    environment.time.seconds += 200;
    CHECK(sign(express, environment, "a").key() == "second");
    CHECK(server.requests.size() == 2);
}

TEST_CASE("an observer sees when sessions are fetched") {
    struct Recorder final : CredentialsObserver {
        void on_credentials(const CredentialsEvent& event) noexcept override {
            constexpr const char* names[] = {"fetching", "fetched", "kept", "failed"};
            lines.push_back(names[static_cast<int>(event.moment)] + (": " + std::string(event.origin)) +
                            event.error.message);
        }
        std::vector<std::string> lines{};
    };
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session("first", at(300))).respond(403, "<Error><Code>AccessDenied</Code></Error>");
    Recorder recorder;
    S3Express express(server, {.environment = &environment, .observer = &recorder});
    for (int i = 0; i < 2; ++i) CHECK(sign(express, environment, "a").key() == "first");
    REQUIRE(recorder.lines.size() == 2);
    CHECK(recorder.lines[0] == "fetching: S3 Express");
    CHECK(recorder.lines[1].starts_with("fetched: "));
    environment.time.seconds += 240;
    CHECK(sign(express, environment, "a").key() == "first");
    REQUIRE(recorder.lines.size() == 4);
    CHECK(recorder.lines[3].starts_with("kept: S3 Express"));
    CHECK(recorder.lines[3].find("AccessDenied") != std::string::npos);
    for (const std::string& line : recorder.lines)
        for (const char* const secret : {"base/secret", "base/token", "session/secret", "session/token"})
            CHECK(line.find(secret) == std::string::npos);
}

TEST_CASE("a session that cannot be renewed is used until ten seconds before it expires") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session("first", at(300)));
    const std::string denied =
        "<Error><Code>AccessDenied</Code><Message>no</Message><RequestId>R1</RequestId></Error>";
    for (int i = 0; i < 3; ++i) server.respond(403, denied);
    S3Express express(server, {.environment = &environment});
    CHECK(sign(express, environment, "a").key() == "first");
    environment.time.seconds += 230;
    CHECK(sign(express, environment, "a").key() == "first");
    CHECK(server.requests.size() == 2);
    environment.time.seconds += 59;
    CHECK(sign(express, environment, "a").key() == "first");
    CHECK(server.requests.size() == 2);
    environment.time.seconds += 1;
    const Signed made = sign(express, environment, "a");
    CHECK(made.result == AuthorizeResult::failed);
    CHECK(made.error.message.find("AccessDenied") != std::string::npos);
}

TEST_CASE("a refused session is an error that names the bucket, the status and the request, but no secret") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(403, "<Error><Code>AccessDenied</Code><Message>not base/secret, nor base/token"
                        "</Message><RequestId>R1</RequestId></Error>");
    S3Express express(server, {.environment = &environment});
    const Signed made = sign(express, environment, "a");
    CHECK(made.result == AuthorizeResult::failed);
    CHECK(made.error.kind == ErrorKind::credentials);
    CHECK(made.error.code == "CredentialsUnavailable");
    CHECK(made.error.message == "no session for the directory bucket 'a--usw2-az1--x-s3': CreateSession: "
                                "AccessDenied: not (secret), nor (secret) (status 403, request id R1)");
    CHECK(made.header("Authorization") == "(none)");
    CHECK(made.header("X-Amz-S3session-Token") == "(none)");
}

TEST_CASE("the bucket of an error is in the endpoint's host or path") {
    CHECK(detail::bucket_of_endpoint(endpoint_of("a")) == "a--usw2-az1--x-s3");
    CHECK(
        detail::bucket_of_endpoint("https://p--usw2-az1--xa-s3.s3express-usw2-az1.us-west-2.amazonaws.com") ==
        "p--usw2-az1--xa-s3");
    CHECK(detail::bucket_of_endpoint("http://127.0.0.1:9000/a--usw2-az1--x-s3") == "a--usw2-az1--x-s3");
    CHECK(detail::bucket_of_endpoint("http://server/a--usw2-az1--x-s3/base") == "a--usw2-az1--x-s3");
    CHECK(detail::bucket_of_endpoint("http://server").empty());
}

TEST_CASE("CreateSession is repeated after a fault of the server or the network") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(503, "<Error><Code>SlowDown</Code></Error>")
        .fail(TransportStatus::connect_failed, "no route")
        .respond(200, session("third", at(300)));
    S3Express express(server, {.environment = &environment});
    CHECK(sign(express, environment, "a").key() == "third");
    CHECK(environment.slept > 0);

    ScriptedTransport silent;
    for (int i = 0; i < 3; ++i) silent.fail(TransportStatus::connect_failed, "no route");
    S3Express unreachable(silent, {.environment = &environment});
    const Signed made = sign(unreachable, environment, "a");
    CHECK(made.result == AuthorizeResult::failed);
    CHECK(silent.is_done());
    CHECK(made.error.message.find(
              "no session for the directory bucket 'a--usw2-az1--x-s3': CreateSession: ") == 0);
    CHECK(made.error.message.find("no route") != std::string::npos);

    ScriptedTransport once;
    once.fail(TransportStatus::connect_failed, "no route").respond(200, session("late", at(300)));
    S3Express hasty(once, {.retry = {.max_attempts = 1}, .environment = &environment});
    CHECK(sign(hasty, environment, "a").key() == "CredentialsUnavailable(none)");
}

TEST_CASE("an answer that is not a valid session is an error that says why") {
    const std::string whole = session("key", at(300));
    const auto without = [&](const std::string& name) {
        const std::size_t begin = whole.find("<" + name + ">"), end = whole.find("</" + name + ">");
        return whole.substr(0, begin) + whole.substr(end + name.size() + 3);
    };
    for (const auto& [body, reason] : std::vector<std::pair<std::string, std::string>>{
             {"", "the answer cannot be read"},
             {"<CreateSessionResult/>", "without a valid Credentials"},
             {without("AccessKeyId"), "without a valid AccessKeyId"},
             {without("SecretAccessKey"), "without a valid SecretAccessKey"},
             {without("SessionToken"), "without a valid SessionToken"},
             {without("Expiration"), "without a valid Expiration"},
             {session("key", at(300), "a\r\nX-Evil: 1"), "without a valid SessionToken"},
             {session("key", at(0)), "a session that has expired"},
             {session("key", "2025-12-31T23:59:59Z"), "a session that has expired"},
             {session("key", "soon"), "the answer cannot be read"},
             {"<CreateSessionResult><Credentials>", "the answer cannot be read"},
             {"{\"json\": true}", "the answer cannot be read"},
             {std::string(70'000, ' '), "larger than 64 KiB"}}) {
        INFO(body.substr(0, 500));
        ManualEnvironment environment;
        ScriptedTransport server;
        // An answer that cannot be read is asked for once more.
        for (int i = 0; i < 3; ++i) server.respond(200, body);
        S3Express express(server, {.environment = &environment});
        const Signed made = sign(express, environment, "a");
        CHECK(made.result == AuthorizeResult::failed);
        CHECK(made.error.kind == ErrorKind::credentials);
        INFO(made.error.message);
        CHECK(made.error.message.find("'a--usw2-az1--x-s3'") != std::string::npos);
        CHECK(made.error.message.find(reason) != std::string::npos);
        CHECK(made.error.message.find("session/secret") == std::string::npos);
    }
}

TEST_CASE("a session lives as long as S3 says, also if the local clock is wrong") {
    for (const auto& [date, expiration] :
         {std::pair{"Thu, 01 Jan 2026 03:00:00 GMT", at(3 * 3600 + 300)},
          std::pair{"Wed, 31 Dec 2025 21:00:00 GMT", std::string("2025-12-31T21:05:00Z")}}) {
        ManualEnvironment environment;
        ScriptedTransport server;
        server.respond(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>").add_header("Date", date);
        server.respond(200, session("first", expiration)).add_header("Date", date);
        server.respond(200, session("second", expiration)).add_header("Date", date);
        S3Express express(server, {.environment = &environment});
        const std::int64_t begin = environment.time.seconds;
        CHECK(sign(express, environment, "a").key() == "first");
        CHECK(server.requests.size() == 2);
        environment.time.seconds = begin + 200;
        CHECK(sign(express, environment, "a").key() == "first");
        environment.time.seconds = begin + 230;
        CHECK(sign(express, environment, "a").key() == "second");
    }
}

TEST_CASE("the sessions of the 100 buckets that were used last are kept, for ten minutes without use") {
    ManualEnvironment environment;
    CountingServer server([](int number) {
        return HttpResponse{200, {}, session("key-" + std::to_string(number), "2026-01-01T12:00:00Z")};
    });
    S3Express express(server, {.environment = &environment});
    for (int i = 1; i <= 100; ++i)
        CHECK(sign(express, environment, "b" + std::to_string(i)).key() == "key-" + std::to_string(i));
    CHECK(sign(express, environment, "b1").key() == "key-1");
    CHECK(server.requests == 100);
    // The bucket 2 has not been used for longest.
    CHECK(sign(express, environment, "new").key() == "key-101");
    CHECK(sign(express, environment, "b1").key() == "key-1");
    CHECK(sign(express, environment, "b3").key() == "key-3");
    CHECK(sign(express, environment, "b2").key() == "key-102");
    environment.time.seconds += 300;
    CHECK(sign(express, environment, "b1").key() == "key-1");
    environment.time.seconds += 301;
    CHECK(sign(express, environment, "other").key() == "key-103");
    CHECK(sign(express, environment, "b1").key() == "key-1");
    CHECK(sign(express, environment, "b3").key() == "key-104");
}

TEST_CASE("threads that need the same session send one CreateSession") {
    ManualEnvironment environment;
    std::atomic<int> ready{0};
    constexpr int count = 8;
    CountingServer server([&](int number) {
        while (ready < count) std::this_thread::yield();
        return HttpResponse{200, {}, session("key-" + std::to_string(number), at(300))};
    });
    S3Express express(server, {.environment = &environment});
    std::vector<std::string> found(count);
    std::vector<std::thread> threads;
    for (std::string& each : found)
        threads.emplace_back([&] {
            ++ready;
            each = sign(express, environment, "a").key();
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(found == std::vector<std::string>(count, "key-1"));
    CHECK(server.requests == 1);
}

TEST_CASE("while one thread renews a session, the others use the old one and do not wait") {
    ManualEnvironment environment;
    std::atomic<int> signed_meanwhile{0};
    std::atomic<bool> renewing{false};
    constexpr int count = 4;
    CountingServer server([&](int number) {
        if (number == 2) {
            renewing = true;
            while (signed_meanwhile < count) std::this_thread::yield();
        }
        return HttpResponse{200, {}, session("key-" + std::to_string(number), at(300 * number))};
    });
    S3Express express(server, {.environment = &environment});
    CHECK(sign(express, environment, "a").key() == "key-1");
    environment.time.seconds += 230;
    std::string renewed;
    std::thread renewer([&] { renewed = sign(express, environment, "a").key(); });
    while (!renewing) std::this_thread::yield();
    std::vector<std::string> found(count);
    std::vector<std::thread> threads;
    for (std::string& each : found)
        threads.emplace_back([&] {
            each = sign(express, environment, "a").key();
            ++signed_meanwhile;
        });
    for (std::thread& thread : threads) thread.join();
    renewer.join();
    CHECK(found == std::vector<std::string>(count, "key-1"));
    CHECK(renewed == "key-2");
    CHECK(sign(express, environment, "a").key() == "key-2");
    CHECK(server.requests == 2);
}

TEST_CASE("a session that is dropped while a thread waits for it is given to that thread") {
    ManualEnvironment environment;
    std::atomic<bool> go{false}, waiting{false};
    CountingServer server([&](int number) {
        if (number == 1) {
            waiting = true;
            while (!go) std::this_thread::yield();
        }
        return HttpResponse{200, {}, session("key-" + std::to_string(number), "2026-01-01T12:00:00Z")};
    });
    S3Express express(server, {.environment = &environment});
    std::string slow;
    std::thread thread([&] { slow = sign(express, environment, "slow").key(); });
    while (!waiting) std::this_thread::yield();
    for (int i = 0; i < 100; ++i) sign(express, environment, "b" + std::to_string(i));
    go = true;
    thread.join();
    CHECK(slow == "key-1");
    CHECK(sign(express, environment, "slow").key() == "key-102");
}

TEST_CASE("a presigned URL has the session's token as a parameter") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session("first", at(300)));
    S3Express express(server, {.environment = &environment});
    HttpRequest request;
    request.method = "GET";
    request.url = endpoint_of("a") + "/key";
    SigningOptions options = options_at(environment.time);
    options.placement = SignaturePlacement::query;
    Error error;
    CHECK(express.sign(request, keys, options, endpoint_of("a"), error) == AuthorizeResult::presigned);
    CHECK(request.url.find("X-Amz-Credential=first%2F20260101%2Fus-west-2%2Fs3express%2F") !=
          std::string::npos);
    CHECK(request.url.find("&X-Amz-S3session-Token=session%2Ftoken&X-Amz-Signature=") != std::string::npos);
    CHECK(request.url.find("Security-Token") == std::string::npos);
    CHECK_FALSE(request.headers.contains("X-Amz-S3session-Token"));
    CHECK(request.url.find("X-Amz-SignedHeaders=host&") != std::string::npos);
}

TEST_CASE("a body whose chunks are signed is refused before a session is asked for") {
    ManualEnvironment environment;
    ScriptedTransport server;
    S3Express express(server, {.environment = &environment});
    SigningOptions options = options_at(environment.time);
    options.payload = PayloadHash::given;
    options.payload_hash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    HttpRequest request;
    request.url = endpoint_of("a") + "/key";
    Error error;
    CHECK(express.sign(request, keys, options, endpoint_of("a"), error) == AuthorizeResult::failed);
    CHECK(error.kind == ErrorKind::signing);
    CHECK(error.code == "UnsupportedBody");
    CHECK(server.requests.empty());
}

TEST_CASE("a request that cannot be signed has the error of its signature") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session("first", at(300)));
    S3Express express(server, {.environment = &environment});
    HttpRequest request;
    request.url = "/path";
    Error error;
    CHECK(express.sign(request, keys, options_at(environment.time), endpoint_of("a"), error) ==
          AuthorizeResult::failed);
    CHECK(error.code == "InvalidUrl");
}

TEST_CASE("credentials without keys are an error of CreateSession") {
    ManualEnvironment environment;
    ScriptedTransport server;
    S3Express express(server, {.environment = &environment});
    const Signed made = sign(express, environment, "a", {});
    CHECK(made.result == AuthorizeResult::failed);
    CHECK(made.error.message.find("CreateSession: NoCredentials: ") != std::string::npos);
    CHECK(server.requests.empty());
}

TEST_CASE("an endpoint that requires a session puts its URL behind the signing name") {
    const AuthScheme express{"sigv4-s3express", "s3express", "us-west-2", "", true};
    const AuthScheme bare{"sigv4-s3express", "", "", "", false};
    const AuthScheme sigv4{"sigv4", "s3express", "us-west-2", "", true};
    const AuthScheme sigv4a{"sigv4a", "s3", "", "*", true};
    struct Case {
        std::vector<AuthScheme> schemes;
        std::string url, name, region;
        bool double_encode;
    };
    for (const Case& test : {Case{{express}, "https://a.b", "s3express https://a.b", "us-west-2", false},
                             Case{{express}, "https://a.b/", "s3express https://a.b", "us-west-2", false},
                             Case{{bare}, "https://a.b/c", "model https://a.b/c", "client-1", true},
                             Case{{express, sigv4}, "https://a.b", "s3express", "us-west-2", false},
                             Case{{sigv4, express}, "https://a.b", "s3express", "us-west-2", false},
                             Case{{express, sigv4a}, "https://a.b", "s3", "", false},
                             Case{{}, "https://a.b", "model", "client-1", true}}) {
        Endpoint endpoint;
        endpoint.url = test.url;
        endpoint.auth_schemes = test.schemes;
        std::string_view name = "model", region = "client-1";
        bool double_encode = true;
        Error error;
        REQUIRE(detail::choose_sigv4_or_session(endpoint, name, region, double_encode, error));
        CHECK(name == test.name);
        CHECK(region == test.region);
        CHECK(double_encode == test.double_encode);
    }
}

TEST_CASE("the hook gives sessions their endpoint and leaves other requests to their usual signature") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session("first", at(300)));
    S3Express express(server, {.environment = &environment});
    const auto choose = [&](std::string_view service, CryptoProvider* crypto, Signed& made) {
        SigningOptions options = options_at(environment.time);
        options.service = service;
        options.crypto = crypto;
        made.request.url = endpoint_of("a") + "/key";
        made.result = detail::choose_signature_or_session(ModelSignatures::sigv4, keys, options, made.request,
                                                          made.error);
    };
    const std::string service = "s3express " + endpoint_of("a");
    Signed with, without, other, plain;
    choose(service, &express, with);
    CHECK(with.result == AuthorizeResult::authorized);
    CHECK(with.key() == "first");
    CHECK(with.header("Authorization").find("/s3express/aws4_request,") != std::string::npos);
    choose(service, nullptr, without);
    CHECK(without.result == AuthorizeResult::failed);
    CHECK(without.error.code == "UnsupportedAuthScheme");
    CHECK(without.error.message.find("belfry/s3_express.hpp") != std::string::npos);
    CHECK(without.error.message.find("disable_s3_express_session_auth") != std::string::npos);
    choose("s3", &express, other);
    CHECK(other.result == AuthorizeResult::sign);
    choose("s3", nullptr, plain);
    CHECK(plain.result == AuthorizeResult::sign);
}

TEST_CASE("an S3Express and a SigV4a can be combined in both orders") {
    class Ecdsa final : public EcdsaProvider {
      public:
        bool sign(const P256PrivateKey&, const Sha256Digest&, EcdsaSignature&) noexcept override {
            return false;
        }
        bool derive_public_key(const P256PrivateKey&, P256PublicKey&) noexcept override { return false; }
    };
    Ecdsa ecdsa;
    ScriptedTransport server;
    S3Express alone(server);
    SigV4a inner(ecdsa);
    S3Express outer(server, {}, &inner);
    SigV4a around(ecdsa, {}, &alone);
    CHECK(alone.sigv4a() == nullptr);
    CHECK(inner.s3_express() == nullptr);
    CHECK(outer.sigv4a() == &inner);
    CHECK(outer.s3_express() == &outer);
    CHECK(around.s3_express() == &alone);
    CHECK(around.sigv4a() == &around);
    Sha256Digest digest;
    REQUIRE(outer.sha256("m", digest));
    CHECK(digest == sha256("m"));
    REQUIRE(outer.hmac_sha256("k", "m", digest));
    CHECK(digest == hmac_sha256("k", "m"));
}

namespace {

/// A call that waits for a session, and signs again when it is told to.
class WaitingCall final : public CredentialsWaiter {
  public:
    WaitingCall(S3ExpressSigner& express, const ManualEnvironment& environment, std::string bucket)
        : express_(express), environment_(environment), bucket_(std::move(bucket)) {
        sign();
    }
    WaitingCall(const WaitingCall&) = delete;
    WaitingCall& operator=(const WaitingCall&) = delete;
    virtual ~WaitingCall() = default;
    void on_fetch_ended() noexcept override { sign(); }
    /// The access key that it signed with, or `(waits)`, or the code of its error.
    [[nodiscard]] std::string key() const {
        return made.result == AuthorizeResult::pending ? "(waits)" : made.key();
    }
    Signed made{};

  private:
    void sign() {
        made.request.method = "GET";
        made.request.url = endpoint_of(bucket_) + "/key";
        SigningOptions options = options_at(environment_.time);
        options.waiter = this;
        made.result = express_.sign(made.request, keys, options, endpoint_of(bucket_), made.error);
    }

    S3ExpressSigner& express_;
    const ManualEnvironment& environment_;
    std::string bucket_;
};

} // namespace

TEST_CASE("calls on an event loop wait for one session, and renew it without waiting") {
    ManualEnvironment environment;
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    AsyncS3Express express(transport, timer, {.environment = &environment});
    const WaitingCall first(express, environment, "a");
    const WaitingCall second(express, environment, "a");
    const WaitingCall other(express, environment, "b");
    REQUIRE(transport.pending.size() == 2);
    CHECK(first.key() == "(waits)");
    // A call that blocks cannot wait.
    CHECK(sign(express, environment, "a").error.code == "NotFetched");
    transport.answer(200, session("A", at(300)));
    CHECK(first.key() == "A");
    CHECK(second.key() == "A");
    CHECK(other.key() == "(waits)");
    CHECK(sign(express, environment, "a").key() == "A");
    // An error that is repeated waits on the timer.
    transport.answer(503, "");
    CHECK(timer.pending.size() == 1);
    timer.pass(Duration::seconds(20));
    transport.answer(403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
    CHECK(other.made.error.kind == ErrorKind::credentials);
    CHECK(other.made.error.message.find("'b--usw2-az1--x-s3'") != std::string::npos);
    environment.time.seconds += 240;
    const WaitingCall third(express, environment, "a");
    CHECK(third.key() == "A");
    REQUIRE(transport.pending.size() == 1);
    transport.answer(200, session("A2", at(600)));
    CHECK(WaitingCall(express, environment, "a").key() == "A2");
    CHECK(environment.slept == 0);
}

TEST_CASE("sessions that calls wait for are not dropped, even if there are too many") {
    ManualEnvironment environment;
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    AsyncS3Express express(transport, timer, {.environment = &environment});
    std::vector<std::unique_ptr<WaitingCall>> calls;
    const auto start = [&](const std::string& bucket) {
        calls.push_back(std::make_unique<WaitingCall>(express, environment, bucket));
    };
    for (int i = 0; i < 120; ++i) start("b" + std::to_string(i));
    CHECK(transport.pending.size() == 120);
    while (!transport.pending.empty())
        transport.answer(200, session("K" + std::to_string(transport.pending.size()), at(300)));
    for (std::size_t i = 0; i < calls.size(); ++i) CHECK(calls[i]->key() == "K" + std::to_string(120 - i));
    CHECK(transport.cancels == 0);
    // Now the 100 that were used last are kept.
    start("new");
    CHECK(transport.pending.size() == 1);
    start("b119");
    start("b21");
    CHECK(transport.pending.size() == 1);
    start("b20");
    CHECK(transport.pending.size() == 2);
    while (!transport.pending.empty()) transport.answer(200, session("K", at(300)));
}
#endif
