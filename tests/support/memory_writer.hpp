// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/identity/secret_file.hpp>

#include "support/memory_settings.hpp"

#include <string>
#include <string_view>

namespace test {

/// Keeps the files that are written in memory, where the settings read them.
class MemoryWriter final : public belfry::SecretFileWriter {
  public:
    explicit MemoryWriter(MemorySettings& source) : source_(source) {}
    bool replace(const std::string& file, std::string_view text, std::string& problem) override {
        ++count;
        if (broken) problem = "the disk is read-only";
        if (!broken) source_.files[file] = text;
        return !broken;
    }
    int count = 0;
    bool broken = false;

  private:
    MemorySettings& source_;
};

} // namespace test
