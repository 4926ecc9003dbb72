// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/value_fit.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

namespace detail {
/// `std::vector<bool>` packs its elements; a list member needs addressable ones.
struct Boolean {
    bool value = false;
    constexpr Boolean() noexcept = default;
    constexpr Boolean(bool b) noexcept : value(b) {}           // NOLINT
    constexpr operator bool() const noexcept { return value; } // NOLINT
};
} // namespace detail

/// A list member: a `std::vector` that also knows whether it is there at all. Services tell a list that was
/// left out from an empty one; reading code rarely needs to, so an absent list iterates as an empty one.
template <class T> class List {
  public:
    using value_type = std::conditional_t<std::is_same_v<T, bool>, detail::Boolean, T>;
    using Items = std::vector<value_type>;

    // Not defaulted: compilers would instantiate it where a structure declares such a member, when the
    // element type may still be incomplete.
    List() noexcept {}
    List(const List& other) : items_(other.items_), present_(other.present_) {}
    List(List&& other) noexcept : items_(std::move(other.items_)), present_(other.present_) {}
    List& operator=(const List& other) {
        items_ = other.items_;
        present_ = other.present_;
        return *this;
    }
    List& operator=(List&& other) noexcept {
        items_ = std::move(other.items_);
        present_ = other.present_;
        return *this;
    }
    ~List() {}
    List(std::initializer_list<value_type> items) : items_(items), present_(true) {}
    /// Strings from views. A template, so that the constructor above takes what both can.
    template <class View = std::string_view>
        requires(std::is_same_v<T, std::string>)
    List(std::initializer_list<std::type_identity_t<View>> views)
        : items_(views.begin(), views.end()), present_(true) {}
    List(Items items) noexcept : items_(std::move(items)), present_(true) {} // NOLINT
    template <class Iterator>
        requires(requires(Iterator i) {
                    *i;
                    ++i;
                } && !detail::may_not_fit<decltype(*std::declval<Iterator&>()), T>)
    List(Iterator first, Iterator last) : items_(first, last), present_(true) {}

    /// Whether the list was set or received, even if it is empty.
    [[nodiscard]] bool has_value() const noexcept { return present_ || !items_.empty(); }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
    /// Makes the list present and empty.
    List& emplace() {
        items_.clear();
        present_ = true;
        return *this;
    }
    /// Makes it empty, and absent unless it is to be `present`.
    void reset(bool present = false) noexcept {
        items_.clear();
        present_ = present;
    }
    /// The vector itself, for operations that this class does not have.
    [[nodiscard]] Items& items() noexcept {
        present_ = true;
        return items_;
    }
    [[nodiscard]] const Items& items() const noexcept { return items_; }

    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
    [[nodiscard]] value_type& operator[](std::size_t i) noexcept { return items_[i]; }
    [[nodiscard]] const value_type& operator[](std::size_t i) const noexcept { return items_[i]; }
    [[nodiscard]] value_type& front() noexcept { return items_.front(); }
    [[nodiscard]] const value_type& front() const noexcept { return items_.front(); }
    [[nodiscard]] value_type& back() noexcept { return items_.back(); }
    [[nodiscard]] const value_type& back() const noexcept { return items_.back(); }
    [[nodiscard]] value_type* data() noexcept { return items_.data(); }
    [[nodiscard]] const value_type* data() const noexcept { return items_.data(); }
    [[nodiscard]] auto begin() noexcept { return items_.begin(); }
    [[nodiscard]] auto begin() const noexcept { return items_.begin(); }
    [[nodiscard]] auto end() noexcept { return items_.end(); }
    [[nodiscard]] auto end() const noexcept { return items_.end(); }
    void reserve(std::size_t count) { items_.reserve(count); }
    void clear() noexcept { items_.clear(); }
    void push_back(value_type item) { items_.push_back(std::move(item)); }
    /// A number that may not fit: convert it first.
    template <class U>
        requires(detail::may_not_fit<U, T>)
    void push_back(U) = delete;
    template <class U>
        requires(detail::may_not_fit<U, T>)
    value_type& emplace_back(U&&) {
        BELFRY_REFUSE_NUMBER(U, T);
        return items_.emplace_back();
    }
    template <class... A> value_type& emplace_back(A&&... arguments) {
        return items_.emplace_back(std::forward<A>(arguments)...);
    }

    friend bool operator==(const List& a, const List& b) {
        return a.has_value() == b.has_value() && a.items_ == b.items_;
    }

  private:
    Items items_{};
    bool present_ = false;
};

} // namespace belfry::inline v0
