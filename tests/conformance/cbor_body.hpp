// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

/// Reads CBOR without Belfry's code, so that bodies can be compared by their meaning.
namespace belfry_conformance {

/// The bytes of a base64 text; other characters are skipped.
[[nodiscard]] std::string read_base64(std::string_view text);

/// The value of a CBOR data item without its tags, with NaN as text; `discarded` if it is not CBOR.
[[nodiscard]] nlohmann::json read_cbor(std::string_view bytes);

} // namespace belfry_conformance
