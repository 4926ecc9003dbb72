// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace belfry::inline v0::detail {

/// Connections that wait for their next request. `Connection` has a `key` that tells where it leads, and
/// `fresh()`.
template <class Connection> class IdlePool {
  public:
    explicit IdlePool(std::size_t most) noexcept : most_(most) {}

    /// The connection to that place which was used last and is still fresh; null when there is none.
    [[nodiscard]] std::unique_ptr<Connection> take(const std::string& key) {
        for (;;) {
            std::unique_ptr<Connection> found = pick(key);
            if (!found || found->fresh()) return found;
        }
    }
    /// Keeps a connection, in the place of the one that has waited longest if need be. Closes it instead if
    /// there is no memory: the attempt that used it has succeeded.
    void give_back(std::unique_ptr<Connection> connection) noexcept {
        std::unique_ptr<Connection> oldest; // ends outside the lock
        const std::lock_guard lock(mutex_);
        if (most_ == 0) return;
        if (idle_.size() >= most_) {
            oldest = std::move(idle_.front());
            idle_.erase(idle_.begin());
        }
#if defined(__cpp_exceptions)
        try {
            idle_.push_back(std::move(connection));
        } catch (...) {
            return;
        }
#else
        idle_.push_back(std::move(connection));
#endif
    }
    void clear() {
        const std::lock_guard lock(mutex_);
        idle_.clear();
    }

  private:
    std::unique_ptr<Connection> pick(const std::string& key) {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = idle_.size(); i-- > 0;)
            if (idle_[i]->key == key) {
                std::unique_ptr<Connection> found = std::move(idle_[i]);
                idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
                return found;
            }
        return nullptr;
    }

    const std::size_t most_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

} // namespace belfry::inline v0::detail
