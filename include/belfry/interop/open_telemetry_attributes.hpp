// SPDX-License-Identifier: Apache-2.0
#pragma once

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
        const std::size_t begin = endpoint.find("://");
        if (begin == std::string_view::npos) return;
        const bool plain = endpoint.substr(0, begin) == "http";
        std::string_view host = endpoint.substr(begin + 3);
        std::int64_t port = plain ? 80 : 443;
        const std::size_t colon = host.find_last_of(":]");
        if (colon != std::string_view::npos && host[colon] == ':') {
            std::from_chars(host.data() + colon + 1, host.data() + host.size(), port);
            host = host.substr(0, colon);
        }
        // The brackets of IPv6 are syntax of URLs.
        if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
        add("server.address", host);
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
