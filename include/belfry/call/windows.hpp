// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#if defined(_WIN32)
#include <belfry/util/timestamp.hpp>

#include <cstddef>
#include <cstdint>

/// The functions of the Windows API that `SystemEnvironment` calls. They are declared here as <windows.h> and
/// <ntsecapi.h> declare them, because those headers define thousands of macros; a program may include them
/// before or after.
struct _FILETIME;
extern "C" {
__declspec(dllimport) void __stdcall GetSystemTimeAsFileTime(_FILETIME*);
__declspec(dllimport) unsigned long long __stdcall GetTickCount64();
__declspec(dllimport) void __stdcall Sleep(unsigned long);
// RtlGenRandom by the name that advapi32 exports. BCryptGenRandom is in a library that compilers do not link
// with unless told.
unsigned char __stdcall SystemFunction036(void*, unsigned long);
}
#if defined(_MSC_VER)
#pragma comment(lib, "advapi32")
#endif

namespace belfry::inline v0::detail {

/// The system's time of day.
[[nodiscard]] inline Timestamp windows_now() noexcept {
    // FILETIME: the halves of a number of 100 ns since 1601-01-01T00:00:00Z.
    struct {
        std::uint32_t low, high;
    } time{};
    ::GetSystemTimeAsFileTime(reinterpret_cast<_FILETIME*>(&time));
    const std::uint64_t ticks = std::uint64_t{time.high} << 32 | time.low;
    constexpr std::int64_t seconds_from_1601_to_1970 = 11'644'473'600;
    return {static_cast<std::int64_t>(ticks / 10'000'000) - seconds_from_1601_to_1970,
            static_cast<std::int32_t>(ticks % 10'000'000 * 100)};
}

/// The time since the system started, in steps of some milliseconds.
[[nodiscard]] inline Duration windows_steady_time() noexcept {
    return Duration::milliseconds(static_cast<std::int64_t>(::GetTickCount64()));
}

/// Blocks the calling thread for at least `duration`.
inline void windows_sleep(Duration duration) noexcept {
    std::int64_t milliseconds = duration.count_milliseconds();
    if (duration.count() % 1'000'000 > 0) ++milliseconds;
    // The API takes 32 bits, of which the largest value means for ever.
    constexpr std::int64_t most = 0x7fff'ffff;
    for (; milliseconds > 0; milliseconds -= most)
        ::Sleep(static_cast<unsigned long>(milliseconds < most ? milliseconds : most));
}

/// Fills `bytes` with cryptographically secure random bytes; false if the system fails to.
[[nodiscard]] inline bool windows_random(unsigned char* bytes, std::size_t count) noexcept {
    if (count > 0xffff'ffffU) return false;
    return ::SystemFunction036(bytes, static_cast<unsigned long>(count)) != 0;
}

} // namespace belfry::inline v0::detail
#endif
