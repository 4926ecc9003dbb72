// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/credentials_observer.hpp>
#include <belfry/auth/crypto_provider.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/http/async_transport.hpp>
#include <belfry/identity/async_credentials.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/s3_express.hpp>

namespace belfry::inline v0 {

/// An `S3Express` for an `AsyncCaller`: no thread blocks while a session is fetched, and the calls that need
/// it go on when it is there. Calls that block can only use sessions that an `AsyncCaller` has fetched.
class AsyncS3Express final : public detail::S3ExpressSessions {
  public:
    /// CreateSession is sent by `transport`. Transport, timer and the environment of `options` must outlive
    /// the object, and what is pending in them. `hashes` is that of `S3Express`.
    AsyncS3Express(AsyncTransport& transport, AsyncTimer& timer, const S3ExpressOptions& options = {},
                   CryptoProvider* hashes = nullptr)
        : S3ExpressSessions(options, hashes), transport_(transport), timer_(timer) {}

  private:
    CredentialsProvider* make_cache(CredentialsSource& source, CredentialsObserver* observer,
                                    Environment& environment) override {
        return new AsyncCredentials(source, transport_, timer_, observer, environment);
    }
    bool is_fetching(const CredentialsProvider& cache) const noexcept override {
        return static_cast<const AsyncCredentials&>(cache).is_fetching();
    }

    AsyncTransport& transport_;
    AsyncTimer& timer_;
};

} // namespace belfry::inline v0
