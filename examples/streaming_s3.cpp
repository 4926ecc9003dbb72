// SPDX-License-Identifier: Apache-2.0
// Uploads a file to Amazon S3 and downloads it again, whatever its size, in little memory. A checksum
// protects the bytes in both directions. Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
// AWS_SESSION_TOKEN, the region from AWS_REGION.
#include <belfry/body_sinks.hpp>
#include <belfry/body_sources.hpp>
#include <belfry/s3/get_object.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/transport/curl.hpp>

#include <cstdio>

namespace s3 = belfry::s3;

namespace {

int fail(const char* action, const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s: %s\n", action, error.code.c_str(), error.message.c_str());
    return 1;
}

} // namespace

int main(int count, char** words) {
    if (count < 5) {
        std::fprintf(stderr, "usage: %s BUCKET KEY FILE COPY [ENDPOINT]\n", words[0]);
        return 2;
    }
    belfry::CurlTransport transport;
    const s3::Client client({.region = belfry::region_from_environment(),
                             .credentials = belfry::credentials_from_environment(),
                             .endpoint = count > 5 ? words[5] : ""},
                            transport, {.force_path_style = count > 5});

    belfry::FileSource source(words[3]); // has a known length, and is rewound for a retry
    const auto stored = client.put_object({.body = source, .bucket = words[1], .key = words[2]});
    if (!stored) return fail("upload", stored.error());
    std::printf("uploaded %lld bytes\n", static_cast<long long>(source.length()));

    belfry::FileSink sink(words[4]); // the file appears when it is complete
    const auto got = client.get_object({.bucket = words[1], .key = words[2]}, {.response_body = &sink});
    if (!got) return fail("download", got.error());
    std::printf(
        "downloaded %lld bytes, checksum %s\n", static_cast<long long>(got->content_length.value_or(0)),
        got.metadata().verified_checksum == belfry::ChecksumAlgorithm::none ? "not verified" : "verified");
}
