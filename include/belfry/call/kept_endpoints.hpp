// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/resolved_endpoint.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/atomic.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0::detail {

/// The endpoints that a client's calls have found, by what the rules were asked. Nothing is ever removed, so
/// that calls may refer to them while the client lives, and threads read them without a lock.
class KeptEndpoints {
  public:
    /// Endpoints that follow are not kept: a program that asks for a new one in each call, such as one that
    /// visits millions of buckets, must not fill the memory. Threads that add at the same time may exceed it
    /// by one each.
    static constexpr std::size_t limit = 64;

    KeptEndpoints() noexcept = default;
    KeptEndpoints(const KeptEndpoints&) = delete;
    KeptEndpoints& operator=(const KeptEndpoints&) = delete;
    BELFRY_COLD ~KeptEndpoints() {
        for (ResolvedEndpoint* next = newest_.load(); next != nullptr;) {
            const OwnedEndpoint kept(next);
            next = next->before;
        }
    }

    /// The endpoint for an operation and the values of its parameters, or null.
    [[nodiscard]] BELFRY_COLD const ResolvedEndpoint* find(const Operation& operation,
                                                           std::string_view parameters) const noexcept {
        const bool is_signed = operation.signing != RequestSigning::none;
        const ResolvedEndpoint* kept = newest_.load();
        while (kept != nullptr && (kept->service != operation.service || kept->is_signed != is_signed ||
                                   kept->parameters != parameters))
            kept = kept->before;
        return kept;
    }
    /// Takes an endpoint; leaves it if there is no room.
    BELFRY_COLD void add(OwnedEndpoint& endpoint) noexcept {
        ResolvedEndpoint* newest = newest_.load();
        do {
            endpoint->before = newest;
            endpoint->number = newest != nullptr ? newest->number + 1 : 1;
            if (endpoint->number > limit) return;
        } while (!newest_.replace(newest, endpoint.get()));
        static_cast<void>(endpoint.release());
    }

  private:
    PublishedPointer<ResolvedEndpoint> newest_{};
};

} // namespace belfry::inline v0::detail
