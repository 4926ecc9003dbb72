// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/configured_endpoint.hpp>
#include <belfry/call/endpoint_parameters.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/jmespath/path.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_INLINE bool find_endpoint_by_path(const Operation& operation, const void* input,
                                                     const ClientConfig& config, Endpoint& endpoint,
                                                     Error& error) {
    EndpointParameters parameters;
    std::string account;
    if (!collect_endpoint_parameters(operation, input, config, parameters, account, error)) return false;
    const PathValue root = PathValue::of(*operation.input, input);
    std::vector<std::vector<std::string_view>> lists(operation.hooks->endpoint_parameters.size());
    for (std::size_t i = 0; i < lists.size(); ++i) {
        const EndpointParameterBinding& binding = operation.hooks->endpoint_parameters[i];
        if (binding.path.empty()) continue;
        const Path path(binding.path);
        if (path.problem() != nullptr)
            return fail(error, ErrorKind::endpoint, "InvalidParameter",
                        {"the expression of the endpoint parameter ", binding.parameter,
                         " cannot be evaluated: ", path.problem()});
        PathValue value;
        // A missing value, or one of a type that its function does not take, leaves the parameter unset.
        if (!path.evaluate(root, value)) continue;
        if (!binding.list) {
            if (value.form == PathValue::Form::string)
                parameters.set_string(binding.parameter, value.text);
            else if (value.form == PathValue::Form::boolean)
                parameters.set_boolean(binding.parameter, value.boolean);
            continue;
        }
        if (value.form != PathValue::Form::list) continue;
        // Texts are borrowed from the input, so that they outlive the value.
        for (std::size_t k = 0; k < element_count(value); ++k) {
            const PathValue element = element_at(value, k);
            if (element.form == PathValue::Form::string) lists[i].push_back(element.text);
        }
        parameters.set_strings(binding.parameter, lists[i].data(), lists[i].size());
    }
    return find_configured_endpoint(operation, config, parameters, endpoint, error);
}

} // namespace belfry::inline v0::detail
