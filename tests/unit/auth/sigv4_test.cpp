// SPDX-License-Identifier: Apache-2.0
#include <belfry/auth/sigv4.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using belfry::Credentials;
using belfry::HttpRequest;
using belfry::PayloadHash;
using belfry::SignaturePlacement;
using belfry::SigningOptions;

namespace {
const Credentials keys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
const Credentials temporary{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session//token=="};

HttpRequest post(std::string body = "{}") {
    HttpRequest request;
    request.method = "POST";
    request.url = "https://voice.test/voice-connectors/a%20b?operation=start&x";
    request.headers = {{"Host", "voice.test"}, {"Content-Type", "application/json"}};
    request.content_length = static_cast<std::int64_t>(body.size());
    request.body = std::move(body);
    return request;
}

SigningOptions options() {
    SigningOptions result;
    result.service = "chime";
    result.region = "us-east-1";
    result.time = {1'440'938'160, 0};
    return result;
}

std::string header(const HttpRequest& request, std::string_view name) {
    const auto value = request.headers.find(name);
    return std::string(value.value_or("(none)"));
}

HttpRequest signed_with(HttpRequest request, const Credentials& credentials, const SigningOptions& how) {
    const auto error = belfry::sign_sigv4(request, credentials, how);
    INFO((error ? error->message : std::string()));
    CHECK_FALSE(error.has_value());
    return request;
}

std::string failure(HttpRequest request, const Credentials& credentials, const SigningOptions& how,
                    belfry::ErrorKind kind = belfry::ErrorKind::signing) {
    const auto error = belfry::sign_sigv4(request, credentials, how);
    if (!error) return "(signed)";
    CHECK(error->kind == kind);
    CHECK_FALSE(error->message.empty());
    CHECK_FALSE(request.headers.contains("Authorization"));
    return error->code;
}

/// Belfry's own hashes, which counts calls and fails at a chosen one.
class CountingCrypto final : public belfry::CryptoProvider {
  public:
    bool sha256(std::string_view message, belfry::Sha256Digest& out) noexcept override {
        out = belfry::sha256(message);
        return ++calls != fail_at;
    }
    bool sha256(belfry::BodySource& source, belfry::Sha256Digest& out) noexcept override {
        return belfry::detail::compute_sha256(nullptr, source, out) && ++calls != fail_at;
    }
    bool hmac_sha256(std::string_view key, std::string_view message,
                     belfry::Sha256Digest& out) noexcept override {
        ++hmacs;
        out = belfry::hmac_sha256(key, message);
        return ++calls != fail_at;
    }
    int calls = 0, hmacs = 0, fail_at = -1;
};

class Source final : public belfry::BodySource {
  public:
    explicit Source(std::string text) : text_(std::move(text)) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        if (fails) return -1;
        if (lies) return static_cast<std::ptrdiff_t>(capacity) + 1;
        const std::size_t size = std::min({capacity, text_.size() - at, std::size_t{1'000}});
        text_.copy(buffer, size, at);
        at += size;
        return static_cast<std::ptrdiff_t>(size);
    }
    bool rewind() noexcept override {
        at = 0;
        return rewinds;
    }
    bool fails = false, lies = false, rewinds = true;
    std::size_t at = 0;

  private:
    std::string text_;
};
} // namespace

TEST_CASE("signing a signed request again gives the same signature") {
    SigningOptions first = options(), second = options();
    second.time.seconds += 3'600;
    for (const bool with_hash : {false, true}) {
        first.content_sha256_header = second.content_sha256_header = with_hash;
        const HttpRequest twice = signed_with(signed_with(post(), temporary, first), keys, second);
        const HttpRequest once = signed_with(post(), keys, second);
        CHECK(header(twice, "Authorization") == header(once, "Authorization"));
        CHECK(twice.headers == once.headers);
        CHECK(header(once, "X-Amz-Date") == "20150830T133600Z");
        CHECK(header(twice, "X-Amz-Security-Token") == "(none)");
        CHECK((header(twice, "X-Amz-Content-Sha256") != "(none)") == with_hash);
    }
}

TEST_CASE("anonymous credentials leave a request unchanged") {
    HttpRequest request = post();
    CHECK_FALSE(belfry::sign_sigv4(request, belfry::anonymous_credentials(), {}).has_value());
    CHECK(request.headers == post().headers);
    CHECK(request.url == post().url);
}

TEST_CASE("a request that cannot be signed is an error with the reason") {
    using belfry::ErrorKind;
    CHECK(failure(post(), {}, options(), ErrorKind::credentials) == "NoCredentials");
    CHECK(failure(post(), {"AK", ""}, options(), ErrorKind::credentials) == "NoCredentials");
    CHECK(failure(post(), {"AK\n", "s"}, options(), ErrorKind::credentials) == "InvalidCredentials");
    CHECK(failure(post(), {"A K", "s"}, options(), ErrorKind::credentials) == "InvalidCredentials");
    CHECK(failure(post(), {"AK", "s", "token\r\nX: y"}, options(), ErrorKind::credentials) ==
          "InvalidCredentials");
    SigningOptions bad = options();
    bad.region = "";
    CHECK(failure(post(), keys, bad) == "InvalidRegion");
    bad.region = "us\neast";
    CHECK(failure(post(), keys, bad) == "InvalidRegion");
    bad = options();
    bad.service = "\xc3\xa9";
    CHECK(failure(post(), keys, bad) == "InvalidService");
    bad = options();
    bad.time.seconds = 253'402'300'800;
    CHECK(failure(post(), keys, bad) == "InvalidTime");
    for (const char* url : {"", "/path", "host/path", "://x", "https://", "https:///path", "https://?x"}) {
        HttpRequest request = post();
        request.url = url;
        INFO(url);
        CHECK(failure(request, keys, options()) == "InvalidUrl");
    }
    SigningOptions query = options();
    query.placement = SignaturePlacement::query;
    for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{604'801}}) {
        query.expires_seconds = seconds;
        CHECK(failure(post(), keys, query) == "InvalidExpiry");
    }
    query.expires_seconds = 604'800;
    const HttpRequest presigned = signed_with(post(), keys, query);
    CHECK(failure(presigned, keys, query) == "AlreadySigned");
}

TEST_CASE("a body from a source is signed like the same body in memory and rewound") {
    const std::string body(12'345, 'b');
    Source source(body);
    HttpRequest streamed = post("");
    streamed.source = &source;
    streamed.content_length = 12'345;
    CountingCrypto crypto;
    for (belfry::CryptoProvider* provider :
         {static_cast<belfry::CryptoProvider*>(nullptr), static_cast<belfry::CryptoProvider*>(&crypto)}) {
        SigningOptions how = options();
        how.crypto = provider;
        CHECK(signed_with(streamed, keys, how).headers == signed_with(post(body), keys, how).headers);
        CHECK(source.at == 0);
    }
    source.rewinds = false;
    CHECK(failure(streamed, keys, options()) == "BodyFailed");
    source.rewinds = true;
    source.lies = true;
    CHECK(failure(streamed, keys, options()) == "BodyFailed");
    source.fails = true;
    CHECK(failure(streamed, keys, options()) == "BodyFailed");
    // An unsigned body is not read.
    SigningOptions how = options();
    how.payload = PayloadHash::unsigned_payload;
    CHECK_FALSE(belfry::sign_sigv4(streamed, keys, how).has_value());
}

TEST_CASE("the payload hash follows the options or the header") {
    const auto last_line = [](const HttpRequest& request, const SigningOptions& how) {
        HttpRequest copy = request;
        belfry::SigningTrace trace;
        REQUIRE_FALSE(belfry::sign_sigv4(copy, keys, how, &trace).has_value());
        return trace.canonical_request.substr(trace.canonical_request.rfind('\n') + 1);
    };
    SigningOptions how = options();
    CHECK(last_line(post("abc"), how) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    how.payload = PayloadHash::unsigned_payload;
    CHECK(last_line(post("abc"), how) == "UNSIGNED-PAYLOAD");
    how.payload = PayloadHash::given;
    how.payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    CHECK(last_line(post("abc"), how) == "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    how.content_sha256_header = true;
    CHECK(header(signed_with(post(), keys, how), "x-amz-content-sha256") ==
          "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    HttpRequest with_header = post("abc");
    with_header.headers.append("x-amz-content-sha256", "as the caller says");
    CHECK(last_line(with_header, options()) == "as the caller says");
}

TEST_CASE("every failure of the cryptographic library is an error") {
    CountingCrypto crypto;
    SigningOptions how = options();
    how.crypto = &crypto;
    for (int call = 1; call <= 7; ++call) {
        belfry::SigningKeyCache cache;
        how.key_cache = &cache;
        crypto.calls = 0;
        crypto.fail_at = call;
        INFO("call " << call);
        CHECK(failure(post(), keys, how) == "HashFailed");
        // A key that could not be derived must not be cached.
        crypto.calls = crypto.hmacs = 0;
        crypto.fail_at = -1;
        CHECK(signed_with(post(), keys, how).headers == signed_with(post(), keys, options()).headers);
        CHECK(crypto.hmacs == (call < 7 ? 5 : 1));
    }
}

TEST_CASE("the signing key is derived once for a day, region, service and secret") {
    CountingCrypto crypto;
    belfry::SigningKeyCache cache;
    SigningOptions how = options();
    how.crypto = &crypto;
    how.key_cache = &cache;
    const auto hmacs = [&](const Credentials& credentials) {
        crypto.hmacs = 0;
        const HttpRequest request = signed_with(post(), credentials, how);
        SigningOptions plain = how;
        plain.key_cache = nullptr;
        plain.crypto = nullptr;
        CHECK(request.headers == signed_with(post(), credentials, plain).headers);
        return crypto.hmacs;
    };
    CHECK(hmacs(keys) == 5);
    CHECK(hmacs(keys) == 1);
    CHECK(hmacs(temporary) == 1); // the token is not part of the key
    CHECK(hmacs({"AKIDEXAMPLE", "another secret"}) == 5);
    CHECK(hmacs(keys) == 1);
    how.time.seconds += 86'400;
    CHECK(hmacs(keys) == 5);
    how.region = "eu-west-1";
    CHECK(hmacs(keys) == 5);
    how.service = "s3";
    CHECK(hmacs(keys) == 5);
    CHECK(hmacs(keys) == 1);
    how = options();
    how.crypto = &crypto;
    how.key_cache = &cache;
    CHECK(hmacs(keys) == 5); // four others were used since
}

TEST_CASE("threads that share a key cache all sign correctly") {
    belfry::SigningKeyCache cache;
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t thread = 0; thread < wrong.size(); ++thread)
        threads.emplace_back([&cache, &wrong, thread] {
            for (int round = 0; round < 500; ++round) {
                SigningOptions how = options();
                how.time.seconds += 86'400 * ((round + static_cast<int>(thread)) % 6);
                HttpRequest plain = post(), cached = post();
                if (belfry::sign_sigv4(plain, keys, how)) ++wrong[thread];
                how.key_cache = &cache;
                if (belfry::sign_sigv4(cached, keys, how)) ++wrong[thread];
                if (plain.headers != cached.headers) ++wrong[thread];
            }
        });
    for (std::thread& thread : threads) thread.join();
    for (const int count : wrong) CHECK(count == 0);
}

TEST_CASE("many headers and parameters are sorted as the standard library sorts them") {
    std::mt19937 random(6);
    for (const int count : {0, 1, 2, 23, 24, 25, 26, 100, 3'000}) {
        HttpRequest request = post();
        request.url = "https://voice.test/";
        std::vector<std::pair<std::string, std::string>> pairs;
        std::vector<std::pair<std::string, int>> names;
        for (int i = 0; i < count; ++i) {
            pairs.emplace_back("k" + std::to_string(random() % 50), std::to_string(random() % 1'000));
            request.url += (i == 0 ? "?" : "&") + pairs.back().first + "=" + pairs.back().second;
            const std::string number = std::to_string(random() % 60);
            request.headers.append((random() % 2 == 0 ? "X-H" : "x-h") + number, std::to_string(i));
            names.emplace_back("x-h" + number, i);
        }
        std::sort(pairs.begin(), pairs.end());
        std::sort(names.begin(), names.end());
        std::string query, lines;
        for (const auto& [name, value] : pairs) query += (query.empty() ? "" : "&") + name + "=" + value;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const bool again = i > 0 && names[i - 1].first == names[i].first;
            lines += again ? "," : "\n" + names[i].first + ":";
            lines += std::to_string(names[i].second);
        }
        belfry::SigningTrace trace;
        REQUIRE_FALSE(belfry::sign_sigv4(request, keys, options(), &trace).has_value());
        CHECK(trace.canonical_request.starts_with("POST\n/\n" + query + "\ncontent-type:"));
        CHECK(trace.canonical_request.find("Z" + lines + "\n\n") != std::string::npos);
    }
}

TEST_CASE("a missing Host header is made from the URL") {
    HttpRequest request = post();
    request.url = "https://user@Voice.TEST:8443/";
    request.headers.remove("Host");
    CHECK(header(signed_with(request, keys, options()), "Host") == "voice.test:8443");
}

TEST_CASE("presigning adds its parameters to the query and drops a fragment") {
    SigningOptions how = options();
    how.placement = SignaturePlacement::query;
    HttpRequest request = post();
    request.headers = {{"Host", "voice.test"}};
    for (const char* url : {"https://voice.test/a", "https://voice.test/a?", "https://voice.test/a#part?x"}) {
        request.url = url;
        const HttpRequest done = signed_with(request, keys, how);
        CHECK(
            done.url.starts_with("https://voice.test/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="));
        CHECK(done.url.find('#') == std::string::npos);
        CHECK(done.headers == request.headers);
    }
}

TEST_CASE("the secret and its derived keys are not in the signed request or the trace") {
    HttpRequest request = post();
    belfry::SigningTrace trace;
    REQUIRE_FALSE(belfry::sign_sigv4(request, keys, options(), &trace).has_value());
    std::string all = trace.canonical_request + trace.string_to_sign + request.url;
    for (const belfry::Header& each : request.headers) all += each.value;
    CHECK(all.find(keys.secret_access_key) == std::string::npos);
}
