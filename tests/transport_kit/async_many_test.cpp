// SPDX-License-Identifier: Apache-2.0
// A thousand calls at the same time on one thread: answers, back-off, limits of time and cancelling among
// them.
#include <belfry/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#if defined(BELFRY_KIT_ASYNC_CURL)
#include <belfry/transport/async_curl.hpp>
#include <belfry/transport/poll_loop.hpp>
#if defined(BELFRY_TEST_HAS_BEAST)
#include <belfry/transport/asio_loop.hpp>
#endif
#endif
#if defined(BELFRY_TEST_HAS_BEAST)
#include <belfry/transport/asio_timer.hpp>
#include <belfry/transport/async_beast.hpp>
#endif

#include "server.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <dirent.h>
#include <mutex>
#include <set>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;
using Output = voice::GetSpeakerSearchTaskResponse;

constexpr std::size_t calls = 1000;

/// How a call ends.
enum class Fate { answered, throttled_first, too_slow, cancelled };
Fate fate_of(std::size_t number) {
    switch (number % 20) {
    case 0: return Fate::too_slow;
    case 1: return Fate::throttled_first;
    case 2:
    case 3: return Fate::cancelled;
    default: return Fate::answered;
    }
}

/// Lets the process have both ends of all connections; false if the system forbids it.
bool allow_sockets() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
    const rlim_t wanted = 3 * calls;
    if (limit.rlim_cur >= wanted) return true;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted;
}

std::size_t open_files() {
    std::size_t count = 0;
    if (DIR* const folder = ::opendir("/proc/self/fd")) {
        while (::readdir(folder) != nullptr) ++count;
        ::closedir(folder);
    }
    return count;
}

/// Answers by the number at the end of the path, the first time only once all calls that wait for an answer
/// are connected.
class Answers {
  public:
    void operator()(transport_kit::Connection& connection, const transport_kit::Server& server) {
        for (transport_kit::Received received; connection.read(received);) {
            const std::string number = received.target.substr(received.target.rfind('-') + 1);
            switch (fate_of(std::stoul(number))) {
            case Fate::too_slow:
            case Fate::cancelled: return connection.wait_for_close(60'000);
            case Fate::throttled_first:
                if (is_first(number)) {
                    connection.write(transport_kit::reply(429, R"({"Message":"slow down"})",
                                                          "x-amzn-errortype: ThrottledClientException\r\n"));
                    continue;
                }
                break;
            case Fate::answered: break;
            }
            while (server.connections() < static_cast<int>(calls * 19 / 20))
                if (!connection.wait(10)) return;
            connection.write(transport_kit::reply(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":")" +
                                                           number + R"("}})"));
        }
    }

  private:
    bool is_first(const std::string& number) {
        const std::lock_guard lock(mutex_);
        return seen_.insert(number).second;
    }
    std::mutex mutex_;
    std::set<std::string> seen_;
};

#if defined(BELFRY_KIT_ASYNC_CURL)
/// libcurl on a loop, which is also the timer.
template <class Loop> class Curl {
  public:
    template <class Done> void run_until(Done done) { loop_.run_until(done); }
    AsyncTransport& transport() noexcept { return transport_; }
    AsyncTimer& timer() noexcept { return loop_; }

  private:
    Loop loop_;
    AsyncCurlTransport transport_{loop_, {.proxy_from_environment = false, .max_idle_connections = 50}};
};
#if defined(BELFRY_TEST_HAS_BEAST)
/// Boost.Asio with the functions of a `PollLoop`.
class OnAsio {
  public:
    template <class Done> void run_until(Done done) {
        while (!done()) context_.run_one();
    }
    operator SocketLoop&() noexcept { return loop_; } // NOLINT: stands for the loop
    operator AsyncTimer&() noexcept { return loop_; } // NOLINT: the same

  private:
    boost::asio::io_context context_;
    AsioLoop loop_{context_};
};
#endif
#endif
#if defined(BELFRY_TEST_HAS_BEAST)
class Beast {
  public:
    template <class Done> void run_until(Done done) {
        while (!done()) context_.run_one();
        // Idle connections are not work that is left to do.
        context_.run();
    }
    AsyncTransport& transport() noexcept { return transport_; }
    AsyncTimer& timer() noexcept { return timer_; }

  private:
    boost::asio::io_context context_;
    AsyncBeastTransport transport_{context_, {.proxy_from_environment = false, .max_idle_connections = 50}};
    AsioTimer timer_{context_};
};
#endif

template <class Stack> void call_a_thousand_times() {
    Answers answers;
    transport_kit::Server* self = nullptr;
    transport_kit::Server server([&](transport_kit::Connection& connection) { answers(connection, *self); });
    self = &server;
    const std::size_t files_before = open_files();
    std::vector<int> ends(calls);
    std::vector<Result<Output>> results;
    for (std::size_t i = 0; i < calls; ++i) results.emplace_back(Error{});
    {
        const voice::Client client{{.region = "us-east-1",
                                    .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                                    .endpoint = "http://" + server.authority()},
                                   AsyncOnly{}};
        Stack stack;
        const AsyncCaller caller(client, stack.transport(), stack.timer());
        std::size_t ended = 0;
        std::vector<AsyncCall> running;
        for (std::size_t i = 0; i < calls; ++i) {
            CallOptions options;
            if (fate_of(i) == Fate::too_slow) {
                options.timeouts.total = Duration::milliseconds(400);
                options.max_attempts = 1;
            }
            running.push_back(caller.start(
                voice::operations::GetSpeakerSearchTask{},
                {.voice_connector_id = "vc", .speaker_search_task_id = "task-" + std::to_string(i)}, options,
                [&, i](Result<Output> result) {
                    ++ended;
                    ++ends[i];
                    results[i] = std::move(result);
                }));
        }
        bool cancelled = false;
        stack.run_until([&] {
            if (!cancelled && server.connections() >= static_cast<int>(calls * 19 / 20)) {
                cancelled = true;
                for (std::size_t i = 0; i < calls; ++i)
                    if (fate_of(i) == Fate::cancelled) running[i].cancel();
            }
            return ended == calls;
        });
        CHECK(cancelled);
        CHECK(ended == calls);
    }
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < calls; ++i) {
        const Result<Output>& result = results[i];
        bool right = ends[i] == 1;
        switch (fate_of(i)) {
        case Fate::answered:
        case Fate::throttled_first:
            right = right && result &&
                    result->speaker_search_task->speaker_search_task_id == std::to_string(i) &&
                    result.metadata().attempts == (fate_of(i) == Fate::answered ? 1 : 2);
            break;
        case Fate::too_slow: right = right && !result && result.error().kind == ErrorKind::timeout; break;
        case Fate::cancelled: right = right && !result && result.error().kind == ErrorKind::cancelled; break;
        }
        if (right) continue;
        ++wrong;
        UNSCOPED_INFO("call " << i << ": " << (result ? "succeeded" : result.error().message));
    }
    CHECK(wrong == 0);
    server.stop();
    // The server's own end of the connections closes a little later.
    for (int i = 0; i < 100 && open_files() > files_before; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(open_files() <= files_before);
}

} // namespace

TEST_CASE("a thousand calls are in flight on one thread, and each ends once, as it should") {
    if (!allow_sockets()) {
        WARN("SKIPPED: the system does not allow that many sockets");
        return;
    }
#if defined(BELFRY_KIT_ASYNC_CURL)
    call_a_thousand_times<Curl<PollLoop>>();
#if defined(BELFRY_TEST_HAS_BEAST)
    call_a_thousand_times<Curl<OnAsio>>();
#endif
#endif
#if defined(BELFRY_TEST_HAS_BEAST)
    call_a_thousand_times<Beast>();
#endif
}
