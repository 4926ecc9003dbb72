// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace test {

/// A coroutine that starts at once and is owned by this object.
class Job {
  public:
    struct promise_type {
        Job get_return_object() { return Job(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    explicit Job(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    Job(Job&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Job& operator=(Job&&) = delete;
    ~Job() {
        if (handle_) handle_.destroy();
    }
    [[nodiscard]] bool done() const { return handle_.done(); }

  private:
    std::coroutine_handle<promise_type> handle_;
};

} // namespace test
