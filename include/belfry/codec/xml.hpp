// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml_decoder.hpp>
#include <belfry/codec/xml_encoder.hpp>
#include <belfry/codec/xml_options.hpp>
#include <belfry/codec/xml_reader.hpp>
