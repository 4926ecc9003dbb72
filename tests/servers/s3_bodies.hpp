// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body_sources.hpp>
#include <belfry/call/response_body.hpp>
#include <belfry/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <utility>

/// Bodies that are generated piece by piece, and a transport that damages them.
namespace belfry_servers {

/// The byte of a pattern that repeats after 8 MB.
[[nodiscard]] inline char pattern(std::int64_t at) noexcept {
    const auto x = static_cast<std::uint32_t>(at % 8'000'009) * 2'654'435'761u;
    return static_cast<char>(x >> 24);
}

class PatternSource final : public belfry::BodySource {
  public:
    explicit PatternSource(std::int64_t length) noexcept : length_(length) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        std::size_t count = 0;
        while (count < capacity && at_ < length_) buffer[count++] = pattern(at_++);
        return static_cast<std::ptrdiff_t>(count);
    }
    bool rewind() noexcept override {
        at_ = 0;
        return true;
    }

  private:
    std::int64_t length_;
    std::int64_t at_ = 0;
};

class PatternSink final : public belfry::ResponseBodySink {
  public:
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        for (const std::byte byte : bytes) good_ = good_ && static_cast<char>(byte) == pattern(received_++);
        return true;
    }
    bool restart() noexcept override {
        received_ = 0;
        good_ = true;
        return true;
    }
    [[nodiscard]] std::int64_t received() const noexcept { return received_; }
    [[nodiscard]] bool good() const noexcept { return good_; }

  private:
    std::int64_t received_ = 0;
    bool good_ = true;
};

/// Resets the peak memory of the process (Linux, proc(5)).
inline void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

/// The peak memory of this process in kB (Linux, proc(5)); 0 where it is unknown.
[[nodiscard]] inline long peak_kilobytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmHWM:" && status >> word) return std::atol(word.c_str());
    return 0;
}

/// Forwards everything, and changes one byte of a body on request.
class TamperingTransport final : public belfry::Transport {
  public:
    explicit TamperingTransport(belfry::Transport& inner) noexcept : inner_(inner) {}
    belfry::TransportResult send(const belfry::HttpRequest& sent,
                                 belfry::ResponseSink& sink) noexcept override {
        belfry::HttpRequest changed = sent;
        Source source(sent.source);
        if (request && sent.source != nullptr)
            changed.source = &source;
        else if (request && !changed.body.empty())
            changed.body[changed.body.size() / 2] ^= 1;
        Sink tampering(sink);
        return inner_.send(changed, response ? static_cast<belfry::ResponseSink&>(tampering) : sink);
    }

    bool request = false;
    bool response = false;

  private:
    /// Changes a byte in the middle of the first piece, which belongs to the content with any framing.
    class Source final : public belfry::BodySource {
      public:
        explicit Source(belfry::BodySource* inner) noexcept : inner_(inner) {}
        std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
            const std::ptrdiff_t count = inner_->read(buffer, capacity);
            if (count > 1'000 && !std::exchange(done_, true)) buffer[count / 2] ^= 1;
            return count;
        }
        bool rewind() noexcept override {
            done_ = false;
            return inner_->rewind();
        }

      private:
        belfry::BodySource* inner_;
        bool done_ = false;
    };
    class Sink final : public belfry::ResponseSink {
      public:
        explicit Sink(belfry::ResponseSink& inner) noexcept : inner_(inner) {}
        bool on_head(int status, belfry::Headers headers) noexcept override {
            return inner_.on_head(status, std::move(headers));
        }
        bool on_body(std::span<const std::byte> bytes) noexcept override {
            if (bytes.empty() || std::exchange(done_, true)) return inner_.on_body(bytes);
            std::string changed(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            changed[0] ^= 1;
            return inner_.on_body(std::as_bytes(std::span(changed.data(), changed.size())));
        }
        [[nodiscard]] bool cancelled() const noexcept override { return inner_.cancelled(); }

      private:
        belfry::ResponseSink& inner_;
        bool done_ = false;
    };

    belfry::Transport& inner_;
};

} // namespace belfry_servers
