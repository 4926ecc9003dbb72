// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/signing.hpp>
#include <belfry/http/request.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/checksum.hpp>
#include <belfry/util/hex.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// The state that signs the chunks of a body, taken from the signature of its request.
struct ChunkSigning {
    detail::SigningKey key{};
    /// Such as `20130524T000000Z`.
    std::string date{};
    /// Such as `20130524/us-east-1/s3/aws4_request`.
    std::string scope{};
    /// The request's own signature, in hexadecimal digits.
    std::string seed{};
    /// Computes the hashes; null for Belfry's own. Not owned.
    CryptoProvider* crypto = nullptr;
};

/// Sends another source's bytes in the chunks of the content encoding `aws-chunked`, with their checksum in a
/// trailer behind them, so that they are read only once (Amazon S3 API Reference, "Signature calculations for
/// the Authorization header: Transferring a payload in multiple chunks with trailing headers"). Holds one
/// chunk in memory.
class AwsChunkedSource final : public BodySource {
  public:
    static constexpr std::size_t default_chunk_size = 64 * 1024;

    /// Signs every chunk and the trailer if `sign` is set; then `set_signing` must come before the first
    /// read. `length` is that of `source` in bytes, -1 when it is unknown.
    AwsChunkedSource(BodySource& source, std::int64_t length, ChecksumAlgorithm algorithm, bool sign,
                     std::size_t chunk_size = default_chunk_size)
        : AwsChunkedSource(source, length, Checksum(algorithm), sign, chunk_size) {}
    /// The same with a checksum that a hasher may compute.
    AwsChunkedSource(BodySource& source, std::int64_t length, Checksum&& checksum, bool sign,
                     std::size_t chunk_size = default_chunk_size)
        : source_(source), length_(length), chunk_size_(chunk_size),
          checksum_(static_cast<Checksum&&>(checksum)), sign_(sign) {}

    /// The name of the trailer, as `X-Amz-Trailer` announces it.
    [[nodiscard]] static std::string trailer_name(ChecksumAlgorithm algorithm) {
        std::string name = "x-amz-checksum-";
        detail::append_text(name, to_string(algorithm));
        return name;
    }
    /// The exact size in bytes of everything that `read` gives; -1 when the length is unknown.
    [[nodiscard]] std::int64_t encoded_length() const noexcept {
        if (length_ < 0) return -1;
        const std::int64_t extension = sign_ ? chunk_extension.size() + 64 : 0;
        const auto chunk = [extension](std::int64_t size) {
            std::int64_t digits = 1;
            for (std::int64_t rest = size / 16; rest > 0; rest /= 16) ++digits;
            return digits + extension + 2 + (size > 0 ? size + 2 : 0);
        };
        const auto whole = static_cast<std::int64_t>(chunk_size_);
        std::int64_t total = length_ / whole * chunk(whole) + chunk(0);
        if (length_ % whole > 0) total += chunk(length_ % whole);
        total += static_cast<std::int64_t>(std::string_view("x-amz-checksum-:\r\n").size() +
                                           to_string(checksum_.algorithm()).size() +
                                           base64_size(checksum_size(checksum_.algorithm())));
        if (sign_) total += static_cast<std::int64_t>(trailer_signature.size()) + 64 + 2;
        return total + 2;
    }
    /// Signs nothing.
    void clear_signing() noexcept { sign_ = false; }
    /// How to sign from now on; a rewind starts again with this state.
    void set_signing(ChunkSigning signing) {
        sign_ = true;
        signing_ = static_cast<ChunkSigning&&>(signing);
        previous_ = signing_.seed;
    }

    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        if (failed_) return -1;
        if (at_ == out_.size() && !ended_ && !fill_or_fail()) {
            failed_ = true;
            return -1;
        }
        const std::size_t left = out_.size() - at_;
        const std::size_t count = left < capacity ? left : capacity;
        if (count != 0) std::memcpy(buffer, out_.data() + at_, count);
        at_ += count;
        return static_cast<std::ptrdiff_t>(count);
    }
    bool rewind() noexcept override {
        if (!source_.rewind()) return false;
        checksum_.restart();
        previous_ = signing_.seed;
        out_.clear();
        at_ = 0;
        consumed_ = 0;
        ended_ = false;
        failed_ = false;
        return true;
    }

  private:
    static constexpr std::string_view chunk_extension = ";chunk-signature=";
    static constexpr std::string_view trailer_signature = "x-amz-trailer-signature:";

    [[nodiscard]] bool fill_or_fail() noexcept {
#if defined(__cpp_exceptions)
        // Without memory for a chunk the body cannot be read.
        try {
            return fill();
        } catch (...) {
            return false;
        }
#else
        return fill();
#endif
    }
    /// Puts the next chunk into `out_`; the last one has no bytes, and the trailer follows it.
    [[nodiscard]] bool fill() {
        if (sign_ && signing_.seed.empty()) return false;
        // Its size comes before its bytes, and is known after them.
        constexpr std::size_t head_size = 16 + 17 + 64 + 2;
        out_.resize(head_size + chunk_size_);
        std::size_t size = 0;
        while (size < chunk_size_ && (length_ < 0 || consumed_ < length_)) {
            std::size_t limit = chunk_size_ - size;
            if (length_ >= 0 && static_cast<std::uint64_t>(length_ - consumed_) < limit)
                limit = static_cast<std::size_t>(length_ - consumed_);
            const std::ptrdiff_t got = source_.read(out_.data() + head_size + size, limit);
            if (got < 0 || static_cast<std::size_t>(got) > limit) return false;
            if (got == 0 && length_ >= 0) return false; // it ended before its length
            if (got == 0) break;
            size += static_cast<std::size_t>(got);
            consumed_ += got;
        }
        out_.resize(head_size + size);
        const std::string_view data = std::string_view(out_).substr(head_size);
        checksum_.update(data);
        std::string head;
        append_size(head, size);
        if (sign_) {
            if (!sign_chunk(data)) return false;
            detail::append_text(head, chunk_extension);
            detail::append_text(head, previous_);
        }
        detail::append_text(head, "\r\n");
        at_ = head_size - head.size();
        head.copy(out_.data() + at_, head.size());
        if (size > 0) {
            detail::append_text(out_, "\r\n");
            return true;
        }
        ended_ = true;
        return append_trailer();
    }
    [[nodiscard]] bool append_trailer() {
        std::string trailer = trailer_name(checksum_.algorithm());
        detail::append_char(trailer, ':');
        if (!checksum_.finish(trailer)) return false;
        detail::append_text(out_, trailer);
        detail::append_text(out_, "\r\n");
        if (sign_) {
            // The signed text ends its lines with LF, the sent text with CRLF.
            detail::append_char(trailer, '\n');
            if (!sign_part("AWS4-HMAC-SHA256-TRAILER\n", {}, trailer)) return false;
            detail::append_text(out_, trailer_signature);
            detail::append_text(out_, previous_);
            detail::append_text(out_, "\r\n");
        }
        detail::append_text(out_, "\r\n");
        return true;
    }
    [[nodiscard]] bool sign_chunk(std::string_view data) {
        return sign_part("AWS4-HMAC-SHA256-PAYLOAD\n",
                         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n", data);
    }
    /// Chains a signature to the one before it.
    [[nodiscard]] bool sign_part(std::string_view kind, std::string_view empty_hash, std::string_view data) {
        std::string text(kind);
        for (const std::string_view part : {std::string_view(signing_.date), std::string_view(signing_.scope),
                                            std::string_view(previous_)}) {
            detail::append_text(text, part);
            detail::append_char(text, '\n');
        }
        detail::append_text(text, empty_hash);
        Sha256Digest hash;
        if (!detail::compute_sha256(signing_.crypto, data, hash)) return false;
        append_hex(text, hash.view());
        if (!detail::compute_hmac(signing_.crypto, signing_.key, text, hash)) return false;
        previous_.clear();
        append_hex(previous_, hash.view());
        return true;
    }
    static void append_size(std::string& out, std::size_t size) {
        char digits[16];
        std::size_t at = sizeof digits;
        do {
            digits[--at] = "0123456789abcdef"[size % 16];
            size /= 16;
        } while (size > 0);
        detail::append_text(out, {digits + at, sizeof digits - at});
    }

    BodySource& source_;
    std::int64_t length_;
    std::size_t chunk_size_;
    Checksum checksum_;
    ChunkSigning signing_{};
    std::string previous_{};
    /// The chunk, encoded from `at_` on.
    std::string out_{};
    std::size_t at_ = 0;
    std::int64_t consumed_ = 0;
    bool sign_;
    bool ended_ = false;
    bool failed_ = false;
};

} // namespace belfry::inline v0
