// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/endpoint/functions.hpp>
#include <belfry/endpoint/vm.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {
namespace detail {

struct KeptEndpointString {
    std::string text;
    void* before;
};

/// Keeps a string that the rules made until the endpoint is found.
BELFRY_COLD inline EndpointValue keep_endpoint_string(EndpointWalker& walker, std::string text) {
    auto* const kept = new KeptEndpointString{std::move(text), walker.kept};
    walker.kept = kept;
    return EndpointWalker::string(kept->text);
}

BELFRY_COLD inline void release_endpoint_strings(EndpointWalker& walker) noexcept {
    while (walker.kept != nullptr) {
        auto* const kept = static_cast<KeptEndpointString*>(walker.kept);
        walker.kept = kept->before;
        delete kept;
    }
}

BELFRY_COLD inline EndpointValue endpoint_substring(const EndpointValue& of, std::int32_t start,
                                                    std::int32_t stop, bool reverse) noexcept {
    if (start < 0 || start >= stop || of.size < static_cast<std::size_t>(stop)) return {};
    for (const char c : of.view())
        if (static_cast<unsigned char>(c) > 0x7f) return {};
    const std::size_t from =
        reverse ? of.size - static_cast<std::size_t>(stop) : static_cast<std::size_t>(start);
    return EndpointWalker::string({of.text + from, static_cast<std::size_t>(stop - start)});
}

BELFRY_COLD inline EndpointValue endpoint_element(const EndpointWalker& walker, const EndpointValue& list,
                                                  std::int32_t index) noexcept {
    using Kind = EndpointValue::Kind;
    if (list.kind == Kind::split || list.kind == Kind::resource_id) {
        const std::string_view delimiter(list.delimiter, list.delimiter_size);
        std::string_view out;
        if (!list_element(list.view(), delimiter, list.number, index, out)) return {};
        return EndpointWalker::string(out);
    }
    const bool constant = list.kind == Kind::constant_strings;
    if (!constant && list.kind != Kind::strings) return {};
    const std::size_t place = static_cast<std::size_t>(list.number);
    const std::int32_t count = constant ? walker.code[place + 1] : list.number;
    if (index < 0) index += count;
    if (index < 0 || index >= count) return {};
    const std::size_t at = static_cast<std::size_t>(index);
    return EndpointWalker::string(constant ? walker.text(place + 2 + 2 * at) : list.strings[at]);
}

/// The value of a node that the virtual machine delegates. A function of an unset value has no value.
BELFRY_COLD inline EndpointValue evaluate_endpoint_node(EndpointWalker& walker, std::size_t node) {
    using Kind = EndpointValue::Kind;
    const std::uint16_t* const at = walker.code + node;
    const EndpointCode kind{at[0]};
    EndpointValue made{};
    switch (kind) {
    case EndpointCode::integer:
        made.kind = Kind::integer;
        made.number = static_cast<std::int16_t>(at[1]);
        return made;
    case EndpointCode::strings:
        made.kind = Kind::constant_strings;
        made.number = static_cast<std::int32_t>(node);
        return made;
    case EndpointCode::concatenation: {
        std::string text;
        return walker.append(text, node) ? keep_endpoint_string(walker, std::move(text)) : made;
    }
    case EndpointCode::coalesce:
        for (std::size_t i = 2; i < 2u + at[1] && made.kind == Kind::none; ++i) made = walker.evaluate(at[i]);
        return made;
    case EndpointCode::element:
        return endpoint_element(walker, walker.evaluate(at[2]), static_cast<std::int16_t>(at[1]));
    default: break;
    }
    const EndpointValue first = walker.evaluate(at[1]);
    if (first.kind == Kind::none) return made;
    switch (kind) {
    case EndpointCode::if_else: return walker.evaluate(at[first.boolean ? 2 : 3]);
    case EndpointCode::parse_arn: return is_arn(first.view()) ? walker.string(first.view(), Kind::arn) : made;
    case EndpointCode::parse_url:
        return parse_endpoint_url(first.view()).scheme.empty() ? made
                                                               : walker.string(first.view(), Kind::url);
    case EndpointCode::uri_encode: {
        std::string text;
        append_percent_encoded(text, first.view());
        return keep_endpoint_string(walker, std::move(text));
    }
    default: break;
    }
    const EndpointValue second = walker.evaluate(at[2]);
    if (second.kind == Kind::none) return made;
    switch (kind) {
    case EndpointCode::valid_host_label: return walker.flag(is_host_label(first.view(), second.boolean));
    case EndpointCode::virtual_hostable:
        return walker.flag(is_virtual_hostable_bucket(first.view(), second.boolean));
    case EndpointCode::substring: {
        const std::int32_t stop = walker.evaluate(at[3]).number;
        return endpoint_substring(first, second.number, stop, walker.evaluate(at[4]).boolean);
    }
    case EndpointCode::split:
        if (second.size == 0 || second.size > 0xffff) return made;
        made = walker.string(first.view(), Kind::split);
        made.delimiter = second.text;
        made.delimiter_size = static_cast<std::uint16_t>(second.size);
        made.number = walker.evaluate(at[3]).number;
        return made;
    default: return made;
    }
}

BELFRY_COLD inline EndpointValue endpoint_attribute(EndpointWalker& walker, EndpointAttribute which,
                                                    const EndpointValue& value) {
    using Kind = EndpointValue::Kind;
    if (value.kind == Kind::arn) {
        const int part = static_cast<int>(which) - static_cast<int>(EndpointAttribute::arn_partition);
        return walker.string(arn_part(value.view(), part), part == 4 ? Kind::resource_id : Kind::string);
    }
    if (value.kind != Kind::url) return {};
    const EndpointUrl url = parse_endpoint_url(value.view());
    switch (which) {
    case EndpointAttribute::url_scheme: return walker.string(url.scheme);
    case EndpointAttribute::url_authority: return walker.string(url.authority);
    case EndpointAttribute::url_path: return walker.string(url.path);
    case EndpointAttribute::url_is_ip: return walker.flag(url.is_ip);
    case EndpointAttribute::url_normalized_path: {
        if (url.path.empty()) return walker.string("/");
        if (url.path.back() == '/') return walker.string(url.path);
        std::string text(url.path);
        text += '/';
        return keep_endpoint_string(walker, std::move(text));
    }
    default: return {};
    }
}

/// Appends the JSON text of an endpoint's properties.
BELFRY_COLD inline bool append_endpoint_properties(EndpointWalker& walker, std::string& out,
                                                   std::size_t node) {
    const std::uint16_t* const at = walker.code + node;
    for (std::size_t i = 2; i < 2u + at[1]; ++i) {
        std::string text;
        if (!walker.append(text, at[i])) return false;
        if (EndpointCode{walker.code[at[i]]} == EndpointCode::string) {
            out += text;
            continue;
        }
        for (const char c : text) {
            const unsigned byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') out += '\\';
            if (byte >= ' ') {
                out += c;
            } else {
                const char* const digits = "0123456789abcdef";
                const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
                out.append(escape, sizeof escape);
            }
        }
    }
    return true;
}

BELFRY_COLD inline bool fill_endpoint(EndpointWalker& walker, std::size_t at) {
    const std::uint16_t* word = walker.code + at;
    Endpoint& endpoint = walker.endpoint;
    bool whole = *word == 0 || append_endpoint_properties(walker, endpoint.properties, *word);
    std::size_t count = word[1];
    word += 2;
    endpoint.auth_schemes = std::vector<AuthScheme>(count);
    for (AuthScheme& scheme : endpoint.auth_schemes) {
        const std::uint16_t* const from = walker.code + *word++;
        scheme.disable_double_encoding = from[1] != 0;
        std::string* const members[] = {&scheme.name, &scheme.signing_name, &scheme.signing_region,
                                        &scheme.signing_region_set};
        for (std::size_t i = 0; i < 4; ++i)
            if (from[2 + i] != 0) whole = walker.append(*members[i], from[2 + i]) && whole;
    }
    count = *word++;
    for (std::size_t i = 0; i < count; ++i, word += 3) {
        std::string value;
        whole = walker.append(value, word[2]) && whole;
        endpoint.headers.append({walker.texts + word[0], word[1]}, value);
    }
    return whole;
}

/// See `EndpointLibrary::choose_sigv4`.
BELFRY_COLD inline bool choose_sigv4(Endpoint& endpoint, std::string_view& signing_name,
                                     std::string_view& signing_region, bool& double_encode_path,
                                     Error& error) {
    for (const AuthScheme& scheme : endpoint.auth_schemes) {
        if (scheme.name != "sigv4") continue;
        if (!scheme.signing_name.empty()) signing_name = scheme.signing_name;
        if (!scheme.signing_region.empty()) signing_region = scheme.signing_region;
        if (scheme.disable_double_encoding) double_encode_path = false;
        return true;
    }
    if (endpoint.auth_schemes.empty()) return true;
    std::string names;
    for (const AuthScheme& scheme : endpoint.auth_schemes) {
        if (!names.empty()) append_text(names, " or ");
        append_text(names, scheme.name);
    }
    return fail(error, ErrorKind::signing, "UnsupportedAuthScheme",
                {"the endpoint requires one of the auth schemes ", names, "; only sigv4 is supported"});
}

/// The whole rules language, for the rule sets that need it.
inline constexpr EndpointLibrary endpoint_library{evaluate_endpoint_node, endpoint_attribute, fill_endpoint,
                                                  choose_sigv4, release_endpoint_strings};

} // namespace detail
} // namespace belfry::inline v0
