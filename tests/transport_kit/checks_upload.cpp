// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <algorithm>
#include <cstring>

namespace belfry::transport_kit {

namespace {

/// Returns `pattern` bytes in uneven pieces, and can fail or end early.
class PatternSource final : public BodySource {
  public:
    explicit PatternSource(std::uint64_t size) : size_(size), block_(pattern(1 << 16)) {}

    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        ++reads_;
        if (position_ >= fail_at) return -1;
        const std::size_t offset = static_cast<std::size_t>(position_ % block_.size());
        std::size_t count = std::min(capacity, block_.size() - offset);
        if (size_ < (1 << 20)) count = std::min<std::size_t>(count, 1 + reads_ % 977);
        count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - position_));
        std::memcpy(buffer, block_.data() + offset, count);
        position_ += count;
        if (on_read) on_read();
        return static_cast<std::ptrdiff_t>(count);
    }
    bool rewind() noexcept override {
        position_ = 0;
        return can_rewind;
    }
    [[nodiscard]] std::uint64_t expected_checksum() const {
        Checksum sum;
        for (std::uint64_t left = size_; left > 0;) {
            const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(left, block_.size()));
            sum.add(std::string_view(block_).substr(0, count));
            left -= count;
        }
        return sum.value();
    }

    std::uint64_t fail_at = ~std::uint64_t{0};
    bool can_rewind = true;
    std::function<void()> on_read;

  private:
    std::uint64_t size_;
    std::string block_;
    std::uint64_t position_ = 0;
    std::size_t reads_ = 0;
};

HttpRequest source_request(const Server& server, PatternSource& source, std::int64_t length) {
    HttpRequest request = Context::request(server, "PUT", "/upload");
    request.source = &source;
    request.content_length = length;
    return request;
}

/// Checks that length and body arrived correctly, once.
void expect_body(Context& context, const Received& received, std::uint64_t size, std::uint64_t sum) {
    const std::vector<std::string> lengths = received.values("content-length");
    if (context.expect(lengths.size() == 1,
                       "Content-Length was sent " + std::to_string(lengths.size()) + " times"))
        context.expect_equal("Content-Length", lengths.front(), std::to_string(size));
    context.expect(received.values("transfer-encoding").empty(),
                   "Transfer-Encoding was sent though the length is known");
    context.expect(received.complete && received.body_size == size && received.body_checksum == sum,
                   "the body that arrived is not the body that was given (" +
                       std::to_string(received.body_size) + " of " + std::to_string(size) + " bytes)");
}

void send_body(Context& context, const char* method, const std::string& body) {
    Server server(answer(reply(200, "ok")));
    if (!context.expect_response(context.attempt(Context::request(server, method, "/", body)), 200, "ok"))
        return;
    expect_body(context, server.received().back(), body.size(), checksum(body));
}

void small_post(Context& context) { send_body(context, "POST", "{\"a\":1}"); }
void binary_body(Context& context) { send_body(context, "PUT", pattern(70'000)); }
void large_body(Context& context) { send_body(context, "PUT", pattern(8 << 20)); }
void delete_body(Context& context) { send_body(context, "DELETE", "{\"why\":\"closed\"}"); }
void get_body(Context& context) { send_body(context, "GET", "{\"query\":1}"); }
void patch_body(Context& context) { send_body(context, "PATCH", "x"); }
void empty_body(Context& context) {
    for (const char* method : {"POST", "PUT", "PATCH"}) send_body(context, method, "");
}
void no_body(Context& context) {
    Server server(answer(reply(200, "ok")));
    for (const char* method : {"GET", "DELETE"}) {
        if (!context.expect_response(context.attempt(Context::request(server, method, "/")), 200, "ok"))
            return;
        const Received received = server.received().back();
        context.expect(received.values("transfer-encoding").empty(),
                       "Transfer-Encoding was sent without a body");
        for (const std::string& length : received.values("content-length"))
            context.expect_equal("Content-Length", length, "0");
    }
}

void source_body(Context& context) {
    Server server(answer(reply(200, "ok")));
    PatternSource source(100'000);
    if (!context.expect_response(context.attempt(source_request(server, source, 100'000)), 200, "ok")) return;
    expect_body(context, server.received().back(), 100'000, source.expected_checksum());
}
void empty_source(Context& context) {
    Server server(answer(reply(200, "ok")));
    PatternSource source(0);
    if (!context.expect_response(context.attempt(source_request(server, source, 0)), 200, "ok")) return;
    expect_body(context, server.received().back(), 0, checksum({}));
}
void second_send(Context& context) {
    Server server(answer(reply(503, "again")));
    PatternSource source(50'000);
    for (int i = 0; i < 2; ++i) {
        if (!context.expect_response(context.attempt(source_request(server, source, 50'000)), 503, "again"))
            return;
        expect_body(context, server.received().back(), 50'000, source.expected_checksum());
    }
}
void after_failure(Context& context) {
    // The first attempt reads a part of the source and loses its connection.
    Server server([](Connection& connection) {
        Received received;
        if (connection.number() == 1) {
            if (connection.read_head(received)) connection.discard(1000);
            connection.reset();
        } else if (connection.read(received)) {
            connection.write(reply(200, "ok"));
            connection.finish();
        }
    });
    PatternSource source(4 << 20);
    Attempt attempt = context.attempt(source_request(server, source, 4 << 20));
    if (!attempt.ok()) {
        context.expect_failure(attempt, {TransportStatus::connection_reset});
        attempt = context.attempt(source_request(server, source, 4 << 20));
    }
    if (!context.expect_response(attempt, 200, "ok")) return;
    expect_body(context, server.received().back(), 4 << 20, source.expected_checksum());
}
void unknown_length(Context& context) {
    Server server(answer(reply(200, "ok")));
    PatternSource source(100'000);
    const Attempt attempt = context.attempt(source_request(server, source, -1));
    if (attempt.result.status == TransportStatus::failed) {
        context.expect(server.received().empty(), "a request of unknown length was begun and given up");
        context.remark("refuses bodies of unknown length: " + attempt.result.message);
        return;
    }
    if (!context.expect_response(attempt, 200, "ok")) return;
    const Received received = server.received().back();
    context.expect(received.chunked, "a body of unknown length was not sent in chunks");
    context.expect(received.values("content-length").empty(), "Content-Length and chunks were sent together");
    context.expect(received.complete && received.body_size == 100'000 &&
                       received.body_checksum == source.expected_checksum(),
                   "the chunks do not add up to the body");
}

void expect_incomplete(Context& context, PatternSource& source, std::int64_t length) {
    Server server(answer(reply(200, "ok")));
    const Attempt attempt = context.attempt(source_request(server, source, length));
    context.expect_failure(attempt, {TransportStatus::body_failed});
    context.expect_duration(attempt, 0, 2000);
    for (const Received& received : server.received())
        context.expect(!received.complete, "the server took the part of the body for the whole");
}
void failing_source(Context& context) {
    PatternSource source(100'000);
    source.fail_at = 30'000;
    expect_incomplete(context, source, 100'000);
}
void short_source(Context& context) {
    PatternSource source(60'000);
    expect_incomplete(context, source, 100'000);
}
void stuck_source(Context& context) {
    PatternSource source(1000);
    source.can_rewind = false;
    expect_incomplete(context, source, 1000);
}
void long_source(Context& context) {
    // More than was announced: the rest must not become a part of the next request.
    Server server(answer(reply(200, "ok")));
    PatternSource source(100'000);
    const Attempt attempt = context.attempt(source_request(server, source, 40'000));
    if (attempt.ok()) {
        const Received received = server.received().back();
        context.expect(received.complete && received.body_size == 40'000,
                       "more was sent than content_length");
    } else {
        context.expect_failure(attempt, {TransportStatus::body_failed});
    }
    context.expect_response(context.attempt(Context::request(server, "GET", "/after")), 200, "ok");
}
void wrong_length(Context& context) {
    Server server(answer(reply(200, "ok")));
    HttpRequest request = Context::request(server, "POST", "/", "12345");
    for (std::int64_t length : {3, 8, -1}) {
        request.content_length = length;
        context.expect_failure(context.attempt(request), {TransportStatus::failed});
    }
    context.expect(server.received().empty(), "a body was sent whose length is not content_length");
}
void no_expect_delay(Context& context) {
    // The server never sends 100 Continue: a transport that waits for it loses a second or more.
    Server server(answer(reply(200, "ok")));
    const Attempt attempt = context.attempt(Context::request(server, "PUT", "/", pattern(3 << 20)));
    context.expect_response(attempt, 200, "ok");
    context.expect_duration(attempt, 0, 700);
}
void streaming(Context& context) {
    Server server(answer(reply(200, "ok")));
    constexpr std::uint64_t size = 64 << 20;
    PatternSource source(size);
    const std::size_t before = resident_memory();
    std::size_t most = before;
    int count = 0;
    source.on_read = [&] {
        if (++count % 64 == 0) most = std::max(most, resident_memory());
    };
    if (!context.expect_response(context.attempt(source_request(server, source, size)), 200, "ok")) return;
    expect_body(context, server.received().back(), size, source.expected_checksum());
    context.expect(most - before < 24 << 20, "the memory grew by " + std::to_string((most - before) >> 20) +
                                                 " MB during an upload of 64 MB");
}

} // namespace

Topic upload_checks() {
    return {"upload",
            {
                {"Content-Length is sent once and right", small_post},
                {"a binary body arrives byte for byte", binary_body},
                {"8 MB from memory arrive", large_body},
                {"DELETE with a body", delete_body},
                {"GET with a body", get_body},
                {"PATCH with a body", patch_body},
                {"POST, PUT and PATCH without a body say Content-Length: 0", empty_body},
                {"GET and DELETE without a body announce none", no_body},
                {"a body from a source arrives", source_body},
                {"an empty source is an empty body", empty_source},
                {"a second send rewinds the source", second_send},
                {"a send after a lost connection rewinds the source", after_failure},
                {"unknown length goes in chunks or is refused", unknown_length},
                {"a failing source is body_failed", failing_source},
                {"a source that ends early is body_failed", short_source},
                {"a source that cannot rewind is body_failed", stuck_source},
                {"a source that goes on too long stays within content_length", long_source},
                {"a content_length that is not the body's size is refused", wrong_length},
                {"3 MB do not wait for 100 Continue", no_expect_delay},
                {"64 MB are streamed in constant memory", streaming, false, 20},
            }};
}

} // namespace belfry::transport_kit
