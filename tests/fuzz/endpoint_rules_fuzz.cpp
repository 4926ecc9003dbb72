// SPDX-License-Identifier: Apache-2.0
// For any configuration, a service's rules return an absolute URL or an error with a message.
#include <belfry/chime_sdk_voice/service.hpp>
#include <belfry/endpoint/resolver.hpp>

#include "fuzz.hpp"

#include <string>
#include <string_view>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned how = data[0];
    const std::string_view text = text_of(data + 1, size - 1);
    const std::size_t line = text.find('\n');
    belfry::EndpointConfig config;
    config.region = text.substr(0, line);
    if (line != std::string_view::npos) config.endpoint_override = text.substr(line + 1);
    config.use_fips = (how & 1) != 0;
    config.use_dual_stack = (how & 2) != 0;
    const belfry::Result<belfry::Endpoint> found =
        belfry::resolve_endpoint(*belfry::chime_sdk_voice::service.endpoint_rules, config);
    if (!found) {
        require(found.error().kind == belfry::ErrorKind::endpoint, "a refusal is called that");
        require(!found.error().message.empty(), "an error says what was wrong");
        return 0;
    }
    const std::string_view url = found->url;
    // The scheme of a configured endpoint is case-insensitive (RFC 3986 section 3.1).
    std::string scheme(url.substr(0, url.find(':')));
    for (char& c : scheme) c = static_cast<char>(c | 0x20);
    const bool secure = scheme == "https";
    require((secure || scheme == "http") && url.substr(scheme.size(), 3) == "://",
            "an endpoint is an absolute URL:", url);
    for (const char c : url) {
        const auto byte = static_cast<unsigned char>(c);
        require(byte > 0x20 && byte != 0x7f && c != '?' && c != '#', "an endpoint is a clean URL:", url);
    }
    if (config.endpoint_override.empty())
        require(secure && url.find('/', 8) == std::string_view::npos &&
                    url.find('@') == std::string_view::npos,
                "a region stays within the host name:", url);
    return 0;
}
