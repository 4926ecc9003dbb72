// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace belfry_conformance {

/// What an XML document says, as a text of which there is one for all the ways to write it: attributes are
/// sorted, and so are elements by their names, those of one name keeping their order unless they are entries
/// of a map, which have a child called like one of `keys`; white space between elements is left out. "not
/// XML" for what is none.
[[nodiscard]] std::string canonical_xml(std::string_view document, const std::set<std::string>& keys);

} // namespace belfry_conformance
