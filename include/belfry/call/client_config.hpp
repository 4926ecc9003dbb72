// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/crypto_provider.hpp>
#include <belfry/http/compressor.hpp>
#include <belfry/http/request.hpp>
#include <belfry/retry/options.hpp>
#include <belfry/schema/decode_options.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/util/atomic.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

class Call;
class CallListener;
class ChecksumProvider;
class Environment;
struct Error;
class Interceptor;
class ResponseBodySink;

/// An object of a generated structure. Not owned.
struct ShapeReference {
    const Structure* structure = nullptr;
    const void* object = nullptr;
};

/// Lets one thread stop the calls of another. Must outlive the calls it is given to.
class CancellationToken {
  public:
    /// Makes every call that has this token end soon with an error of kind `cancelled`.
    void cancel() noexcept { cancelled_.store(1); }
    [[nodiscard]] bool is_cancelled() const noexcept { return cancelled_.load() != 0; }

  private:
    detail::AtomicInteger cancelled_{};
};

/// The options of one call: `client.invoke(input, {.timeouts = {.idle = 15min}, .max_attempts = 1})`.
struct CallOptions {
    /// Limits of each attempt. A limit that is left out is the client's.
    TimeoutChanges timeouts{};
    /// How long the call may take with all its attempts and the waits between them; zero for the client's
    /// `ClientConfig::deadline`. It limits each attempt as `Timeouts::total` does, so the transport ends an
    /// attempt that is too slow. No attempt is made after it. It does not limit a provider of credentials:
    /// while that blocks, so does the call.
    Duration deadline{};
    /// Attempts, the first one included; 1 for no retries, 0 for those of `retry`, or else of the client. A
    /// retry runs an operation again whose response was lost or late: Lambda's `Invoke` is an example.
    int max_attempts = 0;
    /// Replaces `ClientConfig::retry` as a whole; null to keep it. To change one value, copy the client's:
    /// `auto retry = client.core().config().retry`. Read when a call begins, and not needed afterwards;
    /// paginators and waiters begin a call for each page or poll.
    const RetryOptions* retry = nullptr;
    /// Replaces `ClientConfig::region`; empty to keep it. A call with its own region or endpoint evaluates
    /// the endpoint rules each time; a client for each of them evaluates them once. Must outlive the call.
    std::string_view region{};
    /// Replaces `ClientConfig::endpoint`; empty to keep it. The client does not learn the service's time from
    /// there. Must outlive the call.
    std::string_view endpoint{};
    /// Sign with these in place of `ClientConfig::credentials`: a handle that is made of what the client
    /// takes. Null to keep the client's. Must outlive the call.
    const CredentialsHandle* credentials = nullptr;
    /// Added to the request in place of those of the same names, and signed as they are. The signature's own
    /// headers replace them. Null for none. Read when a call begins, and not needed afterwards; paginators
    /// and waiters begin a call for each page or poll.
    const Headers* headers = nullptr;
    /// Asked before each attempt, and by the transport while it waits.
    const CancellationToken* cancellation = nullptr;
    /// Sent as the idempotency token if the input leaves it out; empty for a random UUID.
    std::string_view idempotency_token{};
    /// Takes the body of a successful response where the output has a streaming member, which then stays
    /// empty; without, the member gets the whole body. Must outlive the call.
    ResponseBodySink* response_body = nullptr;
    /// Gets the headers of the last response, also of an error's; empty if there was none. Must outlive the
    /// call.
    Headers* response_headers = nullptr;
};

namespace detail {
/// The options of calls without options. One object for all, because making one takes code in each caller.
inline constexpr CallOptions default_options{};
} // namespace detail

/// When a checksum is computed or verified (AWS SDKs and Tools Reference Guide, "Data Integrity
/// Protections").
enum class ChecksumUse : std::uint8_t {
    when_supported, ///< Wherever the operation can.
    when_required,  ///< Where the operation cannot without, or the input asks for it.
};

/// A client's configuration. An aggregate; members without a default must be set.
struct ClientConfig {
    /// Such as `us-east-1`. See `region_from_environment`.
    std::string region{};
    /// `Credentials`, a callable that returns them, or a reference to a `CredentialsProvider`. Calls that are
    /// signed fail without.
    CredentialsHandle credentials{};
    /// Replaces the service's endpoint, such as `http://localhost:4566`; empty for the service's own.
    std::string endpoint{};
    /// Puts the prefix that some operations have in front of the endpoint's host name. Turn it off for an
    /// endpoint whose name is the only one that resolves.
    bool inject_host_prefix = true;
    /// Use the endpoints validated for FIPS 140.
    bool use_fips = false;
    /// Use the endpoints that also answer over IPv6.
    bool use_dual_stack = false;
    /// Further parameters of the service's endpoint rules. Clients set it to the `EndpointOptions` that
    /// they were given. A caller that uses `ClientCore` directly must keep them alive.
    ShapeReference endpoint_options{};
    Timeouts timeouts{};
    /// How long each call may take with all its attempts; zero for no limit. It does not limit a provider of
    /// credentials, which may block for longer. See `CallOptions::deadline`.
    Duration deadline{};
    RetryOptions retry{};
    /// Makes what limits the rate of the client's attempts, around `interceptor`: `adaptive_retry`
    /// (`belfry/adaptive_retry.hpp`) for the retry mode "adaptive"; null for the mode "standard", which does
    /// not limit it. The client owns the result.
    Interceptor* (*retry_mode)(const ClientConfig& config) = nullptr;
    /// Bytes that a response's body may have before the call gives up; 0 for no limit.
    std::size_t max_response_bytes = std::size_t{256} * 1024 * 1024;
    /// How deep a response may nest.
    std::size_t max_response_depth = 128;
    /// How many bytes the elements of a response may take once they are decoded; 0 for 64 MiB and 32 bytes
    /// for each byte of its body. See `DecodeOptions::max_memory`.
    std::size_t max_response_memory = 0;
    /// How text in a response is read that its format does not allow.
    InvalidText invalid_text = InvalidText::by_format;
    /// Set it to `skip_unreadable_members` (`belfry/unreadable_members.hpp`) and a member of an output that
    /// cannot be read and is not required, such as a malformed time, is absent. `unreadable_members` of the
    /// result's metadata tells which. By default it is an error that names the member.
    detail::MemberSkipper* (*unreadable_members)() = nullptr;
    /// Adds a checksum of the body to requests; CRC32 unless the input picks another one.
    ChecksumUse request_checksums = ChecksumUse::when_supported;
    /// Sends `Content-MD5` in place of these checksums, for stores that do not know them. An algorithm that
    /// the input picks is used nevertheless. A body that can be read only once is sent without, unless the
    /// operation requires one.
    bool content_md5 = false;
    /// Asks for the checksum of a response's body and verifies it.
    ChecksumUse response_checksums = ChecksumUse::when_supported;
    /// Computes the checksums that Belfry does not: SHA512 with an `OpenSslChecksums`
    /// (`belfry/openssl_checksums.hpp`), XXHASH64, XXHASH3 and XXHASH128 with a `XxhashChecksums`
    /// (`belfry/xxhash.hpp`). With null, an input that picks one of them is refused, and responses are not
    /// compared with one. Must outlive the client and its calls.
    ChecksumProvider* checksums = nullptr;
    /// Compares the messages that are sent to and received from Amazon SQS with the MD5 digests in responses.
    bool verify_message_digests = true;
    /// Whether signatures have the service's time once its responses show that the local clock is wrong.
    bool correct_clock_skew = true;
    /// Compresses request bodies where the operation can take that; null to send them as they are.
    GzipCompressor* compressor = nullptr;
    /// Sends request bodies as they are, even if there is a compressor: the setting
    /// `disable_request_compression`.
    bool disable_compression = false;
    /// Bytes that a body has at least to be compressed; one of unknown length always is.
    std::size_t min_compression_size = 10'240;
    /// Added to the User-Agent header; for example `my-app/1.2`.
    std::string user_agent{};
    /// Computes the hashes of signatures; null for Belfry's own.
    CryptoProvider* crypto = nullptr;
    /// Clock, sleep and randomness (`belfry/environment.hpp`); null for the operating system's.
    Environment* environment = nullptr;
    /// Set it to `keep_error_facts` (`belfry/explain.hpp`), and `explain` tells of an error what was tried,
    /// where, and with which credentials. Null to keep only what is in `Error`.
    void (*error_facts)(const Call& call, Error& error) = nullptr;
    /// Sees each attempt and may change its request (`belfry/interceptor.hpp`); null for none. Must outlive
    /// the client and its calls.
    Interceptor* interceptor = nullptr;
    /// An `Observer` (`belfry/observer.hpp`), which sees each call; null for none. Must outlive the client
    /// and its calls.
    CallListener* observer = nullptr;
};

namespace detail {
/// How the client reads responses.
[[nodiscard]] inline DecodeOptions decode_options(const ClientConfig& config) noexcept {
    return {.max_depth = config.max_response_depth,
            .max_memory = config.max_response_memory,
            .invalid_text = config.invalid_text};
}
} // namespace detail

/// The region of AWS_REGION, else of AWS_DEFAULT_REGION, else empty.
[[nodiscard]] inline std::string region_from_environment() {
    for (const char* const name : {"AWS_REGION", "AWS_DEFAULT_REGION"})
        if (const char* const value = std::getenv(name); value != nullptr && *value != '\0') return value;
    return {};
}

} // namespace belfry::inline v0
