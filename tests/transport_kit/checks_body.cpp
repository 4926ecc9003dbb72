// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <algorithm>

namespace belfry::transport_kit {

namespace {

Attempt ask(Context& context, Server::Script script) {
    Server server(std::move(script));
    return context.attempt(Context::request(server, "GET", "/"));
}
std::string chunk(std::string_view bytes) {
    char size[24];
    const int count = std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return std::string(size, static_cast<std::size_t>(count)) + std::string(bytes) + "\r\n";
}
const char* const chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

void binary(Context& context) {
    const std::string bytes = pattern(200'000);
    context.expect_response(ask(context, answer(reply(200, bytes))), 200, bytes);
}
void chunked(Context& context) {
    const std::string bytes = pattern(50'000);
    std::string pieces = chunked_head;
    for (std::size_t at = 0, size = 1; at < bytes.size(); size = size * 2 + 1) {
        pieces += chunk(std::string_view(bytes).substr(at, size));
        at += size;
    }
    context.expect_response(ask(context, answer(pieces + "0\r\n\r\n")), 200, bytes);
}
void chunk_extensions(Context& context) {
    const std::string wire = std::string(chunked_head) +
                             "5;a=b;c=\"d;e\"\r\nhello\r\n0006 ; x\r\n world\r\nA\r\n0123456789\r\n"
                             "000;last\r\n\r\n";
    context.expect_response(ask(context, answer(wire)), 200, "hello world0123456789");
}
void trailers(Context& context) {
    const std::string wire =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nX-A: b\r\n\r\n" + chunk("body") +
        "0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n";
    Server server(answer(wire));
    for (int i = 0; i < 2; ++i) {
        const Attempt attempt = context.attempt(Context::request(server, "GET", "/"));
        context.expect_response(attempt, 200, "body");
        context.expect(attempt.headers.contains("x-a"), "the head's headers are missing");
    }
}
void chunked_bytewise(Context& context) {
    context.expect_response(ask(context,
                                [](Connection& connection) {
                                    const std::string wire = chunked_head + chunk("one") + chunk("and two") +
                                                             "0\r\nX-T: 1\r\n\r\n";
                                    while (connection.read() && connection.write_slowly(wire, 1, 1)) {
                                    }
                                }),
                            200, "oneand two");
}
void empty_chunked(Context& context) {
    context.expect_response(ask(context, answer(chunked_head + std::string("0\r\n\r\n"))), 200, "");
}
void until_close(Context& context) {
    for (const char* line : {"HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.1 404 No\r\n"}) {
        const std::string bytes = pattern(100'000);
        const Attempt attempt =
            ask(context, answer_and_close(line + std::string("Connection: close\r\n\r\n") + bytes));
        context.expect_response(attempt, std::string_view(line).substr(9, 3) == "404" ? 404 : 200, bytes);
    }
}
void not_decoded(Context& context) {
    // The first is gzip of "hello hello hello\n"; the second is not gzip.
    const std::string gzip("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x90\x5c"
                           "\x00\x3b\x7c\x8a\xdf\x12\x00\x00\x00",
                           29);
    for (const std::string& bytes : {gzip, std::string("not compressed")})
        for (const char* coding : {"gzip", "deflate", "br", "aws-chunked"}) {
            const Attempt attempt =
                ask(context, answer(reply(200, bytes, "Content-Encoding: " + std::string(coding) + "\r\n")));
            if (!context.expect_response(attempt, 200, bytes)) return;
            context.expect(attempt.headers.contains("content-encoding"), "Content-Encoding is missing");
        }
}
void request_accepts_gzip(Context& context) {
    const std::string bytes("\x1f\x8b\x08\x00 looks like gzip");
    Server server(answer(reply(200, bytes, "Content-Encoding: gzip\r\n")));
    HttpRequest request = Context::request(server, "GET", "/");
    request.headers.append("Accept-Encoding", "gzip");
    context.expect_response(context.attempt(request), 200, bytes);
}
void streaming(Context& context) {
    constexpr std::uint64_t size = 64 << 20;
    const std::string block = pattern(1 << 20);
    const std::size_t before = resident_memory();
    for (bool in_chunks : {false, true}) {
        Server server([&](Connection& connection) {
            if (!connection.read()) return;
            connection.write(in_chunks
                                 ? chunked_head
                                 : "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
            for (std::uint64_t sent = 0; sent < size; sent += block.size())
                if (!connection.write(in_chunks ? chunk(block) : block)) return;
            if (in_chunks) connection.write("0\r\n\r\n");
            connection.wait_for_close(2000);
        });
        std::size_t most = before;
        std::uint64_t seen = 0;
        SinkPlan plan;
        plan.on_piece = [&](std::string_view piece) {
            if ((seen += piece.size()) >= 4 << 20) {
                seen = 0;
                most = std::max(most, resident_memory());
            }
        };
        const Attempt attempt = context.attempt(Context::request(server, "GET", "/"), plan);
        if (!context.expect_response(attempt, 200)) return;
        Checksum sum;
        for (std::uint64_t sent = 0; sent < size; sent += block.size()) sum.add(block);
        context.expect(attempt.body_size == size && attempt.body_checksum == sum.value(),
                       "the body is not as it was sent");
        // Two blocks are the server's own, and the kit keeps a megabyte.
        context.expect(most - before < 24 << 20, "the memory grew by " +
                                                     std::to_string((most - before) >> 20) +
                                                     " MB during a download of 64 MB");
    }
}
void early(Context& context) {
    // A body must reach the sink as it arrives, not when it is complete.
    Server server([](Connection& connection) {
        if (!connection.read()) return;
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
        if (connection.wait(600)) connection.write("last.");
        connection.wait_for_close(500);
    });
    const auto start = std::chrono::steady_clock::now();
    long first = -1;
    SinkPlan plan;
    plan.on_piece = [&](std::string_view) {
        if (first < 0)
            first = static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                          std::chrono::steady_clock::now() - start)
                                          .count());
    };
    context.expect_response(context.attempt(Context::request(server, "GET", "/"), plan), 200, "firstlast.");
    context.expect(first >= 0 && first < 400,
                   "the first bytes reached the sink only after " + std::to_string(first) + " ms");
}

} // namespace

Topic body_checks() {
    return {"body",
            {
                {"binary bytes arrive as they are", binary},
                {"chunks of all sizes", chunked},
                {"chunk extensions and odd sizes", chunk_extensions},
                {"trailers are passed over", trailers},
                {"chunks that come byte by byte", chunked_bytewise},
                {"an empty chunked body", empty_chunked},
                {"a body that ends with the connection", until_close},
                {"compressed bodies are not decoded", not_decoded},
                {"not even if the request accepts them", request_accepts_gzip},
                {"the sink sees bytes as they come", early},
                {"64 MB are streamed in constant memory", streaming, false, 25},
            }};
}

} // namespace belfry::transport_kit
