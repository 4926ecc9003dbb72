// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/settings.hpp>

#include "support/catch.hpp"

#include <string>
#include <utility>

namespace test {

/// The settings of these variables and files, which must be valid.
inline belfry::Settings settings_of(belfry::SettingsSource& source, std::string profile = {}) {
    belfry::Result<belfry::Settings> settings =
        belfry::load_settings({.profile = std::move(profile), .source = &source});
    INFO(settings.error().message);
    REQUIRE(settings);
    return *std::move(settings);
}

} // namespace test
