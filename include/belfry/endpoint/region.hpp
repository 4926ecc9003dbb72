// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/endpoint/program.hpp>
#include <belfry/http/url.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::inline v0 {
namespace detail {

/// The length of what precedes a word of letters, digits and underscores, a dash and a number at the end of
/// `region`; 0 when it does not end like that.
[[nodiscard]] BELFRY_COLD inline std::size_t region_prefix_size(const char* region,
                                                                std::size_t size) noexcept {
    std::size_t at = size;
    while (at != 0 && is_digit(region[at - 1])) --at;
    if (at == size || at == 0 || region[at - 1] != '-') return 0;
    const std::size_t dash = --at;
    while (at != 0 && (is_letter_or_digit(region[at - 1]) || region[at - 1] == '_')) --at;
    return at == dash ? 0 : at;
}

/// The partition of a region: the one that lists it, else the one whose pattern it fits, else the first.
[[nodiscard]] BELFRY_COLD inline const Partition*
find_partition(const Partitions& partitions, const char* region, std::size_t size) noexcept {
    const std::size_t prefix = region_prefix_size(region, size);
    const Partition* similar = nullptr;
    for (std::uint16_t i = 0; i < partitions.count; ++i) {
        const Partition* const partition = partitions.first + i;
        if (has_word(partition->regions, {region, size})) return partition;
        if (similar == nullptr && prefix != 0 && has_word(partition->region_prefixes, {region, prefix}))
            similar = partition;
    }
    return similar != nullptr ? similar : partitions.first;
}

} // namespace detail

/// Whether `region` can be part of a host name and is not a number, as botocore requires of a client's
/// region.
[[nodiscard]] BELFRY_COLD inline bool is_valid_region(std::string_view region) noexcept {
    if (!detail::is_host_label(region, false)) return false;
    for (const char c : region)
        if (!detail::is_digit(c)) return true;
    return false;
}

} // namespace belfry::inline v0
