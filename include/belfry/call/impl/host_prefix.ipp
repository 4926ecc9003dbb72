// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/url.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/member_value.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_INLINE const ResolvedEndpoint* add_host_prefix(const Operation& operation,
                                                                  const void* input,
                                                                  const ResolvedEndpoint& endpoint,
                                                                  OwnedEndpoint& own, Error& error) {
    std::string prefix;
    std::string_view rest = operation.hooks->host_prefix;
    while (!rest.empty()) {
        const std::size_t open = rest.find('{');
        append_text(prefix, rest.substr(0, open));
        if (open == std::string_view::npos) break;
        const std::size_t close = rest.find('}', open);
        const std::string_view name = rest.substr(open + 1, close - open - 1);
        rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 1);
        const void* value = nullptr;
        const Member* const member = find_member_value(*operation.input, input, name, value);
        std::string label;
        if (member == nullptr || value == nullptr ||
            !append_simple_text(label, *member->type, value, TimestampFormat::date_time) ||
            !is_host_label(label, false)) {
            static_cast<void>(
                reject_input(error, *operation.input, name,
                             "required, and must be a host name's label (RFC 1123: 1 to 63 letters, digits "
                             "and hyphens), because it is part of the host name"));
            return nullptr;
        }
        append_text(prefix, label);
    }
    const std::string_view host = parse_url(endpoint.endpoint.url).host;
    if (!is_host_name(host)) return &endpoint;
    const auto at = static_cast<std::size_t>(host.data() - endpoint.endpoint.url.data());
    own_endpoint(endpoint, own);
    own->endpoint.url.insert(at, prefix);
    settle_host(*own);
    return own.get();
}

} // namespace belfry::inline v0::detail
