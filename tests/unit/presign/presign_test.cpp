// SPDX-License-Identifier: Apache-2.0
// Requests that cannot be presigned; valid ones are compared with botocore in
// tests/differential/test_presign.py.
#include <belfry/chime_sdk_voice/get_voice_connector.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/presign/presign.hpp>

#include <cstdint>
#include <string>
#include <support/catch.hpp>
#include <utility>

namespace voice = belfry::chime_sdk_voice;

namespace {

belfry::HttpResponse nobody(const belfry::HttpRequest&) { return {}; }

[[nodiscard]] voice::Client client(belfry::CredentialsHandle credentials) {
    return voice::Client{{.region = "us-east-1", .credentials = std::move(credentials)}, nobody};
}

const belfry::Credentials keys{"AKIDEXAMPLE", "secret"};

} // namespace

TEST_CASE("a presigned request is a method and a URL") {
    const voice::Client signer = client(keys);
    const auto presigned = belfry::presign(signer.core(), voice::operations::GetVoiceConnector{},
                                           {.voice_connector_id = "abc"}, {.expires_seconds = 60});
    REQUIRE(presigned.has_value());
    CHECK(presigned->method == "GET");
    CHECK(presigned->url.starts_with("https://voice-chime.us-east-1.amazonaws.com/voice-connectors/abc?"));
    CHECK(presigned->url.find("&X-Amz-Expires=60&X-Amz-Signature=") != std::string::npos);
    CHECK(presigned->headers.size() == 0);
    CHECK(presigned->body.empty());
}

TEST_CASE("a body that the signature covers is returned with the URL") {
    const voice::Client signer = client(keys);
    const auto presigned =
        belfry::presign(signer.core(), voice::operations::StartSpeakerSearchTask{},
                        {.voice_connector_id = "abc", .transaction_id = "t", .voice_profile_domain_id = "d"},
                        {.idempotency_token = "token"});
    REQUIRE(presigned.has_value());
    CHECK(presigned->method == "POST");
    CHECK(presigned->body.find("\"TransactionId\":\"t\"") != std::string::npos);
    CHECK(*presigned->headers.find("Content-Type") == "application/json");
    CHECK(presigned->url.find("X-Amz-SignedHeaders=content-type%3Bhost&") != std::string::npos);
}

TEST_CASE("presigning without credentials is an error") {
    const auto presign = [](const voice::Client& signer, std::int64_t seconds) {
        return belfry::presign(signer.core(), voice::operations::GetVoiceConnector{},
                               {.voice_connector_id = "abc"}, {.expires_seconds = seconds});
    };
    CHECK(presign(client({}), 60).error().code == "NoCredentials");
    CHECK(presign(client(belfry::anonymous_credentials()), 60).error().code == "NoCredentials");
    CHECK(presign(client(belfry::bearer_credentials("t")), 60).error().code == "NoCredentials");
    CHECK(presign(client(keys), 0).error().code == "InvalidExpiry");
    const voice::Client signer = client(keys);
    const auto missing =
        belfry::presign(signer.core(), voice::operations::GetVoiceConnector{}, {.voice_connector_id = ""});
    CHECK(missing.error().kind == belfry::ErrorKind::validation);
}
