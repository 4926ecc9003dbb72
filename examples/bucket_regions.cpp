// SPDX-License-Identifier: Apache-2.0
// Calls to a bucket whose region the program does not know. The transport of this program sends no request,
// but prints it, and answers as S3 does for a bucket in eu-west-1.
//
// Prints:
//   GET https://photos.s3.us-east-1.amazonaws.com/sea.jpg
//   GET https://photos.s3.eu-west-1.amazonaws.com/sea.jpg
//   GET https://photos.s3.eu-west-1.amazonaws.com/sky.jpg
#include <belfry/bucket_regions.hpp>
#include <belfry/s3/get_object.hpp>

#include <cstdio>
#include <string>
#include <utility>

namespace s3 = belfry::s3;

belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    std::printf("%s %s\n", request.method.c_str(), request.url.c_str());
    if (request.url.find(".eu-west-1.") != std::string::npos) return {200, {}, "JPEG"};
    belfry::HttpResponse response{301, {}, "<Error><Code>PermanentRedirect</Code></Error>"};
    response.headers.append("x-amz-bucket-region", "eu-west-1");
    return response;
}

int main() {
    const belfry::Credentials keys{"AKIDEXAMPLE", "secret"};
    belfry::BucketRegions regions("us-east-1", [&](std::string region) {
        return s3::Client({.region = std::move(region), .credentials = keys}, answer,
                          {.force_path_style = false});
    });
    for (const char* const key : {"sea.jpg", "sky.jpg"}) {
        const auto got = regions.call(s3::operations::GetObject_{}, {.bucket = "photos", .key = key});
        if (!got) {
            std::fprintf(stderr, "%s: %s\n", got.error().code.c_str(), got.error().message.c_str());
            return 1;
        }
    }
    return 0;
}
