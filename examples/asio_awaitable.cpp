// SPDX-License-Identifier: Apache-2.0
// Calls in a coroutine of Boost.Asio: libcurl connects, and the io_context waits for its sockets. A stand-in
// on loopback answers.
//
// Prints:
//   task 1: IN_PROGRESS
//   the wait has ended: SUCCEEDED
#include <belfry/asio.hpp>
#include <belfry/chime_sdk_voice/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/transport/asio_loop.hpp>
#include <belfry/transport/async_curl.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <exception>
#include <string>

namespace {

namespace asio = boost::asio;
namespace voice = belfry::chime_sdk_voice;
using asio::ip::tcp;

/// Answers a request on each of two connections: the task runs, then it has ended.
asio::awaitable<void> serve(tcp::acceptor& acceptor) {
    for (const char* const status : {"IN_PROGRESS", "SUCCEEDED"}) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        std::string request;
        co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n",
                                        asio::use_awaitable);
        const std::string body =
            std::string(R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":")") + status + "\"}}";
        const std::string answer =
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body;
        co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
    }
}

asio::awaitable<void> follow(voice::AsyncClient client, bool& succeeded) {
    const voice::GetSpeakerSearchTaskRequest input{.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                                   .speaker_search_task_id = "1"};
    const auto result = co_await belfry::initiate(client.get_speaker_search_task(input), asio::use_awaitable);
    if (!result) {
        std::puts(result.error().message.c_str());
        co_return;
    }
    std::printf("task 1: %s\n",
                std::string(result->speaker_search_task->speaker_search_task_status->to_string()).c_str());
    const auto ended =
        co_await belfry::initiate(client.poll_until_speaker_search_task_complete(input), asio::use_awaitable);
    if (!ended) {
        std::puts(ended.error().message.c_str());
        co_return;
    }
    std::printf("the wait has ended: %s\n",
                std::string(ended->speaker_search_task->speaker_search_task_status->to_string()).c_str());
    succeeded = true;
}

} // namespace

int main() {
    asio::io_context context;
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});

    const voice::Client client(
        {.region = "us-east-1",
         .credentials = belfry::Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .endpoint = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())},
        belfry::AsyncOnly{});
    belfry::AsioLoop loop(context);
    belfry::AsyncCurlTransport transport(loop, {.proxy_from_environment = false});

    bool succeeded = false;
    asio::co_spawn(context, serve(acceptor), asio::detached);
    asio::co_spawn(context, follow(client.async(transport, loop), succeeded),
                   [&](std::exception_ptr) { context.stop(); });
    context.run();
    return succeeded ? 0 : 1;
}
