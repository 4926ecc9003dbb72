// SPDX-License-Identifier: Apache-2.0
// Searches for a speaker, waits for the outcome and shows it; then three ways in which calls fail. Against
// the real service: leave --endpoint out and give real credentials, region and ids.
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/transport/curl.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

namespace voice = belfry::chime_sdk_voice;
using namespace std::chrono_literals;

namespace {

struct Arguments {
    std::string endpoint;
    std::string region = belfry::region_from_environment();
    std::string voice_connector_id = "abcdef1ghij2klmno3pqr4";
    std::string transaction_id = "3ea0ee0e-5c8f-4e0b-9d7e-2f6f3c1c7a10";
    std::string voice_profile_domain_id = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";
};

bool parse(int count, char** words, Arguments& arguments) {
    struct Option {
        std::string_view name;
        std::string* value;
    };
    const Option options[] = {{"--endpoint", &arguments.endpoint},
                              {"--region", &arguments.region},
                              {"--voice-connector-id", &arguments.voice_connector_id},
                              {"--transaction-id", &arguments.transaction_id},
                              {"--voice-profile-domain-id", &arguments.voice_profile_domain_id}};
    for (int i = 1; i < count; i += 2) {
        bool known = false;
        for (const Option& option : options)
            if (option.name == words[i] && i + 1 < count) {
                *option.value = words[i + 1];
                known = true;
            }
        if (known) continue;
        std::fprintf(
            stderr,
            "usage: %s [--endpoint URL] [--region R] [--voice-connector-id ID] [--transaction-id ID]\n"
            "       [--voice-profile-domain-id ID]\n"
            "Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.\n",
            words[0]);
        return false;
    }
    if (arguments.region.empty()) arguments.region = "us-east-1";
    return true;
}

void report(const belfry::Error& error) {
    std::printf("  %s error %s", std::string(belfry::to_string(error.kind)).c_str(), error.code.c_str());
    if (error.http_status != 0) std::printf(" (HTTP %d)", error.http_status);
    std::printf(": %s\n  request id %s, %d attempt(s), %s\n", error.message.c_str(),
                error.request_id.empty() ? "none" : error.request_id.c_str(), error.attempts,
                error.retryable ? "may succeed later" : "will not succeed unchanged");
}

std::string status_of(const voice::SpeakerSearchTask& task) {
    return task.speaker_search_task_status ? std::string(task.speaker_search_task_status->to_string())
                                           : "unknown";
}

void print_results(const voice::SpeakerSearchTask& task) {
    std::printf("  status %s\n", status_of(task).c_str());
    if (!task.speaker_search_details) return;
    std::printf("  %-38s %s\n  %-38s %s\n", "voice profile", "confidence", "-------------", "----------");
    for (const auto& hit : task.speaker_search_details->results)
        std::printf("  %-38s %10.6f\n", hit.voice_profile_id.value_or("").c_str(),
                    static_cast<double>(hit.confidence_score.value_or(0)));
}

belfry::ClientConfig configuration(const Arguments& arguments) {
    return {.region = arguments.region,
            .credentials = belfry::credentials_from_environment(),
            .endpoint = arguments.endpoint};
}

/// Starts a search, waits for it and prints what it found.
bool search(const voice::Client& client, const Arguments& arguments) {
    std::puts("1. Start a speaker search");
    const auto started = client.start_speaker_search_task({
        .voice_connector_id = arguments.voice_connector_id,
        .transaction_id = arguments.transaction_id,
        .voice_profile_domain_id = arguments.voice_profile_domain_id,
        .call_leg = voice::CallLegType::Caller,
    });
    if (!started) {
        report(started.error());
        return false;
    }
    if (!started->speaker_search_task || !started->speaker_search_task->speaker_search_task_id) {
        std::puts("  the service accepted the call and named no task");
        return false;
    }
    const voice::SpeakerSearchTask& task = *started->speaker_search_task;
    std::printf("  task %s is %s (HTTP %d)\n\n2. Wait until it is complete\n",
                task.speaker_search_task_id->c_str(), status_of(task).c_str(),
                started.metadata().http_status);

    const auto done = client.poll_until_speaker_search_task_complete(
        {.voice_connector_id = arguments.voice_connector_id,
         .speaker_search_task_id = *task.speaker_search_task_id},
        {.deadline = 60s, .min_delay = 200ms, .max_delay = 2s});
    if (!done) {
        report(done.error());
        return false;
    }
    // The waiter has seen the status, so that there is a task.
    print_results(*done->speaker_search_task);
    return true;
}

/// Asks for a task that does not exist and prints the modelled exception.
bool modelled_error(const voice::Client& client, const Arguments& arguments) {
    std::puts("\n3. A modelled error: look up a task that does not exist");
    const auto missing = client.get_speaker_search_task(
        {.voice_connector_id = arguments.voice_connector_id, .speaker_search_task_id = "no-such-task"});
    if (missing) return false;
    report(missing.error());
    const auto exception = missing.error().as<voice::NotFoundException>();
    if (!exception) return false;
    std::printf("  as NotFoundException: Code %s, Message \"%s\"\n",
                exception->code ? std::string(exception->code->to_string()).c_str() : "none",
                exception->message.value_or("").c_str());
    return true;
}

/// Calls a voice connector that the stand-in throttles twice.
bool throttled_call(const voice::Client& client, const Arguments& arguments) {
    std::puts("\n4. A throttled call, retried");
    const auto started = client.start_speaker_search_task({
        .voice_connector_id = "throttle1ghij2klmno3pq",
        .transaction_id = arguments.transaction_id,
        .voice_profile_domain_id = arguments.voice_profile_domain_id,
    });
    if (!started) {
        report(started.error());
        return false;
    }
    std::printf("  HTTP %d after %d attempts\n", started.metadata().http_status, started.metadata().attempts);
    return started.metadata().attempts == 3;
}

/// Signs with a key that the service does not know.
bool wrong_key(belfry::Transport& transport, const Arguments& arguments) {
    std::puts("\n5. A wrong key, refused");
    belfry::ClientConfig config = configuration(arguments);
    config.credentials =
        belfry::Credentials{.access_key_id = "AKIAWRONGWRONGWRONG0", .secret_access_key = "wrong"};
    const voice::Client client(std::move(config), transport);
    const auto refused = client.get_speaker_search_task(
        {.voice_connector_id = arguments.voice_connector_id, .speaker_search_task_id = "any"});
    if (refused) return false;
    report(refused.error());
    return refused.error().http_status == 403;
}

} // namespace

int main(int count, char** words) {
    Arguments arguments;
    if (!parse(count, words, arguments)) return 2;

    // A stand-in endpoint is not behind the proxy that the environment may name.
    belfry::CurlTransport transport({.proxy_from_environment = arguments.endpoint.empty()});
    const voice::Client client(configuration(arguments), transport);
    if (!search(client, arguments)) return 1;
    if (!modelled_error(client, arguments)) return 1;
    // The other two need the stand-in endpoint.
    if (arguments.endpoint.empty()) return 0;
    if (!throttled_call(client, arguments)) return 1;
    if (!wrong_key(transport, arguments)) return 1;
    std::puts("\nAll as expected.");
    return 0;
}
