// SPDX-License-Identifier: Apache-2.0
#include <belfry/retry/standard.hpp>

#include "support/catch.hpp"

#include <thread>
#include <vector>

namespace {

using belfry::AttemptOutcome;
using belfry::Duration;
using belfry::ErrorKind;
using belfry::RetryDecision;
using belfry::RetryOptions;
using belfry::TransportStatus;

AttemptOutcome service(std::string_view code, int status = 400) {
    AttemptOutcome outcome;
    outcome.kind = ErrorKind::service;
    outcome.error_code = code;
    outcome.http_status = status;
    return outcome;
}
AttemptOutcome transport(TransportStatus status) {
    AttemptOutcome outcome;
    outcome.kind = status == TransportStatus::timed_out ? ErrorKind::timeout : ErrorKind::transport;
    outcome.transport = status;
    return outcome;
}
RetryDecision decide(const AttemptOutcome& outcome, double random = 0.5) {
    return belfry::decide_retry(outcome, RetryOptions{}, random);
}

} // namespace

// The codes and numbers of the next three are those of botocore 1.44 (botocore/retries/standard.py).
TEST_CASE("a throttling code is retried and takes five tokens") {
    for (const std::string_view code :
         {"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
          "TooManyRequestsException", "ProvisionedThroughputExceededException",
          "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
          "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
          "EC2ThrottledException"}) {
        INFO(code);
        const RetryDecision decision = decide(service(code));
        CHECK(decision.retry);
        CHECK(decision.throttling);
        CHECK(decision.cost == 5);
        CHECK(decision.delay == Duration::milliseconds(500));
    }
}

TEST_CASE("a transient code or status is retried and takes fourteen tokens") {
    for (const AttemptOutcome& outcome :
         {service("RequestTimeout"), service("RequestTimeoutException"), service("X", 500), service("", 502),
          service("X", 503), service("", 504)}) {
        INFO(outcome.error_code << ' ' << outcome.http_status);
        const RetryDecision decision = decide(outcome);
        CHECK(decision.retry);
        CHECK_FALSE(decision.throttling);
        CHECK(decision.cost == 14);
        CHECK(decision.delay == Duration::milliseconds(25));
    }
}

TEST_CASE("the delay doubles up to its limit, with full jitter") {
    AttemptOutcome outcome = service("SlowDown", 503);
    RetryOptions options;
    options.max_attempts = 100;
    const std::int64_t seconds[] = {1, 2, 4, 8, 16, 20, 20};
    for (std::size_t i = 0; i < 7; ++i) {
        outcome.attempt = static_cast<int>(i) + 1;
        CHECK(belfry::decide_retry(outcome, options, 0).delay == Duration());
        CHECK(belfry::decide_retry(outcome, options, 0.25).delay == Duration::milliseconds(seconds[i] * 250));
    }
    outcome.attempt = 99;
    CHECK(belfry::decide_retry(outcome, options, 0.5).delay == Duration::seconds(10));
    options.max_delay = Duration::nanoseconds(0x7fffffffffffffff);
    CHECK(belfry::decide_retry(outcome, options, 0.999999999).delay.count() > 0);
    options.max_delay = {};
    CHECK(belfry::decide_retry(outcome, options, 0.5).delay == Duration());
}

TEST_CASE("a 429 is throttling for any code") {
    const RetryDecision decision = decide(service("ThrottledClientException", 429));
    CHECK(decision.retry);
    CHECK(decision.throttling);
}

TEST_CASE("an error that the model calls retryable is retried") {
    AttemptOutcome outcome = service("ServiceUnavailableException", 418);
    CHECK_FALSE(decide(outcome).retry);
    outcome.modelled_retryable = true;
    CHECK(decide(outcome).retry);
    CHECK_FALSE(decide(outcome).throttling);
    outcome.modelled_throttling = true;
    CHECK(decide(outcome).throttling);
}

TEST_CASE("connection failures are retried, unless another attempt would fail in the same way") {
    for (const TransportStatus status :
         {TransportStatus::resolve_failed, TransportStatus::connect_failed, TransportStatus::timed_out,
          TransportStatus::connection_reset, TransportStatus::truncated, TransportStatus::protocol_error}) {
        const RetryDecision decision = decide(transport(status));
        CHECK(decision.retry);
        CHECK(decision.cost == 14);
    }
    for (const TransportStatus status : {TransportStatus::tls_failed, TransportStatus::body_failed,
                                         TransportStatus::cancelled, TransportStatus::failed})
        CHECK_FALSE(decide(transport(status)).retryable);
}

TEST_CASE("errors of the client are not retried") {
    for (const ErrorKind kind :
         {ErrorKind::none, ErrorKind::validation, ErrorKind::credentials, ErrorKind::endpoint,
          ErrorKind::signing, ErrorKind::cancelled, ErrorKind::response, ErrorKind::waiter}) {
        AttemptOutcome outcome = service("Throttling", 503);
        outcome.kind = kind;
        CHECK_FALSE(decide(outcome).retryable);
    }
    CHECK_FALSE(decide(service("ValidationException")).retryable);
    CHECK_FALSE(decide(service("", 501)).retryable);
}

TEST_CASE("the last attempt's error is marked retryable and is not retried") {
    AttemptOutcome outcome = service("Throttling");
    outcome.attempt = 2;
    CHECK(decide(outcome).retry);
    outcome.attempt = 3;
    CHECK_FALSE(decide(outcome).retry);
    CHECK(decide(outcome).retryable);
    CHECK(decide(outcome).throttling);
    RetryOptions once;
    once.max_attempts = 1;
    CHECK_FALSE(belfry::decide_retry(service("Throttling"), once, 0).retry);
}

TEST_CASE("an attempt whose body cannot be sent again is not retried") {
    AttemptOutcome outcome = service("", 503);
    outcome.replayable = false;
    CHECK_FALSE(decide(outcome).retry);
    CHECK(decide(outcome).retryable);
}

TEST_CASE("a delay that the service requests extends the wait by at most five seconds") {
    AttemptOutcome outcome = service("Throttling");
    outcome.requested_delay = Duration::milliseconds(200);
    CHECK(decide(outcome).delay == Duration::milliseconds(500));
    outcome.requested_delay = Duration::milliseconds(1700);
    CHECK(decide(outcome).delay == Duration::milliseconds(1700));
    outcome.requested_delay = Duration::seconds(3600);
    CHECK(decide(outcome).delay == Duration::milliseconds(5500));
}

TEST_CASE("both headers for a delay are read") {
    using belfry::Headers;
    using belfry::requested_delay;
    CHECK(requested_delay({}) == Duration());
    CHECK(requested_delay({{"X-Amz-Retry-After", "1500"}}) == Duration::milliseconds(1500));
    CHECK(requested_delay({{"retry-after", "3"}}) == Duration::seconds(3));
    CHECK(requested_delay({{"Retry-After", "3"}, {"x-amz-retry-after", "10"}}) == Duration::milliseconds(10));
    for (const char* text :
         {"", "-1", "1.5", "soon", "99999999999999999999", "+1", " 1", "Fri, 31 Dec 1999 23:59:59 GMT"}) {
        CHECK(requested_delay({{"Retry-After", text}}) == Duration());
        CHECK(requested_delay({{"x-amz-retry-after", text}}) == Duration());
    }
}

TEST_CASE("a bucket gives tokens until it is empty, and does not exceed its capacity") {
    belfry::RetryTokenBucket bucket;
    CHECK(bucket.available() == 500);
    for (int i = 0; i < 35; ++i) CHECK(bucket.acquire(14));
    CHECK(bucket.available() == 10);
    CHECK_FALSE(bucket.acquire(14));
    CHECK(bucket.available() == 10);
    CHECK(bucket.acquire(5));
    CHECK(bucket.acquire(5));
    CHECK_FALSE(bucket.acquire(5));
    bucket.release(belfry::RetryTokenBucket::success_refund);
    CHECK(bucket.available() == 1);
    bucket.release(498);
    bucket.release(14);
    CHECK(bucket.available() == 500);
    bucket.release(1);
    CHECK(bucket.available() == 500);
}

TEST_CASE("threads share a bucket without losing tokens") {
    belfry::RetryTokenBucket bucket(10'000);
    std::vector<std::thread> threads;
    std::vector<int> taken(4);
    for (std::size_t t = 0; t < 4; ++t)
        threads.emplace_back([&bucket, &taken, t] {
            for (int i = 0; i < 20'000; ++i) {
                if (bucket.acquire(3)) taken[t] += 3;
                if (i % 3 == 0) {
                    bucket.release(1);
                    taken[t] -= 1;
                }
            }
        });
    for (std::thread& thread : threads) thread.join();
    // The bucket is nearly empty, so that its capacity did not limit a refund.
    CHECK(taken[0] + taken[1] + taken[2] + taken[3] + bucket.available() == 10'000);
}

TEST_CASE("a response teaches the middle of what its attempt allows, unless the known offset fits") {
    belfry::ClockSkew skew;
    const belfry::Timestamp now{1'000'000, 5};
    CHECK(skew.apply(now) == now);
    // An upload of 14 minutes with a correct clock: the date may be any time in between.
    CHECK(skew.learn({1'000'840, 0}, now, {1'000'840, 0}));
    CHECK(skew.offset_seconds() == 0);
    // It allows no less than 239 seconds, and the clock, which was good enough, moves no further.
    belfry::ClockSkew moved;
    CHECK(moved.learn({1'000'960, 0}, now, {1'000'720, 0}));
    CHECK(moved.offset_seconds() == 239);
    CHECK(moved.learn({1'000'000, 0}, now, {1'000'720, 0}));
    CHECK(moved.offset_seconds() == 1);
    CHECK(skew.learn({1'000'000, 0}, now, {1'000'840, 0}));
    CHECK(skew.offset_seconds() == 0);
    CHECK(skew.learn({1'001'000, 0}, now, {1'000'010, 0}));
    CHECK(skew.offset_seconds() == 995);
    CHECK(skew.apply(now) == belfry::Timestamp{1'000'995, 5});
    // The local clock was corrected.
    CHECK(skew.learn({1'001'000, 0}, {1'001'000, 0}, {1'001'000, 0}));
    CHECK(skew.offset_seconds() == 0);
    // The request took too long, or the clock was set back meanwhile.
    CHECK_FALSE(skew.learn({2'000'000, 0}, now, {1'000'901, 5}));
    CHECK_FALSE(skew.learn({2'000'000, 0}, now, {999'999, 0}));
    CHECK(skew.offset_seconds() == 0);
}

TEST_CASE("the difference between the clocks is exact after a quick attempt") {
    belfry::ClockSkew skew;
    CHECK_FALSE(skew.is_exact());
    const belfry::Timestamp now{1'000'000, 0};
    // The date may have been written at any time of this attempt, and the clock may be wrong by as much.
    CHECK(skew.learn({1'000'002, 0}, now, {1'000'003, 0}));
    CHECK_FALSE(skew.is_exact());
    CHECK(skew.learn({1'000'002, 0}, now, {1'000'002, 0}));
    CHECK(skew.is_exact());
    // A slow attempt that agrees tells nothing new.
    CHECK(skew.learn({1'000'100, 0}, now, {1'000'200, 0}));
    CHECK(skew.is_exact());
    // The local clock was set.
    CHECK(skew.learn({1'001'000, 0}, now, {1'000'200, 0}));
    CHECK_FALSE(skew.is_exact());
    CHECK(skew.learn({1'001'000, 0}, now, now));
    CHECK(skew.is_exact());
    CHECK_FALSE(skew.learn({2'000'000, 0}, now, {1'000'901, 0}));
    CHECK(skew.is_exact());
}

TEST_CASE("an absurd date does not stop a client") {
    belfry::ClockSkew skew;
    const belfry::Timestamp now{1'767'323'045, 0};
    const belfry::Timestamp last{253'402'300'799, 0}; // 9999-12-31T23:59:59Z
    CHECK(skew.learn(last, now, now));
    CHECK(skew.apply(now) == last);
    const belfry::Timestamp later{now.seconds + 1, 0};
    CHECK(skew.apply(later) == later);
    CHECK(skew.learn(later, later, later));
    CHECK(skew.apply(later) == later);
    // A device may have a clock that begins in 1970.
    CHECK(skew.learn(now, {5, 0}, {5, 0}));
    CHECK(skew.apply({6, 0}).seconds == now.seconds + 1);
}

TEST_CASE("a success that cannot be read is retried if that can do no harm") {
    AttemptOutcome outcome;
    outcome.kind = belfry::ErrorKind::response;
    CHECK_FALSE(decide(outcome).retry);
    CHECK_FALSE(decide(outcome).retryable);
    outcome.unreadable = true;
    CHECK(decide(outcome).retry);
    CHECK(decide(outcome).cost == 14);
}

TEST_CASE("a clock that was off by more than four minutes explains certain errors") {
    belfry::ClockSkew skew;
    const belfry::Timestamp now{1'000'000, 0};
    for (const std::int64_t offset : {241, -241}) {
        REQUIRE(skew.learn({1'000'000 + offset, 0}, now, now));
        for (const std::string_view code :
             {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
              "SignatureDoesNotMatch", "AuthFailure", "AccessDeniedException", "403"}) {
            INFO(code);
            CHECK(skew.explains(code, 0));
            // The clock was nearly correct, so the error has another cause.
            CHECK_FALSE(skew.explains(code, offset));
            CHECK_FALSE(skew.explains(code, offset / 241));
        }
        CHECK_FALSE(skew.explains("ValidationException", 0));
        CHECK_FALSE(skew.explains("404", 0));
    }
    AttemptOutcome outcome = service("SignatureDoesNotMatch", 403);
    CHECK_FALSE(decide(outcome).retry);
    outcome.clock_corrected = true;
    CHECK(decide(outcome).retry);
    // All calls in flight need it at the same time, more of them than the tokens would allow.
    CHECK(decide(outcome).cost == 0);
}
