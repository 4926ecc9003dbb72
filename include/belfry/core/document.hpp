// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// A free-form JSON value, kept as its text so that every number keeps its digits. With
/// `belfry/nlohmann.hpp` it converts to and from `nlohmann::json`.
class Document {
  public:
    /// JSON null.
    Document() = default;
    /// `json` must be one JSON value (RFC 8259). Sending anything else is a validation error.
    explicit Document(std::string json) noexcept : json_(std::move(json)) {}

    [[nodiscard]] std::string_view json() const noexcept { return json_; }
    void set_json(std::string json) noexcept { json_ = std::move(json); }

    friend bool operator==(const Document&, const Document&) = default;

  private:
    std::string json_ = "null";
};

} // namespace belfry::inline v0
