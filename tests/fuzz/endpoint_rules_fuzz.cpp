// SPDX-License-Identifier: Apache-2.0
// Resolves an endpoint for any region and any custom endpoint. The first byte holds the flags; a newline
// parts the region from the custom endpoint. An endpoint that comes out is a URL that a transport can take
// without surprise.
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/endpoint/resolver.hpp>

#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

[[noreturn]] void complain(const char* what, const std::string& text) {
    std::fprintf(stderr, "%s: %s\n", what, text.c_str());
    std::abort();
}

void check_url(const std::string& url, bool custom) {
    std::string scheme = url.substr(0, url.find("//"));
    // RFC 3986 section 3.1: schemes are case-insensitive, and a custom endpoint stays as it was written.
    if (custom)
        for (char& c : scheme) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (scheme != "https:" && !(custom && scheme == "http:")) complain("the scheme", url);
    for (const char c : url)
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) complain("a space or control character", url);
    const std::string_view host = std::string_view(url).substr(url.find("//") + 2);
    if (host.empty() || host.front() == '/') complain("no host", url);
    if (custom) return;
    // Without a custom endpoint, nothing but a region can get into the host.
    for (const char c : host)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
              c == '.'))
            complain("the host", url);
    if (host.find("..") != host.npos || host.front() == '.' || host.front() == '-')
        complain("an empty label", url);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
    const std::size_t newline = rest.find('\n');
    belfry::EndpointConfig config;
    config.region = rest.substr(0, newline);
    if (newline != rest.npos) config.endpoint_override = rest.substr(newline + 1);
    config.use_fips = (data[0] & 1) != 0;
    config.use_dual_stack = (data[0] & 2) != 0;
    const auto endpoint = belfry::resolve_endpoint(belfry::chime_sdk_voice::endpoint_rules, config);
    if (endpoint)
        check_url(endpoint->url, !config.endpoint_override.empty());
    else if (endpoint.error().kind != belfry::ErrorKind::endpoint || endpoint.error().message.empty())
        complain("a failure without kind or words", std::string(rest));
    return 0;
}
