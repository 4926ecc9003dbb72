// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>

/// The source files that `belfry-codegen generate --compiled` writes instantiate these templates, and the
/// headers that it writes declare so. As instances of templates, tables of one service may be in several
/// libraries of a program; the linker keeps one.
namespace belfry::inline v0::detail {

template <class C>
constinit const Service CompiledService<C>::table = belfry_describe_service(static_cast<const C*>(nullptr));

template <class O>
constinit const Operation CompiledOperation<O>::table =
    belfry_describe_operation(static_cast<const O*>(nullptr));

} // namespace belfry::inline v0::detail
