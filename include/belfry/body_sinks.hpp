// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Sinks for the streaming bodies of responses: a file, or a callable.

#include <belfry/body/file_sink.hpp>
#include <belfry/call/response_body.hpp>
