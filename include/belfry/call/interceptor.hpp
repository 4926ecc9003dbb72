// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/http/request.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/timestamp.hpp>

namespace belfry::inline v0 {

class ClientCore;
class EndpointFinder;

/// One attempt of a call, as an `Interceptor` sees it.
struct AttemptInfo {
    const Operation& operation;
    /// Counted from 1.
    int number = 1;
    /// The attempts that the call may make.
    int max_attempts = 1;
    /// The core of the client that makes the call (`belfry/call/core.hpp`): its configuration and its clock.
    /// Null if the program describes an attempt itself.
    const ClientCore* core = nullptr;
    /// Whether the call or its client names an endpoint.
    bool names_endpoint = false;
    /// Whether the call has its own region or credentials.
    bool differs_from_client = false;
};

/// Sees each attempt of a client's calls and may delay it or change its request: `ClientConfig::interceptor`.
/// Its functions run on the thread that drives the call, so they must be callable from several threads at
/// once if the client is. They must not throw anything but `std::bad_alloc`.
class Interceptor {
  public:
    virtual ~Interceptor() = default;
    /// Before an attempt's request is signed. Returns zero if the attempt may be made now, else how long to
    /// wait before this function is asked again.
    ///
    /// Headers may be added, changed and removed, and the URL may be changed together with the header `Host`;
    /// if they are not valid, the call ends with an error of kind `ErrorKind::validation`. A change is still
    /// there in later attempts of the call. The request has no signature and no session token; an API key may
    /// be there from the attempt before. Its `timeouts` are those of the attempt if it is made now.
    [[nodiscard]] virtual Duration before_attempt(const AttemptInfo& attempt, HttpRequest& request) = 0;
    /// After each attempt. The status is 0 and `headers` are empty if there was no response. The kind of
    /// `error` is `ErrorKind::none` if the call succeeded.
    virtual void after_attempt(const AttemptInfo& attempt, int http_status, const Headers& headers,
                               const Error& error) = 0;
    /// Finds the endpoints of operations that require endpoint discovery: `EndpointDiscovery`
    /// (`belfry/endpoint_discovery.hpp`). Null for none, so that calls of such operations fail. An
    /// interceptor that calls another one returns that one's. Not owned by the caller.
    [[nodiscard]] virtual EndpointFinder* endpoint_finder() noexcept { return nullptr; }
};

} // namespace belfry::inline v0
