// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

/// For operations that send something beside what their model says; their generated headers include it.
namespace belfry::inline v0::detail {

/// See `OperationExtras::encode`.
[[nodiscard]] BELFRY_INLINE bool encode_by_rules(const Operation& operation, const void* input,
                                                 const EncodeOptions& options, HttpRequest& request,
                                                 Error& error);

/// A copy of an input; see `InputRules::copy`.
template <class S> [[nodiscard]] void* copy_input(const void* input) {
    return new S(*static_cast<const S*>(input));
}
template <class S> void destroy_input(void* input) noexcept { delete static_cast<S*>(input); }

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/impl/request_rules.ipp>
#endif
