// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/headers.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The canonical request of Signature Version 4: a form that does not depend on how the request is sent. It is
// appended to a `std::string` or to a `LocalText`.
namespace belfry::inline v0::detail {

/// Whether a path has an empty segment in front of another one, or one that begins with a dot.
[[nodiscard]] BELFRY_COLD inline bool may_need_normalizing(std::string_view path) noexcept {
    for (;;) {
        const std::size_t slash = path.find('/');
        // The path's last slash may be followed by nothing.
        if (slash >= path.size() - 1) return false;
        path.remove_prefix(slash + 1);
        if (path[0] == '/' || path[0] == '.') return true;
    }
}

template <class Text>
BELFRY_COLD inline void append_canonical_path(Text& out, std::string_view path, bool normalize, bool encode) {
    const std::size_t start = out.size();
    if (normalize) normalize = may_need_normalizing(path);
    while (!path.empty()) {
        // One round takes a slash and the segment behind it, or without normalisation the whole path.
        const std::size_t next = normalize ? path.find('/', 1) : std::string_view::npos;
        const std::string_view segment = path.substr(0, next);
        path.remove_prefix(segment.size());
        if (normalize) {
            if (segment == "/..") {
                const std::size_t last = std::string_view(out).substr(start).rfind('/');
                if (last != std::string_view::npos) out.resize(start + last);
                continue;
            }
            // An empty segment counts only at the end, where it keeps the path's last slash.
            if (segment == "/." || (segment == "/" && !path.empty())) continue;
        }
        if (encode) {
            percent_encode(out, segment, true);
        } else {
            append_text(out, segment);
        }
    }
    if (out.size() == start) append_char(out, '/');
}

/// A query parameter or a header.
struct Entry {
    static constexpr std::size_t repeated = static_cast<std::size_t>(-1);
    std::string_view name, value;
    /// The place in the list before it is sorted. `append_canonical_headers` replaces it by the place of the
    /// name in the text, or by `repeated`.
    std::size_t index = 0;
};

enum class EntryOrder : unsigned char {
    parameters, ///< By the bytes of the name, then of the value.
    headers,    ///< By the name in lower case; equal names in the order they came in.
};

[[nodiscard]] BELFRY_COLD inline int compare_ignoring_case(std::string_view a, std::string_view b) noexcept {
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        const auto x = static_cast<unsigned char>(ascii_lower(a[i]));
        const auto y = static_cast<unsigned char>(ascii_lower(b[i]));
        if (x != y) return x < y ? -1 : 1;
    }
    return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

BELFRY_COLD BELFRY_NOINLINE inline bool precedes(const Entry& a, const Entry& b, EntryOrder order) noexcept {
    if (order == EntryOrder::headers) {
        const int names = compare_ignoring_case(a.name, b.name);
        return names != 0 ? names < 0 : a.index < b.index;
    }
    const int names = a.name.compare(b.name);
    return names != 0 ? names < 0 : a.value < b.value;
}

/// A list to sort of at most `capacity` entries. Up to 24 need no allocation.
class EntryList {
  public:
    explicit EntryList(std::size_t capacity) : more_(capacity > local_size ? new Entry[capacity] : nullptr) {}
    EntryList(const EntryList&) = delete;
    EntryList& operator=(const EntryList&) = delete;
    ~EntryList() { delete[] more_; }

    void push(std::string_view name, std::string_view value) noexcept {
        begin()[count_] = {name, value, count_};
        ++count_;
    }
    /// Shell's sort: the lists are short, and the order of equal entries does not matter. `std::sort` costs
    /// more (docs/adr/0005-small-by-default.md).
    BELFRY_COLD void sort(EntryOrder order) noexcept {
        Entry* const entries = begin();
        for (std::size_t gap = count_; (gap = gap > 4 ? gap * 5 / 11 : gap > 1 ? 1 : 0) > 0;)
            for (std::size_t i = gap; i < count_; ++i) {
                if (!precedes(entries[i], entries[i - gap], order)) continue;
                const Entry moving = entries[i];
                std::size_t to = i;
                for (; to >= gap && precedes(moving, entries[to - gap], order); to -= gap)
                    entries[to] = entries[to - gap];
                entries[to] = moving;
            }
    }
    [[nodiscard]] Entry* begin() noexcept {
        return more_ == nullptr ? reinterpret_cast<Entry*>(local_) : more_;
    }
    [[nodiscard]] Entry* end() noexcept { return begin() + count_; }

  private:
    static constexpr std::size_t local_size = 24;
    std::size_t count_ = 0;
    // Bytes, because the entries of an array would be set to zero first.
    alignas(Entry) unsigned char local_[local_size * sizeof(Entry)];
    Entry* more_;
};

/// Appends the parameters of a percent-encoded query, sorted by name and then by value, each with a `=`.
template <class Text> BELFRY_COLD inline void append_canonical_query(Text& out, std::string_view query) {
    if (query.empty()) return;
    // Callers should not pass unescaped bytes; escape them rather than fail.
    std::string encoded;
    for (std::size_t i = 0, plain_from = 0; i <= query.size(); ++i) {
        const bool foreign = i < query.size() && !is_in(CharacterSet::visible, query[i]);
        if (!foreign && (i < query.size() || plain_from == 0)) continue;
        append_text(encoded, query.substr(plain_from, i - plain_from));
        if (foreign) percent_encode(encoded, query.substr(i, 1), false);
        plain_from = i + 1;
    }
    if (!encoded.empty()) query = encoded;
    std::size_t count = 1;
    for (const char c : query)
        if (c == '&') ++count;
    EntryList entries(count);
    for (;;) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const std::size_t equals = pair.find('=');
        entries.push(pair.substr(0, equals),
                     equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
        if (end == std::string_view::npos) break;
        query.remove_prefix(end + 1);
    }
    entries.sort(EntryOrder::parameters);
    const std::size_t start = out.size();
    for (const Entry& entry : entries) {
        if (out.size() != start) append_char(out, '&');
        append_text(out, entry.name);
        append_char(out, '=');
        append_text(out, entry.value);
    }
}

/// The names of headers that a signature does not cover, each behind its size. Pointers to names would take
/// 32 bytes each in the program.
inline constexpr char unsigned_headers[] =
    "\015authorization\012user-agent\017x-amzn-trace-id\006expect\012connection\021transfer-encoding"
    "\007baggage\012keep-alive\022proxy-authenticate\023proxy-authorization\002te\013traceparent"
    "\012tracestate\007trailer\007upgrade";
/// A bit for each size of these names.
inline constexpr std::uint32_t unsigned_header_sizes = [] {
    std::uint32_t sizes = 0;
    for (const char* at = unsigned_headers; *at != 0; at += 1 + *at) sizes |= std::uint32_t{1} << *at;
    return sizes;
}();

/// Whether a header may change on its way, so that a signature must not cover it. The same names as botocore
/// leaves out, and the header the signature itself is in.
[[nodiscard]] BELFRY_COLD inline bool is_unsigned_header(std::string_view name) noexcept {
    if (name.size() > 31 || (unsigned_header_sizes >> name.size() & 1) == 0) return false;
    std::size_t size = 0;
    for (const char* at = unsigned_headers; (size = static_cast<unsigned char>(*at)) != 0; at += 1 + size)
        if (size == name.size() && equals_ignoring_case({at + 1, size}, name)) return true;
    return false;
}

/// The headers a signature covers, in its order.
BELFRY_COLD inline void collect_signed_headers(EntryList& out, const Headers& headers) {
    for (const Header& header : headers)
        if (!is_unsigned_header(header.name)) out.push(header.name, header.value);
    out.sort(EntryOrder::headers);
}

/// Appends `a;b;c`, with `separator` in place of `;`.
BELFRY_COLD inline void append_signed_header_names(std::string& out, EntryList& headers,
                                                   std::string_view separator) {
    std::string_view before;
    for (const Entry& header : headers) {
        if (equals_ignoring_case(before, header.name)) continue;
        if (!before.empty()) append_text(out, separator);
        append_lower(out, header.name);
        before = header.name;
    }
}

/// Whether a value of a canonical header drops the character at its ends, and has one space for a run of
/// them.
[[nodiscard]] constexpr bool is_header_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Appends a line for each name: in lower case, the values trimmed, runs of white space as one space,
/// repeated names joined by commas.
template <class Text> BELFRY_COLD inline void append_canonical_headers(Text& out, EntryList& headers) {
    std::string_view before;
    for (Entry& header : headers) {
        if (equals_ignoring_case(before, header.name)) {
            header.index = Entry::repeated;
            append_char(out, ',');
        } else {
            if (!before.empty()) append_char(out, '\n');
            header.index = out.size();
            append_lower(out, header.name);
            append_char(out, ':');
        }
        before = header.name;
        std::string_view value = header.value;
        const std::size_t start = out.size();
        // Most values have no white space.
        while (!value.empty()) {
            std::size_t size = count_front(CharacterSet::visible, value);
            while (size < value.size() && !is_header_space(value[size])) ++size;
            if (size > 0) {
                if (out.size() != start) append_char(out, ' ');
                append_text(out, value.substr(0, size));
            }
            value.remove_prefix(size < value.size() ? size + 1 : size);
        }
    }
    append_char(out, '\n');
}

} // namespace belfry::inline v0::detail
