// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/profile.hpp>
#include <belfry/identity/secret_file.hpp>
#include <belfry/identity/sso_source.hpp>
#include <belfry/identity/sso_token.hpp>
#include <belfry/settings/profile_file.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

/// Profiles that sign in by SSO.
namespace belfry::inline v0::detail {

/// Says that a profile is wrong. Always false.
[[nodiscard]] inline bool fail_profile(std::string_view place,
                                       std::initializer_list<std::string_view> problem, Error& error) {
    std::string text;
    for (const std::string_view part : problem) append_text(text, part);
    return fail(error, ErrorKind::configuration, "InvalidProfile", {place, ": ", text});
}
[[nodiscard]] inline Owned<CredentialsFetch> failed_fetch(Error error) {
    return Owned<CredentialsFetch>(new FailedFetch(std::move(error)));
}

/// Takes one property of the sign-in: of the session, else of the profile; false if both differ.
[[nodiscard]] inline bool take_sso_property(const Profiles& profiles, const ProfileSection& profile,
                                            const ProfileSection* session, std::string_view name,
                                            std::string& value, Error& error) {
    const ProfileProperty* const own = first_of(profile, {name});
    const ProfileProperty* const shared = session != nullptr ? first_of(*session, {name}) : nullptr;
    if (own != nullptr && shared != nullptr && own->value != shared->value)
        return fail_profile(place_of(profiles, *own),
                            {name, " is '", own->value, "' here and '", shared->value, "' at ",
                             place_of(profiles, *shared), "; remove one of them"},
                            error);
    if (own != nullptr || shared != nullptr) value = (shared != nullptr ? shared : own)->value;
    return true;
}

/// Fills in a profile's sign-in, with the role if `with_role`; false if its session does not exist, differs
/// from the profile, or does not have what is needed.
[[nodiscard]] inline bool read_sso_profile(const Profiles& profiles, const ProfileSection& profile,
                                           bool with_role, SsoOptions& options, Error& error) {
    options.profile = profile.name;
    const ProfileProperty* const named = first_of(profile, {"sso_session"});
    const ProfileSection* session = nullptr;
    if (named != nullptr) {
        options.session = named->value;
        session = profiles.find(SectionKind::sso_session, named->value);
        if (session == nullptr)
            return fail_profile(place_of(profiles, *named),
                                {"there is no section [sso-session ", named->value, "] in the config file"},
                                error);
    }
    std::string missing;
    for (const auto& [name, value] :
         {std::pair<std::string_view, std::string*>{"sso_start_url", &options.start_url},
          std::pair<std::string_view, std::string*>{"sso_region", &options.region},
          std::pair<std::string_view, std::string*>{"sso_account_id", &options.account_id},
          std::pair<std::string_view, std::string*>{"sso_role_name", &options.role_name}}) {
        const bool is_of_role = name == "sso_account_id" || name == "sso_role_name";
        if (is_of_role && !with_role) continue;
        if (!take_sso_property(profiles, profile, session, name, *value, error)) return false;
        if (!value->empty()) continue;
        if (!missing.empty()) append_text(missing, " and ");
        append_text(missing, name);
    }
    if (missing.empty()) return true;
    const ProfileProperty* const any =
        first_of(profile, {"sso_session", "sso_start_url", "sso_account_id", "sso_role_name", "sso_region"});
    return fail_profile(any != nullptr ? place_of(profiles, *any) : std::string(),
                        {"the profile '", profile.name, "' signs in by SSO and does not have ", missing},
                        error);
}

/// The fetch for a profile that gets its credentials by SSO; nothing for others.
[[nodiscard]] inline Owned<CredentialsFetch> find_sso_fetch(const ProfileRequest& request) {
    // The AWS CLI and boto3 go by these: a profile with a session alone has a bearer token.
    if (request.section == nullptr ||
        first_of(*request.section, {"sso_account_id", "sso_role_name"}) == nullptr)
        return {};
    SsoOptions options;
    Error error;
    if (!read_sso_profile(request.profiles, *request.section, true, options, error))
        return failed_fetch(std::move(error));
    return Owned<CredentialsFetch>(new SsoCredentialsFetch(std::move(options), request.settings,
                                                           request.environment(),
                                                           writer_or_system(request.options.writer)));
}

/// See `sso_credentials`.
[[nodiscard]] inline Owned<CredentialsFetch> fetch_sso_profile(const ProfileRequest& request) {
    if (request.uses_variables &&
        !variable_or_empty(request.settings.source(), "AWS_WEB_IDENTITY_TOKEN_FILE").empty())
        return failed_fetch(unsupported_profile("the environment variable AWS_WEB_IDENTITY_TOKEN_FILE",
                                                "a web identity", "role_credentials"));
    if (request.section != nullptr)
        if (const ProfileProperty* const role =
                first_of(*request.section, {"role_arn", "web_identity_token_file"}))
            return failed_fetch(
                unsupported_profile(place_of(request.profiles, *role), role->name, "role_credentials"));
    return find_sso_fetch(request);
}

} // namespace belfry::inline v0::detail

namespace belfry::inline v0 {

/// For `CredentialsOptions::extension`: profiles that sign in by SSO (`sso_session`, or `sso_start_url`, with
/// `sso_account_id` and `sso_role_name`).
inline constexpr ProfileExtension sso_credentials = &detail::fetch_sso_profile;

} // namespace belfry::inline v0
