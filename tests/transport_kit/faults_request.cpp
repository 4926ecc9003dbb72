// SPDX-License-Identifier: Apache-2.0
#include "faulty_transport.hpp"

namespace belfry::transport_kit {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

namespace {

std::size_t target_start(const std::string& url) {
    const std::size_t slash = url.find('/', 8);
    return slash == std::string::npos ? url.size() : slash;
}
void change_target(HttpRequest& request, const std::function<std::string(std::string)>& change) {
    const std::size_t start = target_start(request.url);
    request.url = request.url.substr(0, start) + change(request.url.substr(start));
}

const Titles request_topics = {"line: ", "header: "};

} // namespace

std::vector<Fault> request_faults() {
    return {
        {.name = "no fault at all", .topics = {": "}, .expected = {}},
        {.name = "removes dot segments",
         .topics = request_topics,
         .expected = {"line: dot segments stay"},
         .request =
             [](HttpRequest& r) {
                 if (r.url.find('?') == std::string::npos) r.url = replaced(r.url, "/./", "/");
             }},
        {.name = "joins double slashes",
         .topics = request_topics,
         .expected = {"line: double and trailing slashes stay"},
         .request =
             [](HttpRequest& r) { change_target(r, [](std::string t) { return replaced(t, "//", "/"); }); }},
        {.name = "encodes the path a second time",
         .topics = request_topics,
         .expected = {"line: %2F, %20 and %25 in the path stay as they are",
                      "line: escapes in the query stay",
                      "line: escapes of unreserved characters are not undone",
                      "line: percent escapes keep their case", "line: percent-encoded UTF-8 stays",
                      "line: dot segments stay"},
         .request =
             [](HttpRequest& r) { change_target(r, [](std::string t) { return replaced(t, "%", "%25"); }); }},
        {.name = "writes escapes in capitals",
         .topics = request_topics,
         .expected = {"line: escapes in the query stay",
                      "line: escapes of unreserved characters are not undone",
                      "line: percent escapes keep their case"},
         .request =
             [](HttpRequest& r) {
                 change_target(r, [](std::string t) {
                     for (const char* e : {"%2f", "%c3", "%bc", "%2e"}) {
                         std::string capital = e;
                         for (char& c : capital) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
                         t = replaced(t, e, capital);
                     }
                     return t;
                 });
             }},
        {.name = "takes plus for a blank",
         .topics = request_topics,
         .expected = {"line: plus and other sub-delimiters stay", "line: escapes in the query stay"},
         .request =
             [](HttpRequest& r) { change_target(r, [](std::string t) { return replaced(t, "+", "%20"); }); }},
        {.name = "sorts out empty query parts",
         .topics = request_topics,
         .expected = {"line: the query keeps order, repetitions and empty parts"},
         .request =
             [](HttpRequest& r) { change_target(r, [](std::string t) { return replaced(t, "&&", "&"); }); }},
        {.name = "speaks HTTP/1.0",
         .topics = request_topics,
         .expected = {"line: requests are HTTP/1.1"},
         .head = [](std::string head) { return replaced(head, " HTTP/1.1\r\n", " HTTP/1.0\r\n"); }},
        {.name = "asks for compression",
         .topics = request_topics,
         .expected = {"header: no header is added that changes the answer"},
         .head =
             [](std::string head) {
                 return replaced(head, "\r\n\r\n", "\r\nAccept-Encoding: gzip\r\n\r\n");
             }},
        {.name = "sends Host twice",
         .topics = request_topics,
         .expected = {"header: Host is sent once, as given"},
         .head = [](std::string head) { return replaced(head, "\r\n\r\n", "\r\nHost: 127.0.0.1\r\n\r\n"); }},
        {.name = "drops headers without a value",
         .topics = request_topics,
         .expected = {"header: a header without a value is sent"},
         .head = [](std::string head) { return replaced(head, "X-Empty: \r\n", ""); }},
        {.name = "keeps only the last of repeated headers",
         .topics = request_topics,
         .expected = {"header: a repeated name keeps all values in order"},
         .head = [](std::string head) { return replaced(head, "X-Many: z\r\n", ""); }},
        {.name = "changes the case of names",
         .topics = request_topics,
         .expected = {"header: names keep their case"},
         .head = [](std::string head) { return replaced(head, "x-amz-lower", "X-Amz-Lower"); }},
        {.name = "has its own User-Agent",
         .topics = request_topics,
         .expected = {"header: common headers are sent as given and once"},
         .head = [](std::string head) { return replaced(head, "belfry-kit/1", "stack/2"); }},
        {.name = "sends Content-Length twice",
         .topics = {"upload: "},
         .expected = {"upload: Content-Length is sent once and right",
                      "upload: a binary body arrives byte for byte", "upload: 8 MB from memory arrive",
                      "upload: DELETE with a body", "upload: GET with a body", "upload: PATCH with a body",
                      "upload: POST, PUT and PATCH without a body say Content-Length: 0",
                      "upload: a body from a source arrives", "upload: an empty source is an empty body",
                      "upload: a second send rewinds the source",
                      "upload: a send after a lost connection rewinds the source"},
         .head =
             [](std::string head) {
                 const std::size_t at = head.find("Content-Length");
                 if (at != std::string::npos) head = replaced(head, "\r\n\r\n", "\r\n" + head.substr(at));
                 return head;
             }},
        {.name = "sends no length with an empty POST",
         .topics = {"upload: "},
         .expected = {"upload: POST, PUT and PATCH without a body say Content-Length: 0",
                      "upload: an empty source is an empty body"},
         .head = [](std::string head) { return replaced(head, "Content-Length: 0\r\n", ""); }},
        {.name = "drops the body of DELETE",
         .topics = {"upload: "},
         .expected = {"upload: DELETE with a body"},
         .request =
             [](HttpRequest& r) {
                 if (r.method != "DELETE") return;
                 r.body.clear();
                 r.content_length = 0;
             }},
    };
}

} // namespace belfry::transport_kit
