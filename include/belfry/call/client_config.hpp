// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/crypto_provider.hpp>
#include <belfry/http/compressor.hpp>
#include <belfry/http/request.hpp>
#include <belfry/retry/options.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/util/atomic.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

class Environment;
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

/// The options of one call.
struct CallOptions {
    /// Replaces the client's timeouts.
    const Timeouts* timeouts = nullptr;
    /// Asked before each attempt, and by the transport while it waits.
    const CancellationToken* cancellation = nullptr;
    /// Sent as the idempotency token if the input leaves it out; empty for a random UUID.
    std::string_view idempotency_token{};
    /// Takes the body of a successful response where the output has a streaming member, which then stays
    /// empty; without, the member gets the whole body. Must outlive the call.
    ResponseBodySink* response_body = nullptr;
};

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
    RetryOptions retry{};
    /// Bytes that a response's body may have before the call gives up; 0 for no limit.
    std::size_t max_response_bytes = std::size_t{256} * 1024 * 1024;
    /// How deep a response may nest.
    std::size_t max_response_depth = 128;
    /// Adds a checksum of the body to requests; CRC32 unless the input picks another one.
    ChecksumUse request_checksums = ChecksumUse::when_supported;
    /// Asks for the checksum of a response's body and verifies it.
    ChecksumUse response_checksums = ChecksumUse::when_supported;
    /// Compresses request bodies where the operation can take that; null to send them as they are.
    GzipCompressor* compressor = nullptr;
    /// Bytes that a body has at least to be compressed; one of unknown length always is.
    std::size_t min_compression_size = 10'240;
    /// Added to the User-Agent header; for example `my-app/1.2`.
    std::string user_agent{};
    /// Computes the hashes of signatures; null for Belfry's own.
    CryptoProvider* crypto = nullptr;
    /// Clock, sleep and randomness (`belfry/environment.hpp`); null for the operating system's.
    Environment* environment = nullptr;
};

/// The region of AWS_REGION, else of AWS_DEFAULT_REGION, else empty.
[[nodiscard]] inline std::string region_from_environment() {
    for (const char* const name : {"AWS_REGION", "AWS_DEFAULT_REGION"})
        if (const char* const value = std::getenv(name); value != nullptr && *value != '\0') return value;
    return {};
}

} // namespace belfry::inline v0
