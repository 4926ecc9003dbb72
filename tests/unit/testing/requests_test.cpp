// SPDX-License-Identifier: Apache-2.0
// How a fake finds the operation of a request, and reads what surrounds its input.
#include <belfry/body/aws_chunked.hpp>
#include <belfry/chime_sdk_voice/batch_delete_phone_number.hpp>
#include <belfry/chime_sdk_voice/batch_update_phone_number.hpp>
#include <belfry/chime_sdk_voice/fake.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/search_available_phone_numbers.hpp>
#include <belfry/environment.hpp>
#include <belfry/http/body_sources.hpp>
#include <belfry/http/read_all.hpp>
#include <belfry/presign.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace voice = belfry::chime_sdk_voice;
namespace testing = belfry::testing;

namespace {

class FakeEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1'700'000'000 + ahead, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = 7;
        return true;
    }
    std::int64_t ahead = 0;
};

/// The labels of a path, or `none`.
std::string labels(std::string_view pattern, std::string_view path) {
    std::string found;
    const unsigned score =
        testing::detail::match_path(pattern, path, [&](std::string_view name, std::string_view text) {
            found.append(name).append("=").append(text).append(";");
        });
    return score == 0 ? "none" : found;
}
unsigned score(std::string_view pattern, std::string_view path) {
    return testing::detail::match_path(pattern, path, [](std::string_view, std::string_view) {});
}

} // namespace

TEST_CASE("labels take a segment, and greedy ones all that the rest leaves") {
    CHECK(labels("/things/{Id}", "/things/a%2Fb") == "Id=a%2Fb;");
    CHECK(labels("/things/{Id}", "/things/a/") == "Id=a;");
    CHECK(labels("/things/{Id}", "/things/") == "none");
    CHECK(labels("/things/{Id}", "/things") == "none");
    CHECK(labels("/things/{Id}", "/things/a/b") == "none");
    CHECK(labels("/things/{Id}/parts", "/things/a/parts") == "Id=a;");
    CHECK(labels("/{Key+}", "/a/b//c") == "Key=a/b//c;");
    CHECK(labels("/{Key+}", "/") == "none");
    CHECK(labels("/x/{Key+}/end/{Last}", "/x/a/b/end/c") == "Key=a/b;Last=c;");
    CHECK(labels("/x/{Key+}/end", "/x/end") == "none");
    CHECK(labels("", "/") == "");
    // The path that names more wins.
    CHECK(score("/things/all", "/things/all") > score("/things/{Id}", "/things/all"));
    CHECK(score("/things/{Id}", "/things/all") > score("/{Key+}", "/things/all"));
}

TEST_CASE("a request whose target does not begin with a slash is for no operation") {
    voice::Fake fake({.allow_unsigned = true});
    fake.on_get_speaker_search_task().answer_next({});
    for (const char* const path : {"", "*", "Xvoice-connectors/abc/speaker-search-tasks/t-1"}) {
        const auto reply = fake.answer({.method = "GET", .path = path});
        CHECK(reply.response.status == 404);
    }
    CHECK(fake.refused().size() == 3);
    const auto reply =
        fake.answer({.method = "GET", .path = "/voice-connectors/abc/speaker-search-tasks/t-1"});
    CHECK(reply.response.status == 200);
}

TEST_CASE("the constant query tells operations of one path apart") {
    FakeEnvironment environment;
    voice::Fake fake;
    auto& deleted = fake.on_batch_delete_phone_number().answer_next({});
    auto& updated = fake.on_batch_update_phone_number().answer_next({});
    const voice::Client client({.region = "us-east-1",
                                .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
                                .environment = &environment},
                               fake);
    CHECK(client.batch_delete_phone_number({.phone_number_ids = {"a", "b"}}).has_value());
    CHECK(deleted.calls() == 1);
    CHECK(updated.calls() == 0);
    CHECK(client.batch_update_phone_number({.update_phone_number_request_items = {{.phone_number_id = "c"}}})
              .has_value());
    CHECK(updated.calls() == 1);
    CHECK(deleted.inputs()[0].phone_number_ids.size() == 2);
    CHECK(updated.inputs()[0].update_phone_number_request_items[0].phone_number_id == "c");
}

TEST_CASE("the members of a query arrive, and the constant ones are none of them") {
    FakeEnvironment environment;
    voice::Fake fake;
    auto& rule = fake.on_search_available_phone_numbers().answer_next({.next_token = "n"});
    const voice::Client client({.region = "us-east-1",
                                .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
                                .environment = &environment},
                               fake);
    const auto found = client.search_available_phone_numbers(
        {.city = "S\u00e3o & Paulo+", .country = "BR", .max_results = 7});
    REQUIRE(found.has_value());
    CHECK(found->next_token == "n");
    const auto inputs = rule.inputs();
    CHECK(inputs[0].city == "S\u00e3o & Paulo+");
    CHECK(inputs[0].max_results == 7);
    CHECK_FALSE(inputs[0].state.has_value());
}

TEST_CASE("a presigned URL is verified until it expires") {
    FakeEnvironment environment;
    const belfry::Credentials key{"AKIDEXAMPLE", "secret", "session/token+"};
    voice::Fake fake({.credentials = key, .environment = &environment});
    fake.on_get_speaker_search_task(
        [](const voice::GetSpeakerSearchTaskRequest&) { return voice::GetSpeakerSearchTaskResponse(); });
    const voice::Client client({.region = "us-east-1", .credentials = key, .environment = &environment},
                               fake);
    const auto presigned = belfry::presign(client.core(), voice::operations::GetSpeakerSearchTask{},
                                           {.voice_connector_id = "abc", .speaker_search_task_id = "t-1"},
                                           {.expires_seconds = 900});
    REQUIRE(presigned.has_value());
    const auto code_for = [&](const std::string& url) {
        belfry::HttpRequest request;
        request.method = presigned->method;
        request.url = url;
        request.headers = presigned->headers;
        testing::ReceivedRequest received;
        REQUIRE(testing::detail::receive(request, received));
        const auto reply = fake.answer(std::move(received));
        const auto code = reply.response.headers.find("x-amzn-errortype");
        return code.has_value() ? std::string(*code) : std::to_string(reply.response.status);
    };
    CHECK(code_for(presigned->url) == "200");
    CHECK(code_for(presigned->url + "&more=1") == "InvalidSignatureException");
    environment.ahead = 900;
    CHECK(code_for(presigned->url) == "200");
    environment.ahead = 901;
    CHECK(code_for(presigned->url) == "InvalidSignatureException");
}
