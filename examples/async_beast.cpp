// SPDX-License-Identifier: Apache-2.0
// Calls on an event loop: Boost.Asio waits and Boost.Beast sends, all on the one thread that runs the loop. A
// stand-in on loopback is busy at first, so that the call is repeated. The example uses plain HTTP; TLS works
// in the same way.
//
// Prints:
//   the call is on its way
//   task 42 after 2 attempts
#include <belfry/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace voice = belfry::chime_sdk_voice;
using Error = beast::error_code;
using belfry::TransportStatus;

class AsioTimer final : public belfry::AsyncTimer {
  public:
    explicit AsioTimer(asio::io_context& context) : context_(context) {}
    void start(belfry::Duration duration, belfry::TimerCompletion completion) noexcept override {
        const void* const id = completion.id();
        asio::steady_timer& timer = waits_.try_emplace(id, context_).first->second;
        timer.expires_after(std::chrono::nanoseconds(duration.count()));
        timer.async_wait([this, id, completion = std::move(completion)](Error) mutable {
            waits_.erase(id);
            completion();
        });
    }
    void cancel(const void* id) noexcept override {
        asio::post(context_, [this, id] {
            if (const auto found = waits_.find(id); found != waits_.end()) found->second.cancel();
        });
    }

  private:
    asio::io_context& context_;
    std::map<const void*, asio::steady_timer> waits_;
};

/// One attempt on its own connection; Beast's handlers keep it alive.
struct Attempt : std::enable_shared_from_this<Attempt> {
    Attempt(asio::io_context& context, const belfry::HttpRequest& r, belfry::ResponseSink& s,
            belfry::AttemptCompletion c)
        : stream(context), request(r), sink(s), completion(std::move(c)) {}

    void run() {
        const std::size_t colon = request.url.find(':', 7);
        const std::size_t path = request.url.find('/', 7);
        if (!request.url.starts_with("http://") || colon > path)
            return completion({TransportStatus::failed, "only http://address:port/ is for this example"});
        message = {http::verb::unknown, request.url.substr(path), 11, request.body};
        message.method_string(request.method);
        for (const belfry::Header& header : request.headers)
            message.insert(std::string(header.name), std::string(header.value));
        message.prepare_payload();
        const auto address = asio::ip::make_address(request.url.substr(7, colon - 7));
        const auto port = static_cast<std::uint16_t>(std::stoi(request.url.substr(colon + 1)));
        limit(request.timeouts.connect);
        stream.async_connect({address, port}, [self = shared_from_this()](Error error) {
            if (error) return self->fail(error, TransportStatus::connect_failed);
            self->exchange();
        });
    }
    void limit(belfry::Duration duration) {
        if (duration.count() > 0)
            stream.expires_after(std::chrono::nanoseconds(duration.count()));
        else
            stream.expires_never();
    }
    void exchange() {
        limit(request.timeouts.idle);
        http::async_write(stream, message, [self = shared_from_this()](Error error, std::size_t) {
            if (error) return self->fail(error, TransportStatus::connection_reset);
            http::async_read(self->stream, self->buffer, self->parser, [self](Error failure, std::size_t) {
                if (failure == http::error::partial_message)
                    return self->fail(failure, TransportStatus::truncated);
                if (failure) return self->fail(failure, TransportStatus::connection_reset);
                self->hand_over();
            });
        });
    }
    void hand_over() {
        belfry::Headers headers;
        for (const auto& field : parser.get())
            headers.append(std::string(field.name_string()), std::string(field.value()));
        const std::string& body = parser.get().body();
        const bool taken = sink.on_head(static_cast<int>(parser.get().result_int()), std::move(headers)) &&
                           sink.on_body(std::as_bytes(std::span(body.data(), body.size())));
        completion({taken ? TransportStatus::ok : TransportStatus::cancelled, {}});
    }
    void fail(Error error, TransportStatus status) {
        if (error == beast::error::timeout) status = TransportStatus::timed_out;
        if (error == asio::error::operation_aborted) status = TransportStatus::cancelled;
        completion({status, error.message()});
    }

    beast::tcp_stream stream;
    const belfry::HttpRequest& request;
    belfry::ResponseSink& sink;
    belfry::AttemptCompletion completion;
    http::request<http::string_body> message{};
    http::response_parser<http::string_body> parser{};
    beast::flat_buffer buffer{};
};

class AsioTransport final : public belfry::AsyncTransport {
  public:
    explicit AsioTransport(asio::io_context& context) : context_(context) {}
    void start(const belfry::HttpRequest& request, belfry::ResponseSink& sink,
               belfry::AttemptCompletion completion) noexcept override {
        const auto attempt = std::make_shared<Attempt>(context_, request, sink, std::move(completion));
        std::erase_if(attempts_, [](const std::weak_ptr<Attempt>& other) { return other.expired(); });
        attempts_.push_back(attempt);
        attempt->run();
    }
    void cancel(const void* id) noexcept override {
        asio::post(context_, [this, id] {
            for (const std::weak_ptr<Attempt>& other : attempts_)
                if (const auto attempt = other.lock(); attempt && attempt->completion.id() == id)
                    attempt->stream.cancel();
        });
    }

  private:
    asio::io_context& context_;
    std::vector<std::weak_ptr<Attempt>> attempts_;
};

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

    AsioTransport transport(context);
    AsioTimer timer(context);
    const voice::Client client(
        {.region = "us-east-1",
         .credentials = belfry::Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .endpoint = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())},
        belfry::AsyncOnly{});
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
