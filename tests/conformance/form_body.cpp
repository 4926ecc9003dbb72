// SPDX-License-Identifier: Apache-2.0
#include "conformance/form_body.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace belfry_conformance {
namespace {

[[nodiscard]] std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte <= ' ' || byte >= 127) return std::nullopt;
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size() || std::isxdigit(static_cast<unsigned char>(text[i + 1])) == 0 ||
                std::isxdigit(static_cast<unsigned char>(text[i + 2])) == 0)
                return std::nullopt;
            out += static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
            i += 2;
        }
    }
    return out;
}

} // namespace

std::optional<FormFields> read_form(std::string_view body) {
    FormFields fields;
    if (!body.empty() && body.back() == '&') return std::nullopt;
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view field = body.substr(0, end);
        const std::size_t equals = field.find('=');
        if (equals == std::string_view::npos || equals == 0) return std::nullopt;
        const auto name = decoded(field.substr(0, equals));
        const auto value = decoded(field.substr(equals + 1));
        if (!name || !value) return std::nullopt;
        fields.emplace_back(*name, *value);
        body.remove_prefix(std::min(end + 1, body.size()));
    }
    std::sort(fields.begin(), fields.end());
    const auto twice = std::adjacent_find(fields.begin(), fields.end(),
                                          [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice != fields.end()) return std::nullopt;
    return fields;
}

} // namespace belfry_conformance
