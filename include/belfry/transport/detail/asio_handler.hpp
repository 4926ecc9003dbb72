// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <memory>
#include <utility>

namespace belfry::inline v0::detail {

/// A handler of Asio that keeps its owner alive. Its function runs within `Owner::handle`. Asio destroys a
/// handler uncalled when it runs out of memory, and when a context ends: `Owner::on_dropped` then says so.
template <class Owner, class Function> class AsioHandler {
  public:
    AsioHandler(std::shared_ptr<Owner> owner, Function function) noexcept
        : owner_(std::move(owner)), function_(std::move(function)) {}
    AsioHandler(AsioHandler&&) noexcept = default;
    AsioHandler& operator=(AsioHandler&&) = delete;
    ~AsioHandler() {
        if (owner_) owner_->on_dropped();
    }
    template <class... Outcome> void operator()(const Outcome&... outcome) {
        const std::shared_ptr<Owner> owner = std::move(owner_);
        owner->handle([&] { return function_(outcome...); });
    }

  private:
    std::shared_ptr<Owner> owner_;
    Function function_;
};

} // namespace belfry::inline v0::detail
