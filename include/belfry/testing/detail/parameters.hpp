// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0::testing::detail {

/// The parameters of a query or of form data, decoded, in their order.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Decodes `a=1&b=2` (https://url.spec.whatwg.org/#urlencoded-parsing); false if a `%` does not begin a
/// triplet.
[[nodiscard]] inline bool read_parameters(std::string_view text, Parameters& out) {
    const auto decode = [](std::string_view part, std::string& to) {
        std::string spaced(part);
        std::replace(spaced.begin(), spaced.end(), '+', ' ');
        return append_percent_decoded(to, spaced);
    };
    while (!text.empty()) {
        std::string_view pair = belfry::detail::cut(text, '&');
        if (pair.empty()) continue;
        auto& [name, value] = out.emplace_back();
        if (!decode(belfry::detail::cut(pair, '='), name) || !decode(pair, value)) return false;
    }
    return true;
}

/// The value of the first parameter of that name, or null.
[[nodiscard]] inline const std::string* find_parameter(const Parameters& parameters, std::string_view name) {
    for (const auto& [key, value] : parameters)
        if (key == name) return &value;
    return nullptr;
}

} // namespace belfry::inline v0::testing::detail
