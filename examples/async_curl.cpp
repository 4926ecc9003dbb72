// SPDX-License-Identifier: Apache-2.0
// Several calls at the same time on one thread: libcurl connects, and a small event loop waits for all of
// them. Programs with their own event loop derive a belfry::SocketLoop in place of the PollLoop. A
// stand-in on loopback answers.
//
// Prints:
//   3 calls are on their way
//   task 1: COMPLETE
//   task 2: COMPLETE
//   task 3: COMPLETE
#include <belfry/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/transport/async_curl.hpp>
#include <belfry/transport/poll_loop.hpp>

#include <arpa/inet.h>
#include <cstddef>
#include <cstdio>
#include <map>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace {

namespace voice = belfry::chime_sdk_voice;

/// A listener on a free port of loopback; its number is in `port`.
int listen_on_loopback(int& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, any, size) != 0 || ::listen(listener, 16) != 0 ||
        ::getsockname(listener, any, &size) != 0)
        return -1;
    port = ntohs(address.sin_port);
    return listener;
}

/// Answers one request on each of three connections.
void serve(int listener) {
    const std::string body = R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"COMPLETE"}})";
    const std::string answer =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    for (int i = 0; i < 3; ++i) {
        const int connection = ::accept(listener, nullptr, nullptr);
        std::string request;
        char bytes[4096];
        while (request.find("\r\n\r\n") == std::string::npos) {
            const ssize_t count = ::read(connection, bytes, sizeof bytes);
            if (count <= 0) break;
            request.append(bytes, static_cast<std::size_t>(count));
        }
        if (::write(connection, answer.data(), answer.size()) < 0) std::perror("write");
        ::close(connection);
    }
}

} // namespace

int main() {
    int port = 0;
    const int listener = listen_on_loopback(port);
    if (listener < 0) return 1;
    std::thread server(serve, listener);

    // The client first: calls that the loop drops when it ends still refer to it.
    const voice::Client client(
        {.region = "us-east-1",
         .credentials = belfry::Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .endpoint = "http://127.0.0.1:" + std::to_string(port)},
        belfry::AsyncOnly{});
    belfry::PollLoop loop;
    belfry::AsyncCurlTransport transport(loop, {.proxy_from_environment = false});
    const belfry::AsyncCaller caller(client, transport, loop);

    std::map<std::string, std::string> ends;
    for (const char* const task : {"1", "2", "3"})
        caller.start(
            voice::operations::GetSpeakerSearchTask{},
            {.voice_connector_id = "abcdef1ghij2klmno3pqr4", .speaker_search_task_id = task},
            [&ends, task](const belfry::Result<voice::GetSpeakerSearchTaskResponse>& result) {
                ends[task] =
                    result ? std::string(result->speaker_search_task->speaker_search_task_status->to_string())
                           : result.error().message;
            });
    std::puts("3 calls are on their way");
    loop.run_until([&] { return ends.size() == 3; });
    for (const auto& [task, end] : ends) std::printf("task %s: %s\n", task.c_str(), end.c_str());
    server.join();
    ::close(listener);
    return ends["1"] == "COMPLETE" ? 0 : 1;
}
