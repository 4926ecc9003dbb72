// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/endpoint/endpoint.hpp>
#include <belfry/endpoint/program.hpp>
#include <belfry/endpoint/region.hpp>
#include <belfry/http/url.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail {

/// The target of `EndpointRules::library`: nodes, attributes and parts of an endpoint that few services use.
struct EndpointLibrary {
    EndpointValue (*evaluate)(EndpointWalker& walker, std::size_t node);
    EndpointValue (*attribute)(EndpointWalker& walker, EndpointAttribute which, const EndpointValue& value);
    /// Reads the parts of an endpoint after its URL; false when a value is missing.
    bool (*fill)(EndpointWalker& walker, std::size_t at);
    /// Sets name, region and flag to what the endpoint says of Signature Version 4; the texts are parts of
    /// `endpoint`. The others stay as they are. False, with `error` filled, if it has auth schemes and
    /// Signature Version 4 is not among them.
    bool (*choose_sigv4)(Endpoint& endpoint, std::string_view& signing_name, std::string_view& signing_region,
                         bool& double_encode_path, Error& error);
    void (*release)(EndpointWalker& walker) noexcept;
};

/// Evaluates a rule set's nodes. The generator places a node after the nodes it refers to and limits how deep
/// they nest, so every evaluation ends.
class EndpointWalker {
  public:
    using Kind = EndpointValue::Kind;

    EndpointWalker(const EndpointRules& rules, const Partitions& all, Endpoint& to, Error& failure) noexcept
        : code(rules.code), texts(rules.text), partitions(all), library(rules.library), endpoint(to),
          error(failure) {}
    EndpointWalker(const EndpointWalker&) = delete;
    EndpointWalker& operator=(const EndpointWalker&) = delete;
    ~EndpointWalker() {
        if (kept != nullptr) library->release(*this);
    }

    BELFRY_COLD bool take_parameters(const EndpointRules& rules, const EndpointParameters& given);
    BELFRY_COLD bool walk_rules(std::size_t list);
    /// Whether a condition holds; assigns its variable.
    BELFRY_COLD bool meets(std::size_t condition);

    BELFRY_COLD EndpointValue evaluate(std::size_t node);
    /// Appends a string node's value; false when it has none.
    BELFRY_COLD bool append(std::string& out, std::size_t node);
    BELFRY_COLD bool fail(const char* name, const char* what, std::string_view which = {});

    [[nodiscard]] std::string_view text(std::size_t at) const noexcept {
        return {texts + code[at], code[at + 1]};
    }
    [[nodiscard]] static EndpointValue flag(bool value) noexcept {
        EndpointValue result{};
        result.kind = Kind::boolean;
        result.boolean = value;
        return result;
    }
    [[nodiscard]] static EndpointValue string(std::string_view value, Kind kind = Kind::string) noexcept {
        EndpointValue result{};
        result.kind = kind;
        result.text = value.data();
        result.size = value.size();
        return result;
    }

    const std::uint16_t* code;
    const char* texts;
    const Partitions& partitions;
    const EndpointLibrary* library;
    Endpoint& endpoint;
    Error& error;
    /// The strings that the library made.
    void* kept = nullptr;
    EndpointValue cells[endpoint_slot_limit];
};

inline bool EndpointWalker::fail(const char* name, const char* what, std::string_view which) {
    return detail::fail(error, ErrorKind::endpoint, name, {what, which});
}

inline bool EndpointWalker::take_parameters(const EndpointRules& rules, const EndpointParameters& given) {
    std::size_t at = rules.parameters;
    for (std::size_t i = 0; i < rules.parameter_count; ++i, at += endpoint_parameter_words) {
        const EndpointValue* value = given.find(text(at + 1));
        if (value == nullptr && code[at + 4] != 0) value = given.find(text(at + 3));
        cells[i].kind = Kind::none;
        if (value != nullptr) {
            constexpr Kind kinds[] = {Kind::string, Kind::boolean, Kind::strings};
            if (value->kind != kinds[code[at] & endpoint_parameter_type])
                return fail("InvalidParameter", "the endpoint parameter has the wrong type: ", text(at + 1));
            cells[i] = *value;
        } else if (code[at + 5] != 0) {
            cells[i] = evaluate(code[at + 5]);
        } else if ((code[at] & endpoint_parameter_required) != 0) {
            return fail("MissingParameter", "the endpoint parameter is required: ", text(at + 1));
        }
    }
    return true;
}

inline EndpointValue EndpointWalker::evaluate(std::size_t node) {
    const std::uint16_t* const at = code + node;
    const EndpointCode kind{at[0]};
    switch (kind) {
    case EndpointCode::string: return string({texts + at[1], at[2]});
    case EndpointCode::no: return flag(false);
    case EndpointCode::yes: return flag(true);
    case EndpointCode::slot: return cells[at[1]];
    case EndpointCode::attribute:
    case EndpointCode::is_set:
    case EndpointCode::not_:
    case EndpointCode::string_equals:
    case EndpointCode::boolean_equals:
    case EndpointCode::partition: break;
    default: return library->evaluate(*this, node);
    }
    EndpointValue first = evaluate(kind == EndpointCode::attribute ? at[2] : at[1]);
    if (kind == EndpointCode::is_set) return flag(first.kind != Kind::none);
    if (kind == EndpointCode::not_) return flag(first.kind == Kind::none || !first.boolean);
    if (kind == EndpointCode::partition) {
        const bool given = first.kind == Kind::string;
        first.partition = find_partition(partitions, given ? first.text : "", given ? first.size : 0);
        first.kind = Kind::partition;
        return first;
    }
    if (first.kind == Kind::none) return first;
    if (kind == EndpointCode::attribute) {
        const EndpointAttribute which{at[1]};
        if (first.kind != Kind::partition) return library->attribute(*this, which, first);
        const Partition& partition = *first.partition;
        if (which == EndpointAttribute::partition_supports_fips) return flag(partition.supports_fips);
        if (which == EndpointAttribute::partition_supports_dual_stack)
            return flag(partition.supports_dual_stack);
        const char* const texts_of[] = {partition.name, partition.dns_suffix, partition.dual_stack_dns_suffix,
                                        partition.implicit_global_region};
        return string(texts_of[at[1] & 3]);
    }
    const EndpointValue second = evaluate(at[2]);
    if (second.kind == Kind::none) return second;
    return flag(kind == EndpointCode::boolean_equals ? first.boolean == second.boolean
                                                     : first.view() == second.view());
}

inline bool EndpointWalker::append(std::string& out, std::size_t node) {
    if (EndpointCode{code[node]} == EndpointCode::concatenation) {
        for (std::size_t i = 0; i < code[node + 1]; ++i)
            if (!append(out, code[node + 2 + i])) return false;
        return true;
    }
    const EndpointValue value = evaluate(node);
    if (value.kind != Kind::string) return false;
    append_text(out, value.view());
    return true;
}

inline bool EndpointWalker::meets(std::size_t condition) {
    const EndpointValue value = evaluate(code[condition + 1]);
    if (code[condition] != 0) cells[code[condition] - 1] = value;
    return value.kind != Kind::none && (value.kind != Kind::boolean || value.boolean);
}

/// Tries the rules of a list; true when one of them gave an endpoint or an error.
inline bool EndpointWalker::walk_rules(std::size_t list) {
    for (std::size_t i = 1; i <= code[list]; ++i) {
        const std::size_t rule = code[list + i];
        std::size_t at = rule + 2;
        bool met = true;
        for (std::size_t conditions = code[rule + 1]; met && conditions != 0; --conditions, at += 2)
            met = meets(at);
        if (!met) continue;
        const EndpointCode kind{code[rule]};
        if (kind == EndpointCode::tree) {
            if (walk_rules(at)) return true;
            continue;
        }
        bool whole = false;
        if (kind == EndpointCode::error) {
            fail("EndpointRule", "");
            whole = append(error.message, code[at]);
        } else {
            whole = append(endpoint.url, code[at]) && (library == nullptr || library->fill(*this, at + 1));
        }
        if (!whole) fail("InvalidEndpoint", "the endpoint rules use a value that is not set");
        return true;
    }
    return false;
}

/// The error for a URL with a user name, which may have a password. It is not quoted. Always false.
BELFRY_COLD inline bool fail_for_user(Error& error) {
    return fail(error, ErrorKind::endpoint, "InvalidEndpoint",
                "a URL with a user name or a password cannot be an endpoint");
}

/// Whether `text` is an http or https URL without a user that ends before a query, so that a request's can
/// follow it.
BELFRY_COLD inline bool is_endpoint_url(std::string_view text) noexcept {
    const Url url = parse_url(text);
    return (equals_ignoring_case(url.scheme, "https") || equals_ignoring_case(url.scheme, "http")) &&
           !url.has_user() && has_only_url_characters(text) &&
           text.find_first_of("?#") == std::string_view::npos;
}

/// Finds the endpoint for these parameters, or fills `error` and returns false.
BELFRY_COLD inline bool find_endpoint(const EndpointRules& rules, const EndpointParameters& parameters,
                                      const Partitions& partitions, Endpoint& endpoint, Error& error) {
    EndpointWalker walker(rules, partitions, endpoint, error);
    if (parameters.overflown())
        walker.fail("InvalidParameter", "too many endpoint parameters are set");
    else if (!walker.take_parameters(rules, parameters))
        return false;
    else if (!(rules.walk != nullptr ? rules.walk(walker, rules.rules) : walker.walk_rules(rules.rules)))
        walker.fail("NoEndpoint", "no endpoint rule fits the parameters");
    else if (error.kind == ErrorKind::none && !is_endpoint_url(endpoint.url)) {
        if (may_hold_password(endpoint.url)) return fail_for_user(error);
        walker.fail("InvalidEndpoint", "not an absolute http or https URL without a query: ", endpoint.url);
    }
    return error.kind == ErrorKind::none;
}

} // namespace detail
} // namespace belfry::inline v0
