// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/endpoint/program.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inline v0 {

/// One auth scheme of an endpoint. An empty value means that the service's model decides.
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
    /// Other properties of the endpoint, as the text of a JSON object; empty if there are none.
    std::string properties;
};

/// The endpoint settings of a client. The texts are borrowed.
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
    Kind kind;
    bool boolean;
    std::uint16_t delimiter_size;
    std::int32_t number;
    const char* text;
    std::size_t size;
    union {
        const Partition* partition;
        const std::string_view* strings;
        const char* delimiter;
    };

    [[nodiscard]] std::string_view view() const noexcept { return {text, size}; }
};
} // namespace detail

/// The values of a rule set's parameters, by the parameter's name (`Bucket`) or its built-in's
/// (`AWS::S3::ForcePathStyle`); the name wins. Names and values are borrowed until `resolve_endpoint`
/// returns. A name that the rule set does not know is ignored.
class EndpointParameters {
  public:
    /// The most names that can be set; with more of them `resolve_endpoint` fails.
    static constexpr std::size_t limit = 32;

    void set_string(std::string_view name, std::string_view value) noexcept {
        detail::EndpointValue& entry = add(name, detail::EndpointValue::Kind::string);
        entry.text = value.data();
        entry.size = value.size();
    }
    void set_boolean(std::string_view name, bool value) noexcept {
        add(name, detail::EndpointValue::Kind::boolean).boolean = value;
    }
    void set_strings(std::string_view name, const std::string_view* values, std::size_t count) noexcept {
        detail::EndpointValue& entry = add(name, detail::EndpointValue::Kind::strings);
        entry.strings = values;
        entry.number = static_cast<std::int32_t>(count < 0x7fffffff ? count : 0x7fffffff);
    }
    /// Sets the built-ins from `config`; empty values stay unset.
    BELFRY_COLD void set_config(const EndpointConfig& config) noexcept {
        if (!config.region.empty()) set_string("AWS::Region", config.region);
        if (!config.endpoint_override.empty()) set_string("SDK::Endpoint", config.endpoint_override);
        set_boolean("AWS::UseFIPS", config.use_fips);
        set_boolean("AWS::UseDualStack", config.use_dual_stack);
    }

    /// The value set under that name, or null.
    [[nodiscard]] BELFRY_COLD const detail::EndpointValue* find(std::string_view name) const noexcept {
        for (std::size_t i = 0; i < count_; ++i)
            if (entries_[i].name == name) return &entries_[i].value;
        return nullptr;
    }
    /// Appends all names and values, so that other ones never give the same text. False for a list of several
    /// strings: few rules read more than the first, so that most of these texts would differ for nothing.
    [[nodiscard]] BELFRY_COLD bool append_identity(std::string& out) const {
        for (std::size_t i = 0; i < count_; ++i) {
            const detail::EndpointValue& value = entries_[i].value;
            append_sized(out, entries_[i].name);
            detail::append_char(out, static_cast<char>(value.kind));
            if (value.kind == detail::EndpointValue::Kind::boolean) {
                detail::append_char(out, value.boolean ? '1' : '0');
            } else if (value.kind == detail::EndpointValue::Kind::string) {
                append_sized(out, value.view());
            } else if (value.number > 1) {
                return false;
            } else {
                detail::append_char(out, value.number == 1 ? '1' : '0');
                if (value.number == 1) append_sized(out, value.strings[0]);
            }
        }
        return true;
    }
    /// Whether more names were set than the table holds.
    [[nodiscard]] bool overflown() const noexcept { return overflown_; }

  private:
    struct Entry {
        std::string_view name{};
        detail::EndpointValue value{};
    };
    template <class T> static void append_bytes(std::string& out, const T& value) {
        detail::append_text(out, {reinterpret_cast<const char*>(&value), sizeof value});
    }
    static void append_sized(std::string& out, std::string_view text) {
        append_bytes(out, text.size());
        detail::append_text(out, text);
    }
    BELFRY_COLD BELFRY_NOINLINE detail::EndpointValue& add(std::string_view name,
                                                           detail::EndpointValue::Kind kind) noexcept {
        std::size_t i = 0;
        while (i < count_ && entries_[i].name != name) ++i;
        if (i == limit) {
            overflown_ = true;
            i = limit - 1;
        }
        if (i == count_) ++count_;
        entries_[i].name = name;
        entries_[i].value.kind = kind;
        return entries_[i].value;
    }
    Entry entries_[limit]{};
    std::size_t count_ = 0;
    bool overflown_ = false;
};

} // namespace belfry::inline v0
