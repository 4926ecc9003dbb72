// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace belfry::inline v0 {

/// Reads a body from a file, from its current position to its end. Only including this header makes a program
/// use <cstdio>.
class FileSource final : public BodySource {
  public:
    /// Opens the file; see `is_open`.
    explicit FileSource(const char* path) noexcept : file_(std::fopen(path, "rb")), owned_(true) {
        measure();
    }
    /// Reads from a file that the caller closes after the call, and from its present position on.
    explicit FileSource(std::FILE* file) noexcept : file_(file) { measure(); }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;
    ~FileSource() override {
        if (owned_ && file_ != nullptr) std::fclose(file_);
    }

    /// Whether the file could be opened. A body that is read from one that could not fails when it is sent.
    [[nodiscard]] bool is_open() const noexcept { return file_ != nullptr; }
    /// The bytes that there are to read; -1 for a file without a known end, such as a pipe.
    [[nodiscard]] std::int64_t length() const noexcept { return length_; }

    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        if (file_ == nullptr) return -1;
        begun_ = true;
        const std::size_t count = std::fread(buffer, 1, capacity, file_);
        return count == 0 && std::ferror(file_) != 0 ? -1 : static_cast<std::ptrdiff_t>(count);
    }
    bool rewind() noexcept override {
        if (!begun_) return true;
        if (length_ < 0 || file_ == nullptr || !seek(start_, SEEK_SET)) return false;
        begun_ = false;
        return true;
    }

  private:
    void measure() noexcept {
        if (file_ == nullptr) return;
        start_ = tell();
        if (start_ < 0 || !seek(0, SEEK_END)) return;
        const std::int64_t end = tell();
        if (seek(start_, SEEK_SET) && end >= start_) length_ = end - start_;
    }
#if defined(_WIN32)
    [[nodiscard]] std::int64_t tell() const noexcept { return _ftelli64(file_); }
    [[nodiscard]] bool seek(std::int64_t at, int origin) const noexcept {
        return _fseeki64(file_, at, origin) == 0;
    }
#else
    // `long` may have 32 bits, `off_t` has as many as the file system.
    [[nodiscard]] std::int64_t tell() const noexcept { return ftello(file_); }
    [[nodiscard]] bool seek(std::int64_t at, int origin) const noexcept {
        return fseeko(file_, static_cast<off_t>(at), origin) == 0;
    }
#endif

    std::FILE* file_;
    std::int64_t start_ = 0;
    std::int64_t length_ = -1;
    bool owned_ = false;
    bool begun_ = false;
};

} // namespace belfry::inline v0
