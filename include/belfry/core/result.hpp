// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>

#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// What `Result::value` throws for those who build with exceptions.
class Exception : public std::exception {
  public:
    explicit Exception(Error error) : error_(std::move(error)), text_(error_.code + ": " + error_.message) {}
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
    [[nodiscard]] const Error& error() const noexcept { return error_; }

  private:
    Error error_;
    std::string text_;
};

/// What is known of a response beside its members.
struct ResponseMetadata {
    /// The response's status code; 0 when there was no response.
    int http_status = 0;
    /// The service's id of the request; empty when it sent none.
    std::string request_id;
    /// How many times the request was sent.
    int attempts = 0;
};

namespace detail {
/// The part of a `Result` that does not depend on the type of its value.
class ResultBase {
  public:
    ResultBase() = default;
    explicit ResultBase(Error error) noexcept : error_(std::move(error)) {}

    /// Why there is no value; of kind `ErrorKind::none` when there is one.
    [[nodiscard]] const Error& error() const& noexcept { return error_; }
    [[nodiscard]] Error& error() & noexcept { return error_; }
    [[nodiscard]] Error&& error() && noexcept { return std::move(error_); }

    /// Status, request id and attempts, of a success and of a failure.
    [[nodiscard]] const ResponseMetadata& metadata() const noexcept { return metadata_; }
    [[nodiscard]] ResponseMetadata& metadata() noexcept { return metadata_; }

  protected:
    [[noreturn]] void no_value() const {
#if defined(__cpp_exceptions)
        throw Exception(error_);
#else
        std::abort();
#endif
    }

  private:
    Error error_{};
    ResponseMetadata metadata_{};
};
} // namespace detail

/// A value, or the `Error` that stands in its place.
template <class T> class [[nodiscard]] Result : public detail::ResultBase {
  public:
    using value_type = T;

    Result(T value) : value_(std::move(value)) {}                  // NOLINT: a value is a success
    Result(Error error) noexcept : ResultBase(std::move(error)) {} // NOLINT: an error is a failure
    /// A success whose value is to be filled in through `*result`.
    explicit Result(std::in_place_t) : value_(std::in_place) {}

    [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }
    [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }

    /// The value; undefined when there is none, like `std::optional`.
    [[nodiscard]] T& operator*() & noexcept { return *value_; }
    [[nodiscard]] const T& operator*() const& noexcept { return *value_; }
    [[nodiscard]] T&& operator*() && noexcept { return *std::move(value_); }
    [[nodiscard]] T* operator->() noexcept { return &*value_; }
    [[nodiscard]] const T* operator->() const noexcept { return &*value_; }

    /// The value; throws `Exception` when there is none (without exceptions, ends the program).
    [[nodiscard]] T& value() & {
        if (!value_) no_value();
        return *value_;
    }
    [[nodiscard]] const T& value() const& {
        if (!value_) no_value();
        return *value_;
    }
    [[nodiscard]] T&& value() && {
        if (!value_) no_value();
        return *std::move(value_);
    }
    template <class U> [[nodiscard]] T value_or(U&& other) const& {
        return value_ ? *value_ : static_cast<T>(std::forward<U>(other));
    }
    /// Drops the value; `error()` says why.
    void reset() noexcept { value_.reset(); }

  private:
    std::optional<T> value_{};
};

} // namespace belfry::inline v0
