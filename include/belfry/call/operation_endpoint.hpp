// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/endpoint/resolver.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// What an operation, its input and its client tell the endpoint rules.
namespace belfry::inline v0::detail {

/// The top-level input member of that name in the model, and its value or null.
[[nodiscard]] BELFRY_COLD inline const Member* find_input_member(const Structure& input, const void* object,
                                                                 std::string_view name, const void*& value) {
    for (std::size_t i = 0; i < input.count; ++i)
        if (input.member_name(i) == name) {
            value = slot_value(*input.members[i].type, input.members[i].slot(object));
            return &input.members[i];
        }
    value = nullptr;
    return nullptr;
}

/// Finds the endpoint for parameters to which the client's region and the like are added.
[[nodiscard]] BELFRY_COLD inline bool find_configured_endpoint(const Operation& operation,
                                                               const ClientConfig& config,
                                                               EndpointParameters& parameters,
                                                               Endpoint& endpoint, Error& error) {
    return add_endpoint_config(parameters,
                               {.region = config.region,
                                .endpoint_override = config.endpoint,
                                .use_fips = config.use_fips,
                                .use_dual_stack = config.use_dual_stack},
                               error) &&
           find_endpoint(*operation.service->endpoint_rules, parameters, aws_partitions, endpoint, error);
}

/// Sets a parameter to a boolean, a string or a constant of an enumeration; nothing for other types.
BELFRY_COLD inline void set_endpoint_parameter(EndpointParameters& parameters, std::string_view name,
                                               const Type& type, const void* value) {
    if (type.kind == Kind::boolean)
        parameters.set_boolean(name, *static_cast<const bool*>(value));
    else if (type.kind == Kind::string)
        parameters.set_string(name, *static_cast<const std::string*>(value));
    else if (type.kind == Kind::enumeration)
        parameters.set_string(name, static_cast<const OpenEnumBase*>(value)->text(*type.values));
}

/// Sets a parameter to an input member's value, if it has one; false for one that the URL cannot do without.
[[nodiscard]] BELFRY_COLD inline bool set_member_parameter(EndpointParameters& parameters,
                                                           const EndpointParameterBinding& binding,
                                                           const Structure& input, const void* object,
                                                           Error& error) {
    const void* value = nullptr;
    const Member* const member = find_input_member(input, object, binding.member, value);
    if (binding.in_url) {
        std::string text;
        if (member == nullptr || value == nullptr ||
            !append_simple_text(text, *member->type, value, TimestampFormat::date_time) || text.empty())
            return reject_input(error, input, binding.member,
                                "required, and must not be empty because it is part of the URL");
        // Whoever resolves the path would take it for a step to another resource (RFC 3986 section 5.2.4).
        if (text == "." || text == "..")
            return reject_input(error, input, binding.member,
                                "must not be a dot segment because it is part of the URL's path");
    }
    if (member != nullptr && value != nullptr)
        set_endpoint_parameter(parameters, binding.parameter, *member->type, value);
    return true;
}

/// Sets everything but what `EndpointParameterBinding::path` gives. What is set is borrowed from the input,
/// the client and `account`.
[[nodiscard]] BELFRY_COLD inline bool
collect_endpoint_parameters(const Operation& operation, const void* input, const ClientConfig& config,
                            EndpointParameters& parameters, std::string& account, Error& error) {
    const Service& service = *operation.service;
    if (service.endpoint_account) {
        // Who has none to give, or fails to, will be heard of when the request is signed.
        if (const Credentials* const fixed = config.credentials.fixed())
            account = fixed->account_id;
        else if (CredentialsProvider* const provider = config.credentials.provider())
            if (Result<Credentials> fetched = provider->credentials())
                account = std::move(fetched->account_id);
        if (!account.empty()) parameters.set_string("AWS::Auth::AccountId", account);
        // What every SDK begins with (AWS SDKs and Tools Reference Guide, "Account-based endpoints").
        parameters.set_string("AWS::Auth::AccountIdEndpointMode", "preferred");
    }
    if (service.endpoint_options && config.endpoint_options.structure != nullptr) {
        const Structure& options = *config.endpoint_options.structure;
        for (std::size_t i = 0; i < options.count; ++i) {
            const Member& option = options.members[i];
            const void* const value = slot_value(*option.type, option.slot(config.endpoint_options.object));
            if (value != nullptr) set_endpoint_parameter(parameters, option.wire_name(), *option.type, value);
        }
    }
    for (std::size_t i = 0; i < operation.endpoint_parameter_count; ++i) {
        const EndpointParameterBinding& binding = operation.endpoint_parameters[i];
        if (!binding.member.empty()) {
            if (!set_member_parameter(parameters, binding, *operation.input, input, error)) return false;
        } else if (binding.path.empty()) {
            if (binding.boolean)
                parameters.set_boolean(binding.parameter, binding.value == "true");
            else if (binding.values != nullptr)
                parameters.set_strings(binding.parameter, binding.values, binding.value_count);
            else
                parameters.set_string(binding.parameter, binding.value);
        }
    }
    return true;
}

BELFRY_COLD BELFRY_INLINE bool find_operation_endpoint(const Operation& operation, const void* input,
                                                       const ClientConfig& config, Endpoint& endpoint,
                                                       Error& error) {
    EndpointParameters parameters;
    std::string account;
    return collect_endpoint_parameters(operation, input, config, parameters, account, error) &&
           find_configured_endpoint(operation, config, parameters, endpoint, error);
}

} // namespace belfry::inline v0::detail
