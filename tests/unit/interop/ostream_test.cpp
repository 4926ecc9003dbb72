// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/types/voice_connector_aws_region.hpp>
#include <belfry/ostream.hpp>
#include <belfry/print.hpp>

#if defined(__has_include)
#if __has_include(<format>) && __has_include(<version>)
#include <version>
#if defined(__cpp_lib_format)
#define BELFRY_TEST_HAS_FORMAT 1
#include <belfry/format.hpp>
#endif
#endif
#endif

#include "support/catch.hpp"

#include <sstream>
#include <string>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;

template <class T> std::string streamed(const T& value) {
    std::ostringstream stream;
    stream << value;
    return stream.str();
}

const Error refused{.kind = ErrorKind::service, .code = "NotFoundException", .message = "no task"};
const Result<voice::GetSpeakerSearchTaskResponse> failed{refused};
const voice::VoiceConnectorAwsRegion region("mars-north-1");

} // namespace

TEST_CASE("errors, results, times and enums are written to streams as to_string writes them") {
    CHECK(streamed(refused) == "service error NotFoundException: no task");
    CHECK(streamed(failed) == streamed(refused));
    CHECK(streamed(ErrorKind::timeout) == "timeout");
    CHECK(streamed(Timestamp{1'398'796'238, 0}) == "2014-04-29T18:30:38Z");
    CHECK(streamed(voice::VoiceConnectorAwsRegion(voice::VoiceConnectorAwsRegion::us_east_1)) == "us-east-1");
    CHECK(streamed(region) == "mars-north-1");
    CHECK(streamed(voice::VoiceConnectorAwsRegion("a\nb")) == "a\\x0ab");
}

#if defined(BELFRY_TEST_HAS_FORMAT)
TEST_CASE("std::format takes them as well, with the options of a text") {
    CHECK(std::format("{}", refused) == streamed(refused));
    CHECK(std::format("{}", failed) == streamed(refused));
    CHECK(std::format("{:>9}", ErrorKind::timeout) == "  timeout");
    CHECK(std::format("{}", Timestamp{1'398'796'238, 0}) == "2014-04-29T18:30:38Z");
    CHECK(std::format("{:.4}", region) == "mars");
    CHECK(std::format("{}", voice::GetSpeakerSearchTaskRequest{.voice_connector_id = "v",
                                                               .speaker_search_task_id = "t"}) ==
          R"(GetSpeakerSearchTaskRequest{VoiceConnectorId="v", SpeakerSearchTaskId="t"})");
}
#endif
