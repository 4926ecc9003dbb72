// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed/arena.hpp>
#include <belfry/util/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace belfry::inline v0::borrowed::detail {

/// The entries of a map, each of which begins with its key. Their size is given to each function, so that one
/// function serves all maps.
struct KeyedArray {
    static constexpr std::size_t linear_limit = 16;

    void make(bool present) noexcept {
        entries.make(present);
        order = nullptr;
    }
    [[nodiscard]] static std::string_view& key_at(void* entry) noexcept {
        return *static_cast<std::string_view*>(entry);
    }
    [[nodiscard]] void* at(std::size_t i, std::size_t stride) const noexcept {
        return static_cast<char*>(entries.first) + i * stride;
    }
    /// The number of the entry with that key; `size` if there is none.
    [[nodiscard]] BELFRY_NOINLINE std::size_t find(std::string_view key, std::size_t stride) const noexcept {
        const std::size_t size = entries.size;
        if (order == nullptr) {
            std::size_t i = 0;
            while (i != size && key_at(at(i, stride)) != key) ++i;
            return i;
        }
        const std::size_t* const found =
            std::lower_bound(order, order + size, key, [&](std::size_t i, std::string_view wanted) {
                return key_at(at(i, stride)) < wanted;
            });
        return found != order + size && key_at(at(*found, stride)) == key ? *found : size;
    }
    /// Once all entries are there: leaves one of those with the same key, in the place of the first of them
    /// and with the value of the last. Takes time in proportion to n log n, whichever keys a peer chooses.
    BELFRY_NOINLINE void finish(Arena& arena, std::size_t stride) {
        if (entries.size > linear_limit) return finish_many(arena, stride);
        for (std::size_t i = 1; i < entries.size;) {
            const std::string_view key = key_at(at(i, stride));
            std::size_t same = 0;
            while (key_at(at(same, stride)) != key) ++same;
            if (same == i) {
                ++i;
                continue;
            }
            std::memcpy(at(same, stride), at(i, stride), stride);
            remove(i, stride);
        }
    }

    // Not a base class, so that shapes with maps have a standard layout.
    Array entries{};
    /// The numbers of the entries in the order of their keys, if there are many.
    std::size_t* order = nullptr;

  private:
    void remove(std::size_t i, std::size_t stride) noexcept {
        --entries.size;
        std::memmove(at(i, stride), at(i + 1, stride), (entries.size - i) * stride);
    }
    void sort(std::size_t stride) noexcept {
        for (std::size_t i = 0; i < entries.size; ++i) order[i] = i;
        std::sort(order, order + entries.size, [&](std::size_t a, std::size_t b) {
            const int compared = key_at(at(a, stride)).compare(key_at(at(b, stride)));
            return compared != 0 ? compared < 0 : a < b;
        });
    }
    BELFRY_COLD BELFRY_NOINLINE void finish_many(Arena& arena, std::size_t stride) {
        order = static_cast<std::size_t*>(arena.allocate(entries.size * sizeof(std::size_t)));
        sort(stride);
        const std::size_t received = entries.size;
        for (std::size_t i = 0, next = 0; i < received; i = next) {
            void* const kept = at(order[i], stride);
            for (next = i + 1; next < received && key_at(at(order[next], stride)) == key_at(kept); ++next) {
            }
            if (next == i + 1) continue;
            std::memcpy(kept, at(order[next - 1], stride), stride);
            // No key of a response has a null address: it marks those that are removed.
            for (std::size_t k = i + 1; k < next; ++k) key_at(at(order[k], stride)) = std::string_view();
        }
        std::size_t left = 0;
        for (std::size_t i = 0; i < received; ++i) {
            if (key_at(at(i, stride)).data() == nullptr) continue;
            if (left != i) std::memcpy(at(left, stride), at(i, stride), stride);
            ++left;
        }
        if (left == received) return;
        entries.size = left;
        sort(stride);
    }
};

} // namespace belfry::inline v0::borrowed::detail
