// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/async_transport.hpp>
#include <belfry/transport/socket_loop.hpp>

#include <cstdint>
#include <string>

/// Handlers that the tests of event loops hand to a loop.
namespace test {

/// Writes down how a wait ended.
struct Waiting final : belfry::TimerCompletion::Handler {
    Waiting(std::string& l, char n) : log(l), name(n) {}
    void on_complete() noexcept override { log += name; }
    void on_abandoned() noexcept override { log += '-'; }
    std::string& log;
    char name;
};

/// Writes down what the loop says.
struct Recorder : belfry::SocketHandler {
    explicit Recorder(belfry::SocketLoop& l) : loop(l) { loop.attach(*this); }
    ~Recorder() { loop.forget(*this); }
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    void on_ready(std::intptr_t socket, unsigned events) noexcept override {
        log += (events & belfry::socket_readable) != 0 ? 'r' : 'w';
        last = socket;
        if (once) static_cast<void>(loop.watch(*this, socket, 0));
    }
    void on_time() noexcept override { log += 't'; }
    void on_wake() noexcept override { log += 'k'; }
    belfry::SocketLoop& loop;
    std::string log;
    std::intptr_t last = -1;
    /// Whether it stops watching a socket once that is ready.
    bool once = false;
};

} // namespace test
