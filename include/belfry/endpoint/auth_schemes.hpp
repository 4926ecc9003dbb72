// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/endpoint/builtins.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <utility>

/// The functions of rule sets whose endpoints accept Signature Version 4a. Those headers include this one.
namespace belfry::inline v0::detail {

/// Like `choose_sigv4`. An endpoint that lists `sigv4a` before `sigv4`, or without it, gets the header
/// X-Amz-Region-Set with the regions to sign for; `choose_signature` decides by it. If the endpoint does not
/// accept `sigv4`, `signing_region` becomes empty. The generator refuses rules whose two schemes differ in
/// more than their regions.
[[nodiscard]] BELFRY_COLD inline bool choose_sigv4_or_sigv4a(Endpoint& endpoint,
                                                             std::string_view& signing_name,
                                                             std::string_view& signing_region,
                                                             bool& double_encode_path, Error& error) {
    const AuthScheme* offered = nullptr;
    bool sigv4 = false;
    for (const AuthScheme& scheme : endpoint.auth_schemes) {
        if (scheme.name == "sigv4") sigv4 = true;
        if (scheme.name == "sigv4a" && !sigv4 && offered == nullptr) offered = &scheme;
    }
    if (offered != nullptr) {
        // A scheme without regions is for the client's.
        std::string_view regions = offered->signing_region_set;
        if (regions.empty()) regions = signing_region;
        if (regions.empty()) regions = "*";
        endpoint.headers.append("X-Amz-Region-Set", regions);
        if (!sigv4) {
            if (!offered->signing_name.empty()) signing_name = offered->signing_name;
            if (offered->disable_double_encoding) double_encode_path = false;
            signing_region = {};
            return true;
        }
    }
    return choose_sigv4(endpoint, signing_name, signing_region, double_encode_path, error);
}

/// `endpoint_library` for these rule sets.
inline constexpr EndpointLibrary endpoint_library_with_sigv4a{evaluate_endpoint_node, endpoint_attribute,
                                                              fill_endpoint, choose_sigv4_or_sigv4a,
                                                              release_endpoint_strings};

} // namespace belfry::inline v0::detail
