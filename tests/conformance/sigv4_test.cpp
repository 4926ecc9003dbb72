// SPDX-License-Identifier: Apache-2.0
// Runs the published Signature Version 4 cases that lie with the conformance data next to the checkout.
#include <belfry/auth/sigv4.hpp>

#include "conformance/sigv4_cases.hpp"
#include "support/catch.hpp"
#include "support/shared_folder.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#if BELFRY_TEST_HAS_OPENSSL
#include <belfry/interop/openssl.hpp>
#endif

namespace {
using namespace test::sigv4;

void check(const fs::path& folder, belfry::SignaturePlacement placement, belfry::SigningKeyCache* cache,
           belfry::CryptoProvider* crypto) {
    const std::string prefix = placement == belfry::SignaturePlacement::header ? "header-" : "query-";
    Case test = load(folder);
    INFO(test.name << ", " << prefix << "variant");
    test.options.region = test.region;
    test.options.service = test.service;
    test.options.placement = placement;
    test.options.key_cache = cache;
    test.options.crypto = crypto;
    belfry::SigningTrace trace;
    const std::optional<belfry::Error> error =
        belfry::sign_sigv4(test.request, test.credentials, test.options, &trace);
    REQUIRE_FALSE(error.has_value());
    CHECK(trace.canonical_request == read(folder / (prefix + "canonical-request.txt")));
    CHECK(trace.string_to_sign == read(folder / (prefix + "string-to-sign.txt")));
    CHECK(trace.signature == read(folder / (prefix + "signature.txt")));
    const belfry::HttpRequest expected = parse_request(read(folder / (prefix + "signed-request.txt")));
    CHECK(test.request.method == expected.method);
    CHECK(test.request.url == expected.url);
    CHECK(test.request.body == expected.body);
    CHECK(comparable(test.request.headers) == comparable(expected.headers));
}

void check_all(belfry::CryptoProvider* crypto) {
    const std::vector<fs::path> all = folders("v4");
    if (all.empty()) {
        WARN("skipped: no Signature Version 4 cases in " << test::shared_folder());
        return;
    }
    // The package that a clone fetches has one fewer, and of Signature Version 4a two.
    CHECK(all.size() >= 37);
    belfry::SigningKeyCache cache;
    for (const fs::path& folder : all)
        for (const auto placement : {belfry::SignaturePlacement::header, belfry::SignaturePlacement::query}) {
            check(folder, placement, nullptr, crypto);
            check(folder, placement, &cache, crypto);
        }
}
} // namespace

TEST_CASE("published Signature Version 4 cases give the published signatures, in headers and in the query") {
    check_all(nullptr);
}

#if BELFRY_TEST_HAS_OPENSSL
TEST_CASE("published Signature Version 4 cases give the same signatures with OpenSSL's hashes") {
    belfry::OpenSslCrypto crypto;
    check_all(&crypto);
}
#else
TEST_CASE("published cases give the same signatures with OpenSSL's hashes") { WARN("skipped: no OpenSSL"); }
#endif

#if defined(BELFRY_TEST_SIGV4_BOTOCORE)
TEST_CASE("signatures of random requests agree with botocore") {
    const nlohmann::json cases = nlohmann::json::parse(read(BELFRY_TEST_SIGV4_BOTOCORE));
    CHECK(cases.size() >= 1'000);
    belfry::SigningKeyCache cache;
    for (const nlohmann::json& test : cases) {
        Case random = load_random(test, "region");
        auto& [kind, request, credentials, region, service, options] = random;
        const bool had_host = request.headers.contains("Host");
        options.service = service;
        options.region = region;
        options.key_cache = &cache;

        INFO(kind << " " << request.method << " " << request.url);
        belfry::SigningTrace trace;
        const std::optional<belfry::Error> error = belfry::sign_sigv4(request, credentials, options, &trace);
        REQUIRE_FALSE(error.has_value());
        REQUIRE(trace.canonical_request == test.at("canonical_request").get<std::string>());
        REQUIRE(trace.string_to_sign == test.at("string_to_sign").get<std::string>());
        REQUIRE(parameters(request.url) == parameters(test.at("signed_url")));
        if (options.placement == belfry::SignaturePlacement::header)
            REQUIRE(request.url == test.at("signed_url").get<std::string>());
        // botocore leaves this header to its HTTP stack.
        if (!had_host) request.headers.remove("Host");
        REQUIRE(comparable(request.headers) == comparable(signed_headers(test)));
    }
}
#else
TEST_CASE("signatures of random requests agree with botocore") {
    WARN("skipped: botocore was not there when the tests were configured");
}
#endif
