// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <system_error>

namespace belfry::inline v0 {

/// Reads a body from a file, or from a part of it. Only including this header makes a program use <cstdio>
/// and <system_error>. A file that cannot be opened or is too short makes the call fail before anything is
/// sent, with the path and the system's reason in the message.
class FileSource final : public BodySource {
  public:
    /// Opens the file. `offset` and `length` are in bytes; a length of -1 is the rest of the file. To upload
    /// a file in parts, make a source for each part.
    explicit FileSource(const char* path, std::int64_t offset = 0, std::int64_t length = -1)
        : file_(std::fopen(path, "rb")), name_('\'' + std::string(path) + '\''), owned_(true) {
        open(offset, length);
    }
#if defined(_WIN32)
    /// For paths that the system's code page cannot express, such as `std::filesystem::path::c_str()`.
    explicit FileSource(const wchar_t* path, std::int64_t offset = 0, std::int64_t length = -1)
        : file_(::_wfopen(path, L"rb")), name_("the file"), owned_(true) {
        open(offset, length);
    }
#endif
    /// Reads from a file that the caller closes after the call, from its present position on: at most
    /// `length` bytes, or to its end.
    explicit FileSource(std::FILE* file, std::int64_t length = -1) : file_(file), name_("the file") {
        if (file_ != nullptr)
            measure(tell(), length);
        else
            fail("there is no file: the pointer is null", 0);
    }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;
    ~FileSource() override {
        if (owned_ && file_ != nullptr) std::fclose(file_);
    }

    /// Whether the file could be opened, is long enough and was read without errors so far.
    [[nodiscard]] bool is_open() const noexcept { return problem_ == nullptr; }
    /// The bytes that there are to read; -1 for a file without a known end, such as a pipe.
    [[nodiscard]] std::int64_t length() const noexcept { return length_; }
    [[nodiscard]] std::string failure() const override {
        if (problem_ == nullptr) return {};
        std::string text = problem_;
        // The texts with a place for the file's name end in a space.
        if (text.back() == ' ') text += name_;
        if (error_ != 0) text += ": " + std::generic_category().message(error_);
        return text;
    }

    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        if (problem_ != nullptr) return -1;
        begun_ = true;
        if (left_ >= 0 && static_cast<std::uint64_t>(left_) < capacity)
            capacity = static_cast<std::size_t>(left_);
        if (capacity == 0) return 0;
        errno = 0;
        const std::size_t count = std::fread(buffer, 1, capacity, file_);
        if (count == 0 && std::ferror(file_) != 0) return fail("cannot read ", errno);
        // The length may have been sent already.
        if (count == 0 && left_ > 0) return fail("the file became shorter while it was read: ", 0);
        if (left_ >= 0) left_ -= static_cast<std::int64_t>(count);
        return static_cast<std::ptrdiff_t>(count);
    }
    bool rewind() noexcept override {
        if (problem_ != nullptr) return false;
        if (!begun_) return true;
        if (length_ < 0 || !seek(start_, SEEK_SET)) return false;
        left_ = length_;
        begun_ = false;
        return true;
    }

  private:
    void open(std::int64_t offset, std::int64_t length) noexcept {
        if (file_ == nullptr) {
            fail("cannot open ", errno);
        } else if (offset < 0) {
            fail("the offset is negative, for ", 0);
        } else if (offset > 0 && !seek(offset, SEEK_SET)) {
            fail("cannot go to the offset in ", errno);
        } else {
            measure(offset, length);
        }
    }
    void measure(std::int64_t start, std::int64_t length) noexcept {
        // On some systems a folder can be opened, but not read.
        errno = 0;
        if (const int first = std::fgetc(file_); first != EOF)
            std::ungetc(first, file_);
        else if (std::ferror(file_) != 0)
            return static_cast<void>(fail("cannot read ", errno));
        start_ = start;
        if (start < 0 || !seek(0, SEEK_END)) {
            // A pipe has no size, but the bytes that are read can be counted.
            left_ = length;
            return;
        }
        const std::int64_t end = tell();
        if (!seek(start, SEEK_SET)) return static_cast<void>(fail("cannot go to the offset in ", errno));
        if (end < start || (length >= 0 && end - start < length))
            return static_cast<void>(fail("the offset and the length reach beyond the end of ", 0));
        length_ = left_ = length >= 0 ? length : end - start;
    }
    std::ptrdiff_t fail(const char* problem, int error) noexcept {
        problem_ = problem;
        error_ = error;
        return -1;
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
    std::string name_;
    const char* problem_ = nullptr;
    int error_ = 0;
    std::int64_t start_ = 0;
    std::int64_t length_ = -1;
    /// The bytes that are still to be read; -1 if that is not known.
    std::int64_t left_ = -1;
    bool owned_ = false;
    bool begun_ = false;
};

} // namespace belfry::inline v0
