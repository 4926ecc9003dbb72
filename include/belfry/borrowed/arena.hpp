// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>

namespace belfry::inline v0::borrowed::detail {

/// Memory that is given out piece by piece and freed at once. Only for types without a destructor.
class Arena {
  public:
    Arena() noexcept = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena() { clear(); }

    /// Frees everything. The next block has at least `first_size` bytes.
    void clear(std::size_t first_size = smallest) noexcept {
        while (newest_ != nullptr) {
            Block* const before = newest_->before;
            ::operator delete(newest_);
            newest_ = before;
        }
        at_ = end_ = nullptr;
        next_size_ = first_size > smallest ? first_size : smallest;
    }

    /// Memory for `size` bytes at an address that every type of a shape can have.
    [[nodiscard]] void* allocate(std::size_t size) {
        size = (size + (alignment - 1)) & ~(alignment - 1);
        if (static_cast<std::size_t>(end_ - at_) < size) [[unlikely]]
            add_block(size);
        void* const found = at_;
        at_ += size;
        return found;
    }
    /// A copy of the text.
    [[nodiscard]] std::string_view keep(std::string_view text) {
        if (text.empty()) return "";
        char* const copy = static_cast<char*>(allocate(text.size()));
        std::memcpy(copy, text.data(), text.size());
        return {copy, text.size()};
    }

    static constexpr std::size_t alignment = alignof(std::max_align_t) < 8 ? alignof(std::max_align_t) : 8;

  private:
    static constexpr std::size_t smallest = 1024;

    struct alignas(std::max_align_t) Block {
        Block* before;
    };

    BELFRY_COLD BELFRY_NOINLINE void add_block(std::size_t size) {
        if (size < next_size_) size = next_size_;
        void* const memory = ::operator new(sizeof(Block) + size);
        newest_ = ::new (memory) Block{newest_};
        at_ = static_cast<char*>(memory) + sizeof(Block);
        end_ = at_ + size;
        next_size_ = size * 2;
    }

    Block* newest_ = nullptr;
    char* at_ = nullptr;
    char* end_ = nullptr;
    std::size_t next_size_ = smallest;
};

/// A slot, and the arena in which its value finds memory. The functions of a `Type` of this folder take its
/// address where those of other types take that of the slot, if they allocate memory.
struct Place {
    void* slot;
    Arena& arena;
};

/// The elements of a list or map. They have no destructors and can be moved byte by byte.
struct Array {
    /// Null if the container is absent.
    void* first = nullptr;
    std::size_t size = 0;
    std::size_t capacity = 0;

    void make(bool present) noexcept {
        first = present ? const_cast<std::max_align_t*>(&no_elements) : nullptr;
        size = capacity = 0;
    }
    /// Room for one more element, which takes `stride` bytes.
    [[nodiscard]] void* add(Arena& arena, std::size_t stride) {
        if (size == capacity) grow(arena, stride);
        return static_cast<char*>(first) + stride * size++;
    }

  private:
    /// Stands for the elements of an empty container, whose address must not be null.
    static constexpr std::max_align_t no_elements{};

    BELFRY_NOINLINE void grow(Arena& arena, std::size_t stride) {
        // Lists are short: small elements begin with room for four. Elements are copied when a list grows, so
        // that it grows fast at first.
        constexpr std::size_t many_bytes = 64 * 1024;
        const std::size_t more =
            capacity == 0 ? (stride <= 64 ? 4 : 1) : capacity * (capacity * stride < many_bytes ? 4 : 2);
        void* const room = arena.allocate(stride * more);
        if (size != 0) std::memcpy(room, first, stride * size);
        first = room;
        capacity = more;
    }
};

} // namespace belfry::inline v0::borrowed::detail
