// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The two files of settings that AWS's tools share, `~/.aws/config` and `~/.aws/credentials` (AWS SDKs and
/// Tools Reference Guide, "Using shared config and credentials files").
namespace belfry::inline v0 {

/// One of the two files.
enum class SharedFile : std::uint8_t { config, credentials };

/// A line `name = value` of a profile.
struct ProfileProperty {
    /// In lower case.
    std::string name;
    /// Lines that continue it are separated by a line feed.
    std::string value;
    SharedFile file = SharedFile::config;
    /// Counted from 1.
    int line = 0;
    /// The indented lines under a property without a value. Their names are as they were written.
    std::vector<ProfileProperty> nested{};

    /// The nested property of that name, in any case; null if there is none.
    [[nodiscard]] const ProfileProperty* find(std::string_view nested_name) const noexcept {
        for (const ProfileProperty& property : nested)
            if (detail::equals_ignoring_case(property.name, nested_name)) return &property;
        return nullptr;
    }
};

/// The kind of a section.
enum class SectionKind : std::uint8_t {
    profile,     ///< `[profile x]`; `[x]` in the credentials file
    sso_session, ///< `[sso-session x]`
    services,    ///< `[services x]`
    ignored,     ///< anything else
};

/// A section of the shared files, without the brackets.
struct ProfileSection {
    SectionKind kind = SectionKind::profile;
    /// For an ignored section, all that is between the brackets.
    std::string name;
    /// Where it was seen first.
    SharedFile file = SharedFile::config;
    int line = 0;
    /// Each name once.
    std::vector<ProfileProperty> properties{};

    /// The property of that name, which is in lower case; null if there is none.
    [[nodiscard]] const ProfileProperty* find(std::string_view property_name) const noexcept {
        for (const ProfileProperty& property : properties)
            if (property.name == property_name) return &property;
        return nullptr;
    }
};

namespace detail {

[[nodiscard]] constexpr bool is_space_or_tab(char c) noexcept { return c == ' ' || c == '\t'; }
[[nodiscard]] constexpr bool is_comment_mark(char c) noexcept { return c == '#' || c == ';'; }

/// Drops a comment that begins behind a blank.
[[nodiscard]] inline std::string_view without_comment(std::string_view text) noexcept {
    for (std::size_t i = 1; i < text.size(); ++i)
        if (is_comment_mark(text[i]) && is_space_or_tab(text[i - 1])) return text.substr(0, i);
    return text;
}

/// Whether profiles and properties may have that name without quotes.
[[nodiscard]] inline bool is_shared_file_name(std::string_view text) noexcept {
    for (const char c : text)
        if (!is_letter_or_digit(c) && static_cast<unsigned char>(c) < 0x80 &&
            std::string_view("-_/.%@:+").find(c) == std::string_view::npos)
            return false;
    return !text.empty();
}

/// Splits a shared file into sections, as they stand in the file.
class ProfileFileParser {
  public:
    ProfileFileParser(SharedFile file, std::string_view path, Error& error) noexcept
        : file_(file), path_(path), error_(error) {}

    /// False if the file is malformed; the error names the line, but quotes nothing, as a line may hold keys.
    [[nodiscard]] bool parse(std::string_view text) {
        if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
        while (!text.empty()) {
            ++line_;
            const std::size_t end = text.find_first_of("\r\n");
            const std::string_view line = text.substr(0, end);
            text.remove_prefix(line.size());
            if (!text.empty()) text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
            if (!parse_line(line)) return false;
        }
        return true;
    }

    [[nodiscard]] std::vector<ProfileSection>& sections() noexcept { return sections_; }
    /// Whether the section at that index is `[profile default]` in place of `[default]`.
    [[nodiscard]] bool is_prefixed_default(std::size_t index) const noexcept {
        return prefixed_defaults_[index];
    }

  private:
    [[nodiscard]] bool fail_here(std::string_view problem) const {
        return fail(error_, ErrorKind::configuration, "MalformedProfileFile",
                    {path_, ":", std::to_string(line_), ": ", problem});
    }

    [[nodiscard]] bool parse_line(std::string_view line) {
        const std::string_view content = trim_blanks(line);
        if (content.empty() || is_comment_mark(content.front())) return true;
        const std::size_t indent = static_cast<std::size_t>(content.data() - line.data());
        if (indent == 0 && content.front() == '[') return parse_section(content);
        if (sections_.empty()) return fail_here("expected a profile definition, such as '[default]'");
        // Python's configparser, which boto3 uses, lets the properties of a section be indented. A line
        // that is indented further than the property before it continues that.
        if (indent > (in_property_ ? indent_ : 0)) {
            if (in_property_) return continue_property(content);
            if (content.find('=') == std::string_view::npos)
                return fail_here("expected a property definition, found continuation");
        }
        return parse_property(content, indent);
    }

    [[nodiscard]] bool parse_section(std::string_view content) {
        const std::size_t end = section_end(content);
        if (end == std::string_view::npos) return fail_here("the profile definition must end with ']'");
        ProfileSection section{.kind = SectionKind::ignored, .name = {}, .file = file_, .line = line_};
        prefixed_defaults_.push_back(name_section(trim_blanks(content.substr(1, end - 1)), section));
        sections_.push_back(std::move(section));
        in_property_ = false;
        return true;
    }

    /// Where the `]` of a section is: behind a quoted name, and with nothing but a comment behind it; `npos`
    /// if there is none.
    [[nodiscard]] std::size_t section_end(std::string_view content) const noexcept {
        std::size_t end = content.find(']', end_of_quoted_name(content));
        for (; end != std::string_view::npos; end = content.find(']', end + 1)) {
            const std::string_view rest = trim_blanks(content.substr(end + 1));
            if (rest.empty() || is_comment_mark(rest.front())) break;
        }
        return end;
    }
    /// The position behind a name in quotes, which only follow a keyword; 0 if there is none. A quote
    /// elsewhere is a character as others are.
    [[nodiscard]] std::size_t end_of_quoted_name(std::string_view content) const noexcept {
        if (file_ == SharedFile::credentials) return 0;
        const std::string_view text = trim_blanks(content.substr(1));
        std::size_t at = 0;
        while (at < text.size() && !is_space_or_tab(text[at])) ++at;
        const std::string_view name = trim_blanks(text.substr(at));
        if (name.empty() || (name.front() != '"' && name.front() != '\'')) return 0;
        const std::size_t closing = name.find(name.front(), 1);
        if (closing == std::string_view::npos) return 0;
        return static_cast<std::size_t>(name.data() - content.data()) + closing + 1;
    }

    /// Fills in kind and name. Returns whether it is `[profile default]`.
    bool name_section(std::string_view text, ProfileSection& section) const {
        section.name = text;
        if (file_ == SharedFile::credentials || text == "default") {
            if (is_shared_file_name(text)) section.kind = SectionKind::profile;
            return false;
        }
        std::size_t word = 0;
        while (word < text.size() && !is_space_or_tab(text[word])) ++word;
        const std::string_view keyword = text.substr(0, word);
        std::string_view name = trim_blanks(text.substr(word));
        // `aws configure` quotes names that have blanks.
        const bool quoted = name.size() > 2 && (name.front() == '"' || name.front() == '\'') &&
                            name.find(name.front(), 1) == name.size() - 1;
        if (quoted)
            name = name.substr(1, name.size() - 2);
        else if (!is_shared_file_name(name))
            return false;
        if (keyword == "profile")
            section.kind = SectionKind::profile;
        else if (keyword == "sso-session")
            section.kind = SectionKind::sso_session;
        else if (keyword == "services")
            section.kind = SectionKind::services;
        else
            return false;
        section.name = name;
        return section.kind == SectionKind::profile && name == "default";
    }

    /// Splits `name = value`; false without a `=` or a name.
    [[nodiscard]] bool split_property(std::string_view content, std::string_view kind,
                                      ProfileProperty& property) const {
        const std::size_t equals = content.find('=');
        if (equals == std::string_view::npos)
            return fail_here(std::string("expected an '=' sign defining a ").append(kind));
        const std::string_view name = trim_blanks(content.substr(0, equals));
        if (name.empty()) return fail_here(std::string(kind).append(" did not have a name"));
        property.name = name;
        property.value = trim_blanks(content.substr(equals + 1));
        property.file = file_;
        property.line = line_;
        return true;
    }

    [[nodiscard]] bool parse_property(std::string_view content, std::size_t indent) {
        ProfileProperty property;
        if (!split_property(without_comment(content), "property", property)) return false;
        std::string lower;
        append_lower(lower, property.name);
        property.name = std::move(lower);
        has_nested_ = property.value.empty();
        in_property_ = true;
        indent_ = indent;
        std::vector<ProfileProperty>& properties = sections_.back().properties;
        // The last one counts.
        std::erase_if(properties, [&](const ProfileProperty& other) { return other.name == property.name; });
        properties.push_back(std::move(property));
        return true;
    }

    [[nodiscard]] bool continue_property(std::string_view content) {
        ProfileProperty& property = sections_.back().properties.back();
        if (has_nested_) {
            ProfileProperty nested;
            if (!split_property(without_comment(content), "sub-property", nested)) return false;
            std::erase_if(property.nested, [&](const ProfileProperty& other) {
                return equals_ignoring_case(other.name, nested.name);
            });
            property.nested.push_back(std::move(nested));
        }
        append_char(property.value, '\n');
        append_text(property.value, content);
        return true;
    }

    SharedFile file_;
    std::string_view path_;
    Error& error_;
    std::vector<ProfileSection> sections_{};
    std::vector<bool> prefixed_defaults_{};
    int line_ = 0;
    std::size_t indent_ = 0;
    bool in_property_ = false;
    bool has_nested_ = false;
};

} // namespace detail
} // namespace belfry::inline v0
