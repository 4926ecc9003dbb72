// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Defines what `BELFRY_SEPARATE_COMPILATION` leaves undefined of the protocols that need an XML parser. A
/// program with a service of such a protocol includes it in exactly one source file, beside
/// `<belfry/impl/src.hpp>`.
#if !defined(BELFRY_SEPARATE_COMPILATION)
#error "define BELFRY_SEPARATE_COMPILATION for the whole program, or do not include this header"
#endif

#include <belfry/events/xml.hpp>
#include <belfry/protocol/aws_query.hpp>
#include <belfry/protocol/ec2_query.hpp>
#include <belfry/protocol/rest_xml.hpp>

#include <belfry/events/impl/xml.ipp>
#include <belfry/protocol/impl/aws_query.ipp>
#include <belfry/protocol/impl/ec2_query.ipp>
#include <belfry/protocol/impl/rest_xml.ipp>
