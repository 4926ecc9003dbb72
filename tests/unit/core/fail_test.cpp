// SPDX-License-Identifier: Apache-2.0
#include <belfry/core/fail.hpp>

#include "support/catch.hpp"

#include <string>

using belfry::Error;
using belfry::ErrorKind;
using belfry::detail::fail;

TEST_CASE("fail joins the parts of the message and returns false") {
    Error error;
    const std::string name = "Input";
    CHECK_FALSE(fail(error, ErrorKind::validation, "ValidationError", {name, ".", "size", ": required"}));
    CHECK(error.kind == ErrorKind::validation);
    CHECK(error.code == "ValidationError");
    CHECK(error.message == "Input.size: required");
    CHECK_FALSE(fail(error, ErrorKind::signing, "HashFailed", "no hash"));
    CHECK(error.kind == ErrorKind::signing);
    CHECK(error.code == "HashFailed");
    CHECK(error.message == "no hash");
}

TEST_CASE("fail resets whether the error is retryable and keeps the response's details") {
    Error error;
    error.kind = ErrorKind::service;
    error.retryable = true;
    error.throttling = true;
    error.http_status = 503;
    error.request_id = "id";
    error.attempts = 2;
    fail(error, ErrorKind::cancelled, "Cancelled", "the call was cancelled");
    CHECK_FALSE(error.retryable);
    CHECK_FALSE(error.throttling);
    CHECK(error.http_status == 503);
    CHECK(error.request_id == "id");
    CHECK(error.attempts == 2);
}
