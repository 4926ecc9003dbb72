// SPDX-License-Identifier: Apache-2.0
// Iterates over all pages of a list. Each page is fetched when the loop reaches it, and a failed page is the
// last one. The service is a lambda with two pages, so that the program runs anywhere; with
// `belfry::CurlTransport` in its place the loop is the same.
//
// Prints:
//   GET /voice-connectors?max-results=2
//   front-desk
//   sales
//   GET /voice-connectors?next-token=page-2&max-results=2
//   support
//   3 voice connectors
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>

#include <cstdio>
#include <string>

namespace voice = belfry::chime_sdk_voice;

namespace {

belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    const std::string path = request.url.substr(request.url.find('/', 8)); // behind https://host
    std::printf("%s %s\n", request.method.c_str(), path.c_str());
    if (path.find("next-token=page-2") == std::string::npos)
        return {200, {}, R"({"VoiceConnectors": [{"Name": "front-desk"}, {"Name": "sales"}],
                             "NextToken": "page-2"})"};
    return {200, {}, R"({"VoiceConnectors": [{"Name": "support"}]})"};
}

} // namespace

int main() {
    const voice::Client client(
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}}, answer);

    int count = 0;
    for (auto& page : client.paginate_list_voice_connectors({.max_results = 2})) {
        if (!page) {
            std::fprintf(stderr, "%s\n", page.error().message.c_str());
            return 1;
        }
        for (const auto& connector : page->voice_connectors) {
            std::printf("%s\n", connector.name.value_or("(no name)").c_str());
            ++count;
        }
    }
    std::printf("%d voice connectors\n", count);
}
