// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Outputs that view the response instead of owning their values. `belfry generate --borrowed` writes the
/// types and functions of a service: docs/guide/borrowed.md.
#include <belfry/borrowed/containers.hpp>
#include <belfry/borrowed/describe.hpp>
#include <belfry/borrowed/operation.hpp>
#include <belfry/borrowed/output.hpp>
#include <belfry/borrowed/to_owned.hpp>
#include <belfry/borrowed/union.hpp>
#include <belfry/borrowed/values.hpp>
