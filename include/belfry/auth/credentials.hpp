// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/exception_text.hpp>
#include <belfry/util/timestamp.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

class CredentialsProvider;

/// The credentials that sign a request. Belfry never prints or logs them.
struct Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    /// Part of temporary credentials; empty for long-term ones.
    std::string session_token{};
    /// When they expire; absent if that is unknown or never.
    std::optional<Timestamp> expiration{};
    /// Requests are sent unsigned; the keys are ignored.
    bool anonymous = false;
    /// The AWS account they belong to, which a few services have endpoints for; empty when it is unknown.
    std::string account_id{};
    /// For services that take a bearer token (RFC 6750) or an API key in place of a signature; empty for
    /// none.
    std::string bearer_token{};
};

/// Credentials that are a bearer token or an API key, and nothing else.
[[nodiscard]] BELFRY_INLINE Credentials bearer_credentials(std::string token);

/// Credentials that leave requests unsigned, for operations that need no authentication.
[[nodiscard]] BELFRY_INLINE Credentials anonymous_credentials();

/// Waits for credentials that are being fetched: see `CredentialsProvider::try_credentials`.
class CredentialsWaiter {
  public:
    /// The provider can be asked again: it has credentials now, or knows why it does not.
    virtual void on_fetch_ended() noexcept = 0;

    /// For providers: notes that this waits for their fetch of that number.
    void wait_for(const CredentialsProvider& provider, std::uint64_t fetch) noexcept {
        Wait& wait = first_.provider == nullptr || first_.provider == &provider ? first_ : second_;
        wait = {&provider, fetch};
    }
    /// For providers: whether this attempt has waited for one of their first `ended` fetches. It gets the
    /// outcome of the last one, even if that is an error or expires at once.
    [[nodiscard]] BELFRY_INLINE bool has_waited_for(const CredentialsProvider& provider,
                                                    std::uint64_t ended) const noexcept;
    /// For calls: the next attempt begins.
    void forget_waits() noexcept { first_ = second_ = {}; }

  protected:
    ~CredentialsWaiter() = default;

  private:
    struct Wait {
        const CredentialsProvider* provider = nullptr;
        std::uint64_t fetch = 0;
    };
    /// An attempt needs credentials, and may need a session that they get.
    Wait first_{};
    Wait second_{};
};

/// The source of a client's credentials. The client asks before each attempt, and before a call whose
/// endpoint depends on the account, so a provider that fetches them over the network should cache them until
/// they expire. Must be callable from several threads at once if the client is.
class CredentialsProvider {
  public:
    virtual ~CredentialsProvider() = default;
    /// The credentials to use now, or an `Error` of kind `ErrorKind::credentials`.
    virtual Result<Credentials> credentials() noexcept = 0;
    /// The same for a caller that must not block, as `AsyncCaller` is. An error of kind `ErrorKind::none`
    /// says that credentials are being fetched: `waiter` will be called, once, on any thread, also before
    /// this returns, and must live until then. With another result it is not called. By default this is
    /// `credentials`.
    virtual Result<Credentials> try_credentials(CredentialsWaiter& waiter) noexcept {
        static_cast<void>(waiter);
        Result<Credentials> result = credentials();
        // Otherwise the wait would not end.
        if (!result && result.error().kind == ErrorKind::none) result.error().kind = ErrorKind::credentials;
        return result;
    }
    /// Where the credentials that were used last come from, for people, such as `the profile`; empty if that
    /// is not known. It has no secrets.
    [[nodiscard]] virtual std::string describe() const { return {}; }
};

namespace detail {
[[nodiscard]] BELFRY_COLD BELFRY_INLINE Error
credentials_error(std::string_view code, std::initializer_list<std::string_view> message);

/// Makes `error` say that the client has no credentials. Always false.
BELFRY_COLD BELFRY_INLINE bool fail_without_credentials(Error& error);

template <class F>
concept ReturnsCredentials = std::copy_constructible<F> && requires(F& f) {
    { f() } -> std::convertible_to<Result<Credentials>>;
};

class OwnedCredentials : public CredentialsProvider {
  public:
    [[nodiscard]] virtual OwnedCredentials* clone() const = 0;
};

template <class F> class CallableCredentials final : public OwnedCredentials {
  public:
    explicit CallableCredentials(F f) : f_(std::move(f)) {}
    BELFRY_COLD Result<Credentials> credentials() noexcept override {
#if defined(__cpp_exceptions)
        // A callable may throw; a provider may not.
        try {
            return f_();
        } catch (...) {
            try {
                return credentials_error("ProviderFailed",
                                         {exception_text("the credentials callable threw an exception")});
            } catch (...) {
                Error error;
                fail_without_memory(error);
                return error;
            }
        }
#else
        return f_();
#endif
    }
    [[nodiscard]] BELFRY_COLD OwnedCredentials* clone() const override { return new CallableCredentials(f_); }

  private:
    F f_;
};
} // namespace detail

/// A client's credentials: a value, a reference to a `CredentialsProvider` that outlives the client,
/// or its own copy of a callable that returns `Credentials` or `Result<Credentials>`.
class CredentialsHandle {
  public:
    /// No credentials: asking for them is an error.
    CredentialsHandle() noexcept = default;
    // NOLINTNEXTLINE: a value is the usual case
    BELFRY_NOINLINE BELFRY_INLINE CredentialsHandle(Credentials credentials);
    CredentialsHandle(CredentialsProvider& provider) noexcept : provider_(&provider) {} // NOLINT
    template <class F>
        requires(!std::derived_from<std::remove_cvref_t<F>, CredentialsProvider> &&
                 !std::same_as<std::remove_cvref_t<F>, CredentialsHandle> &&
                 detail::ReturnsCredentials<std::remove_cvref_t<F>>)
    CredentialsHandle(F&& f) // NOLINT
        : owned_(new detail::CallableCredentials<std::remove_cvref_t<F>>(std::forward<F>(f))) {
        provider_ = owned_;
    }
    BELFRY_NOINLINE BELFRY_INLINE CredentialsHandle(const CredentialsHandle& other);
    CredentialsHandle(CredentialsHandle&& other) noexcept { swap(other); }
    CredentialsHandle& operator=(CredentialsHandle other) noexcept {
        swap(other);
        return *this;
    }
    BELFRY_INLINE ~CredentialsHandle();

    /// The credentials to use now, or an `Error` of kind `ErrorKind::credentials`.
    [[nodiscard]] BELFRY_INLINE Result<Credentials> credentials() const;
    /// The value that the handle was made from, without a copy; null if there is none.
    [[nodiscard]] const Credentials* fixed() const noexcept { return fixed_; }
    /// The provider to ask if there is no fixed value; null if there are no credentials.
    [[nodiscard]] CredentialsProvider* provider() const noexcept { return provider_; }

  private:
    void swap(CredentialsHandle& other) noexcept {
        std::swap(provider_, other.provider_);
        std::swap(owned_, other.owned_);
        std::swap(fixed_, other.fixed_);
    }
    CredentialsProvider* provider_ = nullptr;
    detail::OwnedCredentials* owned_ = nullptr;
    const Credentials* fixed_ = nullptr;
};

/// Reads the environment each time it is called.
struct EnvironmentCredentials {
    [[nodiscard]] BELFRY_INLINE Result<Credentials> operator()() const;
};

/// Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_ACCOUNT_ID`,
/// read whenever a client asks; an `Error` of kind `ErrorKind::credentials` names the variable that is
/// missing.
[[nodiscard]] inline EnvironmentCredentials credentials_from_environment() noexcept { return {}; }

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/auth/impl/credentials.ipp>
#endif
