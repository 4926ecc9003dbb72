// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/validate.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// What is wrong with an operation's input, before anything is sent.
namespace belfry::inline v0::detail {

/// Makes `error` say what is wrong with a member of the input. Always false.
[[nodiscard]] BELFRY_COLD inline bool reject_input(Error& error, const Structure& structure,
                                                   std::string_view member, std::string_view what) {
    error.kind = ErrorKind::validation;
    error.code = "ValidationError";
    error.message.clear();
    for (const std::string_view part :
         {structure.name, std::string_view("."), member, std::string_view(": "), what})
        append_text(error.message, part);
    return false;
}

/// Checks that the input has everything that the model requires; false, with every fault in `error`, when it
/// does not.
[[nodiscard]] BELFRY_COLD BELFRY_NOINLINE inline bool check_input(const Structure& input, const void* object,
                                                                  Error& error) {
    const std::string faults = validate(input, object);
    if (faults.empty()) return true;
    error.kind = ErrorKind::validation;
    append_text(error.code, "ValidationError");
    append_text(error.message, input.name);
    append_text(error.message, ": ");
    append_text(error.message, faults);
    return false;
}

} // namespace belfry::inline v0::detail
