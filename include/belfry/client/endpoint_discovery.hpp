// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/endpoint_cache.hpp>
#include <belfry/call/endpoint_discovery_mode.hpp>
#include <belfry/client/client.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/util/config.hpp>

#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// Sends operations to endpoints that the service itself returns, and keeps these until they expire: for
/// Amazon Timestream, whose operations require it, and for DynamoDB, whose do not.
///
///     belfry::EndpointDiscovery discovery(query::Client(config, transport),
///                                         query::operations::DescribeEndpoints{});
///     config.interceptor = &discovery;
///     query::Client client(config, transport);
///
/// The client that it is given asks for the endpoints. If its configuration names one, requests stay
/// unchanged, so make both clients from one configuration. Its interceptor, if it has one, also sees the
/// attempts of all other clients. Threads, and clients of the same service, account and region, may share the
/// object, which must outlive them.
///
/// A call that needs an endpoint blocks while the service is asked, like one that waits for credentials. On
/// an event loop it then blocks the loop, for at most the deadline of the client that asks.
///
/// If the service does not answer, an endpoint that has expired stays in use, and is asked for again a minute
/// later. An endpoint is forgotten when an answer has the status 421 or the code `InvalidEndpointException`.
template <class Client, class O> class EndpointDiscovery final : public detail::EndpointCache {
  public:
    explicit EndpointDiscovery(Client client, const O&,
                               EndpointDiscoveryMode mode = EndpointDiscoveryMode::required_only)
        : EndpointCache(client.core(), operation_of<O>.name, mode), client_(std::move(client)) {}

  private:
    bool ask(std::vector<detail::DiscoveredEndpoint>& found, Error& error) override {
        Result<typename O::Output> answer =
            detail::invoke<O>(client_.core(), typename O::Input{}, detail::default_options);
        if (!answer) {
            error = std::move(answer).error();
            return false;
        }
        for (const auto& endpoint : answer->endpoints)
            if (endpoint.address)
                add_address(*endpoint.address, endpoint.cache_period_in_minutes.value_or(0), found);
        return true;
    }

    Client client_;
};

} // namespace belfry::inline v0
