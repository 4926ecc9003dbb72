// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/testing/detail/parameters.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/signature_check.hpp>
#include <belfry/testing/detail/signature_parts.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The content coding `aws-chunked` (Amazon S3 API Reference, "Signature calculations for the Authorization
/// header: Transferring a payload in multiple chunks", and "... with trailing headers").
namespace belfry::inline v0::testing::detail {

/// The signatures of chunks, each of which covers the one before it; the first one the request's.
class ChunkSignatures {
  public:
    /// Takes a request whose signature was found to be right. Without a key signatures have to be there, and
    /// are not compared.
    ChunkSignatures(const ReceivedRequest& request, const Credentials* key) {
        const std::string hash = header_or_empty(request.headers, "X-Amz-Content-Sha256");
        required_ = hash.starts_with("STREAMING-AWS4-");
        Parameters query;
        if (!hash.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD") || key == nullptr ||
            !read_parameters(request.query, query) || !read_signature(request, query, parts_))
            return;
        verified_ = signing_key_of(parts_, key->secret_access_key, key_);
        previous_ = parts_.signature;
    }
    [[nodiscard]] bool required() const noexcept { return required_; }
    [[nodiscard]] bool accepts_chunk(std::string_view data, std::string_view signature) {
        std::string hashes;
        append_hex(hashes, sha256({}).view());
        hashes += '\n';
        return accepts("AWS4-HMAC-SHA256-PAYLOAD", hashes, data, signature);
    }
    /// `lines` are the trailer's, each with an LF at its end.
    [[nodiscard]] bool accepts_trailer(std::string_view lines, std::string_view signature) {
        return accepts("AWS4-HMAC-SHA256-TRAILER", {}, lines, signature);
    }

  private:
    [[nodiscard]] bool accepts(std::string_view kind, std::string_view hashes, std::string_view data,
                               std::string_view signature) {
        if (!required_) return true;
        if (signature.empty()) return false;
        if (!verified_) return true;
        std::string text(kind);
        text.append("\n").append(parts_.date).append("\n").append(parts_.scope()).append("\n");
        text.append(previous_).append("\n").append(hashes);
        append_hex(text, sha256(data).view());
        previous_ = signature_of(key_, text);
        return equal_in_constant_time(previous_, signature);
    }

    SignatureParts parts_{};
    belfry::detail::SigningKey key_{};
    std::string previous_{};
    bool required_ = false;
    bool verified_ = false;
};

/// Joins the chunks of a body.
class ChunkedBody {
  public:
    ChunkedBody(const ReceivedRequest& request, const Refusals& refusals, const Credentials* key)
        : request_(request), refusals_(refusals), signatures_(request, key), rest_(request.body) {}

    /// False, with the service's answer in `error`, if chunks are malformed, or not those that were signed.
    [[nodiscard]] bool join(std::string& out, Error& error) {
        for (std::size_t number = 1;; ++number) {
            std::size_t size = 0;
            std::string_view signature;
            if (!read_head(size, signature)) return refuse_chunks(error);
            if (rest_.size() < size) return refuse_chunks(error);
            const std::string_view data = rest_.substr(0, size);
            rest_.remove_prefix(size);
            if (!signatures_.accepts_chunk(data, signature))
                return refuse(error, refusals_.wrong_signature,
                              "the signature of chunk " + std::to_string(number) +
                                  " is missing or does not match");
            if (size == 0) break;
            out.append(data);
            if (!rest_.starts_with("\r\n")) return refuse_chunks(error);
            rest_.remove_prefix(2);
        }
        std::int64_t length = 0;
        const auto announced = request_.headers.find("X-Amz-Decoded-Content-Length");
        if (announced.has_value() && (!belfry::detail::parse_integer_text(*announced, length) ||
                                      length != static_cast<std::int64_t>(out.size())))
            return refuse(error, {"IncompleteBody", 400},
                          "x-amz-decoded-content-length is not the length of the chunks");
        return read_trailer(error);
    }

  private:
    [[nodiscard]] static bool refuse_chunks(Error& error) {
        return refuse(error, {"IncompleteBody", 400}, "the chunks of the body are malformed");
    }
    /// Takes the text in front of the next line break; false if there is none.
    [[nodiscard]] bool take_line(std::string_view& line) {
        const std::size_t end = rest_.find("\r\n");
        if (end == std::string_view::npos) return false;
        line = rest_.substr(0, end);
        rest_.remove_prefix(end + 2);
        return true;
    }
    [[nodiscard]] bool read_head(std::size_t& size, std::string_view& signature) {
        std::string_view line;
        if (!take_line(line)) return false;
        std::size_t digits = 0;
        for (; digits < line.size() && belfry::detail::hex_digit_value(line[digits]) >= 0; ++digits) {
            if (digits == 2 * sizeof size - 1) return false;
            size = size * 16 + static_cast<std::size_t>(belfry::detail::hex_digit_value(line[digits]));
        }
        if (digits == 0 || (digits < line.size() && line[digits] != ';')) return false;
        constexpr std::string_view extension = ";chunk-signature=";
        if (const std::size_t at = line.find(extension); at != std::string_view::npos)
            signature = line.substr(at + extension.size());
        return true;
    }
    [[nodiscard]] bool read_trailer(Error& error) {
        const auto announced = request_.headers.find("X-Amz-Trailer");
        if (!announced.has_value()) return true;
        std::string lines;
        std::string_view signature;
        bool there = false;
        for (std::string_view line; take_line(line) && !line.empty();) {
            std::string_view value = line;
            const std::string_view name = belfry::detail::trim_blanks(belfry::detail::cut(value, ':'));
            value = belfry::detail::trim_blanks(value);
            if (belfry::detail::equals_ignoring_case(name, "x-amz-trailer-signature")) {
                signature = value;
                continue;
            }
            there = there || belfry::detail::equals_ignoring_case(name, *announced);
            lines.append(name).append(":").append(value).append("\n");
        }
        if (!there)
            return refuse(error, {"MalformedTrailerError", 400},
                          "the trailer " + std::string(*announced) + " is missing");
        return signatures_.accepts_trailer(lines, signature) ||
               refuse(error, refusals_.wrong_signature,
                      "the signature of the trailer is missing or does not match");
    }

    const ReceivedRequest& request_;
    const Refusals& refusals_;
    ChunkSignatures signatures_;
    std::string_view rest_;
};

/// Removes the content coding `aws-chunked`, also from the header, as Amazon S3 does before it stores an
/// object; false, with the answer in `error`, for chunks that the service would not accept. Other codings
/// stay: they may be a property of what is stored. `key` is the one that signed the request, or null.
[[nodiscard]] inline bool decode_body(ReceivedRequest& request, const Refusals& refusals,
                                      const Credentials* key, Error& error) {
    const auto header = request.headers.find("Content-Encoding");
    if (!header.has_value()) return true;
    bool chunked = false;
    std::string others;
    std::string_view rest = *header;
    while (!rest.empty()) {
        const std::string_view coding = belfry::detail::trim_blanks(belfry::detail::cut(rest, ','));
        if (!belfry::detail::equals_ignoring_case(coding, "aws-chunked")) {
            others.append(others.empty() ? "" : ",").append(coding);
            continue;
        }
        chunked = true;
        if (request.body.empty()) continue;
        std::string plain;
        if (!ChunkedBody(request, refusals, key).join(plain, error)) return false;
        request.body.swap(plain);
    }
    if (chunked && others.empty())
        request.headers.remove("Content-Encoding");
    else if (chunked)
        request.headers.set("Content-Encoding", others);
    return true;
}

} // namespace belfry::inline v0::testing::detail
