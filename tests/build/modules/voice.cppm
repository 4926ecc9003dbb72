// SPDX-License-Identifier: Apache-2.0
// A program's own module around a service.
module;

#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

export module voice;

export namespace voice {
using belfry::ClientConfig;
using belfry::Credentials;
using belfry::HttpRequest;
using belfry::HttpResponse;
using belfry::chime_sdk_voice::CallLegType;
using belfry::chime_sdk_voice::Client;
} // namespace voice
