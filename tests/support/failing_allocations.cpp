// SPDX-License-Identifier: Apache-2.0
#include "support/allocation_faults.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

namespace test {
namespace {

thread_local constinit AllocationCounts counts{};
/// How many allocations are made before one fails; negative for no failure.
thread_local constinit long until_failure = -1;
thread_local constinit bool rest_fails = false;
thread_local constinit bool has_failed = false;

[[nodiscard]] bool fails() noexcept {
    if (until_failure < 0) return false;
    if (until_failure > 0) {
        --until_failure;
        return false;
    }
    has_failed = true;
    if (!rest_fails) until_failure = -1;
    return true;
}
[[nodiscard]] void* counted(void* memory) noexcept {
    if (memory != nullptr) {
        ++counts.made;
        ++counts.live;
    }
    return memory;
}
[[nodiscard]] void* allocate(std::size_t size) noexcept {
    return fails() ? nullptr : counted(std::malloc(size != 0 ? size : 1));
}
[[nodiscard]] void* allocate(std::size_t size, std::align_val_t alignment) noexcept {
    const auto unit = static_cast<std::size_t>(alignment);
    return fails() ? nullptr : counted(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
[[nodiscard]] void* or_throw(void* memory) {
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}
void release(void* memory) noexcept {
    if (memory != nullptr) --counts.live;
    std::free(memory);
}

} // namespace

AllocationCounts allocation_counts() noexcept { return counts; }

FailingAllocations::FailingAllocations(long first, FailedAllocations which) noexcept {
    has_failed = false;
    rest_fails = which == FailedAllocations::rest;
    until_failure = first - 1;
}
FailingAllocations::~FailingAllocations() { until_failure = -1; }
bool FailingAllocations::any() const noexcept { return has_failed; }

void* allocate_or_fail(std::size_t size) noexcept { return fails() ? nullptr : std::malloc(size); }

WithAllocations::WithAllocations() noexcept : until_failure_(std::exchange(until_failure, -1)) {}
WithAllocations::~WithAllocations() { until_failure = until_failure_; }

} // namespace test

// For the whole program.
void* operator new(std::size_t size) { return test::or_throw(test::allocate(size)); }
void* operator new[](std::size_t size) { return test::or_throw(test::allocate(size)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return test::allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return test::allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return test::or_throw(test::allocate(size, alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return test::or_throw(test::allocate(size, alignment));
}
void operator delete(void* memory) noexcept { test::release(memory); }
void operator delete[](void* memory) noexcept { test::release(memory); }
void operator delete(void* memory, std::size_t) noexcept { test::release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { test::release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { test::release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { test::release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { test::release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { test::release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { test::release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { test::release(memory); }
