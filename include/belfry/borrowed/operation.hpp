// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed/decode.hpp>
#include <belfry/borrowed/describe.hpp>
#include <belfry/borrowed/output.hpp>
#include <belfry/client/client.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace belfry::inline v0::borrowed {

/// An operation like `Base` of the service of `Client`, with an output whose members `T` view the response. A
/// tag derives from this.
template <class Base, class T, class Client> struct OperationOf {
    using Input = typename Base::Input;
    using Output = borrowed::Output<T>;
    using Errors = typename Base::Errors;
    using Owning = Base;
    using Shape = T;
    using Service = Client;
    static constexpr bool is_borrowed = true;
};

namespace detail {

/// The table of an operation, and the two parts of its output.
struct BorrowedOperation : Operation {
    OutputBase& (*base)(void* output) noexcept;
    void* (*members)(void* output) noexcept;
};

/// Reads the body of a response, which it takes. The JSON protocols differ in nothing else if all members of
/// an output are in the body.
[[nodiscard]] BELFRY_NOINLINE inline bool decode(const Operation& operation, HttpResponse& response,
                                                 const DecodeOptions& options, void* output, Error& error) {
    const auto& borrowed = static_cast<const BorrowedOperation&>(operation);
    if (!::belfry::detail::check_body_presence(operation, response, operation.output->count != 0, error))
        return false;
    if (::belfry::detail::is_blank(response.body)) return true;
    ::belfry::detail::Owned<Memory>& memory = borrowed.base(output).belfry_memory_;
    memory = ::belfry::detail::Owned<Memory>(new Memory());
    // Half of the text's size holds what most shapes need beside their strings.
    memory->arena.clear(response.body.size() / 2);
    const std::size_t start = response.body.size() - ::belfry::detail::json_text(response).size();
    memory->body = std::move(response.body);
    JsonOptions json;
    json.reading = options;
    // It makes members absent that own their values.
    json.reading.unreadable_members = nullptr;
    std::string fault;
    if (decode_json(memory->body, start, *operation.output, borrowed.members(output), memory->arena, json,
                    fault))
        return true;
    response.body = std::move(memory->body);
    return ::belfry::detail::reject_response(error, fault);
}

/// The table of a service whose outputs are borrowed: that of the other one with another `decode`. One for
/// each service, because clients keep endpoints by its address.
struct ServiceTable {
    Protocol protocol;
    Service service;

    explicit ServiceTable(const Service& owning) noexcept : protocol(*owning.protocol), service(owning) {
        protocol.decode = &decode;
        service.protocol = &protocol;
    }
    ServiceTable(const ServiceTable&) = delete;
    ServiceTable& operator=(const ServiceTable&) = delete;
    ~ServiceTable() = default;
};
template <class Client> [[nodiscard]] const Service& service_table(const Service& owning) {
    static const ServiceTable table(owning);
    return table.service;
}

/// The table of a borrowed operation: that of the other one with another output.
template <class O> [[nodiscard]] BorrowedOperation make_operation() {
    BorrowedOperation made{operation_of<typename O::Owning>,
                           [](void* output) noexcept -> OutputBase& {
                               return OutputAccess::base(*static_cast<typename O::Output*>(output));
                           },
                           [](void* output) noexcept -> void* {
                               return static_cast<typename O::Shape*>(
                                   static_cast<typename O::Output*>(output));
                           }};
    made.service = &service_table<typename O::Service>(*made.service);
    made.output = &structure_of<typename O::Shape>;
    return made;
}

/// Finds the table of a borrowed operation. It is made when the first call needs it, because that of the
/// other operation may be in a library.
template <class O> struct OperationFinder {
    operator const Operation&() const { // NOLINT: `operation_of` is a reference for other operations
        static const BorrowedOperation table = make_operation<O>();
        return table;
    }
};

} // namespace detail
} // namespace belfry::inline v0::borrowed

namespace belfry::inline v0 {

template <class O>
    requires(O::is_borrowed)
inline constexpr borrowed::detail::OperationFinder<O> operation_of<O>{};

} // namespace belfry::inline v0
