// SPDX-License-Identifier: Apache-2.0
// A call that is signed with Signature Version 4a, which all regions accept. OpenSSL makes the signature; the
// program sends no request, but prints the parts of it that are the same each time.
//
// Prints:
//   Host: 123456789012.cloudfront-kvs.global.api.aws
//   X-Amz-Region-Set: *
//   Authorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE
#include <belfry/cloudfront_keyvaluestore/put_key.hpp>
#include <belfry/openssl_ecdsa.hpp>
#include <belfry/settings.hpp>
#include <belfry/sigv4a.hpp>

#include <cstdio>
#include <string>

namespace values = belfry::cloudfront_keyvaluestore;

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

belfry::HttpResponse print_request(const belfry::HttpRequest& request) {
    for (const char* const name : {"Host", "X-Amz-Region-Set", "Authorization"}) {
        const auto value = request.headers.find(name);
        if (!value.has_value()) continue;
        const std::string start(value->substr(0, value->find('/')));
        std::printf("%s: %s\n", name, start.c_str());
    }
    return {200, {}, R"({"ItemCount":1,"TotalSizeInBytes":4})"};
}

int main() {
    const auto settings = belfry::load_settings({.overrides = {{"region", "eu-west-1"}}});
    if (!settings) return fail(settings.error());
    auto config = settings->client_config(values::service);
    if (!config) return fail(config.error());
    config->credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"};

    belfry::OpenSslEcdsa ecdsa;
    belfry::SigV4a sigv4a(ecdsa, settings->sigv4a_options());
    config->crypto = &sigv4a;

    const values::Client client(*std::move(config), print_request);
    const auto put = client.put_key({
        .key = "door",
        .value = "open",
        .kvs_arn = "arn:aws:cloudfront::123456789012:key-value-store/abc",
        .if_match = "v1",
    });
    return put ? 0 : fail(put.error());
}
