// SPDX-License-Identifier: Apache-2.0
#include <belfry/auth/sigv4.hpp>
#include <belfry/body/aws_chunked.hpp>
#include <belfry/http/body_sources.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

using namespace belfry; // NOLINT

namespace {

std::string read_everything(BodySource& source, std::size_t step) {
    std::string text;
    std::string buffer(step, '\0');
    for (;;) {
        const std::ptrdiff_t got = source.read(buffer.data(), buffer.size());
        REQUIRE(got >= 0);
        if (got == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

/// Returns fewer bytes than requested.
class Trickle final : public BodySource {
  public:
    explicit Trickle(std::string_view bytes) : inner_(bytes) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        return inner_.read(buffer, std::min<std::size_t>(capacity, 1 + ++calls_ % 1000));
    }
    bool rewind() noexcept override { return inner_.rewind(); }

  private:
    MemorySource inner_;
    std::size_t calls_ = 0;
};

} // namespace

TEST_CASE("signed chunks and their trailer equal AWS's example") {
    // Amazon S3 API Reference, "Transferring a payload in multiple chunks with trailing headers".
    const Credentials credentials{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
    SigningOptions options;
    options.service = "s3";
    options.region = "us-east-1";
    options.time = {1'369'353'600, 0};
    options.double_encode_path = false;
    options.normalize_path = false;
    options.payload = PayloadHash::given;
    options.payload_hash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    options.content_sha256_header = true;
    HttpRequest request;
    request.method = "PUT";
    request.url = "https://s3.amazonaws.com/examplebucket/chunkObject.txt";
    request.headers.append("Host", "s3.amazonaws.com");
    request.headers.append("x-amz-storage-class", "REDUCED_REDUNDANCY");
    request.headers.append("Content-Encoding", "aws-chunked");
    request.headers.append("x-amz-decoded-content-length", "66560");
    request.headers.append("x-amz-trailer", "x-amz-checksum-crc32c");
    SigningTrace trace;
    REQUIRE_FALSE(sign_sigv4(request, credentials, options, &trace));

    ChunkSigning signing;
    signing.date = "20130524T000000Z";
    signing.scope = "20130524/us-east-1/s3/aws4_request";
    signing.seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    REQUIRE(detail::find_signing_key(options, credentials.secret_access_key, "20130524", signing.key));
    const std::string body(66'560, 'a');
    Trickle bytes(body);
    AwsChunkedSource source(bytes, 66'560, ChecksumAlgorithm::crc32c, true);
    source.set_signing(signing);
    const std::string expected =
        "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
        body.substr(0, 65'536) +
        "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" +
        body.substr(0, 1'024) +
        "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
        "x-amz-checksum-crc32c:sOO8/Q==\r\n"
        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
    for (const std::size_t step : {std::size_t{100}, std::size_t{100'000}}) {
        REQUIRE(source.rewind());
        const std::string text = read_everything(source, step);
        CHECK(text == expected);
        CHECK(source.encoded_length() == static_cast<std::int64_t>(expected.size()));
    }
    CHECK(trace.signature == signing.seed);
}

TEST_CASE("unsigned chunks end with the checksum trailer") {
    MemorySource bytes("hello");
    AwsChunkedSource source(bytes, 5, ChecksumAlgorithm::crc32, false);
    // As botocore sends it.
    const std::string expected = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    CHECK(read_everything(source, 3) == expected);
    CHECK(source.encoded_length() == static_cast<std::int64_t>(expected.size()));
    MemorySource nothing("");
    AwsChunkedSource empty(nothing, 0, ChecksumAlgorithm::crc32, false);
    CHECK(read_everything(empty, 64) == "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
    CHECK(empty.encoded_length() == 36);
}

TEST_CASE("the encoded length is exact for all lengths, algorithms and chunks") {
    std::mt19937 random(5);
    for (int i = 0; i < 300; ++i) {
        const std::size_t size = random() % 5 == 0 ? (random() % 8) * 100 : random() % 3'000;
        const std::size_t chunk = 1 + random() % 400;
        const auto algorithm = static_cast<ChecksumAlgorithm>(1 + random() % 6);
        const bool sign = random() % 2 == 0;
        const std::string body(size, 'x');
        Trickle bytes(body);
        AwsChunkedSource source(bytes, static_cast<std::int64_t>(size), algorithm, sign, chunk);
        if (sign) source.set_signing({.date = "d", .scope = "s", .seed = std::string(64, '0')});
        INFO(size << " bytes in chunks of " << chunk);
        CHECK(static_cast<std::int64_t>(read_everything(source, 700).size()) == source.encoded_length());
        Trickle again(body);
        AwsChunkedSource unknown(again, -1, algorithm, false, chunk);
        CHECK(unknown.encoded_length() == -1);
        AwsChunkedSource known(bytes, static_cast<std::int64_t>(size), algorithm, false, chunk);
        REQUIRE(known.rewind());
        CHECK(read_everything(unknown, 700) == read_everything(known, 700));
    }
}

TEST_CASE("a source that fails, ends early or is not signed yet fails the body") {
    char buffer[64];
    MemorySource five("bytes");
    AwsChunkedSource early(five, 6, ChecksumAlgorithm::crc32, false);
    CHECK(early.read(buffer, sizeof buffer) == -1);
    CHECK(early.read(buffer, sizeof buffer) == -1);
    CallableSource failing([](char*, std::size_t) { return std::ptrdiff_t{-1}; });
    AwsChunkedSource failed(failing, -1, ChecksumAlgorithm::crc32, false);
    CHECK(failed.read(buffer, sizeof buffer) == -1);
    CHECK_FALSE(failed.rewind());
    MemorySource more("bytes");
    AwsChunkedSource unsigned_yet(more, 5, ChecksumAlgorithm::crc32, true);
    CHECK(unsigned_yet.read(buffer, sizeof buffer) == -1);
    // The source never returns more than was announced.
    MemorySource longer("bytes and more");
    AwsChunkedSource cut(longer, 5, ChecksumAlgorithm::crc32, false);
    CHECK(read_everything(cut, 64).substr(0, 10) == "5\r\nbytes\r\n");
}
