// SPDX-License-Identifier: Apache-2.0
#include <belfry/http/transport.hpp>

#include "support/catch.hpp"

#include <memory>
#include <stdexcept>
#include <string>

using namespace belfry;

namespace {

struct Recorder final : ResponseSink {
    bool on_head(int new_status, Headers new_headers) noexcept override {
        status = new_status;
        headers = std::move(new_headers);
        return !stop_at_head;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        ++pieces;
        body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return !stop_at_body;
    }
    [[nodiscard]] bool cancelled() const noexcept override { return false; }

    int status = 0;
    Headers headers;
    std::string body;
    int pieces = 0;
    bool stop_at_head = false;
    bool stop_at_body = false;
};

HttpRequest get(const char* url) {
    HttpRequest request;
    request.method = "GET";
    request.url = url;
    return request;
}

HttpResponse not_found(const HttpRequest&) { return {404, {{"X-A", "b"}}, "none"}; }

} // namespace

TEST_CASE("a lambda that returns a response is a transport") {
    TransportHandle handle([](const HttpRequest& request) {
        return HttpResponse{200, {{"Content-Type", "text/plain"}}, request.method + " " + request.url};
    });
    Recorder sink;
    const TransportResult result = handle.get().send(get("http://host/a"), sink);
    CHECK(result.status == TransportStatus::ok);
    CHECK(result.message.empty());
    CHECK(sink.status == 200);
    CHECK(*sink.headers.find("content-type") == "text/plain");
    CHECK(sink.body == "GET http://host/a");
}

TEST_CASE("a plain function is a transport") {
    TransportHandle handle(not_found);
    Recorder sink;
    CHECK(handle.get().send(get("http://host/"), sink).status == TransportStatus::ok);
    CHECK(sink.status == 404);
    CHECK(sink.body == "none");
}

TEST_CASE("a lambda that writes to the sink is a transport, and its failures are reported") {
    TransportHandle handle([](const HttpRequest&, ResponseSink& sink) {
        sink.on_head(200, {});
        const std::byte bytes[] = {std::byte{'a'}, std::byte{0}};
        sink.on_body(bytes);
        return TransportResult{TransportStatus::truncated, "cut"};
    });
    Recorder sink;
    const TransportResult result = handle.get().send(get("http://host/"), sink);
    CHECK(result.status == TransportStatus::truncated);
    CHECK(result.message == "cut");
    CHECK(sink.body == std::string("a\0", 2));
}

TEST_CASE("a sink that stops a lambda's response cancels the attempt") {
    TransportHandle handle([](const HttpRequest&) { return HttpResponse{200, {}, "body"}; });
    Recorder head;
    head.stop_at_head = true;
    CHECK(handle.get().send(get("http://host/"), head).status == TransportStatus::cancelled);
    CHECK(head.pieces == 0);
    Recorder body;
    body.stop_at_body = true;
    CHECK(handle.get().send(get("http://host/"), body).status == TransportStatus::cancelled);
    CHECK(body.pieces == 1);
}

TEST_CASE("an empty body does not call the sink") {
    TransportHandle handle([](const HttpRequest&) { return HttpResponse{204, {}, {}}; });
    Recorder sink;
    CHECK(handle.get().send(get("http://host/"), sink).status == TransportStatus::ok);
    CHECK(sink.pieces == 0);
}

TEST_CASE("an exception from a lambda becomes a failed attempt") {
    TransportHandle handle([](const HttpRequest&) -> HttpResponse { throw std::runtime_error("no"); });
    Recorder sink;
    const TransportResult result = handle.get().send(get("http://host/"), sink);
    CHECK(result.status == TransportStatus::failed);
    CHECK(result.message == "the transport callable threw an exception: no");
    TransportHandle other([](const HttpRequest&) -> HttpResponse { throw 1; });
    CHECK(other.get().send(get("http://host/"), sink).message ==
          "the transport callable threw an exception that is not a std::exception");
}

TEST_CASE("a handle owns a copy of a lambda and refers to a transport") {
    const auto alive = std::make_shared<int>(0);
    {
        TransportHandle handle([alive](const HttpRequest&) { return HttpResponse{200, {}, {}}; });
        CHECK(alive.use_count() == 2);
        TransportHandle moved(std::move(handle));
        TransportHandle other(not_found);
        other = std::move(moved);
        Recorder sink;
        CHECK(other.get().send(get("http://host/"), sink).status == TransportStatus::ok);
        CHECK(sink.status == 200);
    }
    CHECK(alive.use_count() == 1);

    struct Counting final : Transport {
        TransportResult send(const HttpRequest&, ResponseSink&) noexcept override {
            ++sends;
            return {TransportStatus::connect_failed, "counted"};
        }
        int sends = 0;
    } transport;
    const TransportHandle handle(transport);
    Recorder sink;
    CHECK(handle.get().send(get("http://host/"), sink).status == TransportStatus::connect_failed);
    CHECK(&handle.get() == &transport);
    CHECK(transport.sends == 1);
}
