// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/cbor_decoder.hpp>
#include <belfry/codec/cbor_encoder.hpp>
