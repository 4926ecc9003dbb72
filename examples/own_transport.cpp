// SPDX-License-Identifier: Apache-2.0
// Two ways to bring one's own HTTP stack. The first is a lambda that answers from memory, as tests want it;
// the second is a class that talks to plain sockets in the fewest lines that keep the contract of
// belfry/transport.hpp: send what stands in the request and nothing else, and report what came, above
// all a response that was cut. docs/own-transport.md says what is asked of a transport for production and how
// to have it judged.
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>

#include <cstdio>
#include <cstdlib>
#include <netdb.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace voice = belfry::chime_sdk_voice;

namespace {

/// Plain HTTP, a connection for each request, bodies in memory, the idle limit only.
class OwnTransport final : public belfry::Transport {
  public:
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        using enum belfry::TransportStatus;
        if (request.source != nullptr) return {failed, "this transport takes bodies from memory only"};
        if (!request.url.starts_with("http://")) return {failed, "this transport has no TLS"};
        // The path and query go out exactly as they came: they are part of what was signed.
        const std::size_t slash = request.url.find('/', 7);
        const std::string authority = request.url.substr(7, slash - 7);
        const std::size_t colon = authority.find(':');
        const std::string host = authority.substr(0, colon);
        const std::string port = colon == std::string::npos ? "80" : authority.substr(colon + 1);

        std::string wire = request.method;
        wire.append(" ")
            .append(slash == std::string::npos ? "/" : request.url.substr(slash))
            .append(" HTTP/1.1\r\n");
        for (const belfry::Header& header : request.headers)
            wire.append(header.name).append(": ").append(header.value).append("\r\n");
        wire.append("Content-Length: ").append(std::to_string(request.content_length));
        wire.append("\r\nConnection: close\r\n\r\n").append(request.body);

        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* address = nullptr;
        if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &address) != 0)
            return {resolve_failed, "unknown host " + host};
        const int socket = ::socket(address->ai_family, SOCK_STREAM, 0);
        const bool connected = ::connect(socket, address->ai_addr, address->ai_addrlen) == 0;
        ::freeaddrinfo(address);
        belfry::TransportResult result{connect_failed, "no server answers at " + authority};
        if (connected) result = exchange(socket, wire, request, sink);
        ::close(socket);
        return result;
    }

  private:
    static belfry::TransportResult exchange(int socket, std::string_view wire,
                                            const belfry::HttpRequest& request, belfry::ResponseSink& sink) {
        using enum belfry::TransportStatus;
        const auto milliseconds = request.timeouts.idle.count_milliseconds();
        const timeval idle{static_cast<time_t>(milliseconds / 1000),
                           static_cast<suseconds_t>(milliseconds % 1000 * 1000)};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
        ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof idle);
        while (!wire.empty()) {
            const ssize_t sent = ::send(socket, wire.data(), wire.size(), MSG_NOSIGNAL);
            if (sent <= 0) return {connection_reset, "the request could not be written"};
            wire.remove_prefix(static_cast<std::size_t>(sent));
        }
        std::string text;
        char bytes[16384];
        ssize_t count = 0;
        while ((count = ::recv(socket, bytes, sizeof bytes, 0)) > 0) {
            if (sink.cancelled()) return {cancelled, "cancelled by the caller"};
            text.append(bytes, static_cast<std::size_t>(count));
        }
        if (count < 0) return {timed_out, "the server fell silent"};
        return deliver(text, sink);
    }

    static belfry::TransportResult deliver(std::string_view text, belfry::ResponseSink& sink) {
        using enum belfry::TransportStatus;
        const std::size_t end = text.find("\r\n\r\n");
        if (text.empty() || end == std::string_view::npos)
            return {connection_reset, "no whole response came"};
        if (!text.starts_with("HTTP/1.") || end < 12) return {protocol_error, "the answer is not HTTP"};
        const int status = std::atoi(std::string(text.substr(9, 3)).c_str());
        belfry::Headers headers;
        for (std::size_t line = text.find("\r\n") + 2; line < end;) {
            const std::size_t next = text.find("\r\n", line);
            const std::size_t colon = text.find(':', line);
            if (colon > next) return {protocol_error, "a header line has no colon"};
            std::size_t value = colon + 1;
            while (text[value] == ' ') ++value;
            headers.append(text.substr(line, colon - line), text.substr(value, next - value));
            line = next + 2;
        }
        if (headers.contains("transfer-encoding")) return {failed, "this transport reads no chunks"};
        const std::string_view body = text.substr(end + 4);
        // This check is required: half a response is not a response.
        const std::string* length = headers.find("content-length");
        const bool whole = length == nullptr || std::to_string(body.size()) == *length;
        if (!sink.on_head(status, std::move(headers))) return {cancelled, "stopped by the sink"};
        if (!body.empty() && !sink.on_body(std::as_bytes(std::span(body))))
            return {cancelled, "stopped by the sink"};
        if (!whole) return {truncated, "the body is not as long as its Content-Length"};
        return {};
    }
};

void show(const char* what, voice::Client& client) {
    auto task =
        client.get_speaker_search_task({.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                        .speaker_search_task_id = "0a1b2c3d-4e5f-6789-abcd-ef0123456789"});
    if (task && task->speaker_search_task && task->speaker_search_task->speaker_search_task_status)
        std::printf("%s: %s\n", what,
                    std::string(task->speaker_search_task->speaker_search_task_status->to_string()).c_str());
    else
        std::printf("%s: %s\n", what, task ? "no status" : task.error().message.c_str());
}

} // namespace

int main(int argc, char** argv) {
    const belfry::ClientConfig config{.region = "us-east-1",
                                      .credentials = belfry::Credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI"},
                                      .endpoint = argc > 1 ? argv[1] : ""};

    voice::Client canned{config, [](const belfry::HttpRequest& request) {
                             std::printf("%s %s\n", request.method.c_str(), request.url.c_str());
                             return belfry::HttpResponse{
                                 200, {}, R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"SUCCEEDED"}})"};
                         }};
    show("from memory", canned);

    if (argc > 1) { // such as http://127.0.0.1:8080
        OwnTransport transport;
        voice::Client client{config, transport};
        show("from the network", client);
    }
}
