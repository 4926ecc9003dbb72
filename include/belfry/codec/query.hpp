// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/query_encoder.hpp>
