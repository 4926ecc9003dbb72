// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/transport/curl.hpp>

#include "support/catch.hpp"

#include <cstdlib>
#include <string>

/// Shared by all programs that call a real server.
namespace belfry_servers {

/// A client's configuration for the server of this run.
[[nodiscard]] inline belfry::ClientConfig config() {
    const char* const endpoint = std::getenv("BELFRY_TEST_ENDPOINT");
    REQUIRE(endpoint != nullptr);
    belfry::ClientConfig made;
    made.region = "us-east-1";
    made.endpoint = endpoint;
    made.credentials = belfry::Credentials{"AKIDEXAMPLE", "secret", ""};
    return made;
}

/// The authority that signed the server's certificate; empty without TLS.
[[nodiscard]] inline std::string ca_file() {
    const char* const file = std::getenv("BELFRY_TEST_CA_FILE");
    return file != nullptr ? file : "";
}

[[nodiscard]] inline belfry::Transport& transport() {
    static belfry::CurlTransport curl(belfry::CurlOptions{.ca_file = ca_file()});
    return curl;
}

/// Fails with the error's message unless there is a value.
template <class R> void require_value(const R& result) {
    INFO(result.error().code << ": " << result.error().message);
    REQUIRE(result.has_value());
}

} // namespace belfry_servers
