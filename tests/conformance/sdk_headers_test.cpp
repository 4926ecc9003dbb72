// SPDX-License-Identifier: Apache-2.0
// Has Belfry describe the attempts and features that sdk_headers_botocore.py had botocore describe, and
// compares.
#include <belfry/adaptive_retry.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/sdk_headers.hpp>

#include "support/catch.hpp"

#if defined(BELFRY_TEST_SDK_HEADERS_BOTOCORE)
#include "support/memory_settings.hpp"
#include "unit/call/moving_clock.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using nlohmann::json;
namespace voice = belfry::chime_sdk_voice;

json read_cases() {
    std::ifstream file(BELFRY_TEST_SDK_HEADERS_BOTOCORE);
    return json::parse(file);
}

/// The `amz-sdk-request` of each attempt of one call that is always refused.
std::vector<std::string> attempts_of(const json& test) {
    test::MovingClock clock;
    const std::int64_t start = test.at("start");
    clock.set_by = (start - clock.now().seconds) * 1'000'000'000;
    test::MemorySettings source;
    SdkHeaders sdk_headers(clock, source);
    ClientConfig config{.region = "us-east-1", .environment = &clock, .interceptor = &sdk_headers};
    config.credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"};
    config.retry.max_attempts = test.at("max_attempts");
    config.retry.base_delay = Duration::seconds(test.at("base_delay"));
    // No limit is null in Python.
    const double seconds = test.at("read_timeout").is_null() ? 0 : test.at("read_timeout").get<double>();
    config.timeouts.idle = Duration::nanoseconds(std::llround(seconds * 1e9));
    std::vector<std::string> sent;
    const voice::Client client{std::move(config), [&](const HttpRequest& request) {
                                   sent.emplace_back(*request.headers.find("amz-sdk-request"));
                                   HttpResponse response{.status = 503, .headers = {}, .body = ""};
                                   if (sent.size() < test.at("first_date").get<std::size_t>())
                                       return response;
                                   const std::int64_t skew = test.at("skew");
                                   std::string date;
                                   append_http_date(date, Timestamp(clock.now().seconds + skew));
                                   response.headers.append("Date", date);
                                   return response;
                               }};
    CHECK_FALSE(client.get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "t"}));
    return sent;
}

/// It is never called, because the requests are not Belfry's.
class NoCompressor final : public GzipCompressor {
  public:
    bool compress(std::string_view, std::string&) noexcept override { return false; }
    BodySource* compress(BodySource&) noexcept override { return nullptr; }
};

struct Body {
    Optional<std::string> encoding{};
    template <std::same_as<Body> S> friend constexpr Description<1> belfry_describe(const S*) {
        return {.name = "Body",
                .members = {{"Content-Encoding", type_of<decltype(S::encoding)>, offsetof(S, encoding),
                             Location::header}}};
    }
};

/// The codes that Belfry puts into the User-Agent header of a request with botocore's headers, sorted.
std::vector<std::string> features_of(const json& test) {
    test::MovingClock clock;
    test::MemorySettings source;
    NoCompressor compressor;
    ClientConfig config{.region = "us-east-1", .environment = &clock};
    config.endpoint = test.at("endpoint");
    if (test.at("mode") == "adaptive") config.retry_mode = adaptive_retry;
    if (test.at("request_checksums") == "when_required")
        config.request_checksums = ChecksumUse::when_required;
    if (test.at("response_checksums") == "when_required")
        config.response_checksums = ChecksumUse::when_required;
    if (test.at("compress")) config.compressor = &compressor;
    const ClientCore core(voice::service, std::move(config),
                          [](const HttpRequest&) { return HttpResponse{}; });

    Protocol protocol{};
    protocol.name = test.at("protocol") == "smithy-rpc-v2-cbor" ? "rpcv2Cbor" : "restXml";
    Service service = voice::service;
    service.protocol = &protocol;
    Operation operation = operation_of<voice::operations::GetSpeakerSearchTask>;
    operation.service = &service;
    if (test.at("says_encoding")) operation.input = &structure_of<Body>;

    SdkHeaders sdk_headers(clock, source);
    HttpRequest request;
    request.headers.append("User-Agent", "belfry/1 ua/2.1 os/linux api/test app/mine");
    for (const auto& header : test.at("headers").items())
        request.headers.append(header.key(), header.value().get<std::string>());
    // The second attempt must not add the list again.
    for (const int number : {1, 2}) {
        const AttemptInfo attempt{.operation = operation, .number = number, .max_attempts = 3, .core = &core};
        CHECK(sdk_headers.before_attempt(attempt, request) == Duration());
    }
    const std::string agent(*request.headers.find("User-Agent"));
    const std::string start = "belfry/1 ua/2.1 os/linux api/test app/mine m/";
    REQUIRE(agent.starts_with(start));
    std::vector<std::string> codes(1);
    for (const char c : agent.substr(start.size())) {
        if (c == ',')
            codes.emplace_back();
        else
            codes.back() += c;
    }
    std::sort(codes.begin(), codes.end());
    return codes;
}

} // namespace

TEST_CASE("attempts are described as by botocore, and live as long") {
    const json cases = read_cases().at("attempts");
    CHECK(cases.size() >= 150);
    std::size_t with_time = 0;
    for (const json& test : cases) {
        INFO(test.dump());
        const std::vector<std::string> sent = attempts_of(test);
        CHECK(sent == test.at("headers").get<std::vector<std::string>>());
        for (const std::string& header : sent) with_time += header.starts_with("ttl=") ? 1U : 0U;
    }
    CHECK(with_time > 100);
}

TEST_CASE("features in the user agent have botocore's codes") {
    const json cases = read_cases().at("features");
    CHECK(cases.size() >= 600);
    for (const json& test : cases) {
        INFO(test.dump());
        CHECK(features_of(test) == test.at("features").get<std::vector<std::string>>());
    }
}
#endif
