// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Reads form data as a server does (https://url.spec.whatwg.org/#urlencoded-parsing), with nothing of
/// Belfry's, so that bodies can be compared by what they say.
namespace belfry_conformance {

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// The fields in the order of their names; none when a name comes twice, a name is empty, a `%` does not
/// begin a triplet, or a byte stands there that must not.
[[nodiscard]] std::optional<FormFields> read_form(std::string_view body);

} // namespace belfry_conformance
