// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/validate.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
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

/// Checks only that the input does not nest too deeply; false, with the reason in `error`, when it does.
[[nodiscard]] BELFRY_COLD inline bool check_input_depth(const Structure& input, const void* object,
                                                        Error& error) {
    std::string faults;
    Validator validator(faults);
    validator.structure(input, object);
    return !validator.found_depth() ||
           fail(error, ErrorKind::validation, "ValidationError", {input.name, ": nested too deeply"});
}

/// Why a text cannot become part of the URL's path, or null: without it, or with an empty one, the URL would
/// name another resource, and a dot segment would resolve to another one (RFC 3986 section 5.2.4). A `greedy`
/// label keeps its slashes, so that it can have several segments.
[[nodiscard]] BELFRY_COLD constexpr const char* path_text_problem(std::string_view text,
                                                                  bool greedy) noexcept {
    if (text.empty()) return "required, and must not be empty because it is part of the URL";
    for (bool last = false; !last;) {
        const std::size_t slash = greedy ? text.find('/') : std::string_view::npos;
        last = slash == std::string_view::npos;
        const std::string_view segment = text.substr(0, slash);
        if (segment == "." || segment == "..")
            return greedy ? "must not have a dot segment because it is part of the URL's path"
                          : "must not be a dot segment because it is part of the URL's path";
        if (!last) text.remove_prefix(slash + 1);
    }
    return nullptr;
}

} // namespace belfry::inline v0::detail
