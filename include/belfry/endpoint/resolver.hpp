// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/result.hpp>
#include <belfry/endpoint/endpoint.hpp>
#include <belfry/endpoint/functions.hpp>
#include <belfry/endpoint/partitions.hpp>
#include <belfry/endpoint/rules.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// Keeps the strings that rules make until the endpoint is found. Most calls make none.
class EndpointStrings {
  public:
    EndpointStrings() = default;
    EndpointStrings(const EndpointStrings&) = delete;
    EndpointStrings& operator=(const EndpointStrings&) = delete;
    ~EndpointStrings() {
        while (last_ != nullptr) delete std::exchange(last_, last_->before);
    }
    [[nodiscard]] std::string_view keep(std::string text) {
        last_ = new Kept{std::move(text), last_};
        return last_->text;
    }

  private:
    struct Kept {
        std::string text;
        Kept* before;
    };
    Kept* last_ = nullptr;
};

/// Walks a rule set's nodes. The generator guarantees that a node comes after those it refers to, so the walk
/// ends, and that it nests no deeper than the generator's own limit.
class EndpointWalker {
  public:
    EndpointWalker(const EndpointRules& rules, const Partitions& partitions) noexcept
        : rules_(rules), code_(rules.code), partitions_(partitions) {}

    [[nodiscard]] bool take_parameters(const EndpointParameters& given);
    [[nodiscard]] bool walk_rules(std::size_t list);

    Endpoint endpoint{};
    Error error{};

  private:
    using Kind = EndpointValue::Kind;

    [[nodiscard]] std::string_view text(std::size_t at) const noexcept {
        return {rules_.text + code_[at], code_[at + 1]};
    }
    void fail(std::string_view code, std::string_view what, std::string_view name = {}) {
        error.kind = ErrorKind::endpoint;
        error.code = code;
        error.message = what;
        error.message += name;
    }
    [[nodiscard]] static EndpointValue flag(bool value) noexcept {
        EndpointValue result;
        result.kind = Kind::boolean;
        result.boolean = value;
        return result;
    }
    [[nodiscard]] static EndpointValue of(std::string_view value, Kind kind = Kind::string) noexcept {
        EndpointValue result;
        result.kind = kind;
        result.text = value;
        return result;
    }

    [[nodiscard]] EndpointValue evaluate(std::size_t node);
    [[nodiscard]] EndpointValue call(EndpointCode code, std::size_t arguments);
    [[nodiscard]] EndpointValue attribute(EndpointAttribute which, const EndpointValue& value);
    [[nodiscard]] EndpointValue element(const EndpointValue& list, std::int32_t index) const noexcept;
    [[nodiscard]] bool append(std::string& out, std::size_t node);
    [[nodiscard]] bool append_json(std::string& out, std::size_t node);
    [[nodiscard]] bool walk_rule(std::size_t rule);
    void fill_endpoint(std::size_t at);

    const EndpointRules& rules_;
    const std::uint16_t* code_;
    const Partitions& partitions_;
    EndpointStrings strings_;
    EndpointValue slots_[endpoint_slot_limit];
};

inline bool EndpointWalker::take_parameters(const EndpointParameters& given) {
    for (std::size_t i = 0; i < rules_.parameter_count; ++i) {
        const std::size_t at = rules_.parameters + i * endpoint_parameter_words;
        const std::string_view name = text(at + 1);
        const EndpointValue* value = given.find(name);
        if (value == nullptr && code_[at + 4] != 0) value = given.find(text(at + 3));
        if (value != nullptr) {
            const unsigned type = code_[at] & endpoint_parameter_type;
            const Kind wanted = type == endpoint_parameter_string    ? Kind::string
                                : type == endpoint_parameter_boolean ? Kind::boolean
                                                                     : Kind::strings;
            if (value->kind != wanted) {
                fail("InvalidParameter", "the endpoint parameter has the wrong type: ", name);
                return false;
            }
            slots_[i] = *value;
        } else if (code_[at + 5] != 0) {
            slots_[i] = evaluate(code_[at + 5]);
        } else if ((code_[at] & endpoint_parameter_required) != 0) {
            fail("MissingParameter", "the endpoint parameter is required: ", name);
            return false;
        }
    }
    return true;
}

inline EndpointValue EndpointWalker::evaluate(std::size_t node) {
    const EndpointCode code{code_[node]};
    const std::size_t arguments = node + 1;
    switch (code) {
    case EndpointCode::string: return of(text(arguments));
    case EndpointCode::no: return flag(false);
    case EndpointCode::yes: return flag(true);
    case EndpointCode::integer: {
        EndpointValue value;
        value.kind = Kind::integer;
        value.number = static_cast<std::int16_t>(code_[arguments]);
        return value;
    }
    case EndpointCode::strings: {
        EndpointValue value;
        value.kind = Kind::constant_strings;
        value.number = static_cast<std::int32_t>(node);
        return value;
    }
    case EndpointCode::slot: return slots_[code_[arguments]];
    case EndpointCode::attribute:
        return attribute(EndpointAttribute{code_[arguments]}, evaluate(code_[arguments + 1]));
    case EndpointCode::element:
        return element(evaluate(code_[arguments + 1]), static_cast<std::int16_t>(code_[arguments]));
    case EndpointCode::concatenation: {
        std::string made;
        if (!append(made, node)) return {};
        return of(strings_.keep(std::move(made)));
    }
    case EndpointCode::coalesce:
        for (std::size_t i = 1; i <= code_[arguments]; ++i) {
            const EndpointValue value = evaluate(code_[arguments + i]);
            if (value.kind != Kind::none) return value;
        }
        return {};
    case EndpointCode::if_else: {
        const EndpointValue condition = evaluate(code_[arguments]);
        if (condition.kind != Kind::boolean) return {};
        return evaluate(code_[arguments + (condition.boolean ? 1 : 2)]);
    }
    default: return call(code, arguments);
    }
}

/// Calls a function; where an argument has no value the result has none, but for `isSet` and `not`.
inline EndpointValue EndpointWalker::call(EndpointCode code, std::size_t arguments) {
    const EndpointValue first = evaluate(code_[arguments]);
    if (code == EndpointCode::is_set) return flag(first.kind != Kind::none);
    if (code == EndpointCode::not_) return flag(!first.boolean);
    if (code == EndpointCode::partition) {
        EndpointValue value;
        value.kind = Kind::partition;
        value.partition = &find_partition(partitions_, first.text);
        return value;
    }
    if (first.kind == Kind::none) return {};
    EndpointValue second;
    if (code != EndpointCode::uri_encode && code != EndpointCode::parse_url &&
        code != EndpointCode::parse_arn) {
        second = evaluate(code_[arguments + 1]);
        if (second.kind == Kind::none) return {};
    }
    switch (code) {
    case EndpointCode::string_equals: return flag(first.text == second.text);
    case EndpointCode::boolean_equals: return flag(first.boolean == second.boolean);
    case EndpointCode::valid_host_label: return flag(is_host_label(first.text, second.boolean));
    case EndpointCode::virtual_hostable: return flag(is_virtual_hostable_bucket(first.text, second.boolean));
    case EndpointCode::parse_arn: return is_arn(first.text) ? of(first.text, Kind::arn) : EndpointValue{};
    case EndpointCode::parse_url:
        return parse_endpoint_url(first.text).scheme.empty() ? EndpointValue{} : of(first.text, Kind::url);
    case EndpointCode::uri_encode: {
        std::string made;
        append_percent_encoded(made, first.text);
        return of(strings_.keep(std::move(made)));
    }
    case EndpointCode::substring: {
        const std::int32_t stop = evaluate(code_[arguments + 2]).number;
        const std::int32_t start = second.number;
        if (start < 0 || start >= stop || first.text.size() < static_cast<std::size_t>(stop)) return {};
        for (const char c : first.text)
            if (static_cast<unsigned char>(c) > 0x7f) return {};
        const std::size_t length = static_cast<std::size_t>(stop - start);
        const std::size_t from = evaluate(code_[arguments + 3]).boolean
                                     ? first.text.size() - static_cast<std::size_t>(stop)
                                     : static_cast<std::size_t>(start);
        return of(first.text.substr(from, length));
    }
    case EndpointCode::split: {
        if (second.text.empty()) return {};
        EndpointValue value = of(first.text, Kind::split);
        value.delimiter = second.text;
        value.number = evaluate(code_[arguments + 2]).number;
        return value;
    }
    default: return {};
    }
}

inline EndpointValue EndpointWalker::attribute(EndpointAttribute which, const EndpointValue& value) {
    if (value.kind == Kind::partition) {
        const Partition& partition = *value.partition;
        switch (which) {
        case EndpointAttribute::partition_name: return of(partition.name);
        case EndpointAttribute::partition_dns_suffix: return of(partition.dns_suffix);
        case EndpointAttribute::partition_dual_stack_dns_suffix: return of(partition.dual_stack_dns_suffix);
        case EndpointAttribute::partition_implicit_global_region: return of(partition.implicit_global_region);
        case EndpointAttribute::partition_supports_fips: return flag(partition.supports_fips);
        case EndpointAttribute::partition_supports_dual_stack: return flag(partition.supports_dual_stack);
        default: return {};
        }
    }
    if (value.kind == Kind::arn) {
        const int part = static_cast<int>(which) - static_cast<int>(EndpointAttribute::arn_partition);
        return of(arn_part(value.text, part), part == 4 ? Kind::resource_id : Kind::string);
    }
    if (value.kind != Kind::url) return {};
    const EndpointUrl url = parse_endpoint_url(value.text);
    switch (which) {
    case EndpointAttribute::url_scheme: return of(url.scheme);
    case EndpointAttribute::url_authority: return of(url.authority);
    case EndpointAttribute::url_path: return of(url.path);
    case EndpointAttribute::url_is_ip: return flag(url.is_ip);
    case EndpointAttribute::url_normalized_path: {
        if (url.path.empty()) return of("/");
        if (url.path.back() == '/') return of(url.path);
        std::string made(url.path);
        made += '/';
        return of(strings_.keep(std::move(made)));
    }
    default: return {};
    }
}

inline EndpointValue EndpointWalker::element(const EndpointValue& list, std::int32_t index) const noexcept {
    if (list.kind == Kind::split || list.kind == Kind::resource_id) {
        std::string_view out;
        const bool found = list_element(list.text, list.delimiter, list.number, index, out);
        return found ? of(out) : EndpointValue{};
    }
    const bool constant = list.kind == Kind::constant_strings;
    if (!constant && list.kind != Kind::strings) return {};
    const std::size_t place = static_cast<std::size_t>(list.number);
    const std::int32_t count = constant ? code_[place + 1] : list.number;
    if (index < 0) index += count;
    if (index < 0 || index >= count) return {};
    const std::size_t at = static_cast<std::size_t>(index);
    return of(constant ? text(place + 2 + 2 * at) : list.strings[at]);
}

/// Appends a string node's value; false when it has none.
inline bool EndpointWalker::append(std::string& out, std::size_t node) {
    if (code_[node] == static_cast<std::uint16_t>(EndpointCode::concatenation)) {
        for (std::size_t i = 0; i < code_[node + 1]; ++i)
            if (!append(out, code_[node + 2 + i])) return false;
        return true;
    }
    const EndpointValue value = evaluate(node);
    out += value.text;
    return value.kind == Kind::string;
}

inline bool EndpointWalker::append_json(std::string& out, std::size_t node) {
    for (std::size_t i = 0; i < code_[node + 1]; ++i) {
        const std::size_t piece = code_[node + 2 + i];
        const std::size_t before = out.size();
        if (!append(out, piece)) return false;
        if (code_[piece] == static_cast<std::uint16_t>(EndpointCode::string)) continue;
        const std::string made = out.substr(before);
        out.resize(before);
        for (const char c : made) {
            if (c == '"' || c == '\\') out += '\\';
            if (static_cast<unsigned char>(c) >= ' ') {
                out += c;
            } else {
                const char* const digits = "0123456789abcdef";
                out += "\\u00";
                out += digits[static_cast<unsigned char>(c) >> 4];
                out += digits[static_cast<unsigned char>(c) & 15];
            }
        }
    }
    return true;
}

/// Tries the rules of a list; true when one of them gave an endpoint or an error.
inline bool EndpointWalker::walk_rules(std::size_t list) {
    for (std::size_t i = 1; i <= code_[list]; ++i)
        if (walk_rule(code_[list + i])) return true;
    return false;
}

inline bool EndpointWalker::walk_rule(std::size_t rule) {
    std::size_t at = rule + 2;
    for (std::size_t i = 0; i < code_[rule + 1]; ++i, at += 2) {
        const EndpointValue value = evaluate(code_[at + 1]);
        if (value.kind == Kind::none || (value.kind == Kind::boolean && !value.boolean)) return false;
        if (code_[at] != 0) slots_[code_[at] - 1] = value;
    }
    switch (EndpointCode{code_[rule]}) {
    case EndpointCode::tree: return walk_rules(at);
    case EndpointCode::error:
        fail("EndpointRule", {});
        (void)append(error.message, code_[at]);
        return true;
    default: fill_endpoint(at); return true;
    }
}

inline void EndpointWalker::fill_endpoint(std::size_t at) {
    bool whole = append(endpoint.url, code_[at]);
    if (code_[at + 1] != 0) whole = append_json(endpoint.properties, code_[at + 1]) && whole;
    const std::size_t schemes = code_[at + 2];
    at += 3;
    endpoint.auth_schemes.resize(schemes);
    for (std::size_t i = 0; i < schemes; ++i) {
        const std::size_t node = code_[at++];
        AuthScheme& scheme = endpoint.auth_schemes[i];
        scheme.disable_double_encoding = code_[node + 1] != 0;
        std::string* const members[] = {&scheme.name, &scheme.signing_name, &scheme.signing_region,
                                        &scheme.signing_region_set};
        for (std::size_t member = 0; member < 4; ++member)
            if (code_[node + 2 + member] != 0)
                whole = append(*members[member], code_[node + 2 + member]) && whole;
    }
    const std::size_t headers = code_[at++];
    for (std::size_t i = 0; i < headers; ++i, at += 3) {
        std::string value;
        whole = append(value, code_[at + 2]) && whole;
        endpoint.headers.append(text(at), value);
    }
    if (!whole)
        fail("InvalidEndpoint", "the endpoint rules use a value that is not set");
    else if (parse_endpoint_url(endpoint.url).scheme.empty())
        fail("InvalidEndpoint", "not an absolute http or https URL without a query: ", endpoint.url);
}

} // namespace detail

/// Finds the endpoint for these parameters. Fails with `ErrorKind::endpoint` when the rules refuse them (code
/// `EndpointRule`, with the rule set's message), when one is missing or of the wrong type
/// (`MissingParameter`, `InvalidParameter`), when no rule fits (`NoEndpoint`) and when the URL found is not
/// one (`InvalidEndpoint`).
[[nodiscard]] inline Result<Endpoint> resolve_endpoint(const EndpointRules& rules,
                                                       const EndpointParameters& parameters,
                                                       const Partitions& partitions = aws_partitions) {
    detail::EndpointWalker walker(rules, partitions);
    if (walker.take_parameters(parameters) && !walker.walk_rules(rules.rules)) {
        walker.error.kind = ErrorKind::endpoint;
        walker.error.code = "NoEndpoint";
        walker.error.message = "no endpoint rule fits the parameters";
    }
    if (walker.error.kind != ErrorKind::none) return std::move(walker.error);
    return std::move(walker.endpoint);
}

/// Like the other overload, with the built-ins that `config` stands for in addition. Fails with the code
/// `InvalidRegion` when the region cannot be a part of a host name.
[[nodiscard]] inline Result<Endpoint> resolve_endpoint(const EndpointRules& rules,
                                                       const EndpointConfig& config,
                                                       EndpointParameters parameters = {}) {
    if (!config.region.empty() && !is_valid_region(config.region)) {
        Error error;
        error.kind = ErrorKind::endpoint;
        error.code = "InvalidRegion";
        error.message = "the region cannot be a part of a host name: ";
        error.message += config.region;
        return error;
    }
    parameters.set_config(config);
    return resolve_endpoint(rules, parameters);
}

} // namespace belfry::inline v0
