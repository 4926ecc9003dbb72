// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/transport_error.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <set>
#include <string>

using belfry::Error;
using belfry::ErrorKind;
using belfry::TransportStatus;
using belfry::detail::fail;

TEST_CASE("each transport status has its own error code and message") {
    std::set<std::string> codes;
    std::set<std::string> messages;
    for (int i = 0; i <= static_cast<int>(TransportStatus::failed); ++i) {
        Error error;
        CHECK_FALSE(fail(error, TransportStatus(i), ""));
        codes.insert(error.code);
        messages.insert(error.message);
    }
    CHECK(codes.size() == 11);
    CHECK(messages.size() == 11);
}

TEST_CASE("only a time limit and a cancellation are other kinds of error than transport") {
    for (int i = 0; i <= static_cast<int>(TransportStatus::failed); ++i) {
        const TransportStatus status{static_cast<std::uint8_t>(i)};
        Error error;
        fail(error, status, "");
        CHECK(error.kind == (status == TransportStatus::timed_out   ? ErrorKind::timeout
                             : status == TransportStatus::cancelled ? ErrorKind::cancelled
                                                                    : ErrorKind::transport));
    }
}

TEST_CASE("an error has the transport's message and the code of its status") {
    Error error;
    fail(error, TransportStatus::tls_failed, "certificate has expired");
    CHECK(error.code == "TlsFailed");
    CHECK(error.message == "certificate has expired");
}

TEST_CASE("an unknown transport status is a transport error") {
    Error error;
    fail(error, TransportStatus{200}, "");
    CHECK(error.code == "TransportFailed");
    CHECK(error.message == "the transport failed");
}
