// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/decode_options.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/value_path.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Appends what is wrong with a document, such as `expected a map, found text at byte 7`; `expected` is null
/// unless a value has another type.
BELFRY_COLD inline void append_problem(std::string& out, const char* expected, const char* problem,
                                       std::size_t offset) {
    if (expected != nullptr) {
        append_text(out, "expected ");
        append_text(out, expected);
        append_text(out, ", found ");
    }
    append_text(out, problem);
    append_text(out, " at byte ");
    append_number(out, offset);
}

/// The reason why a value could not be read, and its place, beside what the reader says.
struct DecodeFault {
    ValuePath path{};
    /// The type that was expected, if the value has another one.
    const char* expected = nullptr;
    /// The problem is in a member that the model marks as sensitive.
    bool sensitive = false;
    /// The problem is the whole document's.
    bool final = false;

    /// After `member` could not be read: the skipper that makes it absent; null if the document is wrong as a
    /// whole. `limit` says that the document exceeds a limit.
    [[nodiscard]] BELFRY_COLD MemberSkipper* skipper(const DecodeOptions& options, const Member& member,
                                                     bool limit) {
        if (member.has(MemberFlags::sensitive)) sensitive = true;
        if (options.unreadable_members == nullptr || final || limit) return nullptr;
        // Members around a required one are not lost instead of it.
        final = true;
        return member.has(MemberFlags::required) ? nullptr : options.unreadable_members;
    }
    /// Forgets the problem, because the skipper has made its member absent.
    BELFRY_COLD void reset() {
        expected = nullptr;
        sensitive = final = false;
        path.clear();
    }
    /// Replaces `out` by the place of the problem in the shape `root`, the problem, and the text there unless
    /// it is empty or a secret.
    BELFRY_COLD void report(std::string& out, std::string_view root, const char* problem, std::size_t offset,
                            std::string_view text) const {
        out.clear();
        append_text(out, root);
        append_text(out, path.text());
        append_text(out, ": ");
        append_problem(out, expected, problem, offset);
        if (text.empty() || sensitive) return;
        append_text(out, ": ");
        append_text(out, text);
    }
};

} // namespace belfry::inline v0::detail
