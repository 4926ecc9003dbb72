// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/settings/profile_file.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// The sections of both shared files. A property that both have is the credentials file's.
struct Profiles {
    /// Where the files are expected; empty if the home directory is not known.
    std::string config_file;
    std::string credentials_file;
    bool has_config_file = false;
    bool has_credentials_file = false;
    /// Each kind and name once.
    std::vector<ProfileSection> sections;
    /// Sections that are neither a profile nor another kind that is known.
    std::vector<ProfileSection> ignored;

    /// The section of that kind and name; null if there is none.
    [[nodiscard]] const ProfileSection* find(SectionKind kind, std::string_view name) const noexcept {
        for (const ProfileSection& section : sections)
            if (section.kind == kind && section.name == name) return &section;
        return nullptr;
    }
    [[nodiscard]] const std::string& path(SharedFile file) const noexcept {
        return file == SharedFile::config ? config_file : credentials_file;
    }
};

namespace detail {

/// The value of an environment variable, or an empty text. Like the AWS CLI, Belfry treats an empty variable
/// as one that is not set.
[[nodiscard]] inline std::string variable_or_empty(SettingsSource& source, const char* name) {
    return source.variable(name).value_or(std::string());
}

/// The user's home directory (AWS SDKs and Tools Reference Guide, "Shared config and credentials files
/// location"); empty if the environment does not tell.
[[nodiscard]] inline std::string home_directory(SettingsSource& source) {
    std::string home = variable_or_empty(source, "HOME");
    if (!home.empty() || source.path_separator() == '/') return home;
    home = variable_or_empty(source, "USERPROFILE");
    if (home.empty()) {
        home = variable_or_empty(source, "HOMEDRIVE");
        home += variable_or_empty(source, "HOMEPATH");
    }
    return home;
}

/// Puts the home directory in the place of a `~` that begins a path.
inline void expand_home(std::string& path, std::string_view home) {
    if (home.empty() || !path.starts_with('~')) return;
    if (path.size() == 1 || path[1] == '/' || path[1] == '\\') path.replace(0, 1, home);
}

/// The path of a shared file: that of the code, of the environment, or the default.
[[nodiscard]] inline std::string shared_file_path(SettingsSource& source, std::string_view path,
                                                  const char* variable, std::string_view name) {
    const std::string home = home_directory(source);
    std::string result(path);
    if (result.empty()) result = variable_or_empty(source, variable);
    if (result.empty() && !home.empty()) {
        const char separator = source.path_separator();
        result = home;
        if (result.back() != separator) append_char(result, separator);
        append_text(result, ".aws");
        append_char(result, separator);
        append_text(result, name);
    }
    expand_home(result, home);
    return result;
}

/// Adds a section's properties to those of the section of its kind and name.
inline void merge_section(Profiles& profiles, ProfileSection&& section) {
    ProfileSection* same = nullptr;
    for (ProfileSection& other : profiles.sections)
        if (other.kind == section.kind && other.name == section.name) same = &other;
    if (same == nullptr) {
        profiles.sections.push_back({section.kind, section.name, section.file, section.line});
        same = &profiles.sections.back();
    }
    for (ProfileProperty& property : section.properties) {
        if (!is_shared_file_name(property.name)) continue;
        std::erase_if(same->properties,
                      [&](const ProfileProperty& other) { return other.name == property.name; });
        same->properties.push_back(std::move(property));
    }
}

/// Reads one of the files; false if it is there and cannot be read, or is malformed.
[[nodiscard]] inline bool read_shared_file(SettingsSource& source, SharedFile file, Profiles& profiles,
                                           Error& error) {
    const std::string& path = profiles.path(file);
    if (path.empty()) return true;
    std::string text;
    const FileStatus status = source.read_file(path, text);
    if (status == FileStatus::missing) return true;
    if (status == FileStatus::failed)
        return fail(error, ErrorKind::configuration, "UnreadableProfileFile",
                    {"cannot read ", path, ": ", text});
    (file == SharedFile::config ? profiles.has_config_file : profiles.has_credentials_file) = true;
    ProfileFileParser parser(file, path, error);
    if (!parser.parse(text)) return false;
    std::vector<ProfileSection>& sections = parser.sections();
    bool has_prefixed_default = false;
    for (std::size_t i = 0; i < sections.size(); ++i)
        has_prefixed_default = has_prefixed_default || parser.is_prefixed_default(i);
    for (std::size_t i = 0; i < sections.size(); ++i) {
        ProfileSection& section = sections[i];
        if (section.kind == SectionKind::ignored) {
            // Its values have no reader.
            section.properties.clear();
            profiles.ignored.push_back(std::move(section));
            continue;
        }
        const bool is_default =
            file == SharedFile::config && section.kind == SectionKind::profile && section.name == "default";
        // `[profile default]` replaces `[default]`.
        if (is_default && has_prefixed_default && !parser.is_prefixed_default(i)) continue;
        merge_section(profiles, std::move(section));
    }
    return true;
}

} // namespace detail

/// Which shared files are read.
struct ProfileOptions {
    /// The paths of the files; empty for those of `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, else
    /// of the folder `.aws` in the user's home directory. A `~` at the beginning is the home directory.
    std::string config_file{};
    std::string credentials_file{};
};

/// Reads the shared files. A file that does not exist is empty; one that cannot be read, or is malformed, is
/// an error of kind `ErrorKind::configuration` that names file and line.
[[nodiscard]] inline Result<Profiles> load_profiles(SettingsSource& source,
                                                    const ProfileOptions& options = {}) {
    Profiles profiles;
    profiles.config_file = detail::shared_file_path(source, options.config_file, "AWS_CONFIG_FILE", "config");
    profiles.credentials_file = detail::shared_file_path(source, options.credentials_file,
                                                         "AWS_SHARED_CREDENTIALS_FILE", "credentials");
    Error error;
    if (!detail::read_shared_file(source, SharedFile::config, profiles, error) ||
        !detail::read_shared_file(source, SharedFile::credentials, profiles, error))
        return error;
    return profiles;
}

} // namespace belfry::inline v0
