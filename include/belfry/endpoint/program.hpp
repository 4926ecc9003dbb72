// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>

namespace belfry::inline v0 {

namespace detail {
struct EndpointLibrary;
class EndpointWalker;
} // namespace detail

/// A service's endpoint rule set as the generator compiled it: words that `resolve_endpoint` walks, and the
/// text they point into. Only data, so that including a service costs next to nothing.
struct EndpointRules {
    /// Nodes as `detail::EndpointCode` lays them out; the first word is unused, so that 0 means "none".
    const std::uint16_t* code;
    /// All strings of the rule set, one after the other and not terminated.
    const char* text;
    /// Where in `code` the parameters begin, `detail::endpoint_parameter_words` words each.
    std::uint16_t parameters;
    std::uint16_t parameter_count;
    /// Where in `code` the list of the topmost rules begins: their count, then the place of each. For a
    /// decision diagram, what `walk` reads.
    std::uint16_t rules;
    /// Functions of the rules language that most services do not use; null in their rule sets, so that they
    /// are not compiled. Rule sets that use them include `belfry/endpoint/builtins.hpp`.
    const detail::EndpointLibrary* library = nullptr;
    /// Finds the rule that decides; null for a rule set. Decision diagrams include
    /// `belfry/endpoint/diagram.hpp`.
    bool (*walk)(detail::EndpointWalker& walker, std::size_t rules) = nullptr;
};

/// A partition as `aws.partition` returns it: the regions that share a DNS suffix.
struct Partition {
    const char* name;
    const char* dns_suffix;
    const char* dual_stack_dns_suffix;
    const char* implicit_global_region;
    bool supports_fips;
    bool supports_dual_stack;
    /// The names of the known regions, separated by spaces.
    const char* regions;
    /// The prefixes of `<word>-<number>` in the names of regions that are not listed, separated by spaces.
    const char* region_prefixes;
};

/// All partitions, at least one. The first one is used for regions that fit no other.
struct Partitions {
    // A span would cost each program that calls an operation 1 % of the time in the compiler's front end.
    const Partition* first;
    std::uint16_t count;
};

namespace detail {

/// The most parameters and assigned variables that are alive at once in one rule set.
inline constexpr int endpoint_slot_limit = 64;

/// The words of a parameter: its type and flags (`EndpointParameterFlag`), offset and length of its name,
/// offset and length of its built-in's name, and the place of its default value or 0.
inline constexpr int endpoint_parameter_words = 6;

enum EndpointParameterFlag : std::uint16_t {
    endpoint_parameter_string = 0,
    endpoint_parameter_boolean = 1,
    endpoint_parameter_strings = 2,
    endpoint_parameter_type = 3,
    endpoint_parameter_required = 4,
};

/// The first word of a node. The comments list the words after it: `text` is an offset and a length, `node`
/// the place of another node, `optional node` a place or 0.
enum class EndpointCode : std::uint16_t {
    unused,
    string,        ///< text
    no,            ///< the boolean false
    yes,           ///< the boolean true
    integer,       ///< value
    strings,       ///< count, text...
    slot,          ///< index
    attribute,     ///< EndpointAttribute, node
    element,       ///< index, node
    concatenation, ///< count, node...; strings one after the other
    json,          ///< count, node...; constants are JSON already, other strings are escaped for JSON

    is_set,           ///< node
    not_,             ///< node
    string_equals,    ///< node, node
    boolean_equals,   ///< node, node
    substring,        ///< node, node (start), node (stop), node (reverse)
    uri_encode,       ///< node
    parse_url,        ///< node
    valid_host_label, ///< node, node (allow subdomains)
    partition,        ///< node
    parse_arn,        ///< node
    virtual_hostable, ///< node, node (allow subdomains)
    split,            ///< node, node (delimiter), node (limit)
    if_else,          ///< node, node, node
    coalesce,         ///< count, node...

    /// Rules: the number of conditions; for each the slot to assign plus one, or 0, and its node; then:
    tree,     ///< count, node...
    error,    ///< node (message)
    endpoint, ///< node (URL), optional node (properties); count of auth schemes and their nodes;
              ///< count of headers and for each text (name), node (value)

    /// disableDoubleEncoding, node (name), and optional nodes: signing name, region, region set
    auth_scheme,
};

/// The attributes that `getAttr` reads from a partition, a URL or an ARN.
enum class EndpointAttribute : std::uint16_t {
    partition_name,
    partition_dns_suffix,
    partition_dual_stack_dns_suffix,
    partition_implicit_global_region,
    partition_supports_fips,
    partition_supports_dual_stack,
    url_scheme,
    url_authority,
    url_path,
    url_normalized_path,
    url_is_ip,
    arn_partition,
    arn_service,
    arn_region,
    arn_account_id,
    arn_resource_id,
};

} // namespace detail
} // namespace belfry::inline v0
