// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// One HTTP field line. The views refer to the `Headers` that it comes from, until these change; there, a NUL
/// follows the name and the value.
struct Header {
    std::string_view name;
    std::string_view value;
    friend bool operator==(const Header&, const Header&) = default;
};

/// HTTP fields in the order they are sent or came in. Names compare without regard to case (RFC 9110 section
/// 5.1) and may repeat. All are in one block of memory: docs/adr/0036-headers-in-one-block.md.
class Headers {
    /// How a field is kept: two sizes, the name, a NUL, the value and a NUL.
    struct Field;

  public:
    /// A forward iterator, whose elements are made when it is dereferenced.
    class Iterator {
      public:
        using value_type = Header;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        [[nodiscard]] BELFRY_INLINE Header operator*() const noexcept;
        BELFRY_INLINE Iterator& operator++() noexcept;
        Iterator operator++(int) noexcept {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const Iterator&, const Iterator&) = default;

      private:
        friend class Headers;
        explicit Iterator(const char* at) noexcept : at_(at) {}
        const char* at_ = nullptr;
    };

    Headers() = default;
    Headers(std::initializer_list<Header> headers) : Headers() {
        for (const Header& header : headers) append(header.name, header.value);
    }
    BELFRY_NOINLINE BELFRY_INLINE Headers(const Headers& other);
    Headers(Headers&& other) noexcept
        : text_(std::exchange(other.text_, nullptr)), size_(std::exchange(other.size_, 0)),
          room_(std::exchange(other.room_, 0)) {}
    Headers& operator=(const Headers& other) {
        Headers copy(other);
        swap(copy);
        return *this;
    }
    Headers& operator=(Headers&& other) noexcept {
        Headers taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~Headers() { delete[] text_; }

    /// Adds a field and keeps those of the same name. The arguments may be parts of fields that are there.
    BELFRY_NOINLINE BELFRY_INLINE void append(std::string_view name, std::string_view value);
    /// Adds a field whose value is these texts, one after another.
    BELFRY_NOINLINE BELFRY_INLINE void append_joined(std::string_view name,
                                                     std::initializer_list<std::string_view> texts);
    /// Replaces the first field of that name, drops its repetitions, or adds the field. The arguments may be
    /// parts of fields that are there.
    BELFRY_NOINLINE BELFRY_INLINE void set(std::string_view name, std::string_view value);
    /// Drops every field of that name, which must not be a part of a field that is there.
    BELFRY_NOINLINE BELFRY_INLINE void remove(std::string_view name) noexcept;
    /// The value of the first field of that name. The view refers to these headers, until they change; a NUL
    /// follows it.
    [[nodiscard]] BELFRY_INLINE std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] bool contains(std::string_view name) const noexcept { return locate(name) != nullptr; }

    /// Counts the fields.
    [[nodiscard]] std::size_t size() const noexcept {
        std::size_t count = 0;
        for (Iterator i = begin(); i != end(); ++i) ++count;
        return count;
    }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    void clear() noexcept { size_ = 0; }
    [[nodiscard]] Iterator begin() const noexcept { return Iterator(text_); }
    [[nodiscard]] Iterator end() const noexcept { return Iterator(text_ + size_); }
    friend BELFRY_INLINE bool operator==(const Headers& a, const Headers& b) noexcept;

    /// Replaces CR, LF and NUL in values by spaces (RFC 9110 section 5.5).
    BELFRY_COLD BELFRY_INLINE void replace_line_breaks() noexcept;

  private:
    /// Where the first field of that name begins, or null.
    [[nodiscard]] BELFRY_NOINLINE BELFRY_INLINE const char* locate(std::string_view name) const noexcept;
    void swap(Headers& other) noexcept {
        std::swap(text_, other.text_);
        std::swap(size_, other.size_);
        std::swap(room_, other.room_);
    }

    char* text_ = nullptr;
    std::size_t size_ = 0;
    std::size_t room_ = 0;
};

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/http/impl/headers.ipp>
#endif
