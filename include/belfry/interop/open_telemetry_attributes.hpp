// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/url.hpp>
#include <belfry/util/config.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <opentelemetry/common/attribute_value.h>
#include <opentelemetry/common/key_value_iterable.h>
#include <opentelemetry/nostd/function_ref.h>
#include <opentelemetry/nostd/string_view.h>
#include <opentelemetry/trace/span.h>
#include <string_view>

namespace belfry::inline v0::detail {

[[nodiscard]] inline opentelemetry::nostd::string_view telemetry_text(std::string_view text) noexcept {
    return {text.data(), text.size()};
}

/// A few attributes, whose texts are views.
class TelemetryAttributes final : public opentelemetry::common::KeyValueIterable {
  public:
    void add(const char* key, std::string_view value) noexcept { put(key, telemetry_text(value)); }
    void add(const char* key, const char* value) noexcept { put(key, value); }
    void add(const char* key, std::int64_t value) noexcept { put(key, value); }
    void add(const char* key, int value) noexcept { put(key, static_cast<std::int64_t>(value)); }
    /// `server.address` and `server.port` of an endpoint such as `https://localhost:4566`.
    void add_server(std::string_view endpoint) noexcept {
        const Url url = parse_url(endpoint);
        if (url.host.empty()) return;
        std::int64_t port = url.scheme == "http" ? 80 : 443;
        std::from_chars(url.port.data(), url.port.data() + url.port.size(), port);
        add("server.address", url.address());
        add("server.port", port);
    }
    void set_on(opentelemetry::trace::Span& span) const noexcept {
        for (std::size_t i = 0; i < size_; ++i) span.SetAttribute(attributes_[i].key, attributes_[i].value);
    }

    bool ForEachKeyValue(opentelemetry::nostd::function_ref<bool(opentelemetry::nostd::string_view,
                                                                 opentelemetry::common::AttributeValue)>
                             callback) const noexcept override {
        for (std::size_t i = 0; i < size_; ++i)
            if (!callback(attributes_[i].key, attributes_[i].value)) return false;
        return true;
    }
    [[nodiscard]] std::size_t size() const noexcept override { return size_; }

  private:
    struct Attribute {
        opentelemetry::nostd::string_view key{};
        opentelemetry::common::AttributeValue value{};
    };
    static constexpr std::size_t limit = 8;

    void put(const char* key, opentelemetry::common::AttributeValue value) noexcept {
        if (size_ < limit) attributes_[size_++] = {key, value};
    }

    Attribute attributes_[limit];
    std::size_t size_ = 0;
};

} // namespace belfry::inline v0::detail
