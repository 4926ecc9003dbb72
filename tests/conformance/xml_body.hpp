// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace belfry_conformance {

/// The meaning of an XML document, as a canonical text: attributes are sorted, and so are elements by their
/// names, those of one name keeping their order unless they are entries of a map, which have a child with a
/// name in `keys`; white space between elements is left out. The text is "not XML" if the document is not
/// well-formed.
[[nodiscard]] std::string canonical_xml(std::string_view document, const std::set<std::string>& keys);

} // namespace belfry_conformance
