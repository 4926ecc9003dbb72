// SPDX-License-Identifier: Apache-2.0
// How fakes verify who sent a request: published requests that others signed, and requests of the client.
#include <belfry/auth/sigv4.hpp>
#include <belfry/body/aws_chunked.hpp>
#include <belfry/body_sources.hpp>
#include <belfry/environment.hpp>
#include <belfry/http/read_all.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/testing/rest_json.hpp>
#include <belfry/util/percent.hpp>
#if defined(BELFRY_TEST_HAS_OPENSSL)
#include <belfry/testing/openssl_verifier.hpp>
#endif

#include "support/catch.hpp"
#include "support/shared_folder.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#if defined(BELFRY_TEST_HAS_JSON)
#include <nlohmann/json.hpp>
#endif
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace testing = belfry::testing;
using testing::ReceivedRequest;

namespace {

class FixedClock final : public belfry::Environment {
  public:
    explicit FixedClock(std::int64_t seconds) : seconds_(seconds) {}
    belfry::Timestamp now() noexcept override { return {seconds_, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char*, std::size_t) noexcept override { return false; }

  private:
    std::int64_t seconds_;
};

struct Object {
    std::optional<belfry::Blob> data{};
};
template <std::same_as<Object> S> constexpr belfry::Description<1> belfry_describe(const S*) {
    return {.name = "Object",
            .members = {
                {"Data", belfry::type_of<decltype(S::data)>, offsetof(S, data), belfry::Location::payload}}};
}
struct Nothing {};
template <std::same_as<Nothing> S> constexpr belfry::Description<0> belfry_describe(const S*) {
    return {.name = "Nothing"};
}

inline constexpr belfry::Service store{.id = "Store",
                                       .name = "store",
                                       .api_version = "2006-03-01",
                                       .signing_name = "s3",
                                       .protocol = nullptr,
                                       .endpoint_rules = nullptr,
                                       .sign_path_verbatim = true};
inline constexpr belfry::Service guarded{.id = "Guarded",
                                         .name = "guarded",
                                         .api_version = "2006-03-01",
                                         .signing_name = "guarded",
                                         .protocol = nullptr,
                                         .endpoint_rules = nullptr,
                                         .bearer_tokens = belfry::BearerTokens::required};

/// Stores an object in one of two services.
template <const belfry::Service& service> struct Put {
    using Input = Object;
    using Output = Nothing;
    friend constexpr belfry::Operation belfry_describe_operation(const Put*) {
        return {.service = &service,
                .name = "Put",
                .method = "PUT",
                .uri = "/examplebucket/chunkObject.txt",
                .success_status = 200,
                .input = &belfry::structure_of<Input>,
                .output = &belfry::structure_of<Output>};
    }
};

constexpr std::int64_t may_2013 = 1'369'353'600; // 2013-05-24T00:00:00Z
const belfry::Credentials published_key{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};

/// The code and the message of the answer; empty for success. Notes the object that was stored.
template <const belfry::Service& service>
std::string put(const ReceivedRequest& request, testing::FakeOptions options, std::string* stored = nullptr) {
    testing::Fake fake(service, testing::rest_json, std::move(options));
    fake.on<Put<service>>([&](const Object& input) {
        if (stored != nullptr) *stored = input.data ? std::string(input.data->view()) : "nothing";
        return Nothing();
    });
    const auto reply = fake.answer(request);
    if (reply.response.status == 200) return {};
    return std::string(reply.response.headers.find("x-amzn-errortype").value_or("")) + " " +
           reply.response.body;
}
std::string store_at_2013(const ReceivedRequest& request, std::string* stored = nullptr) {
    FixedClock clock(may_2013);
    return put<store>(request, {.credentials = published_key, .environment = &clock}, stored);
}

/// The request of the page "Signature calculations for the Authorization header: Transferring a payload in
/// multiple chunks" of the Amazon S3 API Reference.
ReceivedRequest published_chunks() {
    ReceivedRequest request{.method = "PUT", .path = "/examplebucket/chunkObject.txt"};
    request.headers = {
        {"Host", "s3.amazonaws.com"},
        {"x-amz-date", "20130524T000000Z"},
        {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
        {"Authorization",
         "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="
         "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
         "x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"},
        {"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
        {"Content-Encoding", "aws-chunked"},
        {"x-amz-decoded-content-length", "66560"},
        {"Content-Length", "66824"}};
    request.body =
        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
        std::string(65'536, 'a') +
        "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
        std::string(1'024, 'a') +
        "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
    return request;
}

/// The same with a checksum in a trailer.
ReceivedRequest published_trailer() {
    ReceivedRequest request{.method = "PUT", .path = "/examplebucket/chunkObject.txt"};
    request.headers = {
        {"Host", "s3.amazonaws.com"},
        {"x-amz-date", "20130524T000000Z"},
        {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
        {"Authorization",
         "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="
         "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
         "x-amz-storage-class;x-amz-trailer,"
         "Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"},
        {"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"},
        {"Content-Encoding", "aws-chunked"},
        {"x-amz-decoded-content-length", "66560"},
        {"x-amz-trailer", "x-amz-checksum-crc32c"}};
    request.body =
        "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
        std::string(65'536, 'a') +
        "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" +
        std::string(1'024, 'a') +
        "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
        "x-amz-checksum-crc32c:sOO8/Q==\r\n"
        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
    return request;
}

/// The answer after one text of the body was replaced.
std::string after(ReceivedRequest request, std::string_view text, std::string_view by) {
    const std::size_t at = request.body.find(text);
    REQUIRE(at != std::string::npos);
    request.body.replace(at, text.size(), by);
    return store_at_2013(request);
}

} // namespace

TEST_CASE("published chunks are accepted, and changed ones are not") {
    std::string stored;
    CHECK(store_at_2013(published_chunks(), &stored) == "");
    CHECK(stored == std::string(66'560, 'a'));
    const ReceivedRequest request = published_chunks();
    const struct {
        std::string_view text, by, why;
    } cases[] = {
        {"aaaa", "abaa", "InvalidSignatureException {\"message\":\"the signature of chunk 1 is"},
        {"signature=0055", "signature=0056", "the signature of chunk 2 is"},
        {";chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", "",
         "the signature of chunk 3 is missing"},
        {"\r\n400;", "\r\n3ff;", "the signature of chunk 2 is"},
        {"\r\n400;", "\r\nzz;", "IncompleteBody"},
    };
    for (const auto& one : cases) {
        INFO(one.by);
        CHECK(after(request, one.text, one.by).find(one.why) != std::string::npos);
    }
    // A chunk is left out.
    ReceivedRequest shorter = request;
    const std::size_t second = shorter.body.find("400;");
    shorter.body.erase(second, shorter.body.find("0;chunk-signature=b6c6") - second);
    CHECK(store_at_2013(shorter).find("the signature of chunk 2 is") != std::string::npos);
    // Without a key they only have to be there.
    FixedClock clock(may_2013);
    CHECK(put<store>(request, {.environment = &clock}) == "");
}

TEST_CASE("a published trailer is accepted, and a changed one is not") {
    std::string stored;
    CHECK(store_at_2013(published_trailer(), &stored) == "");
    CHECK(stored.size() == 66'560);
    const ReceivedRequest request = published_trailer();
    const std::string wrong = "the signature of the trailer is missing or does not match";
    CHECK(after(request, "sOO8/Q==", "sOO8/g==").find(wrong) != std::string::npos);
    CHECK(after(request, "trailer-signature:d8", "trailer-signature:e8").find(wrong) != std::string::npos);
    CHECK(after(request, "x-amz-trailer-signature:", "x-amz-other:").find(wrong) != std::string::npos);
    CHECK(after(request, "x-amz-checksum-crc32c:sOO8/Q==\r\n", "").find("MalformedTrailerError") == 0);
}

TEST_CASE("the chunks that the client signs are accepted") {
    const std::string text(1'000, 'x');
    for (const bool sign : {false, true}) {
        belfry::HttpRequest sent;
        sent.method = "PUT";
        sent.url = "http://store.example/examplebucket/chunkObject.txt";
        sent.headers = {{"Host", "store.example"},
                        {"Content-Encoding", "aws-chunked"},
                        {"X-Amz-Decoded-Content-Length", "1000"},
                        {"X-Amz-Trailer", "x-amz-checksum-crc32"}};
        belfry::SigningOptions signing;
        signing.region = "us-east-1";
        signing.service = "s3";
        signing.time = {may_2013, 0};
        signing.payload = belfry::PayloadHash::given;
        signing.payload_hash =
            sign ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" : "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
        signing.content_sha256_header = true;
        signing.normalize_path = false;
        signing.double_encode_path = false;
        REQUIRE_FALSE(belfry::sign_sigv4(sent, published_key, signing));
        belfry::MemorySource source(text);
        belfry::AwsChunkedSource chunked(source, 1'000, belfry::ChecksumAlgorithm::crc32, sign, 64);
        if (sign) {
            const std::string seed(
                sent.headers.find("Authorization")->substr(sent.headers.find("Authorization")->size() - 64));
            belfry::detail::SigningKey key;
            REQUIRE(
                belfry::detail::find_signing_key(signing, published_key.secret_access_key, "20130524", key));
            chunked.set_signing({.key = key,
                                 .date = "20130524T000000Z",
                                 .scope = "20130524/us-east-1/s3/aws4_request",
                                 .seed = seed});
        }
        sent.source = &chunked;
        ReceivedRequest received;
        REQUIRE(testing::detail::receive(sent, received));
        std::string stored;
        CHECK(store_at_2013(received, &stored) == "");
        CHECK(stored == text);
        received.headers.set("X-Amz-Decoded-Content-Length", "1001");
        CHECK_FALSE(store_at_2013(received) == "");
    }
}

TEST_CASE("chunks that are not signed are joined as they were cut") {
    const std::string text(1'000, 'x');
    const auto receive = [](std::string body) {
        ReceivedRequest request{.method = "PUT", .path = "/examplebucket/chunkObject.txt"};
        request.headers = {{"Content-Encoding", "aws-chunked"}};
        request.body = std::move(body);
        std::string stored;
        const std::string problem = put<store>(request, {.allow_unsigned = true}, &stored);
        return problem.empty() ? stored : problem.substr(0, problem.find(' '));
    };
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{1'000}, std::size_t{4'096}}) {
        belfry::MemorySource source(text);
        belfry::AwsChunkedSource chunked(source, 1'000, belfry::ChecksumAlgorithm::crc32, false, chunk);
        std::string encoded;
        REQUIRE(belfry::detail::read_all(chunked, [&](std::string_view piece) { encoded.append(piece); }));
        CHECK(encoded != text);
        CHECK(receive(encoded) == text);
        CHECK(receive(encoded.substr(1)) == "IncompleteBody");
    }
    for (const char* const broken :
         {"5", "5\r\nhello", "5\r\nhelloXX0\r\n", "g\r\n", "ffffffffffffffffff\r\n"})
        CHECK(receive(broken) == "IncompleteBody");
}

// Amazon S3 User Guide, "Signature calculations for the Authorization header: Transferring a payload in
// multiple chunks": the object is stored without this value.
TEST_CASE("the handler gets the content codings without aws-chunked") {
    const auto left = [](const char* header, const char* body) {
        ReceivedRequest request{.method = "PUT", .path = "/examplebucket/chunkObject.txt"};
        request.headers = {{"Content-Encoding", header}};
        request.body = body;
        belfry::Error error;
        const testing::Refusals refusals{};
        REQUIRE(testing::detail::decode_body(request, refusals, nullptr, error));
        return request.body + ' ' + std::string(request.headers.find("Content-Encoding").value_or("none"));
    };
    CHECK(left("aws-chunked", "5\r\nhello\r\n0\r\n\r\n") == "hello none");
    CHECK(left("aws-chunked, gzip", "5\r\nhello\r\n0\r\n\r\n") == "hello gzip");
    CHECK(left("gzip , AWS-chunked,br", "5\r\nhello\r\n0\r\n\r\n") == "hello gzip,br");
    CHECK(left("gzip , br", "hello") == "hello gzip , br");
    CHECK(left("aws-chunked", "") == " none");
}

TEST_CASE("the bearer token is the configured one") {
    const auto answer = [](const char* header, const char* expected) {
        ReceivedRequest request{.method = "PUT", .path = "/examplebucket/chunkObject.txt"};
        if (*header != '\0') request.headers.append("Authorization", header);
        return put<guarded>(request, {.credentials = belfry::Credentials{
                                          .access_key_id = "AKID",
                                          .secret_access_key = "secret",
                                          .bearer_token = expected,
                                      }});
    };
    CHECK(answer("Bearer token+1", "token+1") == "");
    CHECK(answer("bearer token+1", "token+1") == "");
    for (const char* const wrong : {"Bearer token+2", "Bearer token+11", "Bearer ", "Bearer"})
        CHECK(answer(wrong, "token+1") ==
              R"(AccessDeniedException {"message":"the bearer token is not the configured one"})");
    CHECK(answer("", "token+1").starts_with("MissingAuthenticationTokenException "));
    // The service takes nothing else.
    CHECK(answer("AWS4-HMAC-SHA256 Credential=AKID/1/r/s/aws4_request", "token+1")
              .starts_with("MissingAuthenticationTokenException "));
    CHECK(answer("Bearer any", "") == "");
    // A service that only takes signatures.
    ReceivedRequest request{.method = "PUT", .path = "/examplebucket/chunkObject.txt"};
    request.headers.append("Authorization", "Bearer token+1");
    CHECK(put<store>(request, {.credentials = published_key}).starts_with("IncompleteSignatureException "));
}

#if defined(BELFRY_TEST_HAS_JSON)
namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Reads a published request, whose lines end with LF.
ReceivedRequest parse(std::string_view text) {
    ReceivedRequest request;
    const auto line = [&] {
        const std::size_t end = text.find('\n');
        const std::string_view found = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        return found;
    };
    std::string_view first = line();
    request.method = first.substr(0, first.find(' '));
    first.remove_prefix(request.method.size() + 1);
    first.remove_suffix(std::string_view(" HTTP/1.1").size());
    // The files have paths whose canonical form is encoded once, and queries with bytes that requests have
    // percent-encoded.
    const std::size_t question = first.find('?');
    request.path = first.substr(0, question);
    if (question != std::string_view::npos)
        for (const char c : first.substr(question + 1)) {
            if (static_cast<signed char>(c) > 0)
                request.query += c;
            else
                belfry::append_percent_encoded(request.query, std::string_view(&c, 1));
        }
    std::string name;
    std::string value;
    for (std::string_view field = line();; field = line()) {
        if (field.starts_with(' ')) {
            // A folded line (RFC 9112 section 5.2).
            value += field;
            continue;
        }
        if (!name.empty()) request.headers.append(name, value);
        if (field.empty()) break;
        name = field.substr(0, field.find(':'));
        value = field.substr(name.size() + 1);
    }
    request.body = text;
    return request;
}

/// Null, or why the published request in a file is refused.
std::optional<std::string> check(const std::filesystem::path& folder, const char* file,
                                 testing::SigV4aVerifier* verifier, bool change) {
    const auto context = nlohmann::json::parse(text_of(folder / "context.json"));
    const auto text = [&](const char* name) { return context["credentials"].value(name, ""); };
    const belfry::Credentials key{text("access_key_id"), text("secret_access_key"), text("token")};
    const std::string service = context["service"];
    const bool normalize = context["normalize"];
    const belfry::Service described{.id = "Service",
                                    .name = "service",
                                    .api_version = "2015-08-30",
                                    .signing_name = service,
                                    .protocol = nullptr,
                                    .endpoint_rules = nullptr,
                                    .sign_path_verbatim = !normalize};
    ReceivedRequest request = parse(text_of(folder / file));
    if (change) request.method = request.method == "GET" ? "PUT" : "GET";
    const testing::detail::SignatureRules rules{
        described, testing::detail::rest_json::refusals, key, "us-east-1", {1'440'938'160, 0}, verifier};
    belfry::Error error;
    if (testing::detail::check_signature(request, request.body, rules, error)) return std::nullopt;
    return error.message;
}

void check_all(const std::filesystem::path& folder, testing::SigV4aVerifier* verifier, std::size_t least) {
    if (!std::filesystem::is_directory(folder)) {
        WARN("skipped: " << folder << " is missing");
        return;
    }
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        for (const char* const file : {"header-signed-request.txt", "query-signed-request.txt"}) {
            // Its session token is added after signing, which only some services accept.
            if (entry.path().filename() == "post-sts-header-after") continue;
            // Services that do not normalize paths do not encode them either, nor sign bodies in queries.
            const std::string name = entry.path().filename().string();
            if (name == "get-space-unnormalized" || (name.ends_with("-unnormalized") && file[0] == 'q'))
                continue;
            if (!std::filesystem::is_regular_file(entry.path() / file)) continue;
            const auto problem = check(entry.path(), file, verifier, false);
            INFO(entry.path() << ' ' << file << ": " << problem.value_or(""));
            CHECK_FALSE(problem.has_value());
            CHECK(check(entry.path(), file, verifier, true).has_value());
            ++count;
        }
    CHECK(count >= least);
}

} // namespace

TEST_CASE("published requests with Signature Version 4 are accepted, and changed ones are not") {
    check_all(test::shared_folder() / "conformance/sigv4/v4", nullptr, 50);
}

#if defined(BELFRY_TEST_HAS_OPENSSL)
TEST_CASE("published requests with Signature Version 4a are accepted, and changed ones are not") {
    testing::OpenSslVerifier verifier;
    check_all(test::shared_folder() / "conformance/sigv4/v4a", &verifier, 50);
}
#endif
#endif

TEST_CASE("a signature for a set of regions is accepted in each of them") {
    testing::detail::SignatureParts parts;
    parts.asymmetric = true;
    const std::pair<const char*, bool> cases[] = {
        {"*", true},       {"us-east-1", true},  {"eu-*, us-*", true}, {"us-west-2,us-east-1", true},
        {"us-*-2", false}, {"us-west-2", false}, {"", false}};
    for (const auto& [set, expected] : cases) {
        INFO(set);
        parts.region = set;
        CHECK(testing::detail::is_for_region(parts, "us-east-1") == expected);
    }
}
