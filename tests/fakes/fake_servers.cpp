// SPDX-License-Identifier: Apache-2.0
// Serves fakes for test_botocore_client.py until its standard input ends: one for each of two protocols.
// Prints a line for each, `NAME ENDPOINT`, and in the end what was refused.
#include <belfry/chime_sdk_voice/create_voice_connector.hpp>
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/fake.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>
#include <belfry/identity/sts/assume_role.hpp>
#include <belfry/testing/aws_query.hpp>
#include <belfry/testing/server.hpp>

#include <cstdio>
#include <string>

namespace voice = belfry::chime_sdk_voice;
namespace sts = belfry::identity::sts;
namespace testing = belfry::testing;

namespace {

const testing::FakeOptions options{.credentials =
                                       belfry::Credentials{"AKIDEXAMPLE", "secret", "a/session+token"}};

void add_handlers(voice::Fake& fake) {
    fake.on_create_voice_connector([](const voice::CreateVoiceConnectorRequest& input) {
        voice::CreateVoiceConnectorResponse output;
        output.voice_connector =
            voice::VoiceConnector{.voice_connector_id = "abc",
                                  .aws_region = input.aws_region,
                                  .name = input.name,
                                  .require_encryption = input.require_encryption,
                                  .created_timestamp = belfry::Timestamp{1'700'000'000, 5'000'000}};
        return output;
    });
    fake.on_list_voice_connectors([](const voice::ListVoiceConnectorsRequest& input) {
        voice::ListVoiceConnectorsResponse output;
        output.voice_connectors = {{.name = input.next_token.value_or("first")}};
        if (!input.next_token) output.next_token = "second & last";
        return output;
    });
    fake.on_get_speaker_search_task([](const voice::GetSpeakerSearchTaskRequest& input)
                                        -> belfry::Result<voice::GetSpeakerSearchTaskResponse> {
            return testing::service_error(voice::NotFoundException{
                .code = voice::ErrorCode::NotFound, .message = "no task " + *input.speaker_search_task_id});
        })
        .fail_next(1, testing::transport_error(belfry::TransportStatus::connection_reset))
        .fail_next(1, testing::service_error(voice::ThrottledClientException{.message = "slow down"}));
}

void add_handlers_of_sts(testing::Fake& fake) {
    fake.on<sts::operations::AssumeRole>(
        [](const sts::AssumeRoleRequest& input) -> belfry::Result<sts::AssumeRoleResponse> {
            if (input.role_session_name == "none")
                return testing::service_error("AccessDenied", "not <this> role", 403);
            sts::AssumeRoleResponse output;
            output.credentials = sts::Credentials{.access_key_id = "AKIDROLE",
                                                  .secret_access_key = input.external_id.value_or("none"),
                                                  .session_token = *input.role_arn,
                                                  .expiration = belfry::Timestamp{1'700'000'000, 0}};
            return output;
        });
}

void serve(const char* name, const testing::Server& server) {
    std::printf("%s %s\n", name, server.endpoint().c_str());
}

} // namespace

int main() {
    voice::Fake voice_fake(options);
    testing::Fake sts_fake(sts::service, testing::aws_query, options);
    add_handlers(voice_fake);
    add_handlers_of_sts(sts_fake);
    const testing::Server voice_server(voice_fake);
    const testing::Server sts_server(sts_fake);
    serve("chime-sdk-voice", voice_server);
    serve("sts", sts_server);
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    const testing::Fake* const fakes[] = {&voice_fake, &sts_fake};
    for (const testing::Fake* const fake : fakes)
        for (const std::string& line : fake->refused()) std::printf("%s\n", line.c_str());
    return 0;
}
