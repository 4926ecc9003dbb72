// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/atomic.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <thread>
#include <vector>

TEST_CASE("a lock that is held cannot be taken until it is released") {
    belfry::detail::TryLock lock;
    CHECK(lock.try_lock());
    CHECK_FALSE(lock.try_lock());
    lock.unlock();
    CHECK(lock.try_lock());
}

TEST_CASE("two threads that try one lock never hold it at the same time") {
    belfry::detail::TryLock lock;
    // Not atomic: without the lock's order, sums would be lost.
    long sum = 0;
    constexpr long rounds = 20'000;
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            for (long done = 0; done < rounds;) {
                if (!lock.try_lock()) {
                    std::this_thread::yield();
                    continue;
                }
                ++sum;
                lock.unlock();
                ++done;
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(sum == 2 * rounds);
}

TEST_CASE("an integer is exchanged only if it has the expected value") {
    belfry::detail::AtomicInteger number(3);
    std::int64_t expected = 4;
    CHECK_FALSE(number.compare_exchange_weak(expected, 5));
    CHECK(expected == 3);
    // The exchange may fail spuriously, so its users must retry.
    while (!number.compare_exchange_weak(expected, 5)) CHECK(expected == 3);
    CHECK(number.load() == 5);
}
