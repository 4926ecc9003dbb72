// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/aws_chunked.hpp>
#include <belfry/body/checksum_parts.hpp>
#include <belfry/body/content_coding.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/body_sources.hpp>
#include <belfry/http/read_all.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/member_value.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/checksum.hpp>
#include <belfry/util/checksum_provider.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// The payload hash of a body with an unsigned trailer.
inline constexpr std::string_view unsigned_trailer_payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/// Whether Belfry or the provider, which may be null, computes it.
[[nodiscard]] inline bool can_compute(ChecksumAlgorithm algorithm,
                                      const ChecksumProvider* provider) noexcept {
    return !needs_provider(algorithm) || (provider != nullptr && provider->knows(algorithm));
}
/// By an algorithm that `can_compute` affirms. Not `good` if the provider's library fails.
[[nodiscard]] inline Checksum make_checksum(ChecksumAlgorithm algorithm,
                                            ChecksumProvider* provider) noexcept {
    return {algorithm, needs_provider(algorithm) ? provider->make(algorithm) : nullptr};
}
/// Fails with a checksum that is not `good`.
BELFRY_COLD inline bool fail_checksum(Error& error, ErrorKind kind, ChecksumAlgorithm algorithm) {
    std::string message = "ClientConfig::checksums failed to compute the ";
    append_text(message, to_string(algorithm));
    append_text(message, " checksum of the body");
    return fail(error, kind, "ChecksumFailed", message);
}

/// Compares the checksum in a response's headers to that of the bytes received.
class ChecksumVerifier final : public ResponseVerifier {
  public:
    explicit ChecksumVerifier(const BodyContext& context) noexcept
        : operation_(context.operation), traits_(*context.traits.checksum),
          provider_(context.config.checksums) {}

    void begin(bool success, const Headers& headers) noexcept override {
        begun_ = true;
        ChecksumAlgorithm chosen = ChecksumAlgorithm::none;
        // A response to HEAD has the header but no body.
        if (success && operation_.method != "HEAD") chosen = choose(headers);
        checksum_ = make_checksum(chosen, provider_);
    }
    void update(std::span<const std::byte> bytes) noexcept override {
        checksum_.update({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    bool check(const HttpResponse& response, ResponseMetadata& metadata, Error& error) override {
        if (!begun_) {
            begin(true, response.headers);
            checksum_.update(response.body);
        }
        begun_ = false;
        const ChecksumAlgorithm algorithm = checksum_.algorithm();
        if (algorithm == ChecksumAlgorithm::none) return true;
        const auto expected = find_checksum(response.headers, algorithm);
        std::string actual;
        if (!checksum_.finish(actual)) return fail_checksum(error, ErrorKind::response, algorithm);
        if (actual != expected) {
            std::string message = "the response's body has the ";
            append_text(message, to_string(algorithm));
            append_text(message, " checksum ");
            append_text(message, actual);
            append_text(message, ", but its header says ");
            append_text(message, expected.value_or("none"));
            return fail(error, ErrorKind::response, "ChecksumMismatch", message);
        }
        metadata.verified_checksum = algorithm;
        return true;
    }

  private:
    /// The algorithm to verify a body with these headers; `none` if none of them can be computed.
    [[nodiscard]] ChecksumAlgorithm choose(const Headers& headers) const noexcept {
        for (const ChecksumAlgorithm algorithm : traits_.response_algorithms) {
            const auto value = find_checksum(headers, algorithm);
            // With a hyphen and a number, it is a checksum of the checksums of an object's parts.
            if (value.has_value() && value->find('-') == std::string::npos &&
                can_compute(algorithm, provider_))
                return algorithm;
        }
        return ChecksumAlgorithm::none;
    }
    /// The header that has the checksum of a body. Does not allocate.
    [[nodiscard]] static std::optional<std::string_view> find_checksum(const Headers& headers,
                                                                       ChecksumAlgorithm algorithm) noexcept {
        constexpr std::string_view prefix = "x-amz-checksum-";
        for (const Header& header : headers) {
            const std::string_view name = header.name;
            if (name.size() > prefix.size() && equals_ignoring_case(name.substr(0, prefix.size()), prefix) &&
                equals_ignoring_case(name.substr(prefix.size()), to_string(algorithm)))
                return header.value;
        }
        return std::nullopt;
    }

    const Operation& operation_;
    const ChecksumTraits& traits_;
    ChecksumProvider* provider_;
    Checksum checksum_{ChecksumAlgorithm::none};
    bool begun_ = false;
};

/// Signs the chunks of a body with the credentials of its request, or not at all if those are anonymous,
/// which is only known when the request is signed.
class SignedChunkedSource final : public BodySource, public ChunkSigner {
  public:
    SignedChunkedSource(BodySource& source, std::int64_t length, Checksum&& checksum)
        : chunks_(source, length, std::move(checksum), true), length_(length) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        return chunks_.read(buffer, capacity);
    }
    bool rewind() noexcept override { return chunks_.rewind(); }

    bool after_signing(const Credentials& credentials, PreparedRequest& prepared, Error& error) override {
        if (credentials.anonymous) {
            chunks_.clear_signing();
            prepared.request.headers.set("X-Amz-Content-Sha256", unsigned_trailer_payload);
            prepared.request.content_length = chunks_.encoded_length();
            return true;
        }
        if (length_ < 0)
            return fail(error, ErrorKind::validation, "ValidationError",
                        "the length of the body must be known, because its chunks are signed");
        const auto authorization = prepared.request.headers.find("Authorization");
        const auto date = prepared.request.headers.find("X-Amz-Date");
        const std::size_t digits = 64;
        ChunkSigning signing;
        if (!authorization.has_value() || authorization->size() < digits || !date.has_value() ||
            !find_signing_key(prepared.signing, credentials.secret_access_key,
                              std::string_view(*date).substr(0, 8), signing.key))
            return fail(error, ErrorKind::signing, "HashFailed",
                        "the key that signs the body's chunks could not be derived");
        signing.seed = authorization->substr(authorization->size() - digits);
        signing.date = *date;
        signing.scope = date->substr(0, 8);
        for (const std::string_view part :
             {prepared.signing.region, prepared.signing.service, std::string_view("aws4_request")}) {
            append_char(signing.scope, '/');
            append_text(signing.scope, part);
        }
        signing.crypto = prepared.signing.crypto;
        chunks_.set_signing(std::move(signing));
        prepared.request.content_length = chunks_.encoded_length();
        return true;
    }

  private:
    AwsChunkedSource chunks_;
    std::int64_t length_;
};

/// The checksum of a request's body; its source is then at its start again.
[[nodiscard]] inline bool compute_body_checksum(const HttpRequest& request, Checksum& checksum,
                                                std::string& out, Error& error) {
    if (request.source == nullptr)
        checksum.update(request.body);
    else if (!request.source->rewind() ||
             !read_all(*request.source, [&checksum](std::string_view piece) { checksum.update(piece); }))
        return fail(error, ErrorKind::validation, "BodyFailed",
                    "the body could not be read to compute its checksum");
    else if (!request.source->rewind())
        return fail(error, ErrorKind::validation, "BodyFailed",
                    "the body could not be rewound after its checksum was computed");
    return checksum.finish(out) || fail_checksum(error, ErrorKind::validation, checksum.algorithm());
}

/// Whether the input gives a checksum itself.
[[nodiscard]] inline bool carries_checksum(const Headers& headers) noexcept {
    constexpr std::string_view prefix = "x-amz-checksum-";
    for (const Header& header : headers) {
        const std::string_view name = header.name;
        if (name.size() <= prefix.size() || !equals_ignoring_case(name.substr(0, prefix.size()), prefix))
            continue;
        const std::string_view rest = name.substr(prefix.size());
        if (!equals_ignoring_case(rest, "algorithm") && !equals_ignoring_case(rest, "mode") &&
            !equals_ignoring_case(rest, "type"))
            return true;
    }
    return false;
}

/// Puts the checksum behind the body instead of before it, so that the body is read only once.
[[nodiscard]] inline bool add_checksum_trailer(PreparedRequest& prepared, Checksum& checksum, bool sign,
                                               ChecksumParts& parts, Error& error) {
    HttpRequest& request = prepared.request;
    const ChecksumAlgorithm algorithm = checksum.algorithm();
    const std::int64_t length = request.content_length;
    if (request.source == nullptr) {
        MemorySource bytes(request.body);
        AwsChunkedSource chunks(bytes, length, std::move(checksum), false);
        std::string encoded;
        encoded.resize(static_cast<std::size_t>(chunks.encoded_length()));
        for (std::size_t at = 0; at < encoded.size();) {
            const std::ptrdiff_t got = chunks.read(encoded.data() + at, encoded.size() - at);
            if (got <= 0 && needs_provider(algorithm))
                return fail_checksum(error, ErrorKind::validation, algorithm);
            if (got <= 0)
                return fail(error, ErrorKind::validation, "BodyFailed", "the body cannot be encoded");
            at += static_cast<std::size_t>(got);
        }
        request.body = std::move(encoded);
        request.content_length = static_cast<std::int64_t>(request.body.size());
    } else if (sign) {
        auto* const chunks = new SignedChunkedSource(*request.source, length, std::move(checksum));
        parts.source = Owned<BodySource>(chunks);
        parts.signer = chunks;
        request.source = chunks;
    } else {
        auto* const chunks = new AwsChunkedSource(*request.source, length, std::move(checksum), false);
        request.content_length = chunks->encoded_length();
        parts.source = Owned<BodySource>(chunks);
        request.source = chunks;
    }
    add_content_coding(request.headers, "aws-chunked", ",");
    request.headers.set("X-Amz-Trailer", AwsChunkedSource::trailer_name(algorithm));
    if (length >= 0) {
        std::string digits;
        append_integer_text(digits, length);
        request.headers.set("X-Amz-Decoded-Content-Length", digits);
    }
    prepared.signing.payload = PayloadHash::given;
    prepared.signing.payload_hash =
        sign ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" : unsigned_trailer_payload;
    prepared.signing.content_sha256_header = true;
    // Signing would set this header; anonymous requests are not signed.
    request.headers.set("X-Amz-Content-Sha256", prepared.signing.payload_hash);
    return true;
}

/// Fails because the input picks an algorithm that the client cannot compute.
BELFRY_COLD inline bool refuse_algorithm(const BodyContext& context, ChecksumAlgorithm algorithm,
                                         std::string_view name, Error& error) {
    std::string what = "the checksum algorithm '";
    append_text(what, name);
    if (algorithm == ChecksumAlgorithm::none)
        append_text(what, "' is not implemented; ");
    else if (algorithm == ChecksumAlgorithm::sha512)
        append_text(what, "' needs a library: set ClientConfig::checksums to a belfry::OpenSslChecksums "
                          "(belfry/openssl_checksums.hpp), ");
    else
        append_text(what, "' needs a library: set ClientConfig::checksums to a belfry::XxhashChecksums "
                          "(belfry/xxhash.hpp), ");
    append_text(what, "give the checksum itself, or choose another algorithm");
    return reject_input(error, *context.operation.input, context.traits.checksum->algorithm_member, what);
}

[[nodiscard]] inline bool add_request_checksum(const BodyContext& context, const void* input,
                                               PreparedRequest& prepared, ChecksumParts& parts,
                                               Error& error) {
    const Operation& operation = context.operation;
    const ChecksumTraits& traits = *context.traits.checksum;
    HttpRequest& request = prepared.request;
    const bool streaming = operation.hooks->encode_body != nullptr;
    const bool secure = request.url.starts_with("https:");
    if (carries_checksum(request.headers)) {
        // TLS protects the body in transit, and the checksum verifies it.
        if (streaming && secure && operation.service->sign_path_verbatim)
            prepared.signing.payload = PayloadHash::unsigned_payload;
        return true;
    }
    const void* value = nullptr;
    const Member* const member = find_member_value(*operation.input, input, traits.algorithm_member, value);
    ChecksumAlgorithm algorithm = ChecksumAlgorithm::crc32;
    // S3 Express does not know Content-MD5 (Amazon S3 User Guide, "Directory buckets").
    const bool use_md5 = context.config.content_md5 && !prepared.signing.service.starts_with("s3express");
    if (member == nullptr || (value == nullptr && use_md5)) {
        if (!traits.required &&
            (member == nullptr || context.config.request_checksums == ChecksumUse::when_required ||
             (request.source != nullptr && !request.source->rewind())))
            return true;
        if (!request.headers.contains("Content-MD5")) {
            std::string md5;
            Checksum checksum(ChecksumAlgorithm::md5);
            if (!compute_body_checksum(request, checksum, md5, error)) return false;
            request.headers.set("Content-MD5", md5);
        }
        if (streaming && secure && operation.service->sign_path_verbatim)
            prepared.signing.payload = PayloadHash::unsigned_payload;
        return true;
    }
    if (value != nullptr) {
        std::string name;
        if (!append_simple_text(name, *member->type, value, TimestampFormat::date_time)) name.clear();
        algorithm = find_checksum_algorithm(name);
        if (algorithm == ChecksumAlgorithm::none || !can_compute(algorithm, context.config.checksums))
            return refuse_algorithm(context, algorithm, name, error);
    } else if (!traits.required && context.config.request_checksums == ChecksumUse::when_required) {
        return true;
    } else if (member->location == Location::header) {
        request.headers.set(member->wire_name(), "CRC32");
    }
    Checksum checksum = make_checksum(algorithm, context.config.checksums);
    if (!checksum.good()) return fail_checksum(error, ErrorKind::validation, algorithm);
    if (streaming && (secure || (request.source != nullptr && operation.service->sign_path_verbatim)))
        return add_checksum_trailer(prepared, checksum, !secure && operation.signing != RequestSigning::none,
                                    parts, error);
    std::string checksum_text;
    if (!compute_body_checksum(request, checksum, checksum_text, error)) return false;
    request.headers.set(AwsChunkedSource::trailer_name(algorithm), checksum_text);
    return true;
}

BELFRY_INLINE bool add_checksums(const BodyContext& context, const void* input, PreparedRequest& prepared,
                                 ChecksumParts& parts, Error& error) {
    const Operation& operation = context.operation;
    const ChecksumTraits& traits = *context.traits.checksum;
    if ((traits.required || !traits.algorithm_member.empty()) &&
        !add_request_checksum(context, input, prepared, parts, error))
        return false;
    if (traits.mode_member.empty()) return true;
    const void* value = nullptr;
    const Member* const member = find_member_value(*operation.input, input, traits.mode_member, value);
    if (member == nullptr) return true;
    if (value == nullptr) {
        if (context.config.response_checksums == ChecksumUse::when_required) return true;
        if (member->location == Location::header)
            prepared.request.headers.set(member->wire_name(), "ENABLED");
    }
    // The checksum that comes with a range is that of the whole object. A part (`partNumber`) has its own.
    if (prepared.request.headers.contains("Range")) return true;
    parts.verifier = Owned<ResponseVerifier>(new ChecksumVerifier(context));
    return true;
}

} // namespace belfry::inline v0::detail
