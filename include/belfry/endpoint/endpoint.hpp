// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/endpoint/rules.hpp>
#include <belfry/http/headers.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inline v0 {

/// One way to sign for an endpoint. What is empty stays as the service's model has it.
struct AuthScheme {
    /// Such as `sigv4`, `sigv4a` or `sigv4-s3express`.
    std::string name;
    std::string signing_name;
    std::string signing_region;
    /// For `sigv4a`: regions or `*`, separated by commas as the X-Amz-Region-Set header has them.
    std::string signing_region_set;
    /// Whether the path is signed as it is sent, not percent-encoded once more.
    bool disable_double_encoding = false;
};

/// Where to send a request.
struct Endpoint {
    /// An absolute URL of scheme http or https, without query and fragment.
    std::string url;
    /// To be added to the request.
    Headers headers;
    /// In order of preference; empty when the rules leave signing to the model.
    std::vector<AuthScheme> auth_schemes;
    /// What else the rules say, as the text of a JSON object; empty when that is nothing.
    std::string properties;
};

/// What a client's configuration says about its endpoint. The texts are borrowed.
struct EndpointConfig {
    /// `AWS::Region`; empty when there is none.
    std::string_view region{};
    /// `SDK::Endpoint`: a URL to use in place of the service's own; empty when there is none.
    std::string_view endpoint_override{};
    /// `AWS::UseFIPS`
    bool use_fips = false;
    /// `AWS::UseDualStack`
    bool use_dual_stack = false;
};

namespace detail {
/// A parameter's or an expression's value; text is borrowed.
struct EndpointValue {
    enum class Kind : std::uint8_t {
        none,
        boolean,
        integer,
        string,
        strings,          ///< `strings`, `number` of them
        constant_strings, ///< `number` is the place of an EndpointCode::strings
        partition,
        url,         ///< `text` is a URL that was parsed before
        arn,         ///< `text` is an ARN that was parsed before
        resource_id, ///< `text` is an ARN's last part, a list divided by `:` and `/`
        split,       ///< `text` is a list divided by `delimiter` in at most `number` parts
    };
    Kind kind = Kind::none;
    bool boolean = false;
    std::int32_t number = 0;
    std::string_view text{};
    std::string_view delimiter{};
    const std::string_view* strings = nullptr;
    const Partition* partition = nullptr;
};
} // namespace detail

/// The values of a rule set's parameters, by the parameter's name (`Bucket`) or its built-in's
/// (`AWS::S3::ForcePathStyle`); the name wins. Names and values are borrowed until `resolve_endpoint`
/// returns. A name that the rule set does not know is ignored.
class EndpointParameters {
  public:
    EndpointParameters() = default;

    void set_string(std::string_view name, std::string_view value) {
        detail::EndpointValue& entry = add(name, detail::EndpointValue::Kind::string);
        entry.text = value;
    }
    void set_boolean(std::string_view name, bool value) {
        detail::EndpointValue& entry = add(name, detail::EndpointValue::Kind::boolean);
        entry.boolean = value;
    }
    void set_strings(std::string_view name, const std::string_view* values, std::size_t count) {
        detail::EndpointValue& entry = add(name, detail::EndpointValue::Kind::strings);
        entry.strings = values;
        entry.number = static_cast<std::int32_t>(count < 0x7fffffff ? count : 0x7fffffff);
    }
    /// Sets the built-ins that `config` stands for; what is empty stays unset.
    void set_config(const EndpointConfig& config) {
        if (!config.region.empty()) set_string("AWS::Region", config.region);
        if (!config.endpoint_override.empty()) set_string("SDK::Endpoint", config.endpoint_override);
        set_boolean("AWS::UseFIPS", config.use_fips);
        set_boolean("AWS::UseDualStack", config.use_dual_stack);
    }

    /// The value set under that name, or null.
    [[nodiscard]] const detail::EndpointValue* find(std::string_view name) const noexcept {
        for (const Entry& entry : entries_)
            if (entry.name == name) return &entry.value;
        return nullptr;
    }

  private:
    struct Entry {
        std::string_view name;
        detail::EndpointValue value;
    };
    detail::EndpointValue& add(std::string_view name, detail::EndpointValue::Kind kind) {
        for (Entry& entry : entries_)
            if (entry.name == name) {
                entry.value.kind = kind;
                return entry.value;
            }
        if (entries_.empty()) entries_.reserve(8);
        entries_.push_back(Entry{name, {}});
        entries_.back().value.kind = kind;
        return entries_.back().value;
    }
    std::vector<Entry> entries_;
};

} // namespace belfry::inline v0
