// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/call/response_body.hpp>
#include <belfry/util/config.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#if defined(_WIN32)
#include <io.h>

/// As <windows.h> declares them: see `call/windows.hpp`.
extern "C" {
__declspec(dllimport) unsigned long __stdcall GetFileAttributesA(const char*);
__declspec(dllimport) unsigned long __stdcall GetLastError();
__declspec(dllimport) int __stdcall MoveFileExA(const char*, const char*, unsigned long);
}
#else
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace belfry::inline v0 {

/// Writes the streaming body of a response to a file, which appears under its name only if it is complete:
/// `FileSink sink("report.pdf"); client.get_object(input, {.response_body = &sink});`
/// The bytes go to a new file beside it, `report.pdf.` and eight digits. When the body is complete, its
/// checksum is right and the rest of the response could be read, the sink flushes that file to the disk and
/// renames it, which replaces an older `report.pdf` in one step (POSIX `rename`, Windows `MoveFileEx`). If
/// the call fails, the older file stays as it is. A retry starts over. A full disk, for example, makes the
/// call fail with the path and the system's reason in the message. Devices and folders are refused; a
/// symbolic link is replaced, not followed. Use a sink for one call at a time.
class FileSink final : public ResponseBodySink {
  public:
    explicit FileSink(std::string path) : path_(std::move(path)) {}
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;
    /// Removes the new file if it is not complete, as the next call with this sink does.
    ~FileSink() override { discard(); }

    void begin() noexcept override { discard(); }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        if (file_ == nullptr && !open()) return false;
        if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) return true;
        return fail("cannot write to ", errno);
    }
    bool restart() noexcept override {
        discard();
        return true;
    }
    bool complete() noexcept override {
        // An empty body has no pieces.
        if (file_ == nullptr && !open()) return false;
        if (std::fflush(file_) != 0 || !synchronize()) return fail("cannot write to ", errno);
        if (std::fclose(std::exchange(file_, nullptr)) != 0) return fail("cannot write to ", errno);
        if (!move_into_place()) return false;
        temporary_.clear();
        return true;
    }
    [[nodiscard]] std::string failure() const override {
        if (problem_ == nullptr) return {};
        return problem_ + ('\'' + path_) + "': " + category_->message(error_);
    }

  private:
    bool open() noexcept {
#if defined(__cpp_exceptions)
        // The file cannot be created if there is no memory for its temporary name.
        try {
            return open_new();
        } catch (...) {
            return fail("cannot create ", ENOMEM);
        }
#else
        return open_new();
#endif
    }
    /// A name that no other file has, so that sinks of several programs for one file do not meet.
    bool open_new() {
        problem_ = nullptr;
        category_ = &std::generic_category();
        // Renaming would put a file in the place of a device.
        if (const int error = irreplaceable()) return fail("cannot replace ", error);
        int descriptor = -1;
        for (int tries = 0; descriptor < 0 && tries < 100; ++tries) {
            unsigned char bytes[4] = {};
            static_cast<void>(detail::system_environment.random(bytes, sizeof bytes));
            // Without randomness the number of the try makes the difference.
            bytes[0] = static_cast<unsigned char>(bytes[0] + tries);
            temporary_ = path_ + '.';
            for (const unsigned char byte : bytes)
                for (const int digit : {byte >> 4, byte & 15}) temporary_ += "0123456789abcdef"[digit];
            descriptor = create(temporary_.c_str());
            if (descriptor < 0 && errno != EEXIST) break;
        }
        if (descriptor >= 0) {
#if defined(_WIN32)
            file_ = ::_fdopen(descriptor, "wb");
#else
            file_ = ::fdopen(descriptor, "wb");
#endif
            if (file_ != nullptr) return true;
            const int error = errno;
            close(descriptor);
            std::remove(temporary_.c_str());
            errno = error;
        }
        temporary_.clear();
        return fail("cannot create a file beside ", errno);
    }
    // `irreplaceable` tells why what has the name now is not a file; 0 if it is one, or if there is none.
#if defined(_WIN32)
    [[nodiscard]] int irreplaceable() const noexcept {
        const unsigned long found = ::GetFileAttributesA(path_.c_str());
        constexpr unsigned long none = 0xffff'ffff;
        constexpr unsigned long folder = 0x10;
        constexpr unsigned long device = 0x40;
        if (found == none) return 0;
        return (found & folder) != 0 ? EISDIR : (found & device) != 0 ? EINVAL : 0;
    }
    static int create(const char* path) noexcept {
        // <fcntl.h> and <sys/stat.h> name these flags by macros.
        constexpr int write_only = 0x0001;
        constexpr int create_new = 0x0100 | 0x0400;
        constexpr int binary = 0x8000;
        constexpr int may_read_and_write = 0x0100 | 0x0080;
        return ::_open(path, write_only | create_new | binary, may_read_and_write);
    }
    static void close(int descriptor) noexcept { ::_close(descriptor); }
    [[nodiscard]] bool synchronize() const noexcept { return ::_commit(::_fileno(file_)) == 0; }
    bool move_into_place() noexcept {
        constexpr unsigned long replace_existing = 1;
        constexpr unsigned long write_through = 8;
        if (::MoveFileExA(temporary_.c_str(), path_.c_str(), replace_existing | write_through) != 0)
            return true;
        category_ = &std::system_category();
        return fail("cannot replace ", static_cast<int>(::GetLastError()));
    }
#else
    [[nodiscard]] int irreplaceable() const noexcept {
        struct stat found{};
        if (::stat(path_.c_str(), &found) != 0) return 0;
        const auto kind = found.st_mode & S_IFMT;
        return kind == S_IFREG ? 0 : kind == S_IFDIR ? EISDIR : EINVAL;
    }
    static int create(const char* path) noexcept {
        int flags = O_CREAT | O_EXCL | O_WRONLY;
#if defined(O_CLOEXEC)
        flags |= O_CLOEXEC;
#endif
#if defined(O_LARGEFILE)
        // 32-bit systems need it to write files over 2 GiB.
        flags |= O_LARGEFILE;
#endif
        return ::open(path, flags, 0666);
    }
    static void close(int descriptor) noexcept { ::close(descriptor); }
    [[nodiscard]] bool synchronize() const noexcept {
        // Some kinds of files, such as those of FUSE, do not have it.
        return ::fsync(::fileno(file_)) == 0 || errno == EINVAL || errno == ENOSYS;
    }
    bool move_into_place() noexcept {
        return std::rename(temporary_.c_str(), path_.c_str()) == 0 || fail("cannot replace ", errno);
    }
#endif
    bool fail(const char* problem, int error) noexcept {
        problem_ = problem;
        error_ = error;
        discard();
        return false;
    }
    void discard() noexcept {
        if (file_ != nullptr) std::fclose(std::exchange(file_, nullptr));
        if (!temporary_.empty()) std::remove(temporary_.c_str());
        temporary_.clear();
    }

    std::string path_;
    std::string temporary_{};
    std::FILE* file_ = nullptr;
    const char* problem_ = nullptr;
    const std::error_category* category_ = &std::generic_category();
    int error_ = 0;
};

} // namespace belfry::inline v0
