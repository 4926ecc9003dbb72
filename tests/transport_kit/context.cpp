// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <algorithm>
#include <dirent.h>
#include <unistd.h>
#include <utility>

namespace belfry::transport_kit {

namespace {

using Clock = std::chrono::steady_clock;

long since(Clock::time_point start) {
    return static_cast<long>(
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
}

/// Records the calls that a transport makes to its sink.
class Recorder final : public ResponseSink {
  public:
    Recorder(Attempt& attempt, const SinkPlan& plan) : attempt_(attempt), plan_(plan) {}

    bool on_head(int status, Headers headers) noexcept override {
        late();
        ++attempt_.heads;
        attempt_.status = status;
        attempt_.headers = std::move(headers);
        return !(stopped_ = plan_.stop_at_head);
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        late();
        if (attempt_.heads == 0) misuse_ = "on_body was called before on_head";
        const std::string_view piece(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        constexpr std::size_t kept = 1 << 20;
        if (attempt_.body.size() < kept) attempt_.body.append(piece.substr(0, kept - attempt_.body.size()));
        attempt_.body_size += piece.size();
        sum_.add(piece);
        if (plan_.on_piece) plan_.on_piece(piece);
        return !(stopped_ = plan_.stop_at_body);
    }
    [[nodiscard]] bool cancelled() const noexcept override {
        return plan_.cancel_after >= 0 && since(start_) >= plan_.cancel_after;
    }

    void finish() {
        attempt_.milliseconds = since(start_);
        attempt_.body_checksum = sum_.value();
    }
    [[nodiscard]] const char* misuse() const {
        if (misuse_ != nullptr) return misuse_;
        if (attempt_.heads > 1) return "on_head was called more than once";
        if (attempt_.ok() && attempt_.heads == 0) return "send returned ok although on_head was never called";
        if (attempt_.ok() && !attempt_.result.message.empty()) return "a success came with a message";
        if (!attempt_.ok() && attempt_.result.message.empty()) return "a failure came without a message";
        return nullptr;
    }

  private:
    void late() {
        if (stopped_) misuse_ = "the sink was called again after it had returned false";
    }
    Attempt& attempt_;
    const SinkPlan& plan_;
    Clock::time_point start_ = Clock::now();
    Checksum sum_;
    bool stopped_ = false;
    const char* misuse_ = nullptr;
};

} // namespace

std::string shown(std::string_view text) {
    std::string result;
    for (char c : text.substr(0, 160)) {
        if (c == '\r')
            result += "\\r";
        else if (c == '\n')
            result += "\\n";
        else if (static_cast<unsigned char>(c) < ' ')
            result += '?';
        else
            result += c;
    }
    return text.size() > 160 ? result + "..." : result;
}

HttpRequest Context::request(const Server& server, std::string_view method, std::string_view target,
                             std::string body) {
    HttpRequest request;
    request.method = method;
    request.url = "http://" + server.authority() + std::string(target);
    request.headers.append("Host", server.authority());
    request.content_length = static_cast<std::int64_t>(body.size());
    request.body = std::move(body);
    request.timeouts.connect = Duration::seconds(5);
    request.timeouts.idle = Duration::seconds(8);
    return request;
}

Attempt Context::attempt(const HttpRequest& request, const SinkPlan& plan) {
    Attempt attempt;
    Recorder recorder(attempt, plan);
    attempt.result = transport_.send(request, recorder);
    recorder.finish();
    if (const char* misuse = recorder.misuse()) expect(false, misuse);
    return attempt;
}

bool Context::expect(bool holds, std::string_view otherwise) {
    if (holds) return true;
    const std::lock_guard lock(mutex_);
    if (failure_.find(otherwise) == std::string::npos)
        failure_ += (failure_.empty() ? "" : "; ") + std::string(otherwise);
    return false;
}
bool Context::expect_equal(std::string_view what, std::string_view found, std::string_view wanted) {
    if (found == wanted) return true;
    return expect(false, std::string(what) + " is \"" + shown(found) + "\", not \"" + shown(wanted) + "\"");
}
bool Context::expect_response(const Attempt& attempt, int status) {
    if (!attempt.ok())
        return expect(false, "a response with status " + std::to_string(status) + " was reported as " +
                                 std::string(name_of(attempt.result.status)) + " (" +
                                 shown(attempt.result.message) + ")");
    return expect(attempt.status == status,
                  "the status is " + std::to_string(attempt.status) + ", not " + std::to_string(status));
}
bool Context::expect_response(const Attempt& attempt, int status, std::string_view body) {
    return expect_response(attempt, status) && expect_equal("the body", attempt.body, body);
}
bool Context::expect_failure(const Attempt& attempt, std::initializer_list<TransportStatus> ways) {
    if (std::find(ways.begin(), ways.end(), attempt.result.status) != ways.end()) return true;
    std::string wanted;
    for (TransportStatus way : ways) wanted += (wanted.empty() ? "" : " or ") + std::string(name_of(way));
    return expect(false, "reported as " + std::string(name_of(attempt.result.status)) +
                             (attempt.ok() ? "" : " (" + shown(attempt.result.message) + ")") + ", not " +
                             wanted);
}
bool Context::expect_duration(const Attempt& attempt, long least, long most) {
    return expect(attempt.milliseconds >= least && attempt.milliseconds <= most,
                  "it took " + std::to_string(attempt.milliseconds) + " ms, not " + std::to_string(least) +
                      " to " + std::to_string(most));
}

std::string_view name_of(TransportStatus status) noexcept {
    switch (status) {
    case TransportStatus::ok: return "ok";
    case TransportStatus::resolve_failed: return "resolve_failed";
    case TransportStatus::connect_failed: return "connect_failed";
    case TransportStatus::tls_failed: return "tls_failed";
    case TransportStatus::timed_out: return "timed_out";
    case TransportStatus::connection_reset: return "connection_reset";
    case TransportStatus::truncated: return "truncated";
    case TransportStatus::protocol_error: return "protocol_error";
    case TransportStatus::body_failed: return "body_failed";
    case TransportStatus::cancelled: return "cancelled";
    case TransportStatus::failed: return "failed";
    }
    return "an unknown status";
}

std::size_t resident_memory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 0; // sanitizers keep memory that would count as the transport's
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
    return 0;
#endif
#endif
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    unsigned long size = 0;
    unsigned long resident = 0;
    const int count = std::fscanf(file, "%lu %lu", &size, &resident);
    std::fclose(file);
    return count == 2 ? resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

int open_descriptors() {
    DIR* directory = ::opendir("/proc/self/fd");
    if (directory == nullptr) return -1;
    int count = 0;
    while (::readdir(directory) != nullptr) ++count;
    ::closedir(directory);
    return count;
}

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i ^ (i >> 8) ^ (i >> 16)) & 0xff);
    return bytes;
}

} // namespace belfry::transport_kit
