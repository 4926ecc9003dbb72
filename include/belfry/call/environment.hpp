// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#if defined(_WIN32)
#include <belfry/call/windows.hpp>
#else
#include <cstdio>
#include <ctime>
#endif

/// Whether the system's library has `getrandom`.
#if defined(__linux__) && defined(__has_include) && (!defined(__ANDROID__) || __ANDROID_API__ >= 28)
#if __has_include(<sys/random.h>)
#define BELFRY_HAS_GETRANDOM 1
#endif
#endif
#if !defined(BELFRY_HAS_GETRANDOM)
#define BELFRY_HAS_GETRANDOM 0
#endif

/// Whether the system has the clocks of POSIX. C libraries for processors without an operating system, such
/// as newlib, do not.
#if defined(_WIN32) || (defined(TIME_UTC) && defined(CLOCK_MONOTONIC))
#define BELFRY_HAS_SYSTEM_ENVIRONMENT 1
#else
#define BELFRY_HAS_SYSTEM_ENVIRONMENT 0
#endif

namespace belfry::inline v0 {

#if BELFRY_HAS_GETRANDOM
namespace detail {
// Declared here because the macros of `<sys/random.h>` would leak.
extern "C" std::ptrdiff_t getrandom(void* bytes, std::size_t count, unsigned flags);
} // namespace detail
#endif

/// The system services of a client: clock, sleep and randomness. Derive from it to run a
/// client on your own clock or to make requests repeatable.
class Environment {
  public:
    /// The time of day. Asked for on each thread that makes calls or completes attempts.
    [[nodiscard]] BELFRY_COLD virtual Timestamp now() noexcept = 0;
    /// The time since a fixed point in the past, by a clock that is never set. Deadlines are measured with
    /// it. By default the time of day.
    [[nodiscard]] BELFRY_COLD virtual Duration steady_time() noexcept {
        // Limited to 145 years from 1970, so that differences do not overflow.
        constexpr std::int64_t limit = 4'600'000'000;
        const Timestamp time = now();
        if (time.seconds >= limit || time.seconds <= -limit)
            return Duration::seconds(time.seconds > 0 ? limit : -limit);
        return Duration::nanoseconds(time.seconds * 1'000'000'000 + time.nanoseconds);
    }
    /// Blocks the calling thread.
    BELFRY_COLD virtual void sleep(Duration duration) noexcept = 0;
    /// Fills `bytes` with cryptographically secure random bytes; false if the system has none.
    [[nodiscard]] BELFRY_COLD virtual bool random(unsigned char* bytes, std::size_t count) noexcept = 0;

  protected:
    // Not virtual: the system's environment is a constant that needs no destruction.
    ~Environment() = default;
};

/// The clock, sleep and randomness of the operating system. Without an operating system
/// (`BELFRY_HAS_SYSTEM_ENVIRONMENT` is 0) it is always 1970, `sleep` returns at once, and `random` fails:
/// give `ClientConfig::environment` an `Environment` of the program there.
class SystemEnvironment final : public Environment {
  public:
    constexpr SystemEnvironment() noexcept = default;
#if defined(_WIN32)
    [[nodiscard]] Timestamp now() noexcept override { return detail::windows_now(); }
    [[nodiscard]] Duration steady_time() noexcept override { return detail::windows_steady_time(); }
    void sleep(Duration duration) noexcept override { detail::windows_sleep(duration); }
    [[nodiscard]] bool random(unsigned char* bytes, std::size_t count) noexcept override {
        return detail::windows_random(bytes, count);
    }
#elif !BELFRY_HAS_SYSTEM_ENVIRONMENT
    [[nodiscard]] Timestamp now() noexcept override { return {}; }
    void sleep(Duration) noexcept override {}
    [[nodiscard]] bool random(unsigned char*, std::size_t) noexcept override { return false; }
#else
    [[nodiscard]] Timestamp now() noexcept override {
        std::timespec time{};
        if (std::timespec_get(&time, TIME_UTC) != TIME_UTC) return {};
        return {static_cast<std::int64_t>(time.tv_sec), static_cast<std::int32_t>(time.tv_nsec)};
    }
    [[nodiscard]] Duration steady_time() noexcept override {
        std::timespec time{};
        static_cast<void>(::clock_gettime(CLOCK_MONOTONIC, &time));
        return Duration::nanoseconds(static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec);
    }
    void sleep(Duration duration) noexcept override {
        if (duration.count() <= 0) return;
        std::timespec left{static_cast<std::time_t>(duration.count() / 1'000'000'000),
                           static_cast<long>(duration.count() % 1'000'000'000)};
        // A signal ends the sleep early and leaves the rest in `left`.
        while (::nanosleep(&left, &left) != 0 && (left.tv_sec > 0 || left.tv_nsec > 0)) {
        }
    }
    [[nodiscard]] bool random(unsigned char* bytes, std::size_t count) noexcept override {
#if BELFRY_HAS_GETRANDOM
        // One system call in place of three. Linux before 3.17, and some sandboxes, do not have it.
        if (detail::getrandom(bytes, count, 0) == static_cast<std::ptrdiff_t>(count)) return true;
#endif
        std::FILE* const file = std::fopen("/dev/urandom", "rb");
        if (file == nullptr) return false;
        // Unbuffered: the default would read thousands of bytes and discard them.
        std::setvbuf(file, nullptr, _IONBF, 0);
        const std::size_t got = std::fread(bytes, 1, count, file);
        std::fclose(file);
        return got == count;
    }
#endif
};

namespace detail {
// Constant-initialised and trivially destroyed, so that it runs no code before or after main.
inline constinit SystemEnvironment system_environment;

/// The environment of a program, or that of the operating system if it is null.
[[nodiscard]] inline Environment& environment_or_system(Environment* environment) noexcept {
    return environment != nullptr ? *environment : system_environment;
}

/// Returns a random number in the closed range [0, 1]. Without randomness it returns 1: a delay that is
/// multiplied by it then has its full length.
[[nodiscard]] BELFRY_COLD inline double random_fraction(Environment& environment) noexcept {
    unsigned char bytes[2];
    if (!environment.random(bytes, sizeof bytes)) return 1;
    return (bytes[0] + 256 * bytes[1]) / 65535.0;
}

using UuidText = char[36];
/// The UUID of `make_uuid`, in `text`.
[[nodiscard]] BELFRY_COLD inline std::string_view write_uuid(Environment& environment,
                                                             UuidText& text) noexcept {
    unsigned char bytes[16];
    if (!environment.random(bytes, sizeof bytes)) return {};
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
    char digits[32];
    write_hex(digits, bytes, sizeof bytes);
    // Parts of 8, 4, 4, 4 and 12 digits.
    std::memcpy(text, digits, 8);
    std::memcpy(text + 9, digits + 8, 4);
    std::memcpy(text + 14, digits + 12, 4);
    std::memcpy(text + 19, digits + 16, 4);
    std::memcpy(text + 24, digits + 20, 12);
    text[8] = text[13] = text[18] = text[23] = '-';
    return {text, sizeof text};
}
} // namespace detail

/// A random UUID of version 4 (RFC 9562 section 5.4) in lower case; empty when there is no randomness.
[[nodiscard]] inline std::string make_uuid(Environment& environment) {
    detail::UuidText text;
    return std::string(detail::write_uuid(environment, text));
}

} // namespace belfry::inline v0
