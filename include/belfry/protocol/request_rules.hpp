// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

#include <span>
#include <string_view>

/// For operations whose requests differ from what their model says; their generated headers include it.
namespace belfry::inline v0 {

/// A change of an input member before it is sent.
struct InputRule {
    /// By its name in the model.
    std::string_view member;
    /// Sent where the member is absent or empty; empty for nothing.
    std::string_view fallback = {};
    /// Sends only the text after the last slash.
    bool last_segment = false;
};

/// A header that every request of an operation carries, unless the input sets it.
struct ConstantHeader {
    std::string_view name;
    std::string_view value;
};

/// Changes of an operation's request that its model does not describe.
struct RequestRules {
    std::span<const InputRule> input = {};
    /// Make and destroy the copy of the input that `input` changes; null without such rules.
    void* (*copy_input)(const void* input) = nullptr;
    void (*destroy_input)(void* input) noexcept = nullptr;
    std::span<const ConstantHeader> headers = {};
    /// Sends the query as form data, since it may be longer than a URL (Amazon CloudSearch).
    bool query_as_form = false;
};

namespace detail {

/// Applies the rules to the input, lets the protocol encode it, and applies the rules to the request.
[[nodiscard]] BELFRY_INLINE bool encode_by_rules(const RequestRules& rules, const Operation& operation,
                                                 const void* input, const EncodeOptions& options,
                                                 HttpRequest& request, Error& error);
/// The same for `OperationHooks::encode`.
template <const RequestRules& rules>
[[nodiscard]] bool encode_by_rules(const Operation& operation, const void* input,
                                   const EncodeOptions& options, HttpRequest& request, Error& error) {
    return encode_by_rules(rules, operation, input, options, request, error);
}

/// See `RequestRules::copy_input`.
template <class S> [[nodiscard]] void* copy_input(const void* input) {
    return new S(*static_cast<const S*>(input));
}
template <class S> void destroy_input(void* input) noexcept { delete static_cast<S*>(input); }

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/impl/request_rules.ipp>
#endif
