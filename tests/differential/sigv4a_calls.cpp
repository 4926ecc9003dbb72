// SPDX-License-Identifier: Apache-2.0
// Makes calls that are signed with Signature Version 4a, and prints their requests for test_sigv4a_calls.py:
// a line `= NAME`, one with method and URL, and the headers; in place of a request an error's code.
#include <belfry/cloudfront_keyvaluestore/put_key.hpp>
#include <belfry/eventbridge/put_events.hpp>
#include <belfry/openssl_ecdsa.hpp>
#include <belfry/partnercentral_channel/list_relationships.hpp>
#include <belfry/presign.hpp>
#include <belfry/s3/get_object.hpp>
#include <belfry/sesv2/send_email.hpp>
#include <belfry/sigv4a.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace {

belfry::HttpResponse print_request(const belfry::HttpRequest& request) {
    std::printf("%s %s\n", request.method.c_str(), request.url.c_str());
    for (const belfry::Header& header : request.headers)
        std::printf("%s: %s\n", header.name.data(), header.value.data());
    return {200, {}, "{}"};
}

belfry::ClientConfig config_with(belfry::CryptoProvider* crypto) {
    return {.region = "us-west-2",
            .credentials = belfry::Credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
            .crypto = crypto};
}

void begin(const char* name) { std::printf("= %s\n", name); }

template <class Result> void end(const Result& result) {
    // The responses are empty, and some outputs have required members.
    if (!result && result.error().attempts == 0) std::printf("%s\n", result.error().code.c_str());
}

void call_all(const std::string& how, belfry::CryptoProvider* crypto) {
    using namespace belfry;
    const auto name = [&](const char* service) { begin((std::string(service) + " " + how).c_str()); };
    const char* const bucket = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap";

    name("cloudfront-keyvaluestore");
    cloudfront_keyvaluestore::Client values{config_with(crypto), print_request};
    end(values.put_key({.key = "a key",
                        .value = "v",
                        .kvs_arn = "arn:aws:cloudfront::123456789012:key-value-store/abc",
                        .if_match = "x"}));
    name("events");
    eventbridge::Client events{config_with(crypto), print_request};
    end(events.put_events(
        {.entries = {{.source = "s", .detail_type = "t", .detail = "{}"}}, .endpoint_id = "abc.def"}));
    name("events-regional");
    end(events.put_events({.entries = {{.source = "s", .detail_type = "t", .detail = "{}"}}}));
    name("sesv2");
    sesv2::Client mail{config_with(crypto), print_request};
    end(mail.send_email(
        {.from_email_address = "a@b.test", .content = sesv2::EmailContent{}, .endpoint_id = "abc.def"}));
    name("s3");
    s3::Client objects{config_with(crypto), print_request};
    end(objects.get_object({.bucket = bucket, .key = "a key"}));
    name("s3-regional");
    end(objects.get_object({.bucket = "bucket", .key = "a key"}));
    name("s3-presigned");
    const auto url =
        presign(objects.core(), s3::operations::GetObject_{}, {.bucket = bucket, .key = "a key"});
    if (url) std::printf("%s %s\n", url->method.c_str(), url->url.c_str());
    end(url);
    name("partnercentral-channel");
    partnercentral_channel::Client partners{config_with(crypto), print_request};
    end(partners.list_relationships({.catalog = "AWS"}));
}

} // namespace

int main() {
    belfry::OpenSslEcdsa ecdsa;
    belfry::SigV4a plain(ecdsa), regions(ecdsa, {.region_set = "eu-west-1, us-west-2"}),
        sigv4_first(ecdsa, {.auth_scheme_preference = "sigv4,sigv4a"});
    call_all("plain", &plain);
    call_all("regions", &regions);
    call_all("sigv4-first", &sigv4_first);
    call_all("none", nullptr);
}
