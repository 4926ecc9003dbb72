// SPDX-License-Identifier: Apache-2.0
// Any answer to the two sample operations becomes an output or an error, and an output that was read can be
// written and read again.
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/codec/json.hpp>

#include "fuzz.hpp"

#include <string>
#include <string_view>

namespace {

namespace voice = belfry::chime_sdk_voice;

template <class O> void decode(belfry::HttpResponse response) {
    const belfry::Operation& operation = belfry::operation_of<O>;
    typename O::Output output;
    belfry::Error error;
    if (!belfry::rest_json.decode(operation, response, {.max_depth = 32}, &output, error)) {
        require(error.kind == belfry::ErrorKind::response, "a response that cannot be read is called that");
        require(!error.message.empty(), "an error says what was wrong");
        return;
    }
    std::string text;
    std::string fault;
    belfry::JsonOptions options;
    options.use_model_timestamp_formats = false; // seconds can be past the year 9999, dates cannot
    require(belfry::encode_json(*operation.output, &output, text, options, fault),
            "what was read can be written:", fault);
    typename O::Output again;
    require(belfry::decode_json(text, *operation.output, &again, {}, fault),
            "what was written can be read:", fault);
    require(output == again, "it is the same again");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    belfry::HttpResponse response;
    const unsigned how = data[0];
    std::string_view text = text_of(data + 1, size - 1);
    if ((how & 1) != 0) {
        const std::size_t line = text.find('\n');
        response.headers.append("x-amzn-errortype", text.substr(0, line));
        if (line != std::string_view::npos) text.remove_prefix(line + 1);
    }
    response.body = text;
    if ((how & 2) == 0) {
        response.status = 200;
        decode<voice::operations::StartSpeakerSearchTask>(response);
        decode<voice::operations::GetSpeakerSearchTask>(response);
        return 0;
    }
    response.status = (how & 4) != 0 ? 503 : 404;
    belfry::Error error;
    belfry::rest_json.decode_error(belfry::operation_of<voice::operations::GetSpeakerSearchTask>, response,
                                   error);
    require(error.code.find('#') == std::string::npos, "a code has no namespace");
    voice::NotFoundException exception;
    belfry::Error reading;
    static_cast<void>(belfry::rest_json.decode_exception(
        response, belfry::structure_of<voice::NotFoundException>, {.max_depth = 32}, &exception, reading));
    return 0;
}
