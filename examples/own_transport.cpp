// SPDX-License-Identifier: Apache-2.0
// Two ways to bring your own HTTP stack: a lambda that answers from memory, as tests need it, and a class
// that sends over plain sockets in the fewest lines that follow the rules of docs/own-transport.md. It opens
// a connection for each request and supports neither streamed bodies nor TLS. `own_transport
// http://127.0.0.1:8080` also calls that server.
//
// Prints:
//   GET https://voice-chime.us-east-1.amazonaws.com/voice-connectors/...
//   from memory: SUCCEEDED
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>

#include <cstdio>
#include <cstdlib>
#include <netdb.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace voice = belfry::chime_sdk_voice;
using belfry::TransportStatus;

class OwnTransport final : public belfry::Transport {
  public:
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override;
};

namespace {

/// The longest response, interim ones included: this transport keeps it in memory.
constexpr std::size_t most_bytes = std::size_t{16} * 1024 * 1024;

/// The bytes of a request. Path and query stay as they are, because they are part of what was signed.
std::string wire_of(const belfry::HttpRequest& request, std::string_view target) {
    std::string wire = request.method;
    wire.append(" ").append(target).append(" HTTP/1.1\r\n");
    for (const belfry::Header& header : request.headers)
        wire.append(header.name).append(": ").append(header.value).append("\r\n");
    wire.append("Content-Length: ").append(std::to_string(request.content_length));
    wire.append("\r\nConnection: close\r\n\r\n").append(request.body);
    return wire;
}

/// Connects to `host:port` or `host`; -1 with the reason in `result` if that fails.
int connect_to(const std::string& authority, belfry::TransportResult& result) {
    const std::size_t colon = authority.find(':');
    const std::string host = authority.substr(0, colon);
    const std::string port = colon == std::string::npos ? "80" : authority.substr(colon + 1);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* address = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &address) != 0) {
        result = {TransportStatus::resolve_failed, "unknown host " + host};
        return -1;
    }
    int socket = ::socket(address->ai_family, SOCK_STREAM, 0);
    if (socket >= 0 && ::connect(socket, address->ai_addr, address->ai_addrlen) != 0) {
        ::close(socket);
        socket = -1;
    }
    ::freeaddrinfo(address);
    if (socket < 0) result = {TransportStatus::connect_failed, "no connection to " + authority};
    return socket;
}

/// The number in a status line such as `HTTP/1.1 200 OK` (RFC 9112 section 4); 0 if there is none.
int status_in(std::string_view line) {
    if (line.size() < 12 || line[8] != ' ' || (line.size() > 12 && line[12] != ' ')) return 0;
    int status = 0;
    for (const char digit : line.substr(9, 3)) {
        if (digit < '0' || digit > '9') return 0;
        status = status * 10 + (digit - '0');
    }
    return status;
}

/// Sends the request and receives until the server closes the connection.
belfry::TransportResult exchange(int socket, std::string_view wire, belfry::Duration idle,
                                 const belfry::ResponseSink& sink, std::string& received) {
    const auto milliseconds = idle.count_milliseconds();
    const timeval limit{static_cast<time_t>(milliseconds / 1000),
                        static_cast<suseconds_t>(milliseconds % 1000 * 1000)};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    while (!wire.empty()) {
        const ssize_t sent = ::send(socket, wire.data(), wire.size(), MSG_NOSIGNAL);
        if (sent <= 0) return {TransportStatus::connection_reset, "the request could not be written"};
        wire.remove_prefix(static_cast<std::size_t>(sent));
    }
    char buffer[16384];
    ssize_t count = 0;
    while ((count = ::recv(socket, buffer, sizeof buffer, 0)) > 0) {
        if (sink.cancelled()) return {TransportStatus::cancelled, "cancelled by the caller"};
        received.append(buffer, static_cast<std::size_t>(count));
        if (received.size() > most_bytes)
            return {TransportStatus::protocol_error, "the response does not end"};
    }
    if (count < 0) return {TransportStatus::timed_out, "no bytes within the idle limit"};
    return {};
}

/// Parses the response and passes it to the sink.
belfry::TransportResult deliver(std::string_view text, bool is_head, belfry::ResponseSink& sink) {
    std::size_t end = 0;
    int status = 0;
    // Interim responses (1xx) precede the final one. `exchange` has limited how much there can be.
    for (;; text.remove_prefix(end + 4)) {
        end = text.find("\r\n\r\n");
        if (!text.empty() && !text.starts_with(std::string_view("HTTP/1.").substr(0, text.size())))
            return {TransportStatus::protocol_error, "the response is not HTTP"};
        if (end == std::string_view::npos)
            return {TransportStatus::connection_reset,
                    "the connection closed before the response was complete"};
        status = status_in(text.substr(0, text.find("\r\n")));
        if (status < 100) return {TransportStatus::protocol_error, "the response's status line is malformed"};
        if (status == 101) return {TransportStatus::protocol_error, "the server switched protocols unasked"};
        if (status >= 200) break;
    }
    belfry::Headers headers;
    for (std::size_t line = text.find("\r\n") + 2; line < end;) {
        const std::size_t next = text.find("\r\n", line);
        const std::size_t colon = text.find(':', line);
        if (colon > next || colon == line)
            return {TransportStatus::protocol_error, "a header line has no name or no colon"};
        std::string_view value = text.substr(colon + 1, next - colon - 1);
        if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
            return {TransportStatus::protocol_error, "a header value holds a line break or NUL"};
        while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
        while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
        headers.append(text.substr(line, colon - line), value);
        line = next + 2;
    }
    if (headers.contains("transfer-encoding"))
        return {TransportStatus::failed, "this transport does not read chunks"};
    const std::string_view body = text.substr(end + 4);
    // This check is essential: a truncated response must not be reported as complete.
    const bool has_body = !is_head && status != 204 && status != 304;
    const auto length = headers.find("content-length");
    const bool whole = !has_body || !length.has_value() || std::to_string(body.size()) == *length;
    if (!sink.on_head(status, std::move(headers)) ||
        (has_body && !body.empty() && !sink.on_body(std::as_bytes(std::span(body)))))
        return {TransportStatus::cancelled, "stopped by the sink"};
    if (!whole) return {TransportStatus::truncated, "the body is not as long as its Content-Length"};
    return {};
}

void show(const char* source, const voice::Client& client) {
    const auto result =
        client.get_speaker_search_task({.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                        .speaker_search_task_id = "0a1b2c3d-4e5f-6789-abcd-ef0123456789"});
    if (!result) {
        std::printf("%s: %s: %s\n", source, result.error().code.c_str(), result.error().message.c_str());
        return;
    }
    const auto& task = result->speaker_search_task;
    const bool known = task && task->speaker_search_task_status;
    std::printf("%s: %s\n", source,
                known ? std::string(task->speaker_search_task_status->to_string()).c_str() : "no status");
}

} // namespace

belfry::TransportResult OwnTransport::send(const belfry::HttpRequest& request,
                                           belfry::ResponseSink& sink) noexcept {
    if (request.source != nullptr)
        return {TransportStatus::failed, "this transport takes bodies from memory only"};
    if (!request.url.starts_with("http://")) return {TransportStatus::failed, "this transport has no TLS"};
    const std::size_t slash = request.url.find('/', 7);
    const std::string target = slash == std::string::npos ? "/" : request.url.substr(slash);
    belfry::TransportResult result;
    const int socket = connect_to(request.url.substr(7, slash - 7), result);
    if (socket < 0) return result;
    std::string received;
    result = exchange(socket, wire_of(request, target), request.timeouts.idle, sink, received);
    ::close(socket);
    return result.status == TransportStatus::ok ? deliver(received, request.method == "HEAD", sink) : result;
}

int main(int argc, char** argv) {
    const belfry::ClientConfig config{.region = "us-east-1",
                                      .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
                                      .endpoint = argc > 1 ? argv[1] : ""};

    voice::Client canned(config, [](const belfry::HttpRequest& request) {
        std::printf("%s %s\n", request.method.c_str(), request.url.c_str());
        return belfry::HttpResponse{
            200, {}, R"({"SpeakerSearchTask": {"SpeakerSearchTaskStatus": "SUCCEEDED"}})"};
    });
    show("from memory", canned);

    if (argc > 1) {
        OwnTransport transport; // must outlive the client
        voice::Client client(config, transport);
        show("from the network", client);
    }
    return 0;
}
