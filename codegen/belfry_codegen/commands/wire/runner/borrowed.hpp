// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed.hpp>
#include <belfry/call/call.hpp>

#include "table.hpp"

#include <string_view>
#include <utility>

/// Entries for operations whose outputs are read as views of the response, and copied afterwards.
namespace belfry_wire {

template <class O>
bool read_borrowed(const belfry::ClientCore& client, belfry::HttpResponse&& response, void* output,
                   belfry::detail::ResultBase& result) {
    belfry::Call call(client, belfry::operation_of<O>, {});
    static_cast<void>(call.on_response(std::move(response)));
    typename O::Output views;
    if (!call.finish(&views, result)) return false;
    // The views must not depend on where the output stands.
    const typename O::Output moved = std::move(views);
    *static_cast<typename O::Owning::Output*>(output) = belfry::borrowed::to_owned(moved);
    return true;
}

template <class O> constexpr OperationEntry borrowed_entry(std::string_view name) noexcept {
    OperationEntry entry = operation_entry<typename O::Owning>(name, {});
    entry.read = &read_borrowed<O>;
    return entry;
}

} // namespace belfry_wire
