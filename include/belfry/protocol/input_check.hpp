// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/validate.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// Errors of an operation's input, before anything is sent.
namespace belfry::inline v0::detail {

/// Makes `error` say what is wrong with a member of the input. Always false.
[[nodiscard]] BELFRY_COLD inline bool reject_input(Error& error, const Structure& structure,
                                                   std::string_view member, std::string_view what) {
    return fail(error, ErrorKind::validation, "ValidationError", {structure.name, ".", member, ": ", what});
}

/// Checks that the input has everything that the model requires; false, with every fault in `error`, when it
/// does not.
[[nodiscard]] BELFRY_COLD BELFRY_NOINLINE inline bool check_input(const Structure& input, const void* object,
                                                                  Error& error) {
    const std::string faults = validate(input, object);
    return faults.empty() ||
           fail(error, ErrorKind::validation, "ValidationError", {input.name, ": ", faults});
}

} // namespace belfry::inline v0::detail
