// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/jmespath/copy_value.hpp>
#include <belfry/jmespath/path.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

class PageTurner {
  public:
    PageTurner(const PaginatorRule& rule, const Operation& operation, Error& error) noexcept
        : rule_(rule), operation_(operation), error_(error) {}

    [[nodiscard]] PageStep turn(const void* output, void* input, void* blank) const {
        const PathValue root = PathValue::of(*operation_.output, output);
        PathValue value;
        if (!rule_.more_results.empty()) {
            const Path more(rule_.more_results);
            if (more.problem() != nullptr) return refuse(rule_.more_results, more.problem());
            if (!more.evaluate(root, value) || !is_true(value)) return PageStep::end;
        }
        bool any = false;
        bool repeated = true;
        for (std::size_t i = 0; i < rule_.token_count; ++i) {
            const Path path(rule_.tokens[i].output);
            if (path.problem() != nullptr) return refuse(rule_.tokens[i].output, path.problem());
            const Member* const member = find(rule_.tokens[i].input);
            if (member == nullptr) return refuse(rule_.tokens[i].input, "no member of the input");
            // An empty text, list or map, and the number 0, are no tokens.
            if (!path.evaluate(root, value) || !is_true(value) || (value.is_number() && value.integer == 0))
                value = {};
            const PathValue last = read_slot(*member->type, member->slot(input));
            if (!equal_values(last, value)) repeated = false;
            if (value.is_null()) continue;
            any = true;
            if (!write_slot(*member->type, member->slot(blank != nullptr ? blank : input), value))
                return refuse(rule_.tokens[i].output, "its value does not fit the input");
        }
        if (!any) return PageStep::end;
        if (repeated) {
            fail(error_, ErrorKind::response, "RepeatedToken",
                 {operation_.name, ": the service gave the same token twice"});
            return PageStep::fault;
        }
        if (blank != nullptr) copy_others(input, blank);
        return PageStep::again;
    }

  private:
    [[nodiscard]] const Member* find(std::string_view name) const noexcept {
        for (std::size_t i = 0; i < operation_.input->count; ++i)
            if (operation_.input->member_name(i) == name) return &operation_.input->members[i];
        return nullptr;
    }
    void copy_others(const void* input, void* blank) const {
        for (std::size_t i = 0; i < operation_.input->count; ++i) {
            const Member& member = operation_.input->members[i];
            bool token = false;
            for (std::size_t k = 0; k < rule_.token_count; ++k)
                if (rule_.tokens[k].input == operation_.input->member_name(i)) token = true;
            if (!token) copy_slot(*member.type, member.slot(blank), *member.type, member.slot(input));
        }
    }
    PageStep refuse(std::string_view what, std::string_view why) const {
        fail(error_, ErrorKind::validation, "PaginatorInvalid", {operation_.name, ": `", what, "`: ", why});
        return PageStep::fault;
    }

    const PaginatorRule& rule_;
    const Operation& operation_;
    Error& error_;
};

BELFRY_INLINE PageStep turn_page(const PaginatorRule& rule, const Operation& operation, const void* output,
                                 void* input, void* blank, Error& error) {
    return PageTurner(rule, operation, error).turn(output, input, blank);
}

} // namespace belfry::inline v0::detail
