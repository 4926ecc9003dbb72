// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>

namespace belfry::inline v0 {

/// The outcome of reading a file.
enum class FileStatus : std::uint8_t {
    read,    ///< All of it was read.
    missing, ///< There is no file of that name.
    failed,  ///< It could not be opened or read.
};

/// Where settings are read from: environment variables and files. Derive from it where a program has neither,
/// or keeps its settings elsewhere.
class SettingsSource {
  public:
    virtual ~SettingsSource() = default;
    /// The value of an environment variable; absent if it is not set.
    [[nodiscard]] virtual std::optional<std::string> variable(const char* name) = 0;
    /// Reads a whole file into `text`. If that fails, `text` is the reason.
    [[nodiscard]] virtual FileStatus read_file(const std::string& path, std::string& text) = 0;
    /// Stands between the parts of a path.
    [[nodiscard]] virtual char path_separator() const noexcept { return '/'; }
};

/// The environment and the files of the operating system.
class SystemSettingsSource final : public SettingsSource {
  public:
    /// Bytes that a file of settings may have. A longer one is not a file of settings.
    static constexpr std::size_t max_file_size = std::size_t{16} * 1024 * 1024;

    [[nodiscard]] std::optional<std::string> variable(const char* name) override {
        if (const char* const value = std::getenv(name)) return value;
        return std::nullopt;
    }
    [[nodiscard]] FileStatus read_file(const std::string& path, std::string& text) override {
        text.clear();
        std::FILE* const file = std::fopen(path.c_str(), "rb");
        if (file == nullptr) {
            if (errno == ENOENT || errno == ENOTDIR) return FileStatus::missing;
            text = std::generic_category().message(errno);
            return FileStatus::failed;
        }
        std::array<char, 4096> buffer{};
        std::size_t count = 0;
        while (text.size() <= max_file_size &&
               (count = std::fread(buffer.data(), 1, buffer.size(), file)) != 0)
            text.append(buffer.data(), count);
        const int error = std::ferror(file) != 0 ? errno : 0;
        std::fclose(file);
        if (error == 0 && text.size() <= max_file_size) return FileStatus::read;
        text = error != 0 ? std::generic_category().message(error) : "it has more than 16 MiB";
        return FileStatus::failed;
    }
    [[nodiscard]] char path_separator() const noexcept override {
#if defined(_WIN32)
        return '\\';
#else
        return '/';
#endif
    }
};

namespace detail {
// Has no state, so that all threads may use it.
inline SystemSettingsSource system_settings_source;
} // namespace detail

} // namespace belfry::inline v0
