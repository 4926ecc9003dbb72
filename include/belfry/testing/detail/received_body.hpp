// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/body_source.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/http/read_all.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/url.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// From the request that a client sends to the one that a service reads.
namespace belfry::inline v0::testing::detail {

/// Copies a request of this process; false if its body cannot be read.
[[nodiscard]] inline bool receive(const HttpRequest& request, ReceivedRequest& received) {
    const belfry::detail::Url url = belfry::detail::parse_url(request.url);
    received.method = request.method;
    received.path.assign(url.path.empty() ? std::string_view("/") : url.path);
    received.query.assign(url.query);
    received.headers = request.headers;
    // HTTP/1.1 requires it (RFC 9112 section 3.2), and presigned requests leave it to the transport.
    if (!request.headers.contains("Host")) {
        std::string host;
        belfry::detail::append_host(host, url);
        received.headers.append("Host", host);
    }
    if (request.source == nullptr) {
        received.body = request.body;
        return true;
    }
    return belfry::detail::read_all(*request.source,
                                    [&](std::string_view piece) { received.body.append(piece); });
}

/// Joins the chunks of `aws-chunked` (Amazon S3 API Reference, "Signature Calculations for the Authorization
/// Header: Transferring Payload in Multiple Chunks"); false if they are malformed. Signatures of chunks and
/// the trailer are not verified.
[[nodiscard]] inline bool join_chunks(std::string_view body, std::string& out) {
    while (true) {
        const std::size_t line_end = body.find("\r\n");
        if (line_end == std::string_view::npos) return false;
        const std::string_view head = body.substr(0, line_end);
        std::size_t size = 0;
        std::size_t digits = 0;
        for (; digits < head.size() && belfry::detail::hex_digit_value(head[digits]) >= 0; ++digits) {
            if (digits == 2 * sizeof size - 1) return false;
            size = size * 16 + static_cast<std::size_t>(belfry::detail::hex_digit_value(head[digits]));
        }
        if (digits == 0 || (digits < head.size() && head[digits] != ';')) return false;
        body.remove_prefix(line_end + 2);
        if (size == 0) return true;
        if (body.size() < size + 2 || body.substr(size, 2) != "\r\n") return false;
        out.append(body.substr(0, size));
        body.remove_prefix(size + 2);
    }
}

/// Removes the content coding `aws-chunked`; false, with the answer in `error`, for chunks that are
/// malformed. Other codings stay: they may be a property of what is stored.
[[nodiscard]] inline bool decode_body(ReceivedRequest& request, Error& error) {
    const auto header = request.headers.find("Content-Encoding");
    if (!header.has_value() || request.body.empty()) return true;
    std::string_view rest = *header;
    while (!rest.empty()) {
        const std::string_view coding = belfry::detail::trim_blanks(belfry::detail::cut(rest, ','));
        if (belfry::detail::equals_ignoring_case(coding, "aws-chunked")) {
            std::string plain;
            if (!join_chunks(request.body, plain))
                return refuse(error, {"IncompleteBody", 400}, "the chunks of the body are malformed");
            request.body.swap(plain);
        }
    }
    return true;
}

} // namespace belfry::inline v0::testing::detail
