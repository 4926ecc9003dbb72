// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/get_global_settings.hpp>

#include <cstdio>

int main() {
    belfry::chime_sdk_voice::Client client{
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDTEST", "secret"}},
        [](const belfry::HttpRequest& request) {
            std::printf("%s\n", request.url.c_str());
            return belfry::HttpResponse{200, {}, R"({"VoiceConnector":{"CdrBucket":"records"}})"};
        }};
    const auto settings = client.get_global_settings({});
    return settings && settings->voice_connector->cdr_bucket == "records" ? 0 : 1;
}
