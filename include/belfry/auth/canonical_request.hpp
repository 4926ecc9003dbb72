// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/headers.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What Signature Version 4 signs: a request in a form that does not depend on how it is sent.
namespace belfry::inline v0::detail {

/// The parts of an absolute URL. Views into it; all empty when it is none.
struct UrlParts {
    std::string_view scheme, authority, path, query;
};

[[nodiscard]] inline UrlParts split_url(std::string_view url) noexcept {
    UrlParts parts;
    const std::size_t scheme_end = url.find("://");
    if (scheme_end == 0 || scheme_end == std::string_view::npos) return parts;
    parts.scheme = url.substr(0, scheme_end);
    url.remove_prefix(scheme_end + 3);
    url = url.substr(0, url.find('#'));
    const std::size_t question = url.find('?');
    if (question != std::string_view::npos) parts.query = url.substr(question + 1);
    url = url.substr(0, question);
    const std::size_t slash = url.find('/');
    parts.authority = url.substr(0, slash);
    if (slash != std::string_view::npos) parts.path = url.substr(slash);
    return parts;
}

/// Appends what the header `Host` says for a URL: the authority in lower case, without user and default port.
inline void append_host(std::string& out, const UrlParts& url) {
    std::string_view host = url.authority;
    const std::size_t at = host.rfind('@');
    if (at != std::string_view::npos) host.remove_prefix(at + 1);
    const std::string_view port = equals_ignoring_case(url.scheme, "https")  ? ":443"
                                  : equals_ignoring_case(url.scheme, "http") ? ":80"
                                                                             : ":";
    if (host.ends_with(port)) host.remove_suffix(port.size());
    for (const char c : host) out.push_back(ascii_lower(c));
}

inline void append_canonical_path(std::string& out, std::string_view path, bool normalize, bool encode) {
    const std::size_t start = out.size();
    const auto append = [&out, encode](std::string_view text) {
        if (encode) {
            append_percent_encoded_path(out, text);
        } else {
            out += text;
        }
    };
    if (!normalize) {
        append(path);
    } else {
        while (!path.empty()) {
            path.remove_prefix(1);
            const std::size_t slash = path.find('/');
            const std::string_view segment = path.substr(0, slash);
            path.remove_prefix(segment.size());
            if (segment == "..") {
                const std::size_t last = out.rfind('/');
                if (last != std::string::npos && last >= start) out.resize(last);
            } else if (!segment.empty() && segment != ".") {
                out.push_back('/');
                append(segment);
            } else if (path.empty() && segment.empty()) {
                // Ends with a slash, which stays.
                out.push_back('/');
            }
        }
    }
    if (out.size() == start) out.push_back('/');
}

/// Sorts `count` entries; `precedes` orders all of them without ties.
template <class Entry>
inline void sort_entries(Entry* entries, std::size_t count, bool (*precedes)(const Entry&, const Entry&)) {
    for (std::size_t gap = count; (gap = gap > 4 ? gap * 5 / 11 : gap > 1 ? 1 : 0) > 0;)
        for (std::size_t i = gap; i < count; ++i) {
            const Entry moving = entries[i];
            std::size_t to = i;
            for (; to >= gap && precedes(moving, entries[to - gap]); to -= gap)
                entries[to] = entries[to - gap];
            entries[to] = moving;
        }
}

/// Up to 32 entries without an allocation.
template <class Entry> class EntryList {
  public:
    void push(const Entry& entry) {
        if (count_ < sizeof local_ / sizeof local_[0]) {
            local_[count_] = entry;
        } else {
            if (more_.empty()) more_.assign(local_, local_ + count_);
            more_.push_back(entry);
        }
        ++count_;
    }
    [[nodiscard]] Entry* begin() noexcept { return more_.empty() ? local_ : more_.data(); }
    [[nodiscard]] Entry* end() noexcept { return begin() + count_; }
    [[nodiscard]] std::size_t size() const noexcept { return count_; }

  private:
    std::size_t count_ = 0;
    Entry local_[32];
    std::vector<Entry> more_;
};

struct QueryEntry {
    std::string_view key, value;
};

/// Appends the parameters of a percent-encoded query, sorted by name and then by value, each with a `=`.
inline void append_canonical_query(std::string& out, std::string_view query) {
    if (query.empty()) return;
    std::string encoded;
    const auto must_encode = [](char c) { return c <= ' ' || c == '\x7f'; }; // char may be signed or not
    for (const char c : query)
        if (must_encode(c) || static_cast<unsigned char>(c) > 0x7f) {
            // Not what a caller should give, but what can be meant is clear.
            for (const char each : query) {
                if (must_encode(each) || static_cast<unsigned char>(each) > 0x7f) {
                    append_percent_encoded(encoded, std::string_view(&each, 1));
                } else {
                    encoded.push_back(each);
                }
            }
            query = encoded;
            break;
        }
    EntryList<QueryEntry> entries;
    for (;;) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const std::size_t equals = pair.find('=');
        entries.push({pair.substr(0, equals),
                      equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1)});
        if (end == std::string_view::npos) break;
        query.remove_prefix(end + 1);
    }
    sort_entries<QueryEntry>(entries.begin(), entries.size(), [](const QueryEntry& a, const QueryEntry& b) {
        const int order = a.key.compare(b.key);
        return order != 0 ? order < 0 : a.value < b.value;
    });
    bool first = true;
    for (const QueryEntry& entry : entries) {
        if (!first) out.push_back('&');
        first = false;
        out += entry.key;
        out.push_back('=');
        out += entry.value;
    }
}

/// Whether a header may change on its way, so that a signature must not cover it. The same names as botocore
/// leaves out, and the header the signature itself is in.
[[nodiscard]] inline bool is_unsigned_header(std::string_view name) noexcept {
    for (const std::string_view each :
         {"authorization", "user-agent", "x-amzn-trace-id", "expect", "connection", "transfer-encoding",
          "baggage", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "traceparent",
          "tracestate", "trailer", "upgrade"})
        if (equals_ignoring_case(each, name)) return true;
    return false;
}

[[nodiscard]] inline int compare_ignoring_case(std::string_view a, std::string_view b) noexcept {
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        const auto x = static_cast<unsigned char>(ascii_lower(a[i]));
        const auto y = static_cast<unsigned char>(ascii_lower(b[i]));
        if (x != y) return x < y ? -1 : 1;
    }
    return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

using SignedHeaders = EntryList<const Header*>;

/// The headers a signature covers, in its order: by name in lower case, equal names in the order they are in.
inline void collect_signed_headers(SignedHeaders& out, const Headers& headers) {
    for (const Header& header : headers)
        if (!is_unsigned_header(header.name)) out.push(&header);
    // Headers lie in one array, so their addresses keep equal names in order.
    sort_entries<const Header*>(out.begin(), out.size(), [](const Header* const& a, const Header* const& b) {
        const int order = compare_ignoring_case(a->name, b->name);
        return order != 0 ? order < 0 : a < b;
    });
}

/// Appends `a;b;c`, with `separator` in place of `;`.
inline void append_signed_header_names(std::string& out, SignedHeaders& headers, std::string_view separator) {
    const Header* before = nullptr;
    for (const Header* const header : headers) {
        if (before != nullptr && equals_ignoring_case(before->name, header->name)) continue;
        if (before != nullptr) out += separator;
        for (const char c : header->name) out.push_back(ascii_lower(c));
        before = header;
    }
}

/// Appends a line for each name: in lower case, the values trimmed, runs of white space as one space,
/// repeated names joined by commas.
inline void append_canonical_headers(std::string& out, SignedHeaders& headers) {
    const Header* before = nullptr;
    for (const Header* const header : headers) {
        if (before != nullptr && equals_ignoring_case(before->name, header->name)) {
            out.push_back(',');
        } else {
            if (before != nullptr) out.push_back('\n');
            for (const char c : header->name) out.push_back(ascii_lower(c));
            out.push_back(':');
        }
        before = header;
        bool space = false, any = false;
        for (const char c : header->value) {
            if (c == ' ' || (c >= '\t' && c <= '\r')) {
                space = true;
                continue;
            }
            if (space && any) out.push_back(' ');
            space = false;
            any = true;
            out.push_back(c);
        }
    }
    out.push_back('\n');
}

} // namespace belfry::inline v0::detail
