// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/body_source.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// Compresses request bodies as gzip (RFC 1952) for the operations that say they can take it (Smithy
/// `requestCompression`). `belfry/interop/zlib.hpp` does it with zlib. Must be callable from several
/// threads at once if the client is.
class GzipCompressor {
  public:
    virtual ~GzipCompressor() = default;
    /// Compresses `body` into `out`, which is empty; false when the library fails.
    virtual bool compress(std::string_view body, std::string& out) noexcept = 0;
    /// A new source, owned by the caller, that gives what `source` gives, compressed, and rewinds if it does.
    /// Null when the library fails.
    virtual BodySource* compress(BodySource& source) noexcept = 0;
};

} // namespace belfry::inline v0
