// SPDX-License-Identifier: Apache-2.0
#include <belfry/events/xml.hpp>
#include <belfry/protocol/aws_query.hpp>
#include <belfry/protocol/ec2_query.hpp>
#include <belfry/protocol/rest_xml.hpp>

#include <belfry/events/impl/xml.ipp>
#include <belfry/protocol/impl/aws_query.ipp>
#include <belfry/protocol/impl/ec2_query.ipp>
#include <belfry/protocol/impl/rest_xml.ipp>
