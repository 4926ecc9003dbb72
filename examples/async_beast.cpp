// SPDX-License-Identifier: Apache-2.0
// Calls on an io_context of Boost.Asio: Boost.Beast sends, all on the one thread that runs the context. A
// stand-in on loopback is busy at first, so that the call is repeated.
//
// Prints:
//   the call is on its way
//   task 42 after 2 attempts
#include <belfry/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/transport/asio_timer.hpp>
#include <belfry/transport/async_beast.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace voice = belfry::chime_sdk_voice;

/// Answers a request on each of two connections: busy, then well.
void serve(asio::ip::tcp::acceptor& acceptor) {
    for (const auto& [status, body] :
         {std::pair(503U, "{}"), std::pair(200U, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"42"}})")}) {
        asio::ip::tcp::socket socket = acceptor.accept();
        beast::flat_buffer buffer;
        http::request<http::string_body> request;
        http::read(socket, buffer, request);
        http::response<http::string_body> response(http::int_to_status(status), 11, body);
        response.prepare_payload();
        http::write(socket, response);
    }
}

} // namespace

int main() {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), 0});
    std::thread server(serve, std::ref(acceptor));

    // The client first: calls that the transport drops when it ends still refer to it.
    const voice::Client client(
        {.region = "us-east-1",
         .credentials = belfry::Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .endpoint = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())},
        belfry::AsyncOnly{});
    belfry::AsyncBeastTransport transport(context, {.proxy_from_environment = false});
    belfry::AsioTimer timer(context);
    const belfry::AsyncCaller caller(client, transport, timer);

    bool succeeded = false;
    caller.start(voice::operations::GetSpeakerSearchTask{},
                 {.voice_connector_id = "abcdef1ghij2klmno3pqr4", .speaker_search_task_id = "42"},
                 [&](const belfry::Result<voice::GetSpeakerSearchTaskResponse>& result) {
                     if (!result) {
                         std::puts(result.error().message.c_str());
                         return;
                     }
                     std::printf("task %s after %d attempts\n",
                                 result->speaker_search_task->speaker_search_task_id->c_str(),
                                 result.metadata().attempts);
                     succeeded = true;
                 });
    std::puts("the call is on its way");
    context.run();
    server.join();
    return succeeded ? 0 : 1;
}
