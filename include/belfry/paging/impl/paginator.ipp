// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/jmespath/evaluate.hpp>
#include <belfry/jmespath/value.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

BELFRY_INLINE PageStep turn_page(const PaginatorRule& rule, const Operation& operation, const void* output,
                                 void* input, void* blank, Error& error) {
    using jmespath::Value;
    const Value root = Value::of(*operation.output, output);
    Value value;
    if (!rule.more_results.empty() && (!evaluate(rule.more_results, root, value) || !is_true(value)))
        return PageStep::end;
    bool any = false;
    bool repeated = true;
    for (const PaginatorToken& token : rule.tokens) {
        const Member& member = operation.input->members[token.input];
        // An empty text, list or map, or the number 0, means that there is no token.
        if (!evaluate(token.output, root, value) || !is_true(value) ||
            (value.form == Value::Form::integer && value.integer == 0))
            value = {};
        const void* const last = member.slot(static_cast<const void*>(input));
        if (value.is_null()) {
            repeated = repeated && slot_value(*member.type, last) == nullptr;
            continue;
        }
        any = true;
        if (!token.write(*member.type, last, member.slot(blank != nullptr ? blank : input), value))
            repeated = false;
    }
    if (!any && rule.more_results.empty()) return PageStep::end;
    if (!any) {
        fail(error, ErrorKind::response, "MissingToken",
             {operation.name, ": the response announces more pages without a token for the next one"});
        return PageStep::fault;
    }
    if (repeated && rule.ends_on_repeated_token) return PageStep::end;
    if (repeated) {
        fail(error, ErrorKind::response, "RepeatedToken",
             {operation.name, ": the service gave the same token twice"});
        return PageStep::fault;
    }
    if (blank != nullptr) rule.copy_others(rule, *operation.input, input, blank);
    return PageStep::again;
}

} // namespace belfry::inline v0::detail
