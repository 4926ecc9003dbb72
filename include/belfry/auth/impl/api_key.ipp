// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/confidential_url.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Puts `name=value`, both encoded, into the URL's query, in place of what is there under that name: the same
/// request may be authenticated more than once.
inline void set_query_parameter(std::string& url, std::string_view name, std::string_view value) {
    std::string entry;
    append_percent_encoded(entry, name);
    append_char(entry, '=');
    const std::size_t key = entry.size();
    append_percent_encoded(entry, value);
    const std::size_t query = url.find('?');
    std::size_t start = query == std::string::npos ? url.size() : query + 1;
    while (start < url.size()) {
        const std::size_t stop = url.find('&', start);
        const std::size_t length = (stop == std::string::npos ? url.size() : stop) - start;
        if (url.compare(start, key, entry, 0, key) == 0) {
            url.replace(start, length, entry);
            return;
        }
        start += length + 1;
    }
    append_char(url, query == std::string::npos ? '?' : '&');
    append_text(url, entry);
}

BELFRY_COLD BELFRY_INLINE AuthorizeResult add_api_key(const ApiKeyTraits& traits,
                                                      const Credentials& credentials, HttpRequest& request,
                                                      Error& error) {
    const std::string& key = credentials.bearer_token;
    const char* problem = nullptr;
    if (key.empty())
        problem = "the operation needs an API key, and the credentials have none";
    else if (!traits.in_query && !is_field_value(key))
        problem = "the API key holds a line break or NUL, which a header must not contain";
    else if (!is_confidential(request.url))
        problem = "an API key is only sent over TLS; use an https endpoint";
    if (problem != nullptr) {
        fail(error, ErrorKind::credentials, key.empty() ? "NoApiKey" : "InvalidApiKey", problem);
        return AuthorizeResult::failed;
    }
    if (traits.in_query) {
        set_query_parameter(request.url, traits.name, key);
        return AuthorizeResult::authorized;
    }
    std::string value;
    append_text(value, traits.scheme);
    if (!value.empty()) append_char(value, ' ');
    append_text(value, key);
    request.headers.set(traits.name, value);
    return AuthorizeResult::authorized;
}

} // namespace belfry::inline v0::detail
