// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/settings/source.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace test {

/// Environment variables and files that a test holds in memory.
class MemorySettings final : public belfry::SettingsSource {
  public:
    MemorySettings() = default;
    MemorySettings(std::map<std::string, std::string> environment,
                   std::map<std::string, std::string> contents)
        : variables(std::move(environment)), files(std::move(contents)) {}

    std::optional<std::string> variable(const char* name) override {
        const auto found = variables.find(name);
        return found != variables.end() ? std::optional(found->second) : std::nullopt;
    }
    belfry::FileStatus read_file(const std::string& path, std::string& text) override {
        const auto found = files.find(path);
        if (found == files.end()) return belfry::FileStatus::missing;
        text = found->second;
        return belfry::FileStatus::read;
    }
    char path_separator() const noexcept override { return separator; }

    std::map<std::string, std::string> variables;
    std::map<std::string, std::string> files;
    char separator = '/';
};

} // namespace test
