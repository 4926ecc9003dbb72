// SPDX-License-Identifier: Apache-2.0
#pragma once

#if __has_include(<pthread.h>)
#include <pthread.h>
#endif

#include <cstddef>
#include <functional>

/// Runs a function on a thread with a stack of 512 KiB, which a recursion of thousands of levels overflows.
/// Where there are no POSIX threads, it runs on this one.
inline void run_on_small_stack(const std::function<void()>& function) {
#if __has_include(<pthread.h>)
    constexpr std::size_t stack_size = 512 * std::size_t{1024};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_size);
    pthread_t thread;
    const auto run = [](void* argument) -> void* {
        (*static_cast<const std::function<void()>*>(argument))();
        return nullptr;
    };
    std::function<void()> copy = function;
    if (pthread_create(&thread, &attributes, run, &copy) == 0) pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
#else
    function();
#endif
}
