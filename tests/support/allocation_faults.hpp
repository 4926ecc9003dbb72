// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

/// Lets allocations fail on purpose. A program that includes this is linked with `failing_allocations.cpp`,
/// whose allocation functions replace the standard library's. They call malloc and free, so that the
/// sanitizers still see each block.
namespace test {

/// Which allocations of a run fail.
enum class FailedAllocations {
    one,  ///< One of them: afterwards there is memory again.
    rest, ///< One of them and all later ones: there is no memory for describing the error either.
};

/// The allocations of the calling thread.
struct AllocationCounts {
    long made = 0;
    long live = 0;
};
[[nodiscard]] AllocationCounts allocation_counts() noexcept;

/// While it lives, allocations of the calling thread fail: the one with number `first`, counted from 1, and
/// those that `which` says.
class FailingAllocations {
  public:
    FailingAllocations(long first, FailedAllocations which) noexcept;
    FailingAllocations(const FailingAllocations&) = delete;
    FailingAllocations& operator=(const FailingAllocations&) = delete;
    ~FailingAllocations();
    /// Whether an allocation has failed.
    [[nodiscard]] bool any() const noexcept;
};

/// While it lives, no allocation of the calling thread fails, for what is not under test.
class WithAllocations {
  public:
    WithAllocations() noexcept;
    WithAllocations(const WithAllocations&) = delete;
    WithAllocations& operator=(const WithAllocations&) = delete;
    ~WithAllocations();

  private:
    long until_failure_;
};

/// Does what `malloc` does, for code that does not use the allocation functions of C++; null if the
/// allocation fails. To be freed with `free`.
[[nodiscard]] void* allocate_or_fail(std::size_t size) noexcept;

} // namespace test
