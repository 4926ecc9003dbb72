// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/wipe_credentials.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>
#include <belfry/util/timestamp.hpp>
#include <belfry/util/wipe.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// Gets credentials once, as a state machine without I/O. The caller sends its requests and waits, so that
/// the same source works with a transport that blocks and on an event loop. May be destroyed after its
/// source.
class CredentialsFetch {
  public:
    /// The next thing that the caller does.
    enum class Step : std::uint8_t {
        send, ///< Send `request`, then call `on_sent`.
        wait, ///< Wait for `delay`, then call `on_waited`.
        done, ///< Take the result.
    };

    CredentialsFetch() = default;
    CredentialsFetch(const CredentialsFetch&) = delete;
    CredentialsFetch& operator=(const CredentialsFetch&) = delete;
    // The body of a request may be a token.
    virtual ~CredentialsFetch() {
        detail::wipe(request_.body);
        if (result_) detail::wipe(*result_);
    }

    [[nodiscard]] virtual Step start() = 0;
    /// `response` is complete if `sent` is ok.
    [[nodiscard]] virtual Step on_sent(const TransportResult& sent, HttpResponse response) = 0;
    [[nodiscard]] virtual Step on_waited() = 0;

    [[nodiscard]] const HttpRequest& request() const noexcept { return request_; }
    [[nodiscard]] Duration delay() const noexcept { return delay_; }
    /// After `done`. An error has the kind `ErrorKind::credentials` or `ErrorKind::configuration`.
    [[nodiscard]] Result<Credentials>& result() noexcept { return result_; }
    /// After `done` with an error: the source is not set up, so that the next one can be asked.
    [[nodiscard]] bool is_absent() const noexcept { return absent_; }

    /// After credentials of a service: the call or the session that gave them, for people, such as
    /// `AssumeRole for the role 'R' of /home/me/.aws/config:3`. Empty for other credentials.
    [[nodiscard]] const std::string& origin() const noexcept { return origin_; }

  protected:
    Step finish(Credentials credentials) {
        result_ = std::move(credentials);
        return Step::done;
    }
    Step finish(Error error) {
        result_ = std::move(error);
        return Step::done;
    }
    /// The source is set up, and fails.
    Step fail(std::string_view code, std::initializer_list<std::string_view> message) {
        return finish(detail::credentials_error(code, message));
    }
    /// The source is not set up.
    Step skip(std::initializer_list<std::string_view> message) {
        absent_ = true;
        return fail("NotConfigured", message);
    }
    /// Passes on the step of another fetch, or of a call, with its request or its delay.
    template <class Other> Step pass_on(Step step, const Other& other) {
        if (step == Step::send) {
            detail::wipe(request_.body);
            request_ = other.request();
        }
        if (step == Step::wait) delay_ = other.delay();
        return step;
    }
    /// Another source did the work.
    Step finish_as(CredentialsFetch& other) {
        absent_ = other.absent_;
        origin_ = std::move(other.origin_);
        result_ = std::move(other.result_);
        return Step::done;
    }

    HttpRequest request_{};
    Duration delay_{};
    std::string origin_{};

  private:
    Result<Credentials> result_{std::in_place};
    bool absent_ = false;
};

/// A place that credentials come from. Its members may be called from several threads at once.
class CredentialsSource {
  public:
    CredentialsSource() = default;
    CredentialsSource(const CredentialsSource&) = delete;
    CredentialsSource& operator=(const CredentialsSource&) = delete;
    virtual ~CredentialsSource() = default;
    /// A name for people, such as `the environment`.
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    /// Prepares to get credentials; does no I/O.
    [[nodiscard]] virtual detail::Owned<CredentialsFetch> fetch() = 0;
};

namespace detail {

/// A fetch that ends when it starts.
class ImmediateFetch : public CredentialsFetch {
  public:
    Step on_sent(const TransportResult&, HttpResponse) final { return Step::done; }
    Step on_waited() final { return Step::done; }
};

/// A fetch that fails because the settings for it are wrong.
class FailedFetch final : public ImmediateFetch {
  public:
    explicit FailedFetch(Error error) : error_(std::move(error)) {}
    Step start() override { return finish(error_); }

  private:
    Error error_;
};

} // namespace detail
} // namespace belfry::inline v0
