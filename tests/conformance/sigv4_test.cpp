// SPDX-License-Identifier: Apache-2.0
// Runs the published Signature Version 4 cases that lie with the conformance data next to the checkout.
#include <belfry/auth/sigv4.hpp>

#include "support/catch.hpp"
#include "support/shared_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#if BELFRY_TEST_HAS_OPENSSL
#include <belfry/interop/openssl.hpp>
#endif

namespace {
namespace fs = std::filesystem;

fs::path cases_folder() { return test::shared_folder() / "conformance" / "sigv4" / "v4"; }

std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    REQUIRE(stream);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// A request as the cases write it: request line, `name:value` lines (continued by white space), empty line,
/// body.
belfry::HttpRequest parse_request(const std::string& text) {
    belfry::HttpRequest request;
    std::vector<belfry::Header> headers;
    std::size_t at = text.find('\n');
    const std::string first = text.substr(0, at);
    const std::size_t method_end = first.find(' '), target_end = first.rfind(" HTTP/1.1");
    REQUIRE(target_end != std::string::npos);
    request.method = first.substr(0, method_end);
    while (at != std::string::npos && at + 1 < text.size()) {
        const std::size_t end = text.find('\n', at + 1);
        const std::string line = text.substr(at + 1, end == std::string::npos ? end : end - at - 1);
        at = end;
        if (line.empty()) {
            if (at != std::string::npos) request.body = text.substr(at + 1);
            break;
        }
        if (line[0] == ' ' || line[0] == '\t') {
            headers.back().value += "\n" + line;
            continue;
        }
        const std::size_t colon = line.find(':');
        REQUIRE(colon != std::string::npos);
        headers.push_back({line.substr(0, colon), line.substr(colon + 1)});
    }
    std::string host;
    for (const belfry::Header& header : headers) {
        request.headers.append(header.name, header.value);
        if (header.name == "Host") host = header.value;
    }
    request.url = "https://" + host + first.substr(method_end + 1, target_end - method_end - 1);
    request.content_length = static_cast<std::int64_t>(request.body.size());
    return request;
}

struct Case {
    std::string name;
    belfry::HttpRequest request;
    belfry::Credentials credentials;
    std::string region, service;
    belfry::SigningOptions options;
};

Case load(const fs::path& folder) {
    Case result;
    result.name = folder.filename().string();
    const nlohmann::json context = nlohmann::json::parse(read(folder / "context.json"));
    result.request = parse_request(read(folder / "request.txt"));
    const nlohmann::json& credentials = context.at("credentials");
    result.credentials.access_key_id = credentials.at("access_key_id");
    result.credentials.secret_access_key = credentials.at("secret_access_key");
    result.credentials.session_token = credentials.value("token", "");
    result.region = context.at("region");
    result.service = context.at("service");
    const std::string time = context.at("timestamp");
    REQUIRE(belfry::parse_date_time(time, result.options.time));
    result.options.normalize_path = context.at("normalize");
    result.options.content_sha256_header = context.at("sign_body");
    result.options.omit_session_token = context.value("omit_session_token", false);
    result.options.expires_seconds = context.at("expiration_in_seconds");
    return result;
}

/// Header names in lower case with their values, sorted: the cases do not fix where new headers go.
std::vector<std::string> comparable(const belfry::Headers& headers) {
    std::vector<std::string> lines;
    for (const belfry::Header& header : headers) {
        std::string name;
        for (const char c : header.name) name.push_back(belfry::detail::ascii_lower(c));
        lines.push_back(name + ":" + header.value);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

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

std::vector<fs::path> folders() {
    std::vector<fs::path> found;
    if (!fs::is_directory(cases_folder())) return found;
    for (const fs::directory_entry& entry : fs::directory_iterator(cases_folder()))
        if (fs::exists(entry.path() / "context.json")) found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

void check_all(belfry::CryptoProvider* crypto) {
    const std::vector<fs::path> all = folders();
    if (all.empty()) {
        WARN("skipped: no Signature Version 4 cases in " << cases_folder());
        return;
    }
    CHECK(all.size() >= 38);
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
namespace {
std::string bytes_of(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<char>(belfry::detail::hex_digit_value(hex[i]) * 16 +
                                        belfry::detail::hex_digit_value(hex[i + 1])));
    return out;
}

/// The parameters of a URL's query, sorted: botocore adds its own in another order than the published cases.
std::vector<std::string> parameters(const std::string& url) {
    std::vector<std::string> found;
    for (std::size_t at = url.find('?'); at < url.size();) {
        const std::size_t end = std::min(url.find('&', at + 1), url.size());
        found.push_back(url.substr(at + 1, end - at - 1));
        at = end;
    }
    std::sort(found.begin(), found.end());
    return found;
}
} // namespace

TEST_CASE("signatures of random requests agree with botocore") {
    const nlohmann::json cases = nlohmann::json::parse(read(BELFRY_TEST_SIGV4_BOTOCORE));
    CHECK(cases.size() >= 1'000);
    belfry::SigningKeyCache cache;
    for (const nlohmann::json& test : cases) {
        const std::string kind = test.at("kind"), region = test.at("region"), service = test.at("service");
        belfry::HttpRequest request;
        request.method = test.at("method");
        request.url = test.at("url");
        request.body = bytes_of(test.at("body_hex").get<std::string>());
        bool had_host = false;
        for (const nlohmann::json& header : test.at("headers")) {
            request.headers.append(header.at(0).get<std::string>(), header.at(1).get<std::string>());
            had_host = had_host || header.at(0) == "Host";
        }
        belfry::Credentials credentials;
        credentials.access_key_id = test.at("access_key");
        credentials.secret_access_key = test.at("secret");
        credentials.session_token = test.at("token");
        belfry::SigningOptions options;
        options.service = service;
        options.region = region;
        options.time.seconds = test.at("seconds");
        options.expires_seconds = test.at("expires");
        options.key_cache = &cache;
        const bool s3 = kind.starts_with("s3"), in_query = kind.ends_with("query");
        options.double_encode_path = options.normalize_path = !s3;
        if (in_query) options.placement = belfry::SignaturePlacement::query;
        if (test.at("body_unsigned")) options.payload = belfry::PayloadHash::unsigned_payload;
        options.content_sha256_header = !in_query && (s3 || test.at("body_unsigned"));

        INFO(kind << " " << request.method << " " << request.url);
        belfry::SigningTrace trace;
        const std::optional<belfry::Error> error = belfry::sign_sigv4(request, credentials, options, &trace);
        REQUIRE_FALSE(error.has_value());
        REQUIRE(trace.canonical_request == test.at("canonical_request").get<std::string>());
        REQUIRE(trace.string_to_sign == test.at("string_to_sign").get<std::string>());
        REQUIRE(parameters(request.url) == parameters(test.at("signed_url")));
        if (!in_query) REQUIRE(request.url == test.at("signed_url").get<std::string>());
        belfry::Headers expected;
        for (const nlohmann::json& header : test.at("signed_headers"))
            expected.append(header.at(0).get<std::string>(), header.at(1).get<std::string>());
        // botocore leaves this header to its HTTP stack.
        if (!had_host) request.headers.remove("Host");
        REQUIRE(comparable(request.headers) == comparable(expected));
    }
}
#else
TEST_CASE("signatures of random requests agree with botocore") {
    WARN("skipped: botocore was not there when the tests were configured");
}
#endif
