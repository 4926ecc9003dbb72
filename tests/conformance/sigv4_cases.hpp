// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>

#include "support/catch.hpp"
#include "support/hex_bytes.hpp"
#include "support/shared_folder.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// The published cases of Signature Version 4 and 4a, and random requests that another program has signed.
namespace test::sigv4 {
namespace fs = std::filesystem;

inline std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    REQUIRE(stream);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// A request as the cases write it: request line, `name:value` lines (continued by white space), empty line,
/// body.
inline belfry::HttpRequest parse_request(const std::string& text) {
    belfry::HttpRequest request;
    std::vector<std::pair<std::string, std::string>> headers;
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
            headers.back().second += "\n" + line;
            continue;
        }
        const std::size_t colon = line.find(':');
        REQUIRE(colon != std::string::npos);
        headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
    std::string host;
    for (const auto& [name, value] : headers) {
        request.headers.append(name, value);
        if (name == "Host") host = value;
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

inline Case load(const fs::path& folder) {
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
inline std::vector<std::string> comparable(const belfry::Headers& headers) {
    std::vector<std::string> lines;
    for (const belfry::Header& header : headers) {
        std::string name;
        for (const char c : header.name) name.push_back(belfry::detail::ascii_lower(c));
        lines.push_back(name.append(":").append(header.value));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

/// The cases of `v4` or `v4a`, sorted by their names.
inline std::vector<fs::path> folders(const char* version) {
    std::vector<fs::path> found;
    const fs::path cases = test::shared_folder() / "conformance" / "sigv4" / version;
    if (!fs::is_directory(cases)) return found;
    for (const fs::directory_entry& entry : fs::directory_iterator(cases))
        if (fs::exists(entry.path() / "context.json")) found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

/// A random request, as the scripts beside the tests write it; `region` is the key of its region or regions.
inline Case load_random(const nlohmann::json& test, const char* region) {
    Case result;
    result.name = test.at("kind");
    result.region = test.at(region);
    result.service = test.at("service");
    result.request.method = test.at("method");
    result.request.url = test.at("url");
    result.request.body = bytes_of(test.at("body_hex").get<std::string>());
    for (const nlohmann::json& header : test.at("headers"))
        result.request.headers.append(header.at(0).get<std::string>(), header.at(1).get<std::string>());
    result.credentials.access_key_id = test.at("access_key");
    result.credentials.secret_access_key = test.at("secret");
    result.credentials.session_token = test.at("token");
    result.options.time.seconds = test.at("seconds");
    result.options.expires_seconds = test.at("expires");
    const bool s3 = result.name.starts_with("s3"), in_query = result.name.ends_with("query");
    result.options.double_encode_path = result.options.normalize_path = !s3;
    if (in_query) result.options.placement = belfry::SignaturePlacement::query;
    if (test.at("body_unsigned")) result.options.payload = belfry::PayloadHash::unsigned_payload;
    result.options.content_sha256_header = !in_query && (s3 || test.at("body_unsigned"));
    return result;
}

/// The headers of a signed random request.
inline belfry::Headers signed_headers(const nlohmann::json& test) {
    belfry::Headers headers;
    for (const nlohmann::json& header : test.at("signed_headers"))
        headers.append(header.at(0).get<std::string>(), header.at(1).get<std::string>());
    return headers;
}

/// The parameters of a URL's query, sorted: botocore adds its own in another order than the published cases.
inline std::vector<std::string> parameters(const std::string& url) {
    std::vector<std::string> found;
    for (std::size_t at = url.find('?'); at < url.size();) {
        const std::size_t end = std::min(url.find('&', at + 1), url.size());
        found.push_back(url.substr(at + 1, end - at - 1));
        at = end;
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace test::sigv4
