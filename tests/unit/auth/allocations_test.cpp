// SPDX-License-Identifier: Apache-2.0
#include <belfry/auth/sigv4.hpp>

#include "support/catch.hpp"
#include "support/failing_allocations.hpp"

#include <cstddef>
#include <string>

namespace {
[[nodiscard]] long allocations() noexcept { return test::allocation_counts().made; }
} // namespace

TEST_CASE("signing with a cached key takes no allocation, and at most six with a long session token") {
    belfry::SigningKeyCache cache;
    belfry::SigningOptions options;
    options.service = "chime";
    options.region = "us-east-1";
    options.time = {1'440'938'160, 0};
    options.key_cache = &cache;
    for (const std::size_t token_size : {300u, 3'000u})
        for (const bool first : {true, false}) {
            const belfry::Credentials credentials{"AKIDEXAMPLE", "secret", std::string(token_size, 't')};
            belfry::HttpRequest request;
            request.method = "POST";
            request.url = "https://voice-chime.us-east-1.amazonaws.com/voice-connectors/abcdef/"
                          "speaker-search-tasks?a=b&c=d";
            const long made = allocations();
            request.headers = {{"Host", "voice-chime.us-east-1.amazonaws.com"},
                               {"Content-Type", "application/json"},
                               {"User-Agent", "belfry"}};
            request.body = std::string(1'024, 'x');
            const long before = allocations();
            REQUIRE(before > made);
            const auto error = belfry::sign_sigv4(request, credentials, options);
            const long taken = allocations() - before;
            CHECK_FALSE(error.has_value());
            if (token_size > 2'000) CHECK(taken > 0);
            if (!first) CHECK(taken <= (token_size > 2'000 ? 6 : 0));
        }
}
