// SPDX-License-Identifier: Apache-2.0
// Decodes any response to an operation. The first byte picks the operation, the second the status; lines up
// to an empty one are headers, the rest is the body. What was decoded is never an empty success by mistake,
// and errors say what they are.
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/get_voice_connector_streaming_configuration.hpp>
#include <belfry/chime_sdk_voice/list_sip_rules.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

namespace voice = belfry::chime_sdk_voice;

[[noreturn]] void complain(const char* what, const std::string& text) {
    std::fprintf(stderr, "%s: %s\n", what, text.c_str());
    std::abort();
}

template <class Operation> void check(const belfry::HttpResponse& response) {
    const bool success = response.status >= 200 && response.status < 300;
    const auto result = belfry::decode(Operation{}, response);
    if (result) {
        if (!success) complain("a status that is no success was taken for one", response.body);
        // White space alone is a body that is not there.
        const bool blank = response.body.find_first_not_of(" \t\r\n") == std::string::npos;
        if (!blank && !nlohmann::json::accept(response.body)) {
            // The judge stops at a NUL, and numbers beyond a double are no JSON to it.
            try {
                static_cast<void>(nlohmann::json::parse(response.body));
            } catch (const nlohmann::json::parse_error&) {
                if (!response.body.starts_with("\xEF\xBB\xBF"))
                    complain("decoded what is no JSON", response.body);
            } catch (const nlohmann::json::exception&) {
            }
        }
        return;
    }
    const belfry::Error& error = result.error();
    if (error.kind == belfry::ErrorKind::none) complain("a failure without a kind", response.body);
    if (success && error.kind != belfry::ErrorKind::response)
        complain("not a matter of the response", error.message);
    if (success && error.message.empty()) complain("a failure without words", response.body);
    if (!success && error.kind != belfry::ErrorKind::service) complain("not a service error", error.message);
    if (!success && error.http_status != response.status) complain("the status is lost", error.message);
    // Exceptions may be read or not, but reading them must be safe.
    static_cast<void>(error.as<voice::NotFoundException>());
    static_cast<void>(error.as<voice::ThrottledClientException>());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    belfry::HttpResponse response;
    constexpr int statuses[] = {200, 201, 204, 400, 403, 404, 429, 500, 503, 301};
    response.status = statuses[data[1] % 10];
    std::string_view rest(reinterpret_cast<const char*>(data + 2), size - 2);
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() < rest.size() ? line.size() + 1 : line.size());
        if (line.empty()) break;
        const std::size_t colon = line.find(':');
        if (colon != line.npos) response.headers.append(line.substr(0, colon), line.substr(colon + 1));
    }
    response.body = rest;
    switch (data[0] % 4) {
    case 0: check<voice::operations::GetSpeakerSearchTask>(response); break;
    case 1: check<voice::operations::StartSpeakerSearchTask>(response); break;
    case 2: check<voice::operations::ListSipRules>(response); break;
    default: check<voice::operations::GetVoiceConnectorStreamingConfiguration>(response); break;
    }
    return 0;
}
