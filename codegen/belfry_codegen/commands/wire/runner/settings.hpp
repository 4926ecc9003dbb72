// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>

#include "table.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace belfry_wire {

/// What one line wants of its client, over what all lines have.
struct Settings {
    belfry::ClientConfig config;
    /// What `config` refers to; null where the line says nothing of it.
    std::unique_ptr<Object> endpoint_options;
};

/// Lays the JSON text of a line's `client` over the settings; false with what is wrong with it.
[[nodiscard]] bool read_settings(std::string_view text, Settings& settings, std::string& fault);

} // namespace belfry_wire
