// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/auth/credentials_observer.hpp>
#include <belfry/auth/crypto_provider.hpp>
#include <belfry/auth/forwarded_crypto.hpp>
#include <belfry/auth/s3_express_signer.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/auth/sigv4.hpp>
#include <belfry/auth/wipe_credentials.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/endpoint/directory_bucket.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/http/url.hpp>
#include <belfry/identity/cache.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/operation_call.hpp>
#include <belfry/identity/s3/create_session.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/owned.hpp>
#include <belfry/util/percent.hpp>
#include <belfry/util/sha256.hpp>
#include <belfry/util/sha256_digest.hpp>
#include <belfry/util/timestamp.hpp>
#include <belfry/util/wipe.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// How an `S3Express` gets its sessions.
struct S3ExpressOptions {
    /// Asks for sessions that can only read, which is all that some policies allow.
    bool read_only = false;
    /// The limits of each attempt of CreateSession.
    Timeouts timeouts{};
    /// When CreateSession is repeated.
    RetryOptions retry{};
    /// Clock, sleep and randomness; null for the operating system's.
    Environment* environment = nullptr;
    /// Sees when sessions are fetched; null for none.
    CredentialsObserver* observer = nullptr;
};

namespace detail {

/// The bucket in the URL of its endpoint, which begins with it or has it at the beginning of the path.
[[nodiscard]] inline std::string_view bucket_of_endpoint(std::string_view endpoint) noexcept {
    const Url url = parse_url(endpoint);
    const std::string_view first = url.host.substr(0, url.host.find('.'));
    if (is_directory_bucket(first)) return first;
    const std::string_view path = url.path.empty() ? url.path : url.path.substr(1);
    return path.substr(0, path.find('/'));
}

/// The bucket and the credentials of a session.
struct SessionTarget {
    std::string endpoint;
    std::string region;
    Credentials credentials;
};

/// Gets a session of a bucket by CreateSession. The session's expiration is a time of the local clock.
class SessionFetch final : public CredentialsFetch {
  public:
    /// All arguments must outlive the fetch.
    SessionFetch(const SessionTarget& target, const S3ExpressOptions& options, CryptoProvider* crypto,
                 Environment& environment)
        : target_(target), options_(options), crypto_(crypto), environment_(environment) {}

    Step start() override {
        ClientConfig config;
        config.region = target_.region;
        config.credentials = target_.credentials;
        config.timeouts = options_.timeouts;
        config.retry = options_.retry;
        config.crypto = crypto_;
        config.environment = &environment_;
        call_ = Owned<Call>(new Call(std::move(config)));
        identity::s3::CreateSessionRequest input{.endpoint = target_.endpoint};
        if (options_.read_only) input.session_mode = identity::s3::SessionMode::ReadOnly;
        return follow(call_->start(input));
    }
    Step on_sent(const TransportResult& sent, HttpResponse response) override {
        return follow(call_->on_sent(sent, std::move(response)));
    }
    Step on_waited() override { return follow(call_->on_waited()); }

  private:
    using Call = OperationCall<identity::s3::operations::CreateSession>;

    Step follow(Step step) {
        if (pass_on(step, *call_) != Step::done) return step;
        return call_->succeeded() ? take(call_->output()) : explain(call_->error());
    }
    Step take(identity::s3::CreateSessionOutput& output) {
        Credentials session;
        const auto missing = [&](std::string_view member) {
            return fail("InvalidCredentials", {subject(), ": S3 answered without a valid ", member});
        };
        if (!output.credentials) return missing("Credentials");
        auto& from = *output.credentials;
        take_secret(from.access_key_id, session.access_key_id);
        take_secret(from.secret_access_key, session.secret_access_key);
        take_secret(from.session_token, session.session_token);
        if (session.access_key_id.empty()) return missing("AccessKeyId");
        if (session.secret_access_key.empty()) return missing("SecretAccessKey");
        // It becomes a header.
        if (!is_visible_ascii(session.session_token)) return missing("SessionToken");
        if (!from.expiration) return missing("Expiration");
        // The local clock may differ from S3's by more than a session lives.
        const std::int64_t left = from.expiration->seconds - call_->service_time().seconds;
        if (left <= 0)
            return fail("ExpiredCredentials",
                        {subject(), ": S3 answered with a session that has expired; check the clock"});
        session.expiration = Timestamp{environment_.now().seconds + left, 0};
        return finish(std::move(session));
    }
    Step explain(Error& cause) {
        Error error = call_failure(
            cause, subject(), {target_.credentials.secret_access_key, target_.credentials.session_token});
        if (error.kind == ErrorKind::memory) return finish(std::move(error));
        // The call that needs the session has its own status and id.
        if (error.http_status != 0) {
            append_text(error.message, " (status ");
            append_integer_text(error.message, error.http_status);
            if (!error.request_id.empty()) {
                append_text(error.message, ", request id ");
                append_log_text(error.message, error.request_id);
            }
            append_char(error.message, ')');
        }
        return finish(std::move(error));
    }
    [[nodiscard]] std::string subject() const {
        std::string text = "no session for the directory bucket '";
        append_log_text(text, bucket_of_endpoint(target_.endpoint));
        append_text(text, "': CreateSession");
        return text;
    }

    const SessionTarget& target_;
    const S3ExpressOptions& options_;
    CryptoProvider* crypto_;
    Environment& environment_;
    Owned<Call> call_{};
};

/// The sessions of one bucket and one set of credentials.
class SessionSource final : public CredentialsSource {
  public:
    SessionSource(SessionTarget&& target, const S3ExpressOptions& options, CryptoProvider* crypto,
                  Environment& environment)
        : target_(std::move(target)), options_(options), crypto_(crypto), environment_(environment) {}
    ~SessionSource() override { wipe(target_.credentials); }

    [[nodiscard]] std::string_view name() const noexcept override { return "S3 Express"; }
    [[nodiscard]] Owned<CredentialsFetch> fetch() override {
        return Owned<CredentialsFetch>(new SessionFetch(target_, options_, crypto_, environment_));
    }

  private:
    SessionTarget target_;
    const S3ExpressOptions& options_;
    CryptoProvider* crypto_;
    Environment& environment_;
};

BELFRY_COLD inline void append_s3_session_token_query(std::string& url, const Credentials& session) {
    append_text(url, "&X-Amz-S3session-Token=");
    append_percent_encoded(url, session.session_token);
}

/// Signs a request with a session, whose token is sent by other names than that of other credentials (Amazon
/// S3 API Reference, "CreateSession").
[[nodiscard]] BELFRY_COLD inline SigningFailure sign_with_session(HttpRequest& request, Credentials& session,
                                                                  const SigningOptions& options) {
    if (options.placement == SignaturePlacement::query) {
        SigningSteps steps = presigning_steps;
        steps.append_token = &append_s3_session_token_query;
        return detail::sign(request, session, options, &steps);
    }
    request.headers.set("X-Amz-S3session-Token", session.session_token);
    wipe(session.session_token);
    return detail::sign(request, session, options, nullptr);
}

} // namespace detail

namespace detail {

/// Signs with sessions, which it keeps.
class S3ExpressSessions : public ForwardedCrypto, public S3ExpressSigner {
  public:
    /// How many sessions are kept.
    static constexpr std::size_t max_sessions = 100;
    /// After how many seconds without use a session is dropped, with the credentials that got it.
    static constexpr std::int64_t idle_seconds = 600;

    S3ExpressSessions(const S3ExpressOptions& options, CryptoProvider* hashes)
        : ForwardedCrypto(hashes), options_(options),
          environment_(environment_or_system(options.environment)) {}
    S3ExpressSessions(const S3ExpressSessions&) = delete;
    S3ExpressSessions& operator=(const S3ExpressSessions&) = delete;

    S3ExpressSigner* s3_express() noexcept final { return this; }

    AuthorizeResult sign(HttpRequest& request, const Credentials& credentials, const SigningOptions& options,
                         std::string_view endpoint, Error& error) final {
        // The signatures of chunks would continue this one with the client's own key.
        if (options.payload == PayloadHash::given &&
            options.payload_hash.starts_with("STREAMING-AWS4-HMAC-")) {
            fail(error, ErrorKind::signing, "UnsupportedBody",
                 "a session of S3 Express cannot sign the parts of a body one by one; use an https endpoint, "
                 "or a body that is held in memory");
            return AuthorizeResult::failed;
        }
        const SessionPointer kept = find(credentials, options, endpoint);
        CredentialsProvider& cache = *kept->cache;
        Result<Credentials> session =
            options.waiter == nullptr ? cache.credentials() : cache.try_credentials(*options.waiter);
        if (!session) {
            if (options.waiter != nullptr && session.error().kind == ErrorKind::none)
                return AuthorizeResult::pending;
            error = std::move(session).error();
            return AuthorizeResult::failed;
        }
        const SigningFailure failure = sign_with_session(request, *session, options);
        wipe(*session);
        if (failure.code != nullptr) {
            fail(error, failure.kind, failure.code, failure.message);
            return AuthorizeResult::failed;
        }
        return options.placement == SignaturePlacement::query ? AuthorizeResult::presigned
                                                              : AuthorizeResult::authorized;
    }

  protected:
    /// Makes what fetches and keeps the sessions of a source.
    [[nodiscard]] virtual CredentialsProvider*
    make_cache(CredentialsSource& source, CredentialsObserver* observer, Environment& environment) = 0;
    /// Whether calls may wait for what that has made, without a thread.
    [[nodiscard]] virtual bool is_fetching(const CredentialsProvider& cache) const noexcept = 0;

  private:
    struct Session {
        Session(S3ExpressSessions& owner, const Sha256Digest& id, SessionTarget&& target)
            : key(id), source(std::move(target), owner.options_, owner.hashes(), owner.environment_),
              cache(owner.make_cache(source, owner.options_.observer, owner.environment_)) {}

        Sha256Digest key;
        SessionSource source;
        Owned<CredentialsProvider> cache;
        std::int64_t used_at = 0;
    };
    using SessionPointer = std::shared_ptr<Session>;

    [[nodiscard]] SessionPointer find(const Credentials& credentials, const SigningOptions& options,
                                      std::string_view endpoint) {
        Sha256 hash;
        // The secret comes last: none of the others can contain the separator.
        for (const std::string_view part :
             {endpoint, options.region, std::string_view(credentials.access_key_id),
              std::string_view(credentials.session_token)}) {
            hash.update(part);
            hash.update("\n", 1);
        }
        hash.update(credentials.secret_access_key);
        const Sha256Digest key = hash.finish();
        const std::int64_t now = environment_.now().seconds;

        // Destroyed after the lock, because what waits for one of them asks for another one.
        std::vector<SessionPointer> dropped;
        const std::lock_guard lock(mutex_);
        auto at = sessions_.begin();
        while (at != sessions_.end() && !((*at)->key == key)) ++at;
        if (at == sessions_.end()) {
            SessionPointer made = std::make_shared<Session>(
                *this, key, SessionTarget{std::string(endpoint), std::string(options.region), credentials});
            sessions_.reserve(max_sessions);
            dropped.reserve(sessions_.size());
            std::size_t used = 0;
            for (SessionPointer& each : sessions_) {
                const bool is_idle = each->used_at + idle_seconds < now;
                const bool is_too_many = sessions_.size() - dropped.size() >= max_sessions;
                // Calls that wait for a session would ask for it at once, and so drop the next one.
                if ((is_idle || is_too_many) && !is_fetching(*each->cache))
                    dropped.push_back(std::move(each));
                else
                    sessions_[used++].swap(each);
            }
            sessions_.resize(used);
            sessions_.push_back(std::move(made));
        } else {
            // The one that was used last is at the end.
            std::rotate(at, at + 1, sessions_.end());
        }
        sessions_.back()->used_at = now;
        return sessions_.back();
    }

    S3ExpressOptions options_;
    Environment& environment_;
    std::mutex mutex_{};
    /// In the order of their last use. A call holds its own until it is signed.
    std::vector<SessionPointer> sessions_{};
};

} // namespace detail

/// Lets the calls of a client use directory buckets with sessions of S3 Express: set `ClientConfig::crypto`
/// to one. Threads and clients may share it. It must outlive them, and what it is made from must outlive it.
///
///     belfry::S3Express express(transport);
///     s3::Client client{{.region = "us-west-2", .credentials = keys, .crypto = &express}, transport};
///
/// The first call to a bucket gets a session by CreateSession, and later ones share it. A session lasts five
/// minutes. When a quarter of that is left, one call renews it, and meanwhile the others use it until ten
/// seconds before it expires. If renewing fails, it stays in use for as long, too. A call that needs a
/// session and does not get one ends with an error of kind `ErrorKind::credentials` that names the bucket;
/// CreateSession is repeated before that, as `S3ExpressOptions::retry` says. Kept are the sessions of the 100
/// buckets that were used last; different credentials have different sessions.
///
/// CreateSession blocks the thread that signs the call. With an `AsyncCaller`, that is the thread of the
/// loop: use an `AsyncS3Express` (`belfry/async_s3_express.hpp`) there.
class S3Express final : public detail::S3ExpressSessions {
  public:
    /// CreateSession is sent by `transport`, a reference to a `Transport` or a callable that returns a
    /// response. `hashes` computes the hashes of signatures, and signs with Signature Version 4a if it is a
    /// `SigV4a`; null for Belfry's own.
    explicit S3Express(TransportHandle transport, const S3ExpressOptions& options = {},
                       CryptoProvider* hashes = nullptr)
        : S3ExpressSessions(options, hashes), transport_(std::move(transport)) {}

  private:
    CredentialsProvider* make_cache(CredentialsSource& source, CredentialsObserver* observer,
                                    Environment& environment) override {
        return new CachedCredentials(source, transport_.get(), observer, environment);
    }
    bool is_fetching(const CredentialsProvider&) const noexcept override { return false; }

    TransportHandle transport_;
};

} // namespace belfry::inline v0
