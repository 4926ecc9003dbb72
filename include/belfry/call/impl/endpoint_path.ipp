// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/configured_endpoint.hpp>
#include <belfry/call/endpoint_parameters.hpp>
#include <belfry/jmespath/value.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_INLINE const ResolvedEndpoint*
find_endpoint_with(std::span<const EndpointExpression> expressions, const Operation& operation,
                   const void* input, const ClientCore& core, PreparedRequest& prepared, Error& error) {
    using jmespath::Value;
    EndpointParameters parameters;
    std::string account;
    if (!collect_endpoint_parameters(operation, input, core.config(), *prepared.credentials, parameters,
                                     account, error))
        return nullptr;
    const Value root = Value::of(*operation.input, input);
    std::vector<std::vector<std::string_view>> lists(expressions.size());
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        const std::string_view parameter = expressions[i].parameter;
        Value value;
        // An absent value, or one that its function does not take, leaves the parameter unset.
        if (!evaluate(expressions[i].expression, root, value)) continue;
        if (!expressions[i].list) {
            if (value.form == Value::Form::string)
                parameters.set_string(parameter, value.text);
            else if (value.form == Value::Form::boolean)
                parameters.set_boolean(parameter, value.boolean);
            continue;
        }
        if (value.form != Value::Form::list) continue;
        // The strings are borrowed from the input, so that they outlive the value.
        for (std::size_t k = 0; k < element_count(value); ++k) {
            const Value element = element_at(value, k);
            if (element.form == Value::Form::string) lists[i].push_back(element.text);
        }
        parameters.set_strings(parameter, lists[i].data(), lists[i].size());
    }
    return find_configured_endpoint(operation, core, parameters, prepared, error);
}

} // namespace belfry::inline v0::detail
