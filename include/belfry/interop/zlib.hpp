// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<zlib.h>)
#error "zlib is missing: install zlib1g-dev (apt), zlib-devel (dnf), zlib-dev (apk) or zlib"
#endif

#include <belfry/http/compressor.hpp>

#include <cstddef>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <zlib.h>

namespace belfry::inline v0 {

namespace detail {

/// zlib writing gzip (RFC 1952), whose header carries neither a name nor a time.
class GzipStream {
  public:
    GzipStream() noexcept
        : good_(deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) ==
                Z_OK) {}
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;
    ~GzipStream() {
        if (good_) deflateEnd(&stream_);
    }
    [[nodiscard]] bool good() const noexcept { return good_; }
    [[nodiscard]] bool reset() noexcept {
        stream_.next_in = nullptr;
        stream_.avail_in = 0;
        return deflateReset(&stream_) == Z_OK;
    }
    [[nodiscard]] bool wants_input() const noexcept { return stream_.avail_in == 0; }
    /// `bytes` must stay valid until zlib has consumed them.
    void give(std::string_view bytes) noexcept {
        // zlib's pointer to its input is not const everywhere.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
    }
    /// Fills up to `capacity` bytes and returns how many; `done` when the last one is among them. Negative
    /// when zlib fails.
    [[nodiscard]] std::ptrdiff_t take(char* buffer, std::size_t capacity, bool last, bool& done) noexcept {
        constexpr std::size_t most = (std::numeric_limits<uInt>::max)();
        const auto room = static_cast<uInt>(capacity < most ? capacity : most);
        stream_.next_out = reinterpret_cast<Bytef*>(buffer);
        stream_.avail_out = room;
        const int result = deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
        done = result == Z_STREAM_END;
        // zlib needs more input to make progress.
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return -1;
        return static_cast<std::ptrdiff_t>(room - stream_.avail_out);
    }

  private:
    z_stream stream_{};
    bool good_;
};

class GzipSource final : public BodySource {
  public:
    explicit GzipSource(BodySource& source) noexcept : source_(source) {}
    [[nodiscard]] bool good() const noexcept { return stream_.good(); }
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        while (capacity > 0 && !done_) {
            if (stream_.wants_input() && !ended_) {
                const std::ptrdiff_t got = source_.read(input_, sizeof input_);
                if (got < 0 || static_cast<std::size_t>(got) > sizeof input_) return -1;
                ended_ = got == 0;
                stream_.give({input_, static_cast<std::size_t>(got)});
            }
            const std::ptrdiff_t count = stream_.take(buffer, capacity, ended_, done_);
            if (count != 0) return count;
        }
        return 0;
    }
    bool rewind() noexcept override {
        if (!source_.rewind() || !stream_.reset()) return false;
        ended_ = false;
        done_ = false;
        return true;
    }

  private:
    BodySource& source_;
    GzipStream stream_{};
    bool ended_ = false;
    bool done_ = false;
    char input_[16 * 1024];
};

} // namespace detail

/// Compresses request bodies with zlib: `ClientConfig{..., .compressor = &compressor}`. Including this header
/// is what makes a program need zlib.
class ZlibCompressor final : public GzipCompressor {
  public:
    bool compress(std::string_view body, std::string& out) noexcept override {
#if defined(__cpp_exceptions)
        // Without memory for the compressed body there is none.
        try {
            return deflate_all(body, out);
        } catch (...) {
            return false;
        }
#else
        return deflate_all(body, out);
#endif
    }
    BodySource* compress(BodySource& source) noexcept override {
        auto* const compressed = new (std::nothrow) detail::GzipSource(source);
        if (compressed == nullptr || compressed->good()) return compressed;
        delete compressed;
        return nullptr;
    }

  private:
    [[nodiscard]] static bool deflate_all(std::string_view body, std::string& out) {
        detail::GzipStream stream;
        if (!stream.good()) return false;
        bool done = false;
        std::string_view rest = body;
        while (!done) {
            if (stream.wants_input() && !rest.empty()) {
                const std::string_view piece = rest.substr(0, 1 << 30);
                stream.give(piece);
                rest.remove_prefix(piece.size());
            }
            const std::size_t before = out.size();
            const std::size_t room = before < 4'096 ? 4'096 : before;
            out.resize(before + room);
            const std::ptrdiff_t count = stream.take(out.data() + before, room, rest.empty(), done);
            out.resize(before + (count < 0 ? 0 : static_cast<std::size_t>(count)));
            if (count < 0) return false;
        }
        return true;
    }
};

} // namespace belfry::inline v0
