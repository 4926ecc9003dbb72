// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/credentials_observer.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/process.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

class MfaCodeProvider;
class SecretFileWriter;

namespace detail {
struct ProfileRequest;
} // namespace detail

/// Gets the credentials of profiles that assume a role or sign in by SSO. `role_credentials`
/// (`belfry/role_credentials.hpp`) is one, `sso_credentials` (`belfry/sso_credentials.hpp`) another. Returns
/// nothing for a profile that has its credentials in another way.
using ProfileExtension = detail::Owned<CredentialsFetch> (*)(const detail::ProfileRequest&);

/// Gets the credentials of profiles that sign in by `aws login`: see `LoginCredentials`
/// (`belfry/login_credentials.hpp`). Programs without that class have only this interface.
class LoginProfiles {
  public:
    /// Prepares to get the credentials of a profile with this property `login_session`.
    [[nodiscard]] virtual detail::Owned<CredentialsFetch> fetch(const detail::ProfileRequest& request,
                                                                const ProfileProperty& session) = 0;

  protected:
    ~LoginProfiles() = default;
};

/// Options for getting the credentials of profiles: all that is needed besides the shared files. All of it
/// must outlive the object that gets these options.
struct CredentialsOptions {
    /// Gets the credentials of profiles that assume a role or sign in by SSO. Null makes these profiles an
    /// error.
    ProfileExtension extension = nullptr;
    /// Gets the credentials of profiles that sign in by `aws login` (`belfry/login_credentials.hpp`). Null
    /// makes these profiles an error.
    LoginProfiles* login = nullptr;
    /// Gives the codes for a profile's `mfa_serial` (`belfry/role_credentials.hpp`).
    MfaCodeProvider* mfa = nullptr;
    /// Writes tokens of a sign-in that are renewed (`belfry/sso_credentials.hpp`,
    /// `belfry/login_credentials.hpp`); null for the operating system's files.
    SecretFileWriter* writer = nullptr;
    /// Runs a `credential_process`; null for the operating system's processes.
    ProcessRunner* runner = nullptr;
    /// Clock and sleep; null for those of the operating system.
    Environment* environment = nullptr;
    /// Sees when `DefaultCredentials`, `ServiceCredentials` and `DefaultBearerToken` fetch; null for none. A
    /// source does not tell it anything: give it to the cache of the source's credentials.
    CredentialsObserver* observer = nullptr;
};

namespace detail {

/// A profile whose credentials are asked for.
struct ProfileRequest {
    const Settings& settings;
    const Profiles& profiles;
    /// Null if the profile is not in the files.
    const ProfileSection* section;
    const CredentialsOptions& options;
    /// Whether environment variables count for a web identity.
    bool uses_variables;
    /// The profiles that led here, by `source_profile`, and this one.
    const std::vector<std::string>& path;

    [[nodiscard]] Environment& environment() const noexcept {
        return environment_or_system(options.environment);
    }
};

/// The first property of these that has a value; null without.
[[nodiscard]] inline const ProfileProperty* first_of(const ProfileSection& profile,
                                                     std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        if (const ProfileProperty* const property = profile.find(name);
            property != nullptr && !property->value.empty())
            return property;
    return nullptr;
}
/// The value of a property; empty without.
[[nodiscard]] inline std::string text_of(const ProfileSection& profile, std::string_view name) {
    const ProfileProperty* const property = profile.find(name);
    return property != nullptr ? property->value : std::string();
}
/// File and line of a property.
[[nodiscard]] inline std::string place_of(const Profiles& profiles, const ProfileProperty& property) {
    return profiles.path(property.file) + ":" + std::to_string(property.line);
}
/// The error of a profile that needs an extension which the program does not have.
[[nodiscard]] inline Error unsupported_profile(std::string_view place, std::string_view name,
                                               std::string_view extension) {
    return credentials_error("UnsupportedProfile",
                             {place, ": for ", name, ", the program must include <belfry/", extension,
                              ".hpp> and give its CredentialsOptions the extension belfry::", extension});
}

class ProfileFetch final : public CredentialsFetch {
  public:
    /// The profile of the settings.
    ProfileFetch(const Settings& settings, const CredentialsOptions& options, bool uses_variables)
        : settings_(settings), options_(options), uses_variables_(uses_variables),
          path_{std::string(settings.profile())} {}
    /// The profile `name`, which gives its credentials to that of `request`. The files are not read again.
    ProfileFetch(const ProfileRequest& request, const std::string& name)
        : settings_(request.settings), options_(request.options), uses_variables_(false), path_(request.path),
          profiles_(&request.profiles) {
        path_.push_back(name);
    }

    Step start() override {
        if (profiles_ == nullptr) {
            const Profiles& known = settings_.profiles();
            Result<Profiles> read =
                load_profiles(settings_.source(), {known.config_file, known.credentials_file});
            if (!read) return finish(std::move(read).error());
            own_profiles_ = *std::move(read);
            profiles_ = &own_profiles_;
        }
        const ProfileSection* const profile = profiles_->find(SectionKind::profile, path_.back());
        if (options_.extension != nullptr) {
            extended_ =
                options_.extension({settings_, *profiles_, profile, options_, uses_variables_, path_});
            if (extended_) return follow(extended_->start());
        } else if (uses_variables_ &&
                   !variable_or_empty(settings_.source(), "AWS_WEB_IDENTITY_TOKEN_FILE").empty()) {
            return finish(unsupported_profile("the environment variable AWS_WEB_IDENTITY_TOKEN_FILE",
                                              "a web identity", "role_credentials"));
        }
        if (profile == nullptr) return skip({"there is no profile '", path_.back(), "' in the shared files"});
        return get(*profile);
    }
    Step on_sent(const TransportResult& sent, HttpResponse response) override {
        return follow(extended_->on_sent(sent, std::move(response)));
    }
    Step on_waited() override { return follow(extended_->on_waited()); }

  private:
    Step follow(Step step) { return pass_on(step, *extended_) == Step::done ? finish_as(*extended_) : step; }
    /// Looks for credentials in boto3's order.
    Step get(const ProfileSection& profile) {
        if (options_.extension == nullptr) {
            if (const ProfileProperty* const role =
                    first_of(profile, {"role_arn", "web_identity_token_file"}))
                return finish(unsupported_profile(place(*role), role->name, "role_credentials"));
            if (const ProfileProperty* const sso = first_of(profile, {"sso_session", "sso_start_url"}))
                return finish(unsupported_profile(place(*sso), sso->name, "sso_credentials"));
        }
        const ProfileProperty* const id = profile.find("aws_access_key_id");
        const ProfileProperty* const secret = profile.find("aws_secret_access_key");
        const bool in_credentials_file = (id != nullptr && id->file == SharedFile::credentials) ||
                                         (secret != nullptr && secret->file == SharedFile::credentials);
        if (!in_credentials_file) {
            if (const ProfileProperty* const login = first_of(profile, {"login_session"}))
                return sign_in(profile, *login);
            if (const ProfileProperty* const process = profile.find("credential_process"))
                return run(profile, *process);
        }
        if (id == nullptr && secret == nullptr && first_of(profile, {"sso_session"}) != nullptr)
            return skip({"the profile '", path_.back(), "' has an sso_session, and for credentials it needs ",
                         "sso_account_id and sso_role_name, too"});
        if (id == nullptr && secret == nullptr)
            return skip({"the profile '", path_.back(), "' does not have credentials"});
        return take_keys(profile, id, secret);
    }

    Step run(const ProfileSection& profile, const ProfileProperty& process) {
        ProcessRunner& runner = options_.runner != nullptr
                                    ? *options_.runner
                                    : static_cast<ProcessRunner&>(system_process_runner);
        Result<Credentials> credentials = run_credential_process(runner, process.value);
        if (!credentials) {
            Error& error = credentials.error();
            error.message.insert(0, place(process) + ": ");
            return finish(std::move(error));
        }
        if (credentials->account_id.empty()) credentials->account_id = text_of(profile, "aws_account_id");
        return finish(*std::move(credentials));
    }

    Step take_keys(const ProfileSection& profile, const ProfileProperty* id, const ProfileProperty* secret) {
        if (id == nullptr || id->value.empty() || secret == nullptr || secret->value.empty())
            return fail("PartialCredentials",
                        {place(id != nullptr ? *id : *secret),
                         ": the profile needs both aws_access_key_id and aws_secret_access_key"});
        Credentials credentials{id->value, secret->value};
        credentials.session_token = text_of(profile, "aws_session_token");
        // The name that boto3 reads, too.
        if (credentials.session_token.empty())
            credentials.session_token = text_of(profile, "aws_security_token");
        credentials.account_id = text_of(profile, "aws_account_id");
        return finish(std::move(credentials));
    }

    BELFRY_COLD Step sign_in(const ProfileSection& profile, const ProfileProperty& session) {
        if (options_.login == nullptr)
            return fail("UnsupportedProfile",
                        {place(session), ": for ", session.name, ", the program must include ",
                         "<belfry/login_credentials.hpp> and give its CredentialsOptions::login a ",
                         "belfry::LoginCredentials"});
        extended_ = options_.login->fetch({settings_, *profiles_, &profile, options_, uses_variables_, path_},
                                          session);
        return follow(extended_->start());
    }

    [[nodiscard]] std::string place(const ProfileProperty& property) const {
        return place_of(*profiles_, property);
    }

    const Settings& settings_;
    const CredentialsOptions& options_;
    bool uses_variables_;
    /// The profiles that led here, and this one.
    std::vector<std::string> path_;
    const Profiles* profiles_ = nullptr;
    Profiles own_profiles_{};
    Owned<CredentialsFetch> extended_{};
};

} // namespace detail

/// Credentials of a profile in the shared files: keys, or a `credential_process`, or those that
/// `CredentialsOptions::extension` or `CredentialsOptions::login` gets. The files are read again for each
/// fetch.
class ProfileCredentialsSource final : public CredentialsSource {
  public:
    /// The profile and the files of these settings.
    explicit ProfileCredentialsSource(Settings settings, CredentialsOptions options = {})
        : settings_(std::move(settings)), options_(options) {}
    /// `runner` must outlive the source.
    ProfileCredentialsSource(Settings settings, ProcessRunner& runner)
        : ProfileCredentialsSource(std::move(settings), CredentialsOptions{.runner = &runner}) {}

    /// Lets `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME` take precedence over
    /// the profile's properties of a web identity. Call it before the first fetch.
    void use_variables() noexcept { uses_variables_ = true; }

    [[nodiscard]] std::string_view name() const noexcept override { return "the profile"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(
            new detail::ProfileFetch(settings_, options_, uses_variables_));
    }

  private:
    Settings settings_;
    CredentialsOptions options_;
    bool uses_variables_ = false;
};

} // namespace belfry::inline v0
