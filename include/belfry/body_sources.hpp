// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Sources of streaming bodies: memory, parts of other sources, and files.

#include <belfry/http/body_sources.hpp>
#include <belfry/http/file_source.hpp>
