// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

#if !defined(_WIN32)
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <unistd.h>
#endif

namespace belfry::inline v0 {

/// Replaces files that hold secrets. Derive from it to keep them elsewhere.
class SecretFileWriter {
  public:
    virtual ~SecretFileWriter() = default;
    /// Puts `text` into the file, which readers see before or after, but not half written, and which others
    /// than the user cannot read. False if that fails; `problem` is the reason then.
    [[nodiscard]] virtual bool replace(const std::string& path, std::string_view text,
                                       std::string& problem) = 0;
};

/// Writes a new file beside the old one, with the mode 0600 of POSIX `mkstemp`, and renames it. Windows has
/// no such function; there, it fails.
class SystemSecretFileWriter final : public SecretFileWriter {
  public:
#if defined(_WIN32)
    [[nodiscard]] bool replace(const std::string&, std::string_view, std::string& problem) override {
        problem = "files of secrets cannot be written on Windows; derive from SecretFileWriter";
        return false;
    }
#else
    [[nodiscard]] bool replace(const std::string& path, std::string_view text,
                               std::string& problem) override {
        std::string name = path + ".XXXXXX";
        const int file = ::mkstemp(name.data());
        if (file < 0) return fail(problem, errno);
        int error = write_all(file, text);
        if (::close(file) != 0 && error == 0) error = errno;
        if (error == 0 && std::rename(name.c_str(), path.c_str()) != 0) error = errno;
        if (error == 0) return true;
        ::unlink(name.c_str());
        return fail(problem, error);
    }

  private:
    static bool fail(std::string& problem, int error) {
        problem = std::generic_category().message(error);
        return false;
    }
    /// Returns the error's number, or 0 if the text has reached the disk.
    static int write_all(int file, std::string_view text) noexcept {
        while (!text.empty()) {
            const ::ssize_t count = ::write(file, text.data(), text.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return errno;
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        return ::fsync(file) != 0 ? errno : 0;
    }
#endif
};

namespace detail {
// Has no state, so that all threads may use it.
inline SystemSecretFileWriter system_secret_file_writer;

/// The writer of a program, or that of the operating system if it is null.
[[nodiscard]] inline SecretFileWriter& writer_or_system(SecretFileWriter* writer) noexcept {
    return writer != nullptr ? *writer : system_secret_file_writer;
}
} // namespace detail

} // namespace belfry::inline v0
