// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/ascii.hpp>

#include "support/catch.hpp"

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

using belfry::detail::CharacterSet;
using belfry::detail::count_front;
using belfry::detail::equals_ignoring_case;

namespace {

bool is_one_of(std::string_view characters, unsigned char c) {
    return characters.find(static_cast<char>(c)) != std::string_view::npos;
}

/// The members by the C library's classes of characters and by the lists of the RFCs.
bool is_member(CharacterSet set, unsigned char c) {
    const bool plain = c < 0x80 && std::isalnum(c) != 0;
    switch (set) {
    case CharacterSet::token: return plain || is_one_of("!#$%&'*+-.^_`|~", c);
    case CharacterSet::unreserved: return plain || is_one_of("-._~", c);
    case CharacterSet::path: return plain || is_one_of("-._~/", c);
    case CharacterSet::visible: return c < 0x80 && std::isgraph(c) != 0;
    case CharacterSet::url: return plain || is_one_of("-._~:/?#[]@!$&'()*+,;=%", c);
    case CharacterSet::line: return c != '\r' && c != '\n' && c != '\0';
    case CharacterSet::before_path: return c != '/' && c != '?' && c != '#' && c != '\0';
    case CharacterSet::before_fragment: return c != '#' && c != '\0';
    }
    return false;
}

} // namespace

TEST_CASE("each set of characters ends at each other character, wherever that is") {
    const std::pair<CharacterSet, std::string_view> sets[] = {{CharacterSet::token, "aZ9~"},
                                                              {CharacterSet::unreserved, "aZ9~"},
                                                              {CharacterSet::path, "a/9~"},
                                                              {CharacterSet::visible, "!~aZ"},
                                                              {CharacterSet::url, "aZ9?"},
                                                              {CharacterSet::line, "a Z\t~\x7f\xc3\xbc"},
                                                              {CharacterSet::before_path, "aZ9\x80"},
                                                              {CharacterSet::before_fragment, "a/?\xff"}};
    std::size_t wrong = 0;
    for (const auto& [set, members] : sets)
        for (std::size_t size = 0; size <= 35; ++size) {
            std::string text;
            for (std::size_t i = 0; i < size; ++i) text += members[(i * 7 + size) % members.size()];
            if (count_front(set, text) != size) ++wrong;
            for (std::size_t at = 0; at < size; ++at)
                for (unsigned c = 0; c < 256; ++c) {
                    std::string changed = text;
                    changed[at] = static_cast<char>(c);
                    const bool member = is_member(set, static_cast<unsigned char>(c));
                    if (count_front(set, changed) != (member ? size : at)) ++wrong;
                }
        }
    CHECK(wrong == 0);
}

TEST_CASE("texts are equal but for the case of ASCII letters alone") {
    for (unsigned a = 0; a < 256; ++a)
        for (unsigned b = 0; b < 256; ++b) {
            const bool same = a < 0x80 && b < 0x80
                                  ? std::tolower(static_cast<int>(a)) == std::tolower(static_cast<int>(b))
                                  : a == b;
            const std::string x{'x', static_cast<char>(a)}, y{'X', static_cast<char>(b)};
            if (equals_ignoring_case(x, y) != same) FAIL("bytes " << a << " and " << b);
        }
    CHECK_FALSE(equals_ignoring_case("host", "hosts"));
    CHECK(equals_ignoring_case("", {}));
}
