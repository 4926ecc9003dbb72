// SPDX-License-Identifier: Apache-2.0
// A stand-in for Amazon Chime SDK Voice on the loopback interface: the fake of the service, served over HTTP.
// It keeps speaker search tasks: a started task is IN_QUEUE, each GET moves it on to IN_PROGRESS and
// SUCCEEDED. A voice connector whose id begins with "throttle" refuses each call twice before it accepts it.
// The keys come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
//
// The first line on standard output is the port. The program ends when its standard input does.
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/fake.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/stop_speaker_search_task.hpp>
#include <belfry/chrono.hpp>
#include <belfry/credentials.hpp>
#include <belfry/testing/server.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/sha256.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voice = belfry::chime_sdk_voice;
namespace testing = belfry::testing;
using belfry::Error;
using belfry::Result;
using Status = voice::SpeakerSearchTaskStatus;

namespace {

constexpr int refusals_of_a_busy_connector = 2;

belfry::Timestamp now() { return belfry::to_timestamp(std::chrono::system_clock::now()); }

Error not_found(const std::string& id) {
    return testing::service_error(voice::NotFoundException{
        .code = voice::ErrorCode::NotFound, .message = "There is no speaker search task " + id + "."});
}
Error conflict(std::string message) {
    return testing::service_error(
        voice::ConflictException{.code = voice::ErrorCode::Conflict, .message = std::move(message)});
}
Error throttled() {
    return testing::service_error(voice::ThrottledClientException{
        .code = voice::ErrorCode::Throttled, .message = "Slow down: too many requests."});
}

/// 16 bytes as a UUID of version 4 (RFC 9562 section 5.4).
std::string to_uuid(std::string bytes) {
    bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
    std::string text;
    belfry::append_hex(text, bytes);
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
    return text;
}
std::string random_uuid() {
    std::random_device device;
    std::string bytes;
    for (int i = 0; i < 16; ++i) bytes += static_cast<char>(static_cast<unsigned char>(device()));
    return to_uuid(std::move(bytes));
}

/// Matches that depend on the request alone, so that a run can be repeated; the best comes first.
voice::SpeakerSearchDetails results_of(const voice::StartSpeakerSearchTaskRequest& request) {
    std::vector<voice::SpeakerSearchResult> found;
    for (int i = 0; i < 3; ++i) {
        const belfry::Sha256Digest digest = belfry::sha256(
            *request.transaction_id + '/' + *request.voice_profile_domain_id + '/' + std::to_string(i));
        std::uint32_t number = 0;
        for (int at = 0; at < 4; ++at) number = number << 8 | digest.bytes[at];
        const double score = std::round(number / 4'294'967'296.0 * 1e6) / 1e6;
        found.push_back({.confidence_score = static_cast<float>(score),
                         .voice_profile_id = to_uuid(std::string(digest.view().substr(16)))});
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return *a.confidence_score > *b.confidence_score; });
    voice::SpeakerSearchDetails details;
    for (auto& result : found) details.results.push_back(std::move(result));
    details.voiceprint_generation_status = voice::VoiceprintGenerationStatus::VoiceprintGenerationSuccess;
    return details;
}

/// Whether two requests ask for the same search.
bool are_same(const voice::StartSpeakerSearchTaskRequest& a, const voice::StartSpeakerSearchTaskRequest& b) {
    return *a.voice_connector_id == *b.voice_connector_id && *a.transaction_id == *b.transaction_id &&
           *a.voice_profile_domain_id == *b.voice_profile_domain_id && a.call_leg == b.call_leg;
}

/// All searches. The server calls it on one thread.
class Tasks {
  public:
    Result<voice::StartSpeakerSearchTaskResponse> start(const voice::StartSpeakerSearchTaskRequest& request) {
        const std::string token = request.client_request_token.value_or("");
        if (std::string_view(*request.voice_connector_id).starts_with("throttle") &&
            ++refusals_[token] <= refusals_of_a_busy_connector)
            return throttled();
        const auto known = by_token_.find(token);
        if (known != by_token_.end()) {
            const Task& task = tasks_.at(known->second);
            if (!are_same(task.request, request))
                return conflict("the ClientRequestToken belongs to another request");
            return voice::StartSpeakerSearchTaskResponse{.speaker_search_task = task.task};
        }
        voice::SpeakerSearchTask task;
        task.speaker_search_task_id = random_uuid();
        task.speaker_search_task_status = Status::IN_QUEUE;
        task.call_details = voice::CallDetails{.voice_connector_id = *request.voice_connector_id,
                                               .transaction_id = *request.transaction_id,
                                               .is_caller = !request.call_leg ||
                                                            *request.call_leg == voice::CallLegType::Caller};
        task.created_timestamp = now();
        task.updated_timestamp = task.created_timestamp;
        if (!token.empty()) by_token_[token] = *task.speaker_search_task_id;
        tasks_.insert_or_assign(*task.speaker_search_task_id, Task{request, task});
        return voice::StartSpeakerSearchTaskResponse{.speaker_search_task = std::move(task)};
    }
    /// Moves the task to its next status.
    Result<voice::GetSpeakerSearchTaskResponse> look(const voice::GetSpeakerSearchTaskRequest& request) {
        Task* const found = find(*request.voice_connector_id, *request.speaker_search_task_id);
        if (found == nullptr) return not_found(*request.speaker_search_task_id);
        voice::SpeakerSearchTask& task = found->task;
        if (task.speaker_search_task_status == Status::IN_QUEUE) {
            move(task, Status::IN_PROGRESS);
            task.started_timestamp = task.updated_timestamp;
        } else if (task.speaker_search_task_status == Status::IN_PROGRESS) {
            move(task, Status::SUCCEEDED);
            task.speaker_search_details = results_of(found->request);
        }
        return voice::GetSpeakerSearchTaskResponse{.speaker_search_task = task};
    }
    Result<voice::StopSpeakerSearchTaskResponse> stop(const voice::StopSpeakerSearchTaskRequest& request) {
        Task* const found = find(*request.voice_connector_id, *request.speaker_search_task_id);
        if (found == nullptr) return not_found(*request.speaker_search_task_id);
        const Status status = *found->task.speaker_search_task_status;
        if (status == Status::SUCCEEDED || status == Status::STOPPED)
            return conflict("the task is already " + std::string(status.to_string()));
        move(found->task, Status::STOPPED);
        return voice::StopSpeakerSearchTaskResponse{};
    }

  private:
    struct Task {
        voice::StartSpeakerSearchTaskRequest request;
        voice::SpeakerSearchTask task;
    };
    [[nodiscard]] Task* find(const std::string& connector, const std::string& id) {
        const auto found = tasks_.find(id);
        return found != tasks_.end() && *found->second.request.voice_connector_id == connector
                   ? &found->second
                   : nullptr;
    }
    static void move(voice::SpeakerSearchTask& task, Status status) {
        task.speaker_search_task_status = status;
        task.updated_timestamp = now();
    }

    std::map<std::string, Task> tasks_{};
    std::map<std::string, std::string> by_token_{};
    std::map<std::string, int> refusals_{};
};

/// Notes a call on standard error.
template <class T> Result<T> logged(const char* operation, Result<T> result) {
    std::fprintf(stderr, "%s: %s\n", operation, result.has_value() ? "ok" : result.error().code.c_str());
    return result;
}

void add_handlers(voice::Fake& fake, Tasks& tasks) {
    fake.on_start_speaker_search_task([&](const voice::StartSpeakerSearchTaskRequest& input) {
        return logged("StartSpeakerSearchTask", tasks.start(input));
    });
    fake.on_get_speaker_search_task([&](const voice::GetSpeakerSearchTaskRequest& input) {
        return logged("GetSpeakerSearchTask", tasks.look(input));
    });
    fake.on_stop_speaker_search_task([&](const voice::StopSpeakerSearchTaskRequest& input) {
        return logged("StopSpeakerSearchTask", tasks.stop(input));
    });
}

bool parse(int count, char** words, std::string& region, std::uint16_t& port) {
    for (int i = 1; i < count; i += 2) {
        const std::string_view name = words[i];
        if (i + 1 < count && name == "--region") {
            region = words[i + 1];
            continue;
        }
        char* end = nullptr;
        const unsigned long number = i + 1 < count ? std::strtoul(words[i + 1], &end, 10) : 65'536;
        if (name == "--port" && number <= 65'535 && end != words[i + 1] && *end == '\0') {
            port = static_cast<std::uint16_t>(number);
            continue;
        }
        std::fprintf(stderr, "usage: %s [--port PORT] [--region REGION]\n", words[0]);
        return false;
    }
    return true;
}

int serve(const belfry::Credentials& credentials, const std::string& region, std::uint16_t port) {
    voice::Fake fake({.credentials = credentials, .region = region, .invalid_code = "BadRequestException"});
    Tasks tasks;
    add_handlers(fake, tasks);
    const testing::Server server(fake, port);
    std::printf("%d\n", server.port());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    for (const std::string& line : fake.refused()) std::fprintf(stderr, "refused: %s\n", line.c_str());
    return 0;
}

} // namespace

int main(int count, char** words) {
    std::string region = "us-east-1";
    std::uint16_t port = 0;
    if (!parse(count, words, region, port)) return 2;
    const Result<belfry::Credentials> credentials = belfry::credentials_from_environment()();
    if (!credentials) {
        std::fprintf(stderr, "%s: %s\n", words[0], credentials.error().message.c_str());
        return 2;
    }
    try {
        return serve(*credentials, region, port);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "%s: port %d: %s\n", words[0], port, fault.what());
        return 1;
    }
}
