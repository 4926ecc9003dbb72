// SPDX-License-Identifier: Apache-2.0
// Bodies that are streamed to and from a server on loopback, through typed calls of Amazon S3 and through the
// bare transport. With https a call sends a checksum behind the body, as a trailer, and signs the headers;
// with http it signs each piece of the body as well, and SHA-256 is the limit.
#include <belfry/body_sinks.hpp>
#include <belfry/s3/get_object.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/transport/socket.hpp>

#include "loopback_server.hpp"
#include "measure.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace {

namespace s3 = belfry::s3;

/// A body of the same byte, which no disk and no memory has to hold.
class Bytes final : public belfry::BodySource {
  public:
    explicit Bytes(std::int64_t size) : size_(size), left_(size) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        const auto left = static_cast<std::size_t>(left_);
        const std::size_t count = left < capacity ? left : capacity;
        std::memset(buffer, 'x', count);
        left_ -= static_cast<std::int64_t>(count);
        return static_cast<std::ptrdiff_t>(count);
    }
    bool rewind() noexcept override {
        left_ = size_;
        return true;
    }
    [[nodiscard]] std::int64_t length() const noexcept { return size_; }

  private:
    std::int64_t size_;
    std::int64_t left_;
};

/// Sends requests of https URLs without TLS, so that only the call's own work is measured.
class WithoutTls final : public belfry::Transport {
  public:
    explicit WithoutTls(belfry::Transport& transport) : transport_(transport) {}
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        belfry::HttpRequest plain;
        plain.method = request.method;
        plain.url = "http" + request.url.substr(5);
        plain.headers = request.headers;
        plain.source = request.source;
        plain.content_length = request.content_length;
        plain.timeouts = request.timeouts;
        return transport_.send(plain, sink);
    }

  private:
    belfry::Transport& transport_;
};

/// Counts the bytes of a body.
class Count final : public belfry::ResponseSink {
  public:
    bool on_head(int status, belfry::Headers) noexcept override { return status == 200; }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        count_ += static_cast<std::int64_t>(bytes.size());
        return true;
    }
    [[nodiscard]] bool cancelled() const noexcept override { return false; }
    [[nodiscard]] std::int64_t count() const noexcept { return count_; }

  private:
    std::int64_t count_ = 0;
};

[[noreturn]] void give_up(const char* what, const std::string& why) {
    std::printf("%s failed: %s\n", what, why.c_str());
    std::exit(1);
}

void send_bare(belfry::Transport& transport, const std::string& url, std::int64_t upload,
               std::int64_t download) {
    Bytes body(upload);
    Count sink;
    belfry::HttpRequest request;
    request.method = upload > 0 ? "PUT" : "GET";
    request.url = url + "/bucket/key";
    request.headers.append("Host", "127.0.0.1");
    if (upload > 0) request.source = &body;
    request.content_length = upload;
    const belfry::TransportResult result = transport.send(request, sink);
    if (result.status != belfry::TransportStatus::ok || sink.count() != download)
        give_up("the bare transport", result.message);
}

void put(const s3::Client& client, std::int64_t size) {
    Bytes body(size);
    if (const auto stored = client.put_object({.body = body, .bucket = "bucket", .key = "key"}); !stored)
        give_up("put_object", stored.error().message);
}

void get(const s3::Client& client, std::int64_t size) {
    std::int64_t count = 0;
    belfry::CallableBodySink sink([&count](std::span<const std::byte> bytes) {
        count += static_cast<std::int64_t>(bytes.size());
        return true;
    });
    const auto got = client.get_object({.bucket = "bucket", .key = "key"}, {.response_body = &sink});
    if (!got) give_up("get_object", got.error().message);
    if (count != size) give_up("get_object", "the body has another size");
}

} // namespace

int main(int argument_count, char** arguments) {
    // The goal is for 1 GiB; a round with less of it has the same ratio.
    constexpr std::int64_t size = std::int64_t{128} << 20;
    const LoopbackServer server(size);
    const std::string http = "http://127.0.0.1:" + std::to_string(server.port());
    belfry::SocketTransport transport;
    WithoutTls without_tls(transport);
    const auto client = [&](const std::string& endpoint, belfry::Transport& through) {
        return s3::Client(
            {.region = "us-east-1",
             .credentials = belfry::Credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY"},
             .endpoint = endpoint},
            through, {.force_path_style = true});
    };
    const s3::Client plain = client(http, transport);
    const s3::Client secure = client("https" + http.substr(4), without_tls);
    return measure::run(
        argument_count, arguments, "128 MiB on loopback, server included",
        {{"PUT, bare transport", [&] { send_bare(transport, http, size, 0); }},
         {"put_object, https", [&] { put(secure, size); }},
         {"put_object, http", [&] { put(plain, size); }},
         {"GET, bare transport", [&] { send_bare(transport, http, 0, size); }},
         {"get_object", [&] { get(plain, size); }}},
        [](const std::vector<measure::Cost>& costs) {
            const auto ratio = [&](const char* bare, const char* call) {
                return measure::of(costs, bare).nanoseconds / measure::of(costs, call).nanoseconds;
            };
            const bool uploads =
                measure::judge_at_least("of the bare transport's speed, put_object with https",
                                        ratio("PUT, bare transport", "put_object, https"), 0.8);
            const bool downloads = measure::judge_at_least("of the bare transport's speed, get_object",
                                                           ratio("GET, bare transport", "get_object"), 0.8);
            const bool is_flat = measure::judge_at_most(
                "MB allocated by put_object",
                static_cast<double>(measure::of(costs, "put_object, https").allocated_bytes) / 1e6, 1);
            return uploads && downloads && is_flat;
        });
}
