// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Reads form data as a server does (https://url.spec.whatwg.org/#urlencoded-parsing), without Belfry's code,
/// so that bodies can be compared by their meaning.
namespace belfry_conformance {

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// The fields sorted by name; empty when a name is repeated or empty, a `%` does not begin a triplet, or a
/// byte is not allowed.
[[nodiscard]] std::optional<FormFields> read_form(std::string_view body);

} // namespace belfry_conformance
