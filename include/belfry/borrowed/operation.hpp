// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed/decode.hpp>
#include <belfry/borrowed/describe.hpp>
#include <belfry/borrowed/output.hpp>
#include <belfry/client/client.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0::borrowed {

/// An operation like `Base`, with an output whose members `T` view the response. A tag derives from this.
template <class Base, class T> struct OperationOf {
    using Input = typename Base::Input;
    using Output = borrowed::Output<T>;
    using Errors = typename Base::Errors;
    using Owning = Base;
    using Shape = T;
    static constexpr bool is_borrowed = true;
};

namespace detail {

/// Reads the body of a response, which it takes, into an output. The JSON protocols differ in nothing else if
/// all members are in the body.
[[nodiscard]] BELFRY_NOINLINE inline bool decode_output(const Operation& operation, HttpResponse& response,
                                                        const DecodeOptions& options, OutputBase& output,
                                                        void* members, Error& error) {
    if (!::belfry::detail::check_body_presence(operation, response, operation.output->count != 0, error))
        return false;
    if (::belfry::detail::is_blank(response.body)) return true;
    Memory& memory = *(output.belfry_memory_ = ::belfry::detail::Owned<Memory>(new Memory()));
    // Half of the text's size holds what most shapes need beside their strings.
    memory.arena.clear(response.body.size() / 2);
    const std::string_view text = ::belfry::detail::json_text(response);
    const std::size_t mark = response.body.size() - text.size();
    memory.body = std::move(response.body);
    JsonOptions json;
    json.reading = options;
    // It makes members absent that own their values.
    json.reading.unreadable_members = nullptr;
    std::string fault;
    if (decode_json(memory.body, mark, *operation.output, members, memory.arena, json, fault)) return true;
    response.body = std::move(memory.body);
    return ::belfry::detail::reject_response(error, fault);
}

/// The table of a borrowed operation: that of the other one with another output.
template <class O> struct OperationTable {
    Protocol protocol = *operation_of<typename O::Owning>.service->protocol;
    Service service = *operation_of<typename O::Owning>.service;
    Operation operation = operation_of<typename O::Owning>;

    OperationTable() noexcept {
        protocol.decode = &decode;
        service.protocol = &protocol;
        operation.service = &service;
        operation.output = &structure_of<typename O::Shape>;
    }
    OperationTable(const OperationTable&) = delete;
    OperationTable& operator=(const OperationTable&) = delete;
    ~OperationTable() = default;

    static bool decode(const Operation& operation, HttpResponse& response, const DecodeOptions& options,
                       void* object, Error& error) {
        auto& output = *static_cast<typename O::Output*>(object);
        return decode_output(operation, response, options, OutputAccess::base(output),
                             static_cast<typename O::Shape*>(&output), error);
    }
};

/// Finds the table of a borrowed operation. It is made when the first call needs it, because that of the
/// other operation may be in a library.
template <class O> struct OperationFinder {
    operator const Operation&() const { // NOLINT: `operation_of` is a reference for other operations
        static const OperationTable<O> table;
        return table.operation;
    }
};

} // namespace detail
} // namespace belfry::inline v0::borrowed

namespace belfry::inline v0 {

template <class O>
    requires(O::is_borrowed)
inline constexpr borrowed::detail::OperationFinder<O> operation_of<O>{};

} // namespace belfry::inline v0
