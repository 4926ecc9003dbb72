// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// Which part of a call failed.
enum class ErrorKind : std::uint8_t {
    none,
    validation,    ///< The input was rejected here; nothing was sent.
    configuration, ///< Shared files or environment variables hold a setting that is wrong.
    credentials,   ///< The provider gave no credentials.
    endpoint,      ///< The endpoint rules refused the configuration, or the service returned no endpoint.
    signing,       ///< The request could not be signed.
    transport,     ///< No complete response was received; `message` is the transport's.
    timeout,       ///< A time limit ran out: the transport's, or a waiter's deadline.
    cancelled,     ///< The caller stopped the call.
    response,      ///< The response is malformed, truncated, too deep or too large.
    service,       ///< The service answered with an error; `code` names it.
    waiter,        ///< The waiter's failure state was reached.
    memory,        ///< Memory ran out where nothing may be thrown, as in an asynchronous call.
};

/// The kind's name, in lower case.
[[nodiscard]] constexpr std::string_view to_string(ErrorKind kind) noexcept {
    switch (kind) {
    case ErrorKind::none: return "none";
    case ErrorKind::validation: return "validation";
    case ErrorKind::configuration: return "configuration";
    case ErrorKind::credentials: return "credentials";
    case ErrorKind::endpoint: return "endpoint";
    case ErrorKind::signing: return "signing";
    case ErrorKind::transport: return "transport";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::response: return "response";
    case ErrorKind::service: return "service";
    case ErrorKind::waiter: return "waiter";
    case ErrorKind::memory: return "memory";
    }
    return "unknown";
}

namespace detail {
struct ErrorFacts;

/// More about a result, which only its readers know: in an error always an `ExceptionSource`, in metadata
/// always an `UnreadableMembers`.
class ErrorDetail {
  public:
    virtual ~ErrorDetail() = default;
    [[nodiscard]] virtual ErrorDetail* clone() const = 0;
    /// The circumstances of an error (`core/error_facts.hpp`); null if they were not kept.
    [[nodiscard]] virtual const ErrorFacts* facts() const noexcept { return nullptr; }
};

class ErrorDetailPointer {
  public:
    ErrorDetailPointer() noexcept = default;
    explicit ErrorDetailPointer(ErrorDetail* owned) noexcept : pointer_(owned) {}
    ErrorDetailPointer(const ErrorDetailPointer& other)
        : pointer_(other.pointer_ != nullptr ? other.pointer_->clone() : nullptr) {}
    ErrorDetailPointer(ErrorDetailPointer&& other) noexcept
        : pointer_(std::exchange(other.pointer_, nullptr)) {}
    ErrorDetailPointer& operator=(ErrorDetailPointer other) noexcept {
        std::swap(pointer_, other.pointer_);
        return *this;
    }
    ~ErrorDetailPointer() { delete pointer_; }
    [[nodiscard]] const ErrorDetail* get() const noexcept { return pointer_; }

  private:
    ErrorDetail* pointer_ = nullptr;
};
} // namespace detail

/// The exceptions that the model lists for an operation, as `Errors` of its tag. They may be incomplete.
template <class... Exceptions> struct ErrorList {};

/// Why a call failed.
struct Error {
    ErrorKind kind = ErrorKind::none;
    /// The service's error code without namespace, such as `NotFoundException`; for other kinds a short name.
    std::string code{};
    /// A description of the error and its place, for people.
    std::string message{};
    /// The response's status code; 0 when there was no response.
    int http_status = 0;
    /// The service's id of the request, for its support; empty when it sent none.
    std::string request_id{};
    /// How many times the request was sent.
    int attempts = 0;
    /// Whether the same call may succeed later.
    bool retryable = false;
    /// Whether the service asked to slow down.
    bool throttling = false;

    /// The modelled exception `E`, if that is what the service answered and its body can be read:
    /// `if (auto e = error.as<voice::NotFoundException>()) use(e->message);`
    template <class E> [[nodiscard]] std::optional<E> as() const;

    detail::ErrorDetailPointer detail{};
};

} // namespace belfry::inline v0
