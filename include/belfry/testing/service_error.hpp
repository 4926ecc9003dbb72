// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/transport_error.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/exception_source.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// The errors that handlers of a fake return.
namespace belfry::inline v0::testing {
namespace detail {

/// Asked for in place of an exception, it makes a `ModelledError` give its own.
inline constexpr Structure exception_probe{
    "belfry::testing::ModelledException", nullptr, 0, false, 0, {}, nullptr, {}, nullptr};

/// Keeps a modelled exception in an error.
template <class E> class ModelledError final : public belfry::detail::ExceptionSource {
  public:
    explicit ModelledError(E exception) : exception_(std::move(exception)) {}
    [[nodiscard]] belfry::detail::ErrorDetail* clone() const override { return new ModelledError(*this); }
    bool decode(const Structure& structure, std::string_view, void* out) const override {
        if (&structure == &exception_probe) {
            *static_cast<ModelledException*>(out) = {&structure_of<E>, &exception_};
            return true;
        }
        if (&structure != &structure_of<E>) return false;
        *static_cast<E*>(out) = exception_;
        return true;
    }

  private:
    E exception_;
};

/// The exception in an error that `service_error` made; without a structure if there is none.
[[nodiscard]] inline ModelledException exception_of(const Error& error) {
    ModelledException exception;
    const auto* const source = belfry::detail::exception_source(error);
    if (error.kind != ErrorKind::service || source == nullptr ||
        !source->decode(exception_probe, error.code, &exception))
        return {};
    return exception;
}

/// The text of an exception's message; empty if it does not have one.
[[nodiscard]] inline std::string_view message_of(const Structure& shape, const void* object) noexcept {
    for (std::size_t i = 0; i < shape.count; ++i) {
        const Member& member = shape.members[i];
        if (member.type->kind != Kind::string ||
            !(member.wire_name() == "message" || member.wire_name() == "Message"))
            continue;
        const void* const text = belfry::detail::slot_value(*member.type, member.slot(object));
        if (text != nullptr) return *static_cast<const std::string*>(text);
    }
    return {};
}

} // namespace detail

/// The error of a service that the model does not list: a code, a message for people, and the response's
/// status.
[[nodiscard]] inline Error service_error(std::string_view code, std::string_view message,
                                         int http_status = 400) {
    Error error;
    error.http_status = http_status;
    belfry::detail::fail(error, ErrorKind::service, code, message);
    return error;
}

/// An exception of the model, with its members: `service_error(voice::NotFoundException{.message = "..."})`.
/// Its header has to be included. The status is the model's, or 400 if the model does not give one.
template <class E>
    requires requires { structure_of<E>.error_code; }
[[nodiscard]] Error service_error(E exception) {
    const Structure& shape = structure_of<E>;
    Error error = service_error(shape.error_code, detail::message_of(shape, &exception),
                                shape.error_status != 0 ? shape.error_status : 400);
    error.detail = belfry::detail::ErrorDetailPointer(new detail::ModelledError<E>(std::move(exception)));
    return error;
}

/// A failure of the transport: the client gets no response.
[[nodiscard]] inline Error transport_error(TransportStatus status, std::string_view message = {}) {
    Error error;
    belfry::detail::fail(error, status, message);
    return error;
}

namespace detail {

/// The status for an error that `transport_error` made; `ok` for another error.
[[nodiscard]] inline TransportStatus transport_status(const Error& error) noexcept {
    if (error.kind != ErrorKind::transport && error.kind != ErrorKind::timeout &&
        error.kind != ErrorKind::cancelled)
        return TransportStatus::ok;
    for (const TransportStatus status :
         {TransportStatus::resolve_failed, TransportStatus::connect_failed, TransportStatus::tls_failed,
          TransportStatus::timed_out, TransportStatus::connection_reset, TransportStatus::truncated,
          TransportStatus::protocol_error, TransportStatus::body_failed, TransportStatus::cancelled})
        if (error.code == belfry::detail::transport_failure(status).code) return status;
    return TransportStatus::failed;
}

} // namespace detail
} // namespace belfry::inline v0::testing
