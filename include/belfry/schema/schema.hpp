// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/blob.hpp>
#include <belfry/core/document.hpp>
#include <belfry/core/list.hpp>
#include <belfry/core/map.hpp>
#include <belfry/core/open_enum.hpp>
#include <belfry/core/optional.hpp>
#include <belfry/core/required.hpp>
#include <belfry/util/bits.hpp>
#include <belfry/util/timestamp.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

/// A shape describes itself once, as the tables of this header. Every codec, the validator and the printer
/// walk the tables and know nothing of single shapes; see docs/adr/0001-type-erased-schema.md.
namespace belfry::inline v0 {

/// Smithy's simple and aggregate types, as far as the C++ side tells them apart.
enum class Kind : std::uint8_t {
    boolean,     ///< bool
    int8,        ///< std::int8_t
    int16,       ///< std::int16_t
    int32,       ///< std::int32_t
    int64,       ///< std::int64_t
    float32,     ///< float
    float64,     ///< double
    string,      ///< std::string
    enumeration, ///< derived from OpenEnumBase
    timestamp,   ///< Timestamp
    blob,        ///< Blob, or StreamingBlob, which begins with one
    document,    ///< Document
    list,        ///< List<T>
    map,         ///< Map<T>
    structure,   ///< a generated aggregate
    union_type,  ///< a generated union
};

/// How a timestamp is written (Smithy `timestampFormat`); `unset` leaves it to the protocol and the place.
enum class TimestampFormat : std::uint8_t { unset, date_time, http_date, epoch_seconds };

/// Where an operation's member travels in HTTP (Smithy HTTP binding traits).
enum class Location : std::uint8_t {
    body,          ///< a member of the body's document
    label,         ///< a `{label}` of the URI
    query,         ///< one query parameter, repeated for a list
    query_map,     ///< a map whose entries are query parameters
    header,        ///< one header
    header_prefix, ///< a map whose entries are headers with a common prefix
    payload,       ///< the whole body
    status_code,   ///< the response's status
};

/// Yes-or-no traits of a member.
struct MemberFlags {
    static constexpr std::uint8_t required = 1;
    static constexpr std::uint8_t idempotency_token = 2; ///< filled in when left out
    static constexpr std::uint8_t sensitive = 4;         ///< never printed
    static constexpr std::uint8_t host_label = 8;        ///< also part of the host name
    static constexpr std::uint8_t json_value = 16;       ///< JSON in base64 in a header
    static constexpr std::uint8_t streaming = 32;        ///< a blob payload that may be large
    static constexpr std::uint8_t requires_length = 64;  ///< a streaming blob of known length
    static constexpr std::uint8_t lenient = 128;         ///< absent if its header is not a valid time
};

struct Structure;
struct Type;

/// The elements of a list or map: `count` slots, `stride` bytes apart from `first`. A map's entry begins with
/// its `std::string` key; its value stands `value_offset` bytes behind.
struct Elements {
    const void* first;
    std::size_t count;
    std::size_t stride;
    std::size_t value_offset;
};

/// The type of a slot (a member, or an element of a list or map), and how to access it.
struct Type {
    Kind kind;
    /// The format of the timestamps in it.
    TimestampFormat timestamp_format;
    /// Whether the slot is a `std::optional` of the C++ type named at `Kind`, which codecs fill in place when
    /// it is a scalar. For aggregates, use `emplace` and `get`.
    bool optional;
    /// Lists and maps: whether an element may be null (Smithy `sparse`).
    bool sparse;
    /// Blobs: whether it is a `StreamingBlob`.
    bool streaming = false;
    /// The heap memory of a value, in units of 8 bytes: for lists and maps that of one element, for a
    /// structure that lives on the heap its own. At most 65,535.
    std::uint16_t heap_words = 0;
    /// Makes the slot hold a new default value and returns its address; null when the slot always holds one.
    /// Set for enumerations, structures, unions, and lists and maps that are elements of a sparse list or
    /// map.
    void* (*emplace)(void* slot);
    /// Returns the address of the slot's value, or null if it holds none. Null when the slot always holds
    /// one.
    const void* (*get)(const void* slot);
    /// Lists and maps: appends an element and returns its slot. In a map that has the key, that entry's slot
    /// is made new instead.
    void* (*add)(void* container, std::string_view key);
    /// Lists and maps: makes the container empty, and present or absent.
    void (*clear)(void* container, bool present);
    /// Lists and maps.
    Elements (*elements)(const void* container);
    /// Lists and maps: whether the container is present; null otherwise.
    bool (*present)(const void* container);
    /// Lists and maps: what each slot holds.
    const Type* element;
    /// Structures and unions.
    const Structure* structure;
    /// Enumerations.
    const EnumValues* values;
};

/// One member of a structure.
struct Member {
    /// The name on the wire: key, header, header prefix, query parameter or label. Not terminated by a null.
    const char* name;
    const Type* type;
    std::uint32_t offset;
    std::uint16_t name_length;
    Location location;
    std::uint8_t flags;

    constexpr Member(std::string_view wire_name, const Type& member_type, std::size_t member_offset,
                     Location member_location = Location::body, int member_flags = 0) noexcept
        : name(wire_name.data()), type(&member_type), offset(static_cast<std::uint32_t>(member_offset)),
          name_length(static_cast<std::uint16_t>(wire_name.size())), location(member_location),
          flags(static_cast<std::uint8_t>(member_flags)) {}
    constexpr Member(std::string_view wire_name, const Type& member_type, std::size_t member_offset,
                     int member_flags) noexcept
        : Member(wire_name, member_type, member_offset, Location::body, member_flags) {}

    [[nodiscard]] constexpr std::string_view wire_name() const noexcept { return {name, name_length}; }
    [[nodiscard]] constexpr bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }
    [[nodiscard]] void* slot(void* structure) const noexcept {
        return static_cast<char*>(structure) + offset;
    }
    [[nodiscard]] const void* slot(const void* structure) const noexcept {
        return static_cast<const char*>(structure) + offset;
    }
};

/// How to read and set the one member that a union holds.
struct UnionAccess {
    /// Which member is set, counted from 0; `count` for a variant that the model does not list, -1 for none.
    int (*which)(const void* object);
    /// The slot of the member that is set.
    const void* (*get)(const void* object);
    /// Makes the union hold a new value of that member and returns its slot.
    void* (*emplace)(void* object, int which);
    /// The name and JSON text of a variant that the model does not list.
    void (*set_unknown)(void* object, std::string_view name, std::string_view json);
    void (*get_unknown)(const void* object, std::string_view& name, std::string_view& json);
};

/// A key table of at most 255 members: an open-addressed index of member numbers plus one.
struct KeyTable {
    const std::uint8_t* cells;
    std::uint32_t mask;
};

/// An XML namespace (Smithy `xmlNamespace`); the prefix may be empty.
struct XmlNamespace {
    std::string_view uri;
    std::string_view prefix;
};

/// How XML and query codecs name what a list or map holds. Empty names stand for the protocols' own: `member`
/// for an element, `key` and `value` for the parts of a map's entry.
struct XmlElements {
    /// The name of a list's element, or of a map's value.
    std::string_view name{};
    /// The name of a map's key.
    std::string_view key_name{};
    const XmlNamespace* xml_namespace = nullptr;
    const XmlNamespace* key_namespace = nullptr;
    /// The names within the elements, if these are lists or maps that do not have the default names.
    const XmlElements* elements = nullptr;
};

/// The XML and query traits of a member besides its wire name.
struct XmlMember {
    const XmlElements* elements = nullptr;
    const XmlNamespace* xml_namespace = nullptr;
    /// The name in requests of the EC2 protocol, where it is not the wire name with a capital.
    std::string_view query_name{};
    /// Travels as an attribute of its structure's element (Smithy `xmlAttribute`).
    bool attribute = false;
    /// Has no element around its elements or entries (Smithy `xmlFlattened`).
    bool flattened = false;
};

/// The XML and query traits of a structure or union.
struct XmlShape {
    /// The name of its element where no member gives one; empty for the shape's own name.
    std::string_view name{};
    const XmlNamespace* xml_namespace = nullptr;
    /// One for each member; null if no member has any.
    const XmlMember* members = nullptr;
};

/// Traits that few shapes have.
struct ShapeExtras {
    /// The members' names in the model where one differs from its wire name; else null.
    const std::string_view* member_names = nullptr;
    const XmlShape* xml = nullptr;
};

/// A structure or union.
struct Structure {
    /// The model's name of the shape.
    std::string_view name;
    const Member* members;
    std::uint16_t count;
    /// Whether any member has a location other than the body.
    bool http_bound;
    /// An exception: the code that names it, and its default HTTP status.
    std::uint16_t error_status;
    std::string_view error_code;
    /// Null for most shapes.
    const ShapeExtras* extras;
    /// Finds a member by its wire name; `cells` is null for small structures.
    KeyTable keys;
    /// Null for structures.
    const UnionAccess* union_access;

    [[nodiscard]] constexpr std::string_view member_name(std::size_t i) const noexcept {
        return extras != nullptr && extras->member_names != nullptr ? extras->member_names[i]
                                                                    : members[i].wire_name();
    }
    /// Null if the model has no XML traits for it.
    [[nodiscard]] constexpr const XmlShape* xml() const noexcept {
        return extras != nullptr ? extras->xml : nullptr;
    }
    /// The XML traits of a member; null if it has none.
    [[nodiscard]] constexpr const XmlMember* xml_member(std::size_t i) const noexcept {
        const XmlShape* const own = xml();
        return own != nullptr && own->members != nullptr ? &own->members[i] : nullptr;
    }
};

/// The return type of `belfry_describe(const S*)`, found by argument-dependent lookup for a generated
/// structure.
template <std::size_t Count> struct Description {
    std::string_view name;
    Member members[Count];
    std::string_view error_code = {};
    std::uint16_t error_status = 0;
    const ShapeExtras* extras = nullptr;
};
template <> struct Description<0> {
    std::string_view name;
    std::string_view error_code = {};
    std::uint16_t error_status = 0;
    const ShapeExtras* extras = nullptr;
    static constexpr const Member* members = nullptr;
};

namespace detail {

/// The hash of a key, made of its first and last eight bytes and its length, so that its cost is constant.
[[nodiscard]] constexpr std::uint32_t hash_key(const char* key, std::size_t length) noexcept {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (std::is_constant_evaluated() || length < 8) {
        const std::size_t n = length < 8 ? length : 8;
        for (std::size_t i = 0; i < n; ++i) {
            first |= static_cast<std::uint64_t>(static_cast<unsigned char>(key[i])) << (8 * i);
            last |= static_cast<std::uint64_t>(static_cast<unsigned char>(key[length - n + i])) << (8 * i);
        }
    } else {
        first = load_little_endian_64(key);
        last = load_little_endian_64(key + length - 8);
    }
    const std::uint64_t h = (first ^ (last * 0x9e3779b97f4a7c15U) ^ length) * 0xff51afd7ed558ccdU;
    return static_cast<std::uint32_t>(h >> 32);
}

} // namespace detail
} // namespace belfry::inline v0
