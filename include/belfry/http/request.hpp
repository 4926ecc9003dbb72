// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/body_source.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace belfry::inline v0 {

struct TimeoutChanges;

/// How long a transport may take. Zero means no limit of that kind.
struct Timeouts {
    /// Until the connection is established, including name lookup and TLS.
    Duration connect = Duration::seconds(10);
    /// Without a byte moving in either direction.
    Duration idle = Duration::seconds(60);
    /// For the whole attempt, from the call to the last byte of the response.
    Duration total{};

    /// Replaces all limits.
    operator TimeoutChanges() const noexcept; // NOLINT: where changes are wanted, limits can be passed
};

/// Changes to time limits: a limit that is left out stays as it is. Zero means no limit of that kind.
struct TimeoutChanges {
    std::optional<Duration> connect{};
    std::optional<Duration> idle{};
    std::optional<Duration> total{};
};

inline Timeouts::operator TimeoutChanges() const noexcept { return {connect, idle, total}; }

/// One signed attempt, to be sent exactly as it stands: what the signature covers must not change on the way.
struct HttpRequest {
    /// The method in capitals (RFC 9110 section 9).
    std::string method;
    /// Absolute and percent-encoded (`https://host/path?query`). Do not encode, decode or normalise it again.
    std::string url;
    /// `Host` is among them; `Content-Length` and `Transfer-Encoding` never are: see `content_length`.
    Headers headers;
    /// The body's length in bytes; -1 when it is not known and the body comes from `source`.
    std::int64_t content_length = 0;
    /// The body, unless `source` is set.
    std::string body;
    /// Where the body is read from; null when it is in `body`. Not owned.
    BodySource* source = nullptr;
    Timeouts timeouts;
};

} // namespace belfry::inline v0
