// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/core.hpp>
#include <belfry/call/endpoint_discovery_mode.hpp>
#include <belfry/call/endpoint_finder.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/interceptor.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/endpoint/endpoint.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/url.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {
namespace detail {

/// An endpoint that the service has returned.
struct DiscoveredEndpoint {
    /// Scheme and host, without a path.
    std::string url;
    /// In `Environment::steady_time`.
    Duration expires;
};

/// The URL for an address that a service returns: that of a host, with a port or without. Empty if it is not
/// one, or if it has another scheme than `https`.
[[nodiscard]] BELFRY_COLD inline std::string url_of_address(std::string_view address) {
    std::string text = address.find("://") == std::string_view::npos ? "https://" : "";
    append_text(text, address);
    const Url parts = parse_url(text);
    const std::size_t whole = parts.scheme.size() + 3 + parts.authority.size();
    if (!equals_ignoring_case(parts.scheme, "https") || parts.has_user() ||
        !is_host_label(parts.host, true) || (text.size() != whole && text.substr(whole) != "/"))
        return {};
    std::string url = "https://";
    append_host(url, parts);
    return url;
}

/// Keeps endpoints, and gives them to calls: the part of `EndpointDiscovery` that does not depend on the
/// service's types.
class EndpointCache : public Interceptor, private EndpointFinder {
  public:
    EndpointCache(const EndpointCache&) = delete;
    EndpointCache& operator=(const EndpointCache&) = delete;

    [[nodiscard]] Duration before_attempt(const AttemptInfo& attempt, HttpRequest& request) final {
        EndpointDiscoveryUse use = use_of(attempt.operation);
        // The request goes to an endpoint that the program names, or for another region or account than those
        // of the endpoints here.
        if (attempt.names_endpoint || attempt.differs_from_client) use = EndpointDiscoveryUse::none;
        // If one is required, `find_endpoint` has found that of the first attempt.
        if (use == EndpointDiscoveryUse::optional
                ? mode_ == EndpointDiscoveryMode::always
                : use == EndpointDiscoveryUse::required && attempt.number > 1 && has_returned(request.url))
            redirect(use, request);
        Interceptor* const next = asking_.config().interceptor;
        return next != nullptr ? next->before_attempt(attempt, request) : Duration{};
    }
    void after_attempt(const AttemptInfo& attempt, int http_status, const Headers& headers,
                       const Error& error) final {
        if (use_of(attempt.operation) != EndpointDiscoveryUse::none &&
            (http_status == 421 || error.code == "InvalidEndpointException"))
            forget();
        if (Interceptor* const next = asking_.config().interceptor)
            next->after_attempt(attempt, http_status, headers, error);
    }
    [[nodiscard]] EndpointFinder* endpoint_finder() noexcept final { return this; }

  protected:
    /// `ask` calls the operation `asked` with the client whose core is `asking`.
    EndpointCache(const ClientCore& asking, std::string_view asked, EndpointDiscoveryMode mode) noexcept
        : asking_(asking), asked_(asked), mode_(mode) {}
    ~EndpointCache() override = default;

    /// Asks the service. The times in `found` are how long the endpoints are valid.
    [[nodiscard]] virtual bool ask(std::vector<DiscoveredEndpoint>& found, Error& error) = 0;

    /// Adds the endpoint for an address, which is valid for so many minutes. Ignores an address that
    /// `url_of_address` refuses.
    static void add_address(std::string_view address, std::int64_t minutes,
                            std::vector<DiscoveredEndpoint>& found) {
        constexpr std::size_t max_addresses = 100;
        // A century, so that no sum of times overflows.
        constexpr std::int64_t max_minutes = std::int64_t{100} * 366 * 24 * 60;
        if (found.size() == max_addresses) return;
        std::string url = url_of_address(address);
        if (minutes > max_minutes) minutes = max_minutes;
        if (!url.empty())
            found.push_back({std::move(url), Duration::seconds(minutes > 0 ? minutes * 60 : 0)});
    }

  private:
    [[nodiscard]] bool serves(const Operation& operation) const noexcept {
        return operation.service->id == asking_.service().id;
    }
    [[nodiscard]] EndpointDiscoveryUse use_of(const Operation& operation) const noexcept {
        return operation.hooks != nullptr && serves(operation) ? operation.hooks->endpoint_discovery
                                                               : EndpointDiscoveryUse::none;
    }

    bool find_endpoint(const Operation& operation, std::string& url, Error& error) final {
        const char* problem = nullptr;
        if (!serves(operation))
            problem = "the EndpointDiscovery asks another service; make one with a client of this service";
        else if (mode_ == EndpointDiscoveryMode::never)
            problem = "endpoint discovery is off (EndpointDiscoveryMode::never, the setting "
                      "endpoint_discovery_enabled)";
        else if (!asking_.config().endpoint.empty())
            problem = "ClientConfig::endpoint of the client that asks is set; set it for all clients";
        if (problem != nullptr)
            return fail(error, ErrorKind::endpoint, "EndpointDiscoveryRequired",
                        {operation.name, " needs an endpoint that ", asked_, " returns, but ", problem});
        std::string found;
        if (!get(true, found, error)) {
            // A failure to get memory is not described: that takes memory.
            if (error.kind == ErrorKind::memory) return false;
            std::string text(operation.name);
            append_text(text, " needs an endpoint that ");
            append_text(text, asked_);
            append_text(text, " returns, and that call failed: ");
            append_text(text, error.code);
            append_text(text, ": ");
            append_text(text, error.message);
            error.kind = ErrorKind::endpoint;
            error.code = "EndpointDiscoveryFailed";
            error.message = std::move(text);
            error.detail = {};
            return false;
        }
        url = std::move(found);
        return true;
    }

    /// Sends a request to a discovered endpoint, if there is one.
    void redirect(EndpointDiscoveryUse use, HttpRequest& request) {
        const Url parts = parse_url(request.url);
        // A client that does not use TLS has the endpoint of its configuration.
        if (parts.scheme != "https" || !asking_.config().endpoint.empty()) return;
        Error ignored;
        std::string url;
        if (!get(use == EndpointDiscoveryUse::required, url, ignored) || url.empty()) return;
        request.headers.set("Host", std::string_view(url).substr(8));
        append_text(url, std::string_view(request.url).substr(8 + parts.authority.size()));
        request.url = std::move(url);
    }

    /// Gives a kept endpoint, or asks for one. If that fails, gives one that has expired; without any, this
    /// is an error if `required`, and else `url` stays empty.
    [[nodiscard]] bool get(bool required, std::string& url, Error& error) {
        std::unique_lock lock(mutex_);
        if (!take(url, time()) && (time() >= ask_again_at_ || (required && kept_.empty()))) {
            const std::uint64_t before = answers_;
            lock.unlock();
            const std::lock_guard turn(turn_);
            lock.lock();
            // Threads that have waited for an answer share it, even if it is an error or expires at once.
            if (answers_ == before || (kept_.empty() && failure_.kind == ErrorKind::none)) renew(lock);
            if (required && kept_.empty()) {
                error = failure_;
                return false;
            }
        }
        if (url.empty() && !kept_.empty()) url = kept_.front().url;
        return true;
    }
    /// Asks without the lock, and keeps the outcome.
    void renew(std::unique_lock<std::mutex>& lock) {
        lock.unlock();
        std::vector<DiscoveredEndpoint> found;
        Error failure;
        bool good = ask(found, failure);
        if (good && found.empty())
            good = fail(failure, ErrorKind::response, "NoEndpoint", "its answer has no address of a host");
        failure.detail = {};
        failure.attempts = 0;
        const std::int64_t now = time().count();
        for (DiscoveredEndpoint& endpoint : found)
            endpoint.expires = Duration::nanoseconds(now + endpoint.expires.count());
        lock.lock();
        ask_again_at_ = good ? Duration{} : Duration::nanoseconds(now + pause.count());
        if (good) keep(std::move(found));
        failure_ = std::move(failure);
        ++answers_;
    }
    /// Takes the first kept endpoint that has not expired. The lock is held, as in `keep`.
    [[nodiscard]] bool take(std::string& url, Duration now) const {
        for (const DiscoveredEndpoint& endpoint : kept_)
            if (now < endpoint.expires) {
                url = endpoint.url;
                return true;
            }
        return false;
    }
    void keep(std::vector<DiscoveredEndpoint>&& found) noexcept {
        if (!kept_.empty()) former_ = std::move(kept_);
        kept_ = std::move(found);
    }
    void forget() {
        const std::lock_guard lock(mutex_);
        keep({});
    }
    /// Whether a request goes to an endpoint that this object has given.
    [[nodiscard]] bool has_returned(std::string_view url) {
        const std::lock_guard lock(mutex_);
        for (const auto* const endpoints : {&kept_, &former_})
            for (const DiscoveredEndpoint& endpoint : *endpoints)
                if (url.starts_with(endpoint.url) && url.substr(endpoint.url.size()).starts_with('/'))
                    return true;
        return false;
    }
    [[nodiscard]] Duration time() const noexcept { return asking_.environment().steady_time(); }

    /// How long an expired endpoint, or the service's own, is used after a failure.
    static constexpr Duration pause = Duration::seconds(60);

    const ClientCore& asking_;
    std::string_view asked_;
    EndpointDiscoveryMode mode_;
    /// Held while the service is asked.
    std::mutex turn_{};
    /// Guards what is below.
    std::mutex mutex_{};
    std::vector<DiscoveredEndpoint> kept_{};
    /// Those that were kept before.
    std::vector<DiscoveredEndpoint> former_{};
    /// Why the service was last asked in vain; its kind is `ErrorKind::none` after a success.
    Error failure_{};
    Duration ask_again_at_{};
    std::uint64_t answers_ = 0;
};

} // namespace detail
} // namespace belfry::inline v0
