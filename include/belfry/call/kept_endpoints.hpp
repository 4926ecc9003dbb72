// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/resolved_endpoint.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/atomic.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0::detail {

/// The endpoints that a client's calls have found, by what the rules were asked. They are
/// never removed, so that calls may refer to them while the client lives, and threads read them without a
/// lock.
class KeptEndpoints {
  public:
    /// Endpoints that follow are not kept: a program that asks for a new one in each call, such as one that
    /// visits millions of buckets, must not fill the memory.
    static constexpr std::size_t limit = 64;
    /// The most bytes of the values of parameters under which an endpoint is kept.
    static constexpr std::size_t longest_identity = 1024;

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
    [[nodiscard]] const ResolvedEndpoint* find(const Operation& operation,
                                               std::string_view parameters) const noexcept {
        return find_from(newest_.load(), operation, parameters);
    }
    /// Takes `endpoint`, to be found by this operation and these values. Does not take it if the list is
    /// full, or if another thread has added the same endpoint.
    BELFRY_COLD void add(const Operation& operation, std::string_view parameters, OwnedEndpoint& endpoint) {
        endpoint->service = operation.service;
        endpoint->is_signed = operation.signing != RequestSigning::none;
        append_text(endpoint->parameters, parameters);
        ResolvedEndpoint* newest = newest_.load();
        do {
            if (find_from(newest, operation, parameters) != nullptr) return;
            endpoint->before = newest;
            endpoint->number = newest != nullptr ? newest->number + 1 : 1;
            if (endpoint->number > limit) return;
        } while (!newest_.replace(newest, endpoint.get()));
        static_cast<void>(endpoint.release());
    }

  private:
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE static const ResolvedEndpoint*
    find_from(const ResolvedEndpoint* kept, const Operation& operation,
              std::string_view parameters) noexcept {
        const bool is_signed = operation.signing != RequestSigning::none;
        while (kept != nullptr && (kept->service != operation.service || kept->is_signed != is_signed ||
                                   kept->parameters != parameters))
            kept = kept->before;
        return kept;
    }

    PublishedPointer<ResolvedEndpoint> newest_{};
};

} // namespace belfry::inline v0::detail
