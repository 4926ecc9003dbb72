// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/tag_resource.hpp>

#include <string>

namespace voice = belfry::chime_sdk_voice;

/// The body of a request to tag a resource, and then the path of another operation's.
std::string part_with_tags() {
    std::string said;
    voice::Client client{{.region = "us-east-1", .credentials = belfry::Credentials{"id", "secret"}},
                         [&](const belfry::HttpRequest& request) {
                             said += request.body.empty() ? request.url.substr(request.url.find("/speaker"))
                                                          : request.body;
                             return belfry::HttpResponse{request.body.empty() ? 200 : 204, {}, "{}"};
                         }};
    if (!client.tag_resource({.resource_arn = "arn", .tags = {{.key = "k", .value = "v"}}}))
        return "tagging failed";
    if (!client.get_speaker_search_task({.voice_connector_id = "a", .speaker_search_task_id = "b"}))
        return "getting failed";
    return said;
}
