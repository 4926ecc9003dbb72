// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json_decoder.hpp>
#include <belfry/codec/json_encoder.hpp>
#include <belfry/codec/json_options.hpp>
