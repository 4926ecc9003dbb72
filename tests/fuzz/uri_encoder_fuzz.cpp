// SPDX-License-Identifier: Apache-2.0
// With any text in a label, the URL keeps its form, and decoding it returns the text.
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/util/percent.hpp>

#include "fuzz.hpp"

#include <string>
#include <string_view>

namespace {

bool is_clean(std::string_view encoded, bool keep_slash) {
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        const char c = encoded[i];
        if (c == '%') {
            const auto digit = [&](std::size_t at) {
                return at < encoded.size() &&
                       std::string_view("0123456789ABCDEF").find(encoded[at]) != std::string_view::npos;
            };
            if (!digit(i + 1) || !digit(i + 2)) return false;
            i += 2;
            continue;
        }
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                c == '-' || c == '.' || c == '_' || c == '~';
        if (!unreserved && !(keep_slash && c == '/')) return false;
    }
    return true;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(text_of(data, size));
    for (const bool keep_slash : {false, true}) {
        std::string encoded;
        if (keep_slash)
            belfry::append_percent_encoded_path(encoded, text);
        else
            belfry::append_percent_encoded(encoded, text);
        require(is_clean(encoded, keep_slash), "nothing reserved is left in", encoded);
        std::string decoded;
        require(belfry::append_percent_decoded(decoded, encoded), "what was encoded can be decoded");
        require(decoded == text, "it is the same again");
    }
    std::string out = "kept";
    if (!belfry::append_percent_decoded(out, text)) require(out == "kept", "a failure appends nothing");

    namespace voice = belfry::chime_sdk_voice;
    voice::StartSpeakerSearchTaskRequest input;
    input.voice_connector_id = text;
    input.transaction_id = "t";
    input.voice_profile_domain_id = "d";
    belfry::HttpRequest request;
    belfry::Error error;
    const bool encoded = belfry::rest_json.encode(
        belfry::operation_of<voice::operations::StartSpeakerSearchTask>, &input, {}, request, error);
    const bool dots = text == "." || text == "..";
    require(encoded == !(text.empty() || dots), "only an empty label and a dot segment are refused");
    if (!encoded) return 0;
    const std::string_view url = request.url;
    const std::string_view before = "/voice-connectors/";
    const std::string_view behind = "/speaker-search-tasks";
    require(url.size() > before.size() + behind.size() && url.substr(0, before.size()) == before &&
                url.substr(url.size() - behind.size()) == behind,
            "a label stays within its segment:", url);
    std::string decoded;
    const std::string_view label = url.substr(before.size(), url.size() - before.size() - behind.size());
    require(is_clean(label, false), "nothing reserved is left in", label);
    require(belfry::append_percent_decoded(decoded, label) && decoded == text, "the label is the same again");
    return 0;
}
