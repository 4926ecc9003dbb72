// SPDX-License-Identifier: Apache-2.0
#include <belfry/events/async_stream.hpp>
#include <belfry/events/body.hpp>
#include <belfry/events/calls.hpp>
#include <belfry/events/cbor.hpp>
#include <belfry/events/json.hpp>
#include <belfry/events/stream.hpp>

#include <belfry/events/impl/async_stream.ipp>
#include <belfry/events/impl/body.ipp>
#include <belfry/events/impl/calls.ipp>
#include <belfry/events/impl/cbor.ipp>
#include <belfry/events/impl/json.ipp>
#include <belfry/events/impl/stream.ipp>
