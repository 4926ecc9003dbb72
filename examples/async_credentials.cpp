// SPDX-License-Identifier: Apache-2.0
// Two calls on an event loop whose credentials are fetched by the same loop. The loop of this program is a
// queue: it sends no request, but plays the server of a container and the service, so that the program prints
// the same on each machine.
//
// Prints:
//   both calls are started
//   GET http://169.254.170.2/v2/credentials
//   GET https://voice-chime.us-east-1.amazonaws.com/voice-connectors/a-connector/speaker-search-tasks/one
//   GET https://voice-chime.us-east-1.amazonaws.com/voice-connectors/a-connector/speaker-search-tasks/two
//   2 calls succeeded
#include <belfry/async.hpp>
#include <belfry/async_credentials.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/default_credentials.hpp>

#include <cstdio>
#include <deque>
#include <span>
#include <string>
#include <utility>

namespace voice = belfry::chime_sdk_voice;

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

/// Environment variables of a container, and no files.
class Container final : public belfry::SettingsSource {
  public:
    std::optional<std::string> variable(const char* name) override {
        if (name == std::string("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) return "/v2/credentials";
        if (name == std::string("AWS_REGION")) return "us-east-1";
        return std::nullopt;
    }
    belfry::FileStatus read_file(const std::string&, std::string&) override {
        return belfry::FileStatus::missing;
    }
};

class Loop final : public belfry::AsyncTransport, public belfry::AsyncTimer {
  public:
    void start(const belfry::HttpRequest& request, belfry::ResponseSink& sink,
               belfry::AttemptCompletion completion) noexcept override {
        attempts_.push_back({&request, &sink, std::move(completion)});
    }
    void start(belfry::Duration, belfry::TimerCompletion completion) noexcept override {
        timers_.push_back(std::move(completion));
    }
    void cancel(const void*) noexcept override {}

    void run() {
        while (!attempts_.empty() || !timers_.empty()) {
            if (attempts_.empty()) {
                // A real loop waits until the first timer is due.
                belfry::TimerCompletion completion = std::move(timers_.front());
                timers_.pop_front();
                completion();
                continue;
            }
            Attempt attempt = std::move(attempts_.front());
            attempts_.pop_front();
            std::printf("%s %s\n", attempt.request->method.c_str(), attempt.request->url.c_str());
            const std::string body =
                attempt.request->url.starts_with("http://169.254.170.2/")
                    ? R"({"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"secret","Token":"token"})"
                    : "{}";
            const bool taken =
                attempt.sink->on_head(200, {}) && attempt.sink->on_body(std::as_bytes(std::span(body)));
            attempt.completion(
                {taken ? belfry::TransportStatus::ok : belfry::TransportStatus::cancelled, {}});
        }
    }

  private:
    struct Attempt {
        const belfry::HttpRequest* request;
        belfry::ResponseSink* sink;
        belfry::AttemptCompletion completion;
    };
    std::deque<Attempt> attempts_;
    std::deque<belfry::TimerCompletion> timers_;
};

int main() {
    Container container; // a program on a real machine leaves `source` out
    const auto settings = belfry::load_settings({.source = &container});
    if (!settings) return fail(settings.error());
    auto config = settings->client_config(voice::service);
    if (!config) return fail(config.error());

    Loop loop;
    belfry::DefaultCredentialsSource source(*settings);
    belfry::AsyncCredentials credentials(source, loop, loop);
    config->credentials = credentials;
    const voice::Client client(*std::move(config), belfry::AsyncOnly{});
    const belfry::AsyncCaller caller(client, loop, loop);

    int succeeded = 0;
    for (const char* const task : {"one", "two"})
        caller.start(voice::operations::GetSpeakerSearchTask{},
                     {.voice_connector_id = "a-connector", .speaker_search_task_id = task},
                     [&](const belfry::Result<voice::GetSpeakerSearchTaskResponse>& result) {
                         if (result)
                             ++succeeded;
                         else
                             fail(result.error());
                     });
    std::printf("both calls are started\n");
    loop.run();
    std::printf("%d calls succeeded\n", succeeded);
}
