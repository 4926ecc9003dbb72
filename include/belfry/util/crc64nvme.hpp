// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/crc32.hpp>

#include <cstdint>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {
inline constexpr CrcTables<std::uint64_t> crc64nvme_tables{0x9a6c9329ac4bc9b5};
} // namespace detail

/// CRC-64/NVME (NVM Express NVM Command Set Specification, "64b CRC") of bytes that come in pieces. Uses
/// the processor's carry-less multiplication where it has one.
class Crc64Nvme {
  public:
    void update(std::string_view bytes) noexcept {
        state_ = detail::update_crc_fast<std::uint64_t, detail::crc64nvme_tables>(
            state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    }
    /// The checksum of all bytes added so far.
    [[nodiscard]] std::uint64_t value() const noexcept { return ~state_; }

  private:
    std::uint64_t state_ = 0xffffffffffffffff;
};

} // namespace belfry::inline v0
