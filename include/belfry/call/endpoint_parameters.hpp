// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/endpoint/endpoint.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/member_value.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// The endpoint parameters from an operation, its input and its client.
namespace belfry::inline v0::detail {

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
    const Member* const member = find_member_value(input, object, binding.member, value);
    if (binding.in_url) {
        std::string text;
        if (member != nullptr && value != nullptr)
            static_cast<void>(append_simple_text(text, *member->type, value, TimestampFormat::date_time));
        if (const char* const problem = path_text_problem(text, false))
            return reject_input(error, input, binding.member, problem);
    }
    if (member != nullptr && value != nullptr)
        set_endpoint_parameter(parameters, binding.parameter, *member->type, value);
    return true;
}

/// Sets all parameters except those that expressions over the input give. The values refer to the input, the
/// client and `account`.
[[nodiscard]] BELFRY_COLD inline bool
collect_endpoint_parameters(const Operation& operation, const void* input, const ClientConfig& config,
                            const CredentialsHandle& credentials, EndpointParameters& parameters,
                            std::string& account, Error& error) {
    const Service& service = *operation.service;
    if (service.endpoint_account) {
        // If the provider has no credentials, or fails, signing reports it.
        if (const Credentials* const fixed = credentials.fixed())
            account = fixed->account_id;
        else if (CredentialsProvider* const provider = credentials.provider())
            if (Result<Credentials> fetched = provider->credentials())
                account = std::move(fetched->account_id);
        if (!account.empty()) parameters.set_string("AWS::Auth::AccountId", account);
        // The default of the AWS SDKs (AWS SDKs and Tools Reference Guide, "Account-based endpoints").
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
    for (const EndpointParameterBinding& binding : operation.hooks->endpoint_parameters) {
        if (!binding.member.empty()) {
            if (!set_member_parameter(parameters, binding, *operation.input, input, error)) return false;
        } else if (binding.boolean) {
            parameters.set_boolean(binding.parameter, binding.value == "true");
        } else if (binding.list) {
            parameters.set_strings(binding.parameter, binding.values.data(), binding.values.size());
        } else {
            parameters.set_string(binding.parameter, binding.value);
        }
    }
    return true;
}

} // namespace belfry::inline v0::detail
