// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <string_view>

namespace belfry::inline v0 {

/// The 32 bytes of a SHA-256 hash.
struct Sha256Digest {
    unsigned char bytes[32] = {};
    [[nodiscard]] std::string_view view() const noexcept {
        return {reinterpret_cast<const char*>(bytes), sizeof bytes};
    }
    friend bool operator==(const Sha256Digest& a, const Sha256Digest& b) noexcept {
        return a.view() == b.view();
    }
};

} // namespace belfry::inline v0
