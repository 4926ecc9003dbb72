// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/transport/detail/asio_handler.hpp>
#include <belfry/transport/detail/steady_time.hpp>
#include <belfry/transport/detail/system_reason.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <charconv>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace belfry::inline v0::detail {

/// Waits for the addresses of a name.
class AsioNameWaiter {
  public:
    using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
    /// `refused` is why the system gives no socket, see `refused_socket`.
    virtual void on_addresses(const boost::system::error_code& error, int refused,
                              const Endpoints& endpoints) noexcept = 0;

  protected:
    ~AsioNameWaiter() = default;
};

/// Looks names up, one at a time, and each once for all attempts that wait for it: Asio has one thread for
/// all lookups. The addresses are good for a minute, as they are with libcurl. All functions are called by
/// handlers, one after another.
class AsioNames : public std::enable_shared_from_this<AsioNames> {
  public:
    using Endpoints = AsioNameWaiter::Endpoints;
    explicit AsioNames(const boost::asio::any_io_executor& executor) : resolver_(std::in_place, executor) {}

    /// The addresses, if they are known. Otherwise nothing, and `waiter` gets them.
    [[nodiscard]] std::optional<Endpoints> find(const std::string& host, const std::string& port,
                                                const std::shared_ptr<AsioNameWaiter>& waiter) {
        if (std::optional<boost::asio::ip::tcp::endpoint> literal = read_address(host, port))
            return Endpoints{*literal};
        std::string key = key_of(host, port);
        if (!names_.contains(key)) drop_old();
        Name& name = names_[key];
        if (steady_nanoseconds() < name.good_until) return name.endpoints;
        name.waiters.push_back(waiter);
        if (name.is_sought) return std::nullopt;
        const auto lookup = std::make_shared<Lookup>(Lookup{shared_from_this(), std::move(key)});
        auto resolved = [&answered = *lookup](const Error& error, const Resolver::results_type& results) {
            answered.names->on_results(answered.key, error, results);
        };
        resolver_->async_resolve(host, port, AsioHandler(lookup, std::move(resolved)));
        name.is_sought = true;
        return std::nullopt;
    }
    /// Forgets addresses to which no connection was possible.
    void forget(const std::string& host, const std::string& port) {
        if (const auto found = names_.find(key_of(host, port)); found != names_.end())
            found->second.good_until = 0;
    }
    /// Ends. The waiters are not told.
    void close() noexcept {
        names_.clear();
        resolver_.reset(); // `cancel` would allocate
    }

  private:
    using Error = boost::system::error_code;
    using Resolver = boost::asio::ip::tcp::resolver;
    struct Name {
        Endpoints endpoints;
        std::int64_t good_until = 0;
        bool is_sought = false;
        std::vector<std::shared_ptr<AsioNameWaiter>> waiters;
    };
    struct Lookup {
        template <class Part> void handle(const Part& part) const noexcept { part(); }
        void on_dropped() const noexcept { names->on_results(key, boost::asio::error::no_memory, {}); }
        std::shared_ptr<AsioNames> names;
        std::string key;
    };
    static constexpr std::int64_t minute = 60'000'000'000;

    static std::string key_of(const std::string& host, const std::string& port) { return host + " " + port; }
    static std::optional<boost::asio::ip::tcp::endpoint> read_address(const std::string& host,
                                                                      const std::string& port) {
        Error error;
        const boost::asio::ip::address address = boost::asio::ip::make_address(host, error);
        std::uint16_t number = 0;
        const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
        if (error || read.ec != std::errc{} || read.ptr != port.data() + port.size()) return std::nullopt;
        return boost::asio::ip::tcp::endpoint(address, number);
    }
    void on_results(const std::string& key, Error error, const Resolver::results_type& results) noexcept {
        const auto found = names_.find(key);
        if (found == names_.end()) return;
        Name& name = found->second;
        name.is_sought = false;
        name.endpoints.clear();
        const TransportResult copied = without_throwing([&] {
            for (const auto& result : results) name.endpoints.push_back(result.endpoint());
        });
        if (copied.status != TransportStatus::ok) error = boost::asio::error::no_memory;
        if (!error && !name.endpoints.empty()) name.good_until = steady_nanoseconds() + minute;
        const std::vector<std::shared_ptr<AsioNameWaiter>> waiters = std::exchange(name.waiters, {});
        const int refused = error ? refused_socket() : 0;
        for (const auto& waiter : waiters) waiter->on_addresses(error, refused, name.endpoints);
    }

    void drop_old() {
        const std::int64_t now = steady_nanoseconds();
        std::erase_if(names_, [&](const auto& entry) {
            return !entry.second.is_sought && entry.second.good_until <= now;
        });
    }

    std::optional<Resolver> resolver_;
    std::map<std::string, Name> names_;
};

} // namespace belfry::inline v0::detail
