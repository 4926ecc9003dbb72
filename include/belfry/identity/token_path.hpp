// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/settings/profiles.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

/// Where the AWS CLI keeps the tokens of a sign-in.
namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_NOINLINE inline void append_path(std::string& path, std::string_view part,
                                                    char separator) {
    if (path.back() != separator) append_char(path, separator);
    append_text(path, part);
}

/// A folder of the home directory; empty if that is not known.
[[nodiscard]] BELFRY_COLD inline std::string folder_of_home(SettingsSource& source,
                                                            std::initializer_list<std::string_view> parts) {
    std::string path = home_directory(source);
    if (path.empty()) return path;
    for (const std::string_view part : parts) append_path(path, part, source.path_separator());
    return path;
}

/// Appends the name of a token's file, which is a hash in hexadecimal, to the path of its folder.
BELFRY_COLD inline void append_token_name(std::string& path, const unsigned char* digest, std::size_t size,
                                          char separator) {
    std::string name;
    append_hex(name, digest, size);
    append_text(name, ".json");
    append_path(path, name, separator);
}

} // namespace belfry::inline v0::detail
