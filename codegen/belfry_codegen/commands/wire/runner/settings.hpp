// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>

#include "table.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace belfry_wire {

/// The configuration of one line: its "client" merged into the command's options.
struct Settings {
    belfry::ClientConfig config;
    /// The texts that `config` refers to; null where the line says nothing of it.
    std::unique_ptr<Object> endpoint_options;
};

/// Lays the JSON text of a line's `client` over the settings; false with what is wrong with it.
[[nodiscard]] bool read_settings(std::string_view text, Settings& settings, std::string& fault);

} // namespace belfry_wire
