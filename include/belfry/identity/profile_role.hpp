// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/identity/assume_role.hpp>
#include <belfry/identity/container.hpp>
#include <belfry/identity/environment.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/instance_metadata.hpp>
#include <belfry/identity/profile.hpp>
#include <belfry/identity/profile_sso.hpp>
#include <belfry/identity/web_identity.hpp>
#include <belfry/settings/profile_file.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/settings/values.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

/// Profiles that assume a role, and web identities.
namespace belfry::inline v0::detail {

/// The fetch for a `credential_source`; nothing for a word that is not one.
[[nodiscard]] inline Owned<CredentialsFetch> credential_source_fetch(const ProfileRequest& request,
                                                                     std::string_view word) {
    SettingsSource& variables = request.settings.source();
    if (word == "Environment") return Owned<CredentialsFetch>(new EnvironmentFetch(variables));
    if (word == "EcsContainer") return Owned<CredentialsFetch>(new ContainerFetch(variables));
    if (word != "Ec2InstanceMetadata") return {};
    Result<InstanceMetadataOptions> options = instance_metadata_options(request.settings);
    if (!options) return failed_fetch(std::move(options).error());
    return Owned<CredentialsFetch>(new InstanceMetadataFetch(*std::move(options), request.environment()));
}

[[nodiscard]] inline bool has_keys(const ProfileSection& profile) {
    return first_of(profile, {"aws_access_key_id", "aws_secret_access_key"}) != nullptr;
}

/// The fetch for the profile that `source_profile` names; nothing after an error.
[[nodiscard]] inline Owned<CredentialsFetch>
source_profile_fetch(const ProfileRequest& request, const ProfileProperty& source, Error& error) {
    const std::string place = place_of(request.profiles, source);
    const ProfileSection* const profile = request.profiles.find(SectionKind::profile, source.value);
    if (profile == nullptr) {
        static_cast<void>(fail_profile(
            place, {"source_profile: there is no profile '", source.value, "' in the shared files"}, error));
        return {};
    }
    bool was_visited = false;
    std::string cycle;
    for (const std::string& name : request.path) {
        was_visited = was_visited || name == source.value;
        if (was_visited) cycle += name + " -> ";
    }
    // A profile with keys may name itself: the keys are used to assume its role.
    const bool is_itself = source.value == request.path.back() && has_keys(*profile);
    if (was_visited && !is_itself) {
        static_cast<void>(fail_profile(place,
                                       {"source_profile: the profiles name each other: ", cycle, source.value,
                                        "; one of them needs keys"},
                                       error));
        return {};
    }
    return Owned<CredentialsFetch>(new ProfileFetch(request, source.value));
}

/// The fetch for a profile that assumes a role.
[[nodiscard]] inline Owned<CredentialsFetch> role_fetch(const ProfileRequest& request,
                                                        const ProfileProperty& role) {
    const ProfileSection& profile = *request.section;
    const std::string place = place_of(request.profiles, role);
    const ProfileProperty* const source = first_of(profile, {"source_profile"});
    const ProfileProperty* const word = first_of(profile, {"credential_source"});
    Error error;
    const auto refuse = [&](std::string_view where, std::initializer_list<std::string_view> problem) {
        static_cast<void>(fail_profile(where, problem, error));
        return failed_fetch(std::move(error));
    };
    if (source != nullptr && word != nullptr)
        return refuse(place_of(request.profiles, *word),
                      {"the profile has credential_source and source_profile; remove one of them"});
    if (source == nullptr && word == nullptr)
        return refuse(place, {"the profile has role_arn and neither source_profile nor credential_source; ",
                              "add the one whose credentials assume the role"});
    AssumeRoleOptions options;
    options.role_arn = role.value;
    options.session_name = text_of(profile, "role_session_name");
    options.external_id = text_of(profile, "external_id");
    options.mfa_serial = text_of(profile, "mfa_serial");
    options.mfa = request.options.mfa;
    if (const ProfileProperty* const duration = first_of(profile, {"duration_seconds"})) {
        const Setting setting{duration->name, duration->value, SettingOrigin::file,
                              request.profiles.path(duration->file), duration->line};
        std::int64_t seconds = 0;
        if (!read_integer(setting, 900, 43'200, seconds, error)) return failed_fetch(std::move(error));
        options.duration_seconds = static_cast<std::int32_t>(seconds);
    }
    Owned<CredentialsFetch> base = source != nullptr ? source_profile_fetch(request, *source, error)
                                                     : credential_source_fetch(request, word->value);
    if (!base && source != nullptr) return failed_fetch(std::move(error));
    if (!base)
        return refuse(place_of(request.profiles, *word),
                      {"credential_source: expected 'Environment', 'Ec2InstanceMetadata' or ",
                       "'EcsContainer', not '", word->value, "'"});
    return Owned<CredentialsFetch>(new AssumeRoleFetch(std::move(base), std::move(options), request.settings,
                                                       request.environment(), place));
}

/// The fetch for a web identity of the environment or the profile; nothing without one.
[[nodiscard]] inline Owned<CredentialsFetch> web_identity_fetch(const ProfileRequest& request) {
    std::string place;
    // Each of the three may be in either place.
    const auto find = [&](const char* variable, std::string_view property) {
        std::string value;
        if (request.uses_variables) value = variable_or_empty(request.settings.source(), variable);
        place = std::string("the environment variable ") + variable;
        if (!value.empty() || request.section == nullptr) return value;
        if (const ProfileProperty* const own = first_of(*request.section, {property})) {
            place = place_of(request.profiles, *own);
            value = own->value;
        }
        return value;
    };
    WebIdentityOptions options;
    options.role_arn = find("AWS_ROLE_ARN", "role_arn");
    options.session_name = find("AWS_ROLE_SESSION_NAME", "role_session_name");
    options.token_file = find("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    if (options.token_file.empty()) return {};
    return Owned<CredentialsFetch>(
        new WebIdentityFetch(std::move(options), request.settings, request.environment(), place));
}

/// See `role_credentials`. The order is boto3's.
[[nodiscard]] inline Owned<CredentialsFetch> fetch_role_profile(const ProfileRequest& request) {
    if (request.section != nullptr) {
        const ProfileProperty* const role = first_of(*request.section, {"role_arn"});
        const bool is_web_identity = first_of(*request.section, {"web_identity_token_file"}) != nullptr;
        // At the end of a chain, keys are meant to be used.
        const bool ends_chain = request.path.size() > 1 && has_keys(*request.section);
        if (role != nullptr && !is_web_identity && !ends_chain) return role_fetch(request, *role);
    }
    Owned<CredentialsFetch> web_identity = web_identity_fetch(request);
    return web_identity ? std::move(web_identity) : find_sso_fetch(request);
}

} // namespace belfry::inline v0::detail

namespace belfry::inline v0 {

/// For `CredentialsOptions::extension`: profiles that assume a role (`role_arn` with `source_profile`,
/// `credential_source` or `web_identity_token_file`), the web identity of the environment
/// (`AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`), and what `sso_credentials` does.
inline constexpr ProfileExtension role_credentials = &detail::fetch_role_profile;

} // namespace belfry::inline v0
