// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Defines what `BELFRY_SEPARATE_COMPILATION` leaves undefined of the protocols that need an XML parser. A
/// program with a service of such a protocol includes it in exactly one source file, beside
/// `<belfry/separate_compilation.hpp>`.
#if !defined(BELFRY_SEPARATE_COMPILATION)
#error "define BELFRY_SEPARATE_COMPILATION for the whole program, or do not include this header"
#endif

#include <belfry/protocol/aws_query_implementation.hpp>
#include <belfry/protocol/ec2_query_implementation.hpp>
#include <belfry/protocol/rest_xml_implementation.hpp>
#include <belfry/protocol/xml_events_implementation.hpp>
