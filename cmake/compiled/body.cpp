// SPDX-License-Identifier: Apache-2.0
#include <belfry/body/checksum.hpp>
#include <belfry/body/compression.hpp>
#include <belfry/body/message_digests.hpp>
#include <belfry/body/response_crc32.hpp>
#include <belfry/body/streaming.hpp>
#include <belfry/body/tree_hash.hpp>
#include <belfry/body/url_listing.hpp>

#include <belfry/body/impl/checksum.ipp>
#include <belfry/body/impl/compression.ipp>
#include <belfry/body/impl/message_digests.ipp>
#include <belfry/body/impl/response_crc32.ipp>
#include <belfry/body/impl/streaming.ipp>
#include <belfry/body/impl/tree_hash.ipp>
#include <belfry/body/impl/url_listing.ipp>
