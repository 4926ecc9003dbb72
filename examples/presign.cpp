// SPDX-License-Identifier: Apache-2.0
// A URL that fetches an object without credentials for an hour. The program sends no
// request.
//
// Prints:
//   GET https://example-bucket.s3.eu-central-1.amazonaws.com/reports/2026.pdf?...&X-Amz-Expires=3600&...
#include <belfry/presign.hpp>
#include <belfry/s3/get_object.hpp>

#include <cstdio>

namespace s3 = belfry::s3;

int main() {
    const s3::Client client(
        {.region = "eu-central-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}},
        [](const belfry::HttpRequest&) { return belfry::HttpResponse{}; });

    const auto presigned =
        belfry::presign(client.core(), s3::operations::GetObject_{},
                        {.bucket = "example-bucket", .key = "reports/2026.pdf"}, {.expires_seconds = 3600});
    if (!presigned) {
        std::fprintf(stderr, "%s\n", presigned.error().message.c_str());
        return 1;
    }
    std::printf("%s %s\n", presigned->method.c_str(), presigned->url.c_str());
}
