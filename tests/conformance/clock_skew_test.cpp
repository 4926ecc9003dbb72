// SPDX-License-Identifier: Apache-2.0
// Runs the cases of clock skew that AWS's SDKs share, which lie with the conformance data next to the
// checkout: a client that keeps its state over several operations, on a clock that the case sets.
#include <belfry/call/environment.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/util/time.hpp>

#include "support/catch.hpp"
#include "support/shared_folder.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace belfry;
using Json = nlohmann::json;
namespace fs = std::filesystem;
namespace voice = belfry::chime_sdk_voice;

fs::path cases_file() { return test::shared_folder() / "conformance" / "clock-skew" / "cases.json"; }

Timestamp time_of(const Json& text) {
    Timestamp time;
    REQUIRE(parse_date_time(text.get<std::string>(), time));
    return time;
}

/// A clock that always returns the time it was set to.
class SetClock final : public Environment {
  public:
    Timestamp now() noexcept override { return time; }
    void sleep(Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = 0x80;
        return true;
    }
    Timestamp time{};
};

/// Plays the attempts of an operation and checks the time in each signature.
struct Service {
    SetClock& clock;
    const Json* attempts = nullptr;
    std::size_t made = 0;

    TransportResult operator()(const HttpRequest& request, ResponseSink& sink) {
        REQUIRE(made < attempts->size());
        const Json& attempt = attempts->at(made++);
        std::string signed_at;
        REQUIRE(append_amz_date(signed_at, time_of(attempt.at("expectedSigningTime"))));
        const auto header = request.headers.find("X-Amz-Date");
        REQUIRE(header.has_value());
        CHECK(*header == signed_at);
        clock.time = time_of(attempt.at("clientTimeAtReceive"));
        const Json& response = attempt.at("response");
        Headers headers;
        for (const auto& [name, value] : response.at("headers").items())
            headers.append(name, value.get<std::string>());
        if (response.contains("errorCode"))
            headers.append("x-amzn-errortype", response.at("errorCode").get<std::string>());
        if (!sink.on_head(response.at("statusCode").get<int>(), headers))
            return {TransportStatus::cancelled, {}};
        // The body takes time to arrive; the header `Date` was written before that.
        clock.time.seconds += 600;
        static_cast<void>(sink.on_body(std::as_bytes(std::span("{}", 2))));
        set_next();
        return {};
    }
    void set_next() {
        if (made < attempts->size()) clock.time = time_of(attempts->at(made).at("clientTimeAtSend"));
    }
};

void run(const Json& test) {
    SetClock clock;
    Service service{clock};
    const int attempts = test.at("operations").at(0).value("maxAttempts", 3);
    const voice::Client client(
        {.region = "us-east-1",
         .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .retry = {.max_attempts = attempts},
         .environment = &clock},
        [&service](const HttpRequest& request, ResponseSink& sink) { return service(request, sink); });
    const Json& first = test.at("operations").at(0);
    client.core().state().clock_skew.learn({first.at("initialClientSkew").get<std::int64_t>(), 0}, {}, {});
    for (const Json& operation : test.at("operations")) {
        service.attempts = &operation.at("attempts");
        service.made = 0;
        service.set_next();
        CHECK(client.core().state().clock_skew.offset_seconds() ==
              operation.at("initialClientSkew").get<std::int64_t>());
        const auto result =
            client.get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "t"});
        CHECK(result.has_value() == (operation.at("expectedOutcome") == "success"));
        CHECK(service.made == operation.at("attempts").size());
        CHECK(client.core().state().clock_skew.offset_seconds() ==
              operation.at("expectedClientSkew").get<std::int64_t>());
    }
}

TEST_CASE("a client's clock follows the cases that AWS's SDKs share") {
    if (!fs::exists(cases_file())) {
        WARN("skipped: there is no " << cases_file());
        return;
    }
    std::ifstream stream(cases_file());
    const Json cases = Json::parse(stream);
    REQUIRE(cases.at("tests").size() >= 10);
    for (const Json& test : cases.at("tests")) {
        INFO(test.at("description").get<std::string>());
        run(test);
    }
}

} // namespace
