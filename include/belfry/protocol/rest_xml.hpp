// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {

/// The protocol aws.protocols#restXml: https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
extern BELFRY_INLINE const Protocol rest_xml;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/impl/rest_xml.ipp>
#endif
