// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4a_options.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/endpoint_discovery_mode.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/settings/values.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// Tells `load_settings` where to look, and which values take precedence.
struct SettingsOptions {
    /// The profile; empty for the one that `AWS_DEFAULT_PROFILE` or `AWS_PROFILE` names, else `default`.
    std::string profile{};
    /// The paths of the shared files, if not the usual ones.
    ProfileOptions files{};
    /// Values of the program, such as `{{"retry_mode", "standard"}}`, by the names of the config file. They
    /// take precedence over environment and files.
    std::vector<std::pair<std::string, std::string>> overrides{};
    /// Environment variables and files; null for those of the operating system. Must outlive the `Settings`.
    SettingsSource* source = nullptr;
    /// `ClientConfig::retry_mode` of clients whose `retry_mode` is `adaptive`: `adaptive_retry`
    /// (`belfry/adaptive_retry.hpp`). Without, such a setting is an error.
    Interceptor* (*adaptive)(const ClientConfig& config) = nullptr;
};

/// The settings that AWS's tools share: of the program, of environment variables, and of a profile, in this
/// order. `load_settings` makes one. Only including this header makes a program read files.
class Settings {
  public:
    /// Environment variables alone, without files.
    Settings() = default;
    /// For `load_settings`, with what it found.
    Settings(SettingsOptions options, SettingsSource& source, Profiles profiles,
             std::optional<Setting> profile) noexcept
        : options_(std::move(options)), source_(&source), profiles_(std::move(profiles)),
          profile_setting_(std::move(profile)) {}

    /// The profile's name; `default`, which may not be in the files, if neither code nor environment name
    /// one.
    [[nodiscard]] std::string_view profile() const noexcept {
        return profile_setting_ ? std::string_view(profile_setting_->value) : "default";
    }
    /// Where the profile is named; absent if nothing names one.
    [[nodiscard]] const std::optional<Setting>& profile_setting() const noexcept { return profile_setting_; }
    /// Environment variables and files.
    [[nodiscard]] SettingsSource& source() const noexcept { return *source_; }
    /// All sections of both files.
    [[nodiscard]] const Profiles& profiles() const noexcept { return profiles_; }

    /// A setting by its name in the config file, such as `region`, or `s3.addressing_style` for a nested one;
    /// absent if nothing sets it. Environment variables are read when they are asked for.
    [[nodiscard]] std::optional<Setting> find(std::string_view name) const {
        if (auto setting = find_in_code(name)) return setting;
        if (auto setting = find_in_environment(name)) return setting;
        const ProfileSection* const section = profile_section();
        return section != nullptr ? find_in_section(*section, name) : std::nullopt;
    }

    /// The endpoint that a service is configured to have; absent for the service's own (AWS SDKs and Tools
    /// Reference Guide, "Service-specific endpoints"). An error of kind `ErrorKind::configuration` if the
    /// profile names a section `services` that does not exist.
    [[nodiscard]] Result<std::optional<Setting>> endpoint_url(const Service& service) const {
        std::optional<Setting> url;
        Error error;
        if (!find_endpoint_url(service, url, error)) return error;
        return url;
    }

    /// The configuration of a client of that service, such as `s3::service`. Credentials are the program's to
    /// add. An error of kind `ErrorKind::configuration` names the setting that is wrong and where it is.
    [[nodiscard]] Result<ClientConfig> client_config(const Service& service) const {
        ClientConfig config;
        Error error;
        if (!fill_endpoint(service, config, error) || !fill_retries(service, config, error) ||
            !fill_behaviour(config, error))
            return error;
        return config;
    }

    /// The endpoint options of a service, as in `endpoint_options<s3::EndpointOptions>(s3::service)`. Those
    /// that no setting covers stay absent. Errors as in `client_config`.
    template <class Options> [[nodiscard]] Result<Options> endpoint_options(const Service& service) const {
        Options options;
        Error error;
        if (!fill_endpoint_options(service, structure_of<Options>, &options, error)) return error;
        return options;
    }

    /// The mode of an `EndpointDiscovery` (`belfry/endpoint_discovery.hpp`): the setting
    /// `endpoint_discovery_enabled`. Errors as in `client_config`.
    [[nodiscard]] Result<EndpointDiscoveryMode> endpoint_discovery() const {
        EndpointDiscoveryMode mode{};
        Error error;
        if (!detail::read_endpoint_discovery(find("endpoint_discovery_enabled"), mode, error)) return error;
        return mode;
    }

    /// The settings of `SigV4a` (`belfry/sigv4a.hpp`): `sigv4a_signing_region_set` and
    /// `auth_scheme_preference` (AWS SDKs and Tools Reference Guide, "Authentication scheme").
    [[nodiscard]] SigV4aOptions sigv4a_options() const {
        SigV4aOptions options;
        if (auto regions = find("sigv4a_signing_region_set")) options.region_set = std::move(regions->value);
        if (auto schemes = find("auth_scheme_preference"))
            options.auth_scheme_preference = std::move(schemes->value);
        return options;
    }

  private:
    [[nodiscard]] const ProfileSection* profile_section() const noexcept {
        return profiles_.find(SectionKind::profile, profile());
    }
    [[nodiscard]] std::optional<Setting> find_in_code(std::string_view name) const {
        for (const auto& [own_name, value] : options_.overrides)
            if (own_name == name) return Setting{own_name, value, SettingOrigin::code, {}, 0};
        return std::nullopt;
    }
    [[nodiscard]] std::optional<Setting> find_variable(std::string_view name, const char* variable) const {
        std::string value = detail::variable_or_empty(*source_, variable);
        if (value.empty()) return std::nullopt;
        return Setting{std::string(name), std::move(value), SettingOrigin::variable, variable, 0};
    }
    [[nodiscard]] std::optional<Setting> find_in_environment(std::string_view name) const {
        const std::string variable = detail::variable_of_setting(name);
        if (variable.empty()) return std::nullopt;
        auto setting = find_variable(name, variable.c_str());
        if (!setting && name == "region") setting = find_variable(name, "AWS_DEFAULT_REGION");
        // The first name is boto3's, this one that of the other SDKs.
        if (!setting && name == "endpoint_discovery_enabled")
            setting = find_variable(name, "AWS_ENABLE_ENDPOINT_DISCOVERY");
        return setting;
    }
    [[nodiscard]] std::optional<Setting> find_in_section(const ProfileSection& section,
                                                         std::string_view name) const {
        const std::size_t dot = name.find('.');
        const ProfileProperty* property = section.find(name.substr(0, dot));
        if (property != nullptr && dot != std::string_view::npos)
            property = property->find(name.substr(dot + 1));
        // Like a variable, a property without a value counts as absent.
        if (property == nullptr || property->value.empty()) return std::nullopt;
        return Setting{std::string(name), property->value, SettingOrigin::file,
                       profiles_.path(property->file), property->line};
    }

    [[nodiscard]] bool find_endpoint_url(const Service& service, std::optional<Setting>& url,
                                         Error& error) const {
        url = find_in_code("endpoint_url");
        if (url) return true;
        bool ignored = false;
        if (!detail::read_boolean(find("ignore_configured_endpoint_urls"), ignored, error)) return false;
        if (ignored) return true;
        const std::string identifier = detail::service_identifier(service.id);
        const std::string variable = "AWS_ENDPOINT_URL_" + detail::upper(identifier);
        for (const char* const name : {variable.c_str(), "AWS_ENDPOINT_URL"}) {
            url = find_variable("endpoint_url", name);
            if (url) return true;
        }
        const ProfileSection* const section = profile_section();
        if (section == nullptr) return true;
        if (const auto services = find_in_section(*section, "services")) {
            const ProfileSection* const urls = profiles_.find(SectionKind::services, services->value);
            if (urls == nullptr)
                return detail::fail_setting(
                    *services, {"there is no section [services ", services->value, "] in the file"}, error);
            url = find_in_section(*urls, identifier + ".endpoint_url");
            if (url) return true;
        }
        url = find_in_section(*section, "endpoint_url");
        return true;
    }

    /// Fills in what decides where requests go.
    [[nodiscard]] bool fill_endpoint(const Service& service, ClientConfig& config, Error& error) const {
        using namespace detail;
        if (const auto region = find("region")) config.region = region->value;
        std::optional<Setting> url;
        if (!find_endpoint_url(service, url, error) || !read_url(url, config.endpoint, error)) return false;
        // S3's own setting can only turn it on.
        const bool is_s3 = service.id == "S3" || service.id == "S3 Control";
        if (is_s3 && !read_boolean(find("s3.use_dualstack_endpoint"), config.use_dual_stack, error))
            return false;
        const bool s3_dual_stack = config.use_dual_stack;
        bool leave_host = false;
        if (!read_boolean(find("use_fips_endpoint"), config.use_fips, error) ||
            !read_boolean(find("use_dualstack_endpoint"), config.use_dual_stack, error) ||
            !read_boolean(find("disable_host_prefix_injection"), leave_host, error))
            return false;
        config.use_dual_stack = config.use_dual_stack || s3_dual_stack;
        config.inject_host_prefix = !leave_host;
        return true;
    }

    /// Fills in how often and how fast attempts are made.
    [[nodiscard]] bool fill_retries(const Service& service, ClientConfig& config, Error& error) const {
        using namespace detail;
        std::int64_t attempts = service.max_attempts;
        bool adaptive = false;
        const auto mode = find("retry_mode");
        if (!read_integer(find("max_attempts"), 1, 1'000'000, attempts, error) ||
            !read_retry_mode(mode, adaptive, error))
            return false;
        if (adaptive && options_.adaptive == nullptr)
            return detail::fail_setting(*mode,
                                        {"the mode 'adaptive' needs `SettingsOptions::adaptive`; set it to "
                                         "`belfry::adaptive_retry` (belfry/adaptive_retry.hpp)"},
                                        error);
        config.retry.max_attempts = static_cast<int>(attempts);
        if (adaptive) config.retry_mode = options_.adaptive;
        return true;
    }

    /// Fills in how requests are made.
    [[nodiscard]] bool fill_behaviour(ClientConfig& config, Error& error) const {
        using namespace detail;
        auto compressed = static_cast<std::int64_t>(config.min_compression_size);
        bool keep_clock = false;
        if (!read_integer(find("request_min_compression_size_bytes"), 0, 10'485'760, compressed, error) ||
            !read_boolean(find("disable_request_compression"), config.disable_compression, error) ||
            !read_boolean(find("disable_clock_skew_correction"), keep_clock, error) ||
            !read_checksum_use(find("request_checksum_calculation"), config.request_checksums, error) ||
            !read_checksum_use(find("response_checksum_validation"), config.response_checksums, error) ||
            !fill_timeouts(config, error))
            return false;
        config.correct_clock_skew = !keep_clock;
        config.min_compression_size = static_cast<std::size_t>(compressed);
        if (const auto application = find("sdk_ua_app_id"))
            config.user_agent = user_agent_of_application(application->value);
        return true;
    }

    /// Fills in the timeouts of the `defaults_mode`.
    [[nodiscard]] bool fill_timeouts(ClientConfig& config, Error& error) const {
        using namespace detail;
        const auto setting = find("defaults_mode");
        if (!setting) return true;
        DefaultsMode mode{};
        if (!read_defaults_mode(*setting, mode, error)) return false;
        if (mode == DefaultsMode::automatic) {
            // Code that runs in AWS knows its region. Instances of EC2, which do not, are not asked here.
            std::string region;
            if (!variable_or_empty(*source_, "AWS_EXECUTION_ENV").empty())
                if (const auto here = find_in_environment("region")) region = here->value;
            mode = region.empty()            ? DefaultsMode::standard
                   : region == config.region ? DefaultsMode::in_region
                                             : DefaultsMode::cross_region;
        }
        apply_defaults_mode(mode, config.timeouts);
        return true;
    }

    [[nodiscard]] bool fill_endpoint_options(const Service& service, const Structure& structure,
                                             void* options, Error& error) const {
        using namespace detail;
        for (std::size_t i = 0; i < structure.count; ++i) {
            const Member& member = structure.members[i];
            const EndpointSetting* const kind = find_endpoint_setting(member.wire_name(), service.id);
            if (kind == nullptr) continue;
            auto setting = find(kind->name);
            if (!setting && !kind->alias.empty()) setting = find(kind->alias);
            if (!setting) continue;
            void* const slot = member.slot(options);
            const bool valid =
                kind->true_text.empty()
                    ? read_account_id_mode(*setting, *static_cast<std::optional<std::string>*>(slot), error)
                    : read_endpoint_flag(*kind, *setting, *static_cast<std::optional<bool>*>(slot), error);
            if (!valid) return false;
        }
        return true;
    }

    SettingsOptions options_{};
    SettingsSource* source_ = &detail::system_settings_source;
    Profiles profiles_{};
    std::optional<Setting> profile_setting_{};
};

namespace detail {

/// Appends how to write the header of a section that was ignored, if it looks like that profile's.
inline void append_profile_hint(std::string& text, const Profiles& profiles, const std::string& name) {
    for (const ProfileSection& section : profiles.ignored) {
        std::string_view inner = section.name;
        if (inner.starts_with("profile")) inner = trim_blanks(inner.substr(7));
        if (inner != name) continue;
        text += "; ";
        text += profiles.path(section.file);
        text += ":" + std::to_string(section.line) + ": write [";
        if (section.file == SharedFile::config) text += "profile ";
        const char* const quote = is_shared_file_name(name) ? "" : "\"";
        text += quote;
        append_log_text(text, name);
        text += quote;
        text += "]";
        return;
    }
}

/// Says which profile was not found, and where it was looked for.
[[nodiscard]] inline bool fail_without_profile(const Profiles& profiles, const Setting& name, Error& error) {
    std::string text = describe_origin(name) + ": there is no profile '";
    append_log_text(text, name.value);
    text += "' in ";
    for (const SharedFile file : {SharedFile::config, SharedFile::credentials}) {
        const bool is_config = file == SharedFile::config;
        if (!is_config) text += " or ";
        text += profiles.path(file).empty() ? std::string("~/.aws") : profiles.path(file);
        if (!(is_config ? profiles.has_config_file : profiles.has_credentials_file))
            text += " (the file does not exist)";
    }
    append_profile_hint(text, profiles, name.value);
    return fail(error, ErrorKind::configuration, "ProfileNotFound", text);
}

/// The profile that code or environment name; absent for `default`.
[[nodiscard]] inline std::optional<Setting> named_profile(const SettingsOptions& options,
                                                          SettingsSource& source) {
    if (!options.profile.empty()) return Setting{"profile", options.profile, SettingOrigin::code, {}, 0};
    // The AWS CLI and boto3 read the first, all tools the second.
    for (const char* const variable : {"AWS_DEFAULT_PROFILE", "AWS_PROFILE"})
        if (std::string name = variable_or_empty(source, variable); !name.empty())
            return Setting{"profile", std::move(name), SettingOrigin::variable, variable, 0};
    return std::nullopt;
}

} // namespace detail

/// Reads the shared files and picks the profile. An error of kind `ErrorKind::configuration` if a file cannot
/// be read or is malformed, or if a profile that code or environment name does not exist, even `default`.
/// Values are checked when they are used.
[[nodiscard]] inline Result<Settings> load_settings(SettingsOptions options = {}) {
    SettingsSource& source = options.source != nullptr
                                 ? *options.source
                                 : static_cast<SettingsSource&>(detail::system_settings_source);
    Result<Profiles> profiles = load_profiles(source, options.files);
    if (!profiles) return std::move(profiles).error();
    std::optional<Setting> name = detail::named_profile(options, source);
    if (name && profiles->find(SectionKind::profile, name->value) == nullptr) {
        Error error;
        (void)detail::fail_without_profile(*profiles, *name, error);
        return error;
    }
    return Settings(std::move(options), source, *std::move(profiles), std::move(name));
}

} // namespace belfry::inline v0
