// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/endpoint_discovery_mode.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/http/url.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// Where a setting was found.
enum class SettingOrigin : std::uint8_t {
    code,     ///< The program.
    variable, ///< An environment variable.
    file,     ///< A line of a shared file.
};

/// A setting that has a value.
struct Setting {
    /// Its name in the config file.
    std::string name;
    std::string value;
    SettingOrigin origin = SettingOrigin::code;
    /// The variable's name or the file's path; empty for the program.
    std::string place;
    /// The file's line; 0 for other origins.
    int line = 0;
};

/// The place of a setting, for people: `the environment variable AWS_REGION`, `/home/me/.aws/config:12`, or
/// `the program`.
[[nodiscard]] inline std::string describe_origin(const Setting& setting) {
    switch (setting.origin) {
    case SettingOrigin::code: break;
    case SettingOrigin::variable: return "the environment variable " + setting.place;
    case SettingOrigin::file: return setting.place + ":" + std::to_string(setting.line);
    }
    return "the program";
}

namespace detail {

/// Says that a setting is wrong, and where it is. Always false.
[[nodiscard]] inline bool fail_setting(const Setting& setting,
                                       std::initializer_list<std::string_view> problem, Error& error) {
    std::string text = describe_origin(setting) + ": " + setting.name + ": ";
    for (const std::string_view part : problem) append_log_text(text, part);
    return fail(error, ErrorKind::configuration, "InvalidSetting", text);
}

/// `'a', 'b' or 'c'`.
[[nodiscard]] inline std::string list_choices(std::span<const std::string_view> choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i != 0) text += i + 1 == choices.size() ? " or " : ", ";
        text.append("'").append(choices[i]).append("'");
    }
    return text;
}

/// Reads one of a few words, in any case; `chosen` becomes its index.
[[nodiscard]] inline bool read_choice(const Setting& setting, std::span<const std::string_view> choices,
                                      std::size_t& chosen, Error& error) {
    for (std::size_t i = 0; i < choices.size(); ++i)
        if (equals_ignoring_case(setting.value, choices[i])) {
            chosen = i;
            return true;
        }
    return fail_setting(setting, {"expected ", list_choices(choices), ", not '", setting.value, "'"}, error);
}

/// Reads `true` or `false`, in any case. Without a setting, `value` stays.
[[nodiscard]] inline bool read_boolean(const std::optional<Setting>& setting, bool& value, Error& error) {
    static constexpr std::string_view choices[] = {"false", "true"};
    std::size_t chosen = value ? 1 : 0;
    if (setting && !read_choice(*setting, choices, chosen, error)) return false;
    value = chosen == 1;
    return true;
}

/// Reads a decimal number. Without a setting, `value` stays.
[[nodiscard]] inline bool read_integer(const std::optional<Setting>& setting, std::int64_t least,
                                       std::int64_t most, std::int64_t& value, Error& error) {
    if (!setting) return true;
    std::int64_t number = 0;
    bool valid = !setting->value.empty();
    for (const char c : setting->value) {
        valid = valid && is_digit(c);
        // A number that has left the range stays outside, and cannot overflow.
        if (valid && number <= most) number = number * 10 + (c - '0');
    }
    if (!valid || number < least || number > most)
        return fail_setting(*setting,
                            {"expected a number from ", std::to_string(least), " to ", std::to_string(most),
                             ", not '", setting->value, "'"},
                            error);
    value = number;
    return true;
}

/// Reads the URL of an endpoint. Without a setting, `url` stays.
[[nodiscard]] inline bool read_url(const std::optional<Setting>& setting, std::string& url, Error& error) {
    if (!setting) return true;
    const Url parts = parse_url(setting->value);
    if (may_hold_password(setting->value))
        return fail_setting(*setting, {"the URL must not hold a user or password"}, error);
    if (!has_only_url_characters(setting->value) || parts.host.empty())
        return fail_setting(
            *setting, {"expected a URL such as 'https://host:port', not '", setting->value, "'"}, error);
    url = setting->value;
    return true;
}

[[nodiscard]] inline bool read_checksum_use(const std::optional<Setting>& setting, ChecksumUse& use,
                                            Error& error) {
    static constexpr std::string_view choices[] = {"when_supported", "when_required"};
    std::size_t chosen = 0;
    if (!setting) return true;
    if (!read_choice(*setting, choices, chosen, error)) return false;
    use = chosen == 0 ? ChecksumUse::when_supported : ChecksumUse::when_required;
    return true;
}

/// Reads the retry mode. Belfry retries as `standard` says, which newer SDKs do for `legacy`, too.
[[nodiscard]] inline bool read_retry_mode(const std::optional<Setting>& setting, bool& adaptive,
                                          Error& error) {
    static constexpr std::string_view choices[] = {"standard", "legacy", "adaptive"};
    std::size_t chosen = 0;
    if (!setting) return true;
    if (!read_choice(*setting, choices, chosen, error)) return false;
    adaptive = chosen == 2;
    return true;
}

/// Reads which operations are sent to endpoints that the service returns.
[[nodiscard]] inline bool read_endpoint_discovery(const std::optional<Setting>& setting,
                                                  EndpointDiscoveryMode& mode, Error& error) {
    static constexpr std::string_view choices[] = {"auto", "true", "false"};
    std::size_t chosen = 0;
    if (!setting) return true;
    if (!read_choice(*setting, choices, chosen, error)) return false;
    mode = static_cast<EndpointDiscoveryMode>(chosen);
    return true;
}

/// How a client expects to reach the service (AWS SDKs and Tools Reference Guide, "Smart configuration
/// defaults").
enum class DefaultsMode : std::uint8_t { legacy, standard, in_region, cross_region, mobile, automatic };

[[nodiscard]] inline bool read_defaults_mode(const Setting& setting, DefaultsMode& mode, Error& error) {
    static constexpr std::string_view choices[] = {"legacy",       "standard", "in-region",
                                                   "cross-region", "mobile",   "auto"};
    std::size_t chosen = 0;
    if (!read_choice(setting, choices, chosen, error)) return false;
    mode = static_cast<DefaultsMode>(chosen);
    return true;
}

/// Gives connections the time of the mode; in the mode `legacy`, Belfry's default stays.
inline void apply_defaults_mode(DefaultsMode mode, Timeouts& timeouts) noexcept {
    if (mode == DefaultsMode::in_region) timeouts.connect = Duration::milliseconds(1100);
    if (mode == DefaultsMode::standard || mode == DefaultsMode::cross_region)
        timeouts.connect = Duration::milliseconds(3100);
    if (mode == DefaultsMode::mobile) timeouts.connect = Duration::seconds(30);
}

/// The part of a User-Agent header that names an application: `app/NAME`, with `-` for characters that a
/// token must not have (RFC 9110 section 5.6.2).
[[nodiscard]] inline std::string user_agent_of_application(std::string_view name) {
    std::string text = "app/";
    for (const char c : name) append_char(text, is_in(CharacterSet::token, c) ? c : '-');
    return text;
}

/// A service's id as environment variables and sections `services` write it: in lower case, with `_` for
/// spaces and hyphens (AWS SDKs and Tools Reference Guide, "Identifiers for service-specific endpoints").
[[nodiscard]] inline std::string service_identifier(std::string_view service_id) {
    std::string text;
    append_lower(text, service_id);
    for (char& c : text)
        if (c == ' ' || c == '-') c = '_';
    return text;
}

[[nodiscard]] inline std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    return result;
}

/// The settings whose environment variable is `AWS_` and their name in capitals.
inline constexpr std::string_view settings_with_variables[] = {
    "account_id_endpoint_mode",
    "auth_scheme_preference",
    "ca_bundle",
    "defaults_mode",
    "disable_clock_skew_correction",
    "disable_host_prefix_injection",
    "disable_request_compression",
    "ec2_metadata_disabled",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "endpoint_discovery_enabled",
    "ignore_configured_endpoint_urls",
    "max_attempts",
    "metadata_service_num_attempts",
    "metadata_service_timeout",
    "region",
    "request_checksum_calculation",
    "request_min_compression_size_bytes",
    "response_checksum_validation",
    "retry_mode",
    "s3_disable_express_session_auth",
    "s3_disable_multiregion_access_points",
    "s3_us_east_1_regional_endpoint",
    "s3_use_arn_region",
    "sdk_ua_app_id",
    "sigv4a_signing_region_set",
    "sts_regional_endpoints",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
};

/// The environment variable of a setting; empty if it has none.
[[nodiscard]] inline std::string variable_of_setting(std::string_view name) {
    for (const std::string_view known : settings_with_variables)
        if (known == name) return "AWS_" + upper(name);
    return {};
}

/// A parameter of endpoint rules that settings can set.
struct EndpointSetting {
    std::string_view parameter;
    /// The id of the only service that has it; empty for several.
    std::string_view service_id;
    /// The setting, and the one to look at if that is absent.
    std::string_view name;
    std::string_view alias;
    /// The texts for false and true, and the one that leaves the rules' default. Without, the parameter is
    /// a text.
    std::string_view false_text;
    std::string_view true_text;
    std::string_view unset_text;
};

inline constexpr EndpointSetting endpoint_settings[] = {
    {"Accelerate", "S3", "s3.use_accelerate_endpoint", "", "false", "true", ""},
    {"AccountIdEndpointMode", "", "account_id_endpoint_mode", "", "", "", ""},
    {"DisableMultiRegionAccessPoints", "S3", "s3_disable_multiregion_access_points",
     "s3.s3_disable_multiregion_access_points", "false", "true", ""},
    {"DisableS3ExpressSessionAuth", "S3", "s3_disable_express_session_auth", "", "false", "true", ""},
    {"ForcePathStyle", "S3", "s3.addressing_style", "", "virtual", "path", "auto"},
    {"UseArnRegion", "", "s3_use_arn_region", "s3.use_arn_region", "false", "true", ""},
    {"UseGlobalEndpoint", "S3", "s3_us_east_1_regional_endpoint", "s3.us_east_1_regional_endpoint",
     "regional", "legacy", ""},
    {"UseGlobalEndpoint", "STS", "sts_regional_endpoints", "", "regional", "legacy", ""},
};

/// The setting of a parameter; null if there is none.
[[nodiscard]] inline const EndpointSetting* find_endpoint_setting(std::string_view parameter,
                                                                  std::string_view service_id) noexcept {
    for (const EndpointSetting& setting : endpoint_settings)
        if (setting.parameter == parameter &&
            (setting.service_id.empty() || setting.service_id == service_id))
            return &setting;
    return nullptr;
}

/// Reads the text of a parameter that is a flag; absent for `unset_text`.
[[nodiscard]] inline bool read_endpoint_flag(const EndpointSetting& kind, const Setting& setting,
                                             std::optional<bool>& flag, Error& error) {
    const std::string_view choices[] = {kind.false_text, kind.true_text, kind.unset_text};
    std::size_t chosen = 0;
    if (!read_choice(setting, {choices, kind.unset_text.empty() ? 2U : 3U}, chosen, error)) return false;
    if (chosen == 2)
        flag.reset();
    else
        flag = chosen == 1;
    return true;
}

/// Reads a parameter that says whether the endpoint depends on the account.
[[nodiscard]] inline bool read_account_id_mode(const Setting& setting, std::optional<std::string>& mode,
                                               Error& error) {
    static constexpr std::string_view choices[] = {"preferred", "disabled", "required"};
    std::size_t chosen = 0;
    if (!read_choice(setting, choices, chosen, error)) return false;
    mode = choices[chosen];
    return true;
}

} // namespace detail
} // namespace belfry::inline v0
