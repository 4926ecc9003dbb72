// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/util/checksum_algorithm.hpp>

#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// The exception that `Result::value` throws.
class Exception : public std::exception {
  public:
    explicit Exception(Error error) : error_(std::move(error)), text_(error_.code + ": " + error_.message) {}
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
    [[nodiscard]] const Error& error() const noexcept { return error_; }

  private:
    Error error_;
    std::string text_;
};

/// Facts about a response besides its members.
struct ResponseMetadata {
    /// The response's status code; 0 when there was no response.
    int http_status = 0;
    /// The service's id of the request; empty when it sent none.
    std::string request_id;
    /// How many times the request was sent.
    int attempts = 0;
    /// The checksum that verified the response's body; `none` if it was not verified.
    ChecksumAlgorithm verified_checksum = ChecksumAlgorithm::none;
    /// See `belfry::unreadable_members` (`belfry/unreadable_members.hpp`).
    detail::ErrorDetailPointer unreadable_members{};
};

namespace detail {
/// Makes an output as new, without the part of a broken response that was read.
template <class T> void reset_output(void* object) {
    static_cast<T*>(object)->~T();
    ::new (object) T();
}

/// The part of a `Result` that does not depend on the type of its value.
class ResultBase {
  public:
    ResultBase() = default;
    explicit ResultBase(Error error) noexcept : error_(std::move(error)) {}

    /// Why there is no value. Its kind is `ErrorKind::none` if there is one.
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

/// A value, or an `Error`. With an error, the value is a value-initialised `T`:
/// `std::optional` would take longer to compile than the rest of this class.
template <class T> class [[nodiscard]] Result : public detail::ResultBase {
  public:
    using value_type = T;

    Result(T value) : value_(std::move(value)), has_value_(true) {}          // NOLINT: a value is a success
    Result(Error error) noexcept : ResultBase(std::move(error)), value_() {} // NOLINT: an error is a failure
    /// A success whose value is to be filled in through `*result`.
    explicit Result(std::in_place_t) : value_(), has_value_(true) {}
    /// Constructs a value and calls `fill(void* value, ResultBase& result)`; an error if that returns false.
    /// Return a call of this constructor, not a variable, so that no code is made that moves a `T`.
    template <class Fill> Result(std::in_place_t, const Fill& fill) : value_() {
        has_value_ = fill(static_cast<void*>(&value_), static_cast<ResultBase&>(*this));
    }

    Result(const Result&) = default;
    Result(Result&&) = default;
    Result& operator=(const Result&) = default;
    Result& operator=(Result&&) = default;
    ~Result();

    [[nodiscard]] bool has_value() const noexcept { return has_value_; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value_; }

    /// The value; value-initialised if there is none.
    [[nodiscard]] T& operator*() & noexcept { return value_; }
    [[nodiscard]] const T& operator*() const& noexcept { return value_; }
    [[nodiscard]] T&& operator*() && noexcept { return std::move(value_); }
    [[nodiscard]] T* operator->() noexcept { return &value_; }
    [[nodiscard]] const T* operator->() const noexcept { return &value_; }

    /// The value; throws `Exception` when there is none (without exceptions, ends the program).
    [[nodiscard]] T& value() & {
        if (!has_value_) no_value();
        return value_;
    }
    [[nodiscard]] const T& value() const& {
        if (!has_value_) no_value();
        return value_;
    }
    [[nodiscard]] T&& value() && {
        if (!has_value_) no_value();
        return std::move(value_);
    }
    template <class U> [[nodiscard]] T value_or(U&& other) const& {
        return has_value_ ? value_ : static_cast<T>(std::forward<U>(other));
    }
    /// Drops the value; `error()` says why.
    void reset() noexcept { has_value_ = false; }

  private:
    T value_;
    bool has_value_ = false;
};

// Not in the class, and so not inline: a library with the code of operations has it, and no caller compiles
// it again (docs/adr/0031-compiled-by-default.md).
template <class T> Result<T>::~Result() {} // NOLINT: a defaulted one could not be instantiated elsewhere

} // namespace belfry::inline v0
