// SPDX-License-Identifier: Apache-2.0
// A service that answers in XML: the library from belfry_generate links the XML parser.
#include <belfry/bell_tower/list_bells.hpp>

int main() {
    belfry::bell_tower::Client client{
        {.region = "us-east-1", .credentials = belfry::Credentials{"id", "secret"}},
        [](const belfry::HttpRequest&) {
            belfry::HttpResponse response;
            response.status = 200;
            response.body = "<ListBellsResponse><ListBellsResult><Bells><member>bass</member></Bells>"
                            "</ListBellsResult></ListBellsResponse>";
            return response;
        }};
    const auto listed = client.list_bells({.tower = "north"});
    return listed && listed->bells.size() == 1 && listed->bells[0] == "bass" ? 0 : 1;
}
