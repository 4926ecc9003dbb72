// SPDX-License-Identifier: Apache-2.0
// Options that replace those of the client for one call, and an interceptor that changes each request before
// it is signed. A stand-in for the network prints what it gets.
//
// Prints:
//   https://voice-chime.us-east-1.amazonaws.com, key AKIDEXAMPLE, trace 1, signed with it: yes
//   http://localhost:4566, key AKIDOTHER, trace 2, signed with it: yes
//   tenant blue
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/interceptor.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace {

namespace voice = belfry::chime_sdk_voice;

class Tracer final : public belfry::Interceptor {
  public:
    belfry::Duration before_attempt(const belfry::AttemptInfo&, belfry::HttpRequest& request) override {
        request.headers.set("X-Trace", std::to_string(++traces_));
        return {};
    }
    void after_attempt(const belfry::AttemptInfo&, int, const belfry::Headers&,
                       const belfry::Error&) override {}

  private:
    int traces_ = 0;
};

/// Stands for the network.
belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    const auto header = [&](const char* name) {
        return std::string(request.headers.find(name).value_or(std::string_view()));
    };
    const std::string signature = header("Authorization");
    const std::size_t key = signature.find("Credential=") + 11;
    const bool is_signed = signature.find("x-trace") != std::string::npos;
    std::printf("%s, key %s, trace %s, signed with it: %s\n",
                request.url.substr(0, request.url.find('/', 8)).c_str(),
                signature.substr(key, signature.find('/', key) - key).c_str(), header("X-Trace").c_str(),
                is_signed ? "yes" : "no");
    if (!header("X-Tenant").empty()) std::printf("tenant %s\n", header("X-Tenant").c_str());
    return {200, {}, "{}"};
}

} // namespace

int main() {
    Tracer tracer;
    const voice::Client client(
        {.region = "us-east-1",
         .credentials = belfry::Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .interceptor = &tracer},
        answer);
    const voice::GetSpeakerSearchTaskRequest request{.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                                     .speaker_search_task_id = "42"};
    const auto usual = client.get_speaker_search_task(request);

    const belfry::CredentialsHandle other =
        belfry::Credentials{.access_key_id = "AKIDOTHER", .secret_access_key = "secret of another"};
    const belfry::Headers headers{{"X-Tenant", "blue"}};
    belfry::RetryOptions retry = client.core().config().retry;
    retry.max_attempts = 5;
    const auto special =
        client.get_speaker_search_task(request, {.timeouts = {.total = belfry::Duration::seconds(2)},
                                                 .deadline = belfry::Duration::seconds(10),
                                                 .retry = &retry,
                                                 .region = "eu-central-1",
                                                 .endpoint = "http://localhost:4566",
                                                 .credentials = &other,
                                                 .headers = &headers});
    return usual && special ? 0 : 1;
}
