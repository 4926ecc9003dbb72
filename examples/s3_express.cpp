// SPDX-License-Identifier: Apache-2.0
// Two calls to a directory bucket of S3 Express, which share a session. The transport of this program sends
// no request, but prints the parts of it that are the same each time, and answers CreateSession with a
// session.
//
// Prints:
//   GET https://logs--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com/?session
//   PUT https://logs--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com/monday
//     X-Amz-S3session-Token: token-of-the-session
//   PUT https://logs--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com/tuesday
//     X-Amz-S3session-Token: token-of-the-session
#include <belfry/s3/put_object.hpp>
#include <belfry/s3_express.hpp>
#include <belfry/settings.hpp>

#include <cstdio>
#include <string>

namespace s3 = belfry::s3;

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    std::printf("%s %s\n", request.method.c_str(), request.url.c_str());
    if (const auto token = request.headers.find("X-Amz-S3session-Token"))
        std::printf("  X-Amz-S3session-Token: %s\n", std::string(*token).c_str());
    if (!request.url.ends_with("?session")) return {200, {}, ""};
    return {200,
            {},
            "<CreateSessionResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>"
            "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token-of-the-session</SessionToken>"
            "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>"};
}

int main() {
    const auto settings = belfry::load_settings({.overrides = {{"region", "us-west-2"}}});
    if (!settings) return fail(settings.error());
    auto config = settings->client_config(s3::service);
    if (!config) return fail(config.error());
    config->credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"};

    belfry::S3Express express(answer);
    config->crypto = &express;
    const s3::Client client(*std::move(config), answer);

    for (const char* const day : {"monday", "tuesday"}) {
        const auto put = client.put_object({.bucket = "logs--usw2-az1--x-s3", .key = day});
        if (!put) return fail(put.error());
    }
    return 0;
}
