// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan.hpp"
#include "shared.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace soak {

/// A server in another process, so that its memory and descriptors are not the client's. It must be
/// started before the program has threads.
class Server {
  public:
    Server(Shared& shared, Scene scene, std::uint64_t seed);
    /// Ends the process.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// Whether it still runs; false after a crash.
    [[nodiscard]] bool runs();

  private:
    int port_ = 0;
    pid_t process_ = -1;
};

} // namespace soak
