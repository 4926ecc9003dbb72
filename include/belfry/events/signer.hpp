// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/signing.hpp>
#include <belfry/events/message.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/time.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// The value of `X-Amz-Content-Sha256` for a body that is a stream of signed events.
inline constexpr std::string_view signed_events_payload = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

/// Wraps the messages of an event stream into messages that are signed, each signature covering the one
/// before it (Amazon Transcribe Developer Guide, "Setting up a streaming request"). One for each request,
/// whose own signature begins the chain.
class EventSigner {
  public:
    EventSigner() = default;
    /// `seed` is the request's signature in hexadecimal digits. Service, region, key cache and provider of
    /// hashes are taken from `options`; the latter two must outlive the signer.
    EventSigner(std::string_view secret_access_key, const SigningOptions& options, std::string_view seed)
        : secret_(secret_access_key), service_(options.service), region_(options.region), previous_(seed),
          key_cache_(options.key_cache), crypto_(options.crypto) {}

    /// Whether there is anything to sign with.
    [[nodiscard]] explicit operator bool() const noexcept { return !previous_.empty(); }

    /// Appends the signed message that carries the message `payload`; the one that ends a stream carries
    /// nothing. False, with `fault` saying why and `out` as it was, when that cannot be done.
    [[nodiscard]] bool sign(std::string_view payload, Timestamp time, std::string& out, std::string& fault) {
        std::string date;
        if (!append_amz_date(date, time)) {
            fault = "the time is outside the years 1 to 9999";
            return false;
        }
        EventMessage message;
        message.headers.push_back(EventHeader::timestamp(":date", time));
        std::string headers;
        if (detail::append_event_header(headers, message.headers.front()) != nullptr) return false;

        SigningOptions options;
        options.service = service_;
        options.region = region_;
        options.key_cache = key_cache_;
        options.crypto = crypto_;
        const std::string_view day = std::string_view(date).substr(0, 8);
        std::string text("AWS4-HMAC-SHA256-PAYLOAD\n");
        for (const std::string_view part :
             {std::string_view(date), std::string_view("\n"), day, std::string_view("/"),
              std::string_view(region_), std::string_view("/"), std::string_view(service_),
              std::string_view("/aws4_request\n"), std::string_view(previous_), std::string_view("\n")})
            detail::append_text(text, part);
        detail::SigningKey key;
        Sha256Digest hash;
        bool done = detail::find_signing_key(options, secret_, day, key) &&
                    detail::compute_sha256(crypto_, headers, hash);
        append_hex(text, hash.view());
        detail::append_char(text, '\n');
        done = done && detail::compute_sha256(crypto_, payload, hash);
        append_hex(text, hash.view());
        if (!done || !detail::compute_hmac(crypto_, key, text, hash)) {
            fault = "the cryptographic library failed to sign an event";
            return false;
        }
        message.headers.push_back(EventHeader::blob(":chunk-signature", hash.view()));
        message.payload = payload;
        if (!encode_event_message(message, out, fault)) return false;
        previous_.clear();
        append_hex(previous_, hash.view());
        return true;
    }

  private:
    std::string secret_{};
    std::string service_{};
    std::string region_{};
    std::string previous_{};
    SigningKeyCache* key_cache_ = nullptr;
    CryptoProvider* crypto_ = nullptr;
};

} // namespace belfry::inline v0
