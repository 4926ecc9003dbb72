// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <unistd.h>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SOAK_ADDRESS_SANITIZER 1
#elif __has_feature(thread_sanitizer)
#define SOAK_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SOAK_ADDRESS_SANITIZER 1
#elif defined(__SANITIZE_THREAD__)
#define SOAK_THREAD_SANITIZER 1
#endif
#if defined(SOAK_ADDRESS_SANITIZER) || defined(SOAK_THREAD_SANITIZER)
// g++ does not have the header that declares it.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#elif defined(__GLIBC__)
#include <malloc.h>
#endif

namespace soak {

/// The memory of the process after so many calls.
struct MemorySample {
    std::uint32_t calls;
    std::size_t resident;  ///< Bytes in memory.
    std::size_t allocated; ///< Bytes of live allocations; 0 where the system does not tell.
};

[[nodiscard]] inline std::size_t resident_bytes() {
    unsigned long total = 0;
    unsigned long resident = 0;
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    const int count = std::fscanf(file, "%lu %lu", &total, &resident);
    std::fclose(file);
    return count == 2 ? resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) : 0;
}
[[nodiscard]] inline std::size_t allocated_bytes() {
#if defined(SOAK_ADDRESS_SANITIZER) || defined(SOAK_THREAD_SANITIZER)
    return __sanitizer_get_current_allocated_bytes();
#elif defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

/// The memory of a run, and whether it is flat: whether its last quarter takes more than its second one. The
/// first quarter fills caches.
class MemoryCurve {
  public:
    /// How much more the last quarter may take on average. The number of idle connections varies, each of
    /// which takes some kilobytes, so a short run is allowed more. A sanitizer keeps freed memory, so
    /// the resident memory then says little.
    static constexpr std::ptrdiff_t resident_bound = 1 << 20;
    [[nodiscard]] std::ptrdiff_t allocated_bound() const noexcept {
        return list_.size() < samples / 2 ? 512 << 10 : 128 << 10;
    }
    static constexpr std::size_t samples = 100;

    MemoryCurve() { list_.reserve(samples + 8); }
    void sample(std::uint32_t calls) {
        if (list_.size() < list_.capacity()) list_.push_back({calls, resident_bytes(), allocated_bytes()});
    }
    [[nodiscard]] const std::vector<MemorySample>& list() const noexcept { return list_; }
    [[nodiscard]] std::ptrdiff_t resident_growth() const { return growth(&MemorySample::resident); }
    [[nodiscard]] std::ptrdiff_t allocated_growth() const { return growth(&MemorySample::allocated); }
    /// Empty if it is flat.
    [[nodiscard]] std::string problem() const {
        if (list_.size() < 12) return "there are too few samples of memory";
        if (allocated_growth() > allocated_bound())
            return "allocated memory grows by " + std::to_string(allocated_growth()) +
                   " bytes in the last half";
#if !defined(SOAK_ADDRESS_SANITIZER) && !defined(SOAK_THREAD_SANITIZER)
        if (resident_growth() > resident_bound)
            return "resident memory grows by " + std::to_string(resident_growth()) +
                   " bytes in the last half";
#endif
        return {};
    }

  private:
    [[nodiscard]] std::ptrdiff_t growth(std::size_t MemorySample::* member) const {
        const std::size_t quarter = list_.size() / 4;
        if (quarter == 0) return 0;
        std::size_t early = 0;
        std::size_t late = 0;
        for (std::size_t i = 0; i < quarter; ++i) {
            early += list_[quarter + i].*member;
            late += list_[list_.size() - 1 - i].*member;
        }
        return (static_cast<std::ptrdiff_t>(late) - static_cast<std::ptrdiff_t>(early)) /
               static_cast<std::ptrdiff_t>(quarter);
    }

    std::vector<MemorySample> list_;
};

} // namespace soak
