// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <random>
#include <string>
#include <vector>

/// Fills shapes with random values, through their tables.
class RandomShape {
  public:
    explicit RandomShape(std::uint64_t seed) : random_(seed) {}

    void fill(const belfry::Structure& shape, void* object, int depth = 3) {
        if (shape.union_access != nullptr) {
            const int which = static_cast<int>(below(static_cast<unsigned>(shape.count) + 1));
            if (which == shape.count || depth < 0) {
                shape.union_access->set_unknown(object, "AddedLater", json(2));
            } else {
                void* const slot = shape.union_access->emplace(object, which);
                fill(*shape.members[which].type, slot, depth - 1);
            }
            return;
        }
        for (std::size_t i = 0; i < shape.count; ++i)
            if (below(3) == 0) fill(*shape.members[i].type, shape.members[i].slot(object), depth - 1);
    }

    std::string text() {
        static const char* const pieces[] = {"a",
                                             "Z",
                                             "0",
                                             " ",
                                             "\"",
                                             "\\",
                                             "/",
                                             "\n",
                                             "\t",
                                             "\b",
                                             "\f",
                                             "\x01",
                                             "\x7f",
                                             "\u00e9",
                                             "\u20ac",
                                             "\U0001f600",
                                             "\u2028",
                                             "arn:aws:lambda:us-east-1:",
                                             "",
                                             "subnet-0ef19653751d48698",
                                             "0123456789abcde"};
        std::string made;
        for (unsigned i = below(12); i > 0; --i) made += pieces[below(std::size(pieces))];
        if (below(8) == 0) made.push_back('\0');
        return made;
    }
    /// A small JSON value other than null, because a null member is absent.
    std::string json(int depth) {
        std::string made = json_or_null(depth);
        return made != "null" ? made : "[null]";
    }
    /// A small JSON value without superfluous white space.
    std::string json_or_null(int depth) {
        switch (below(depth > 0 ? 7 : 5)) {
        case 0: return "null";
        case 1: return "true";
        case 2: return "-12.5e3";
        case 3: return std::to_string(static_cast<std::int64_t>(random_()));
        case 4: return "\"x\\u00e9\\n\"";
        case 5: return "[" + json_or_null(depth - 1) + "," + json_or_null(depth - 1) + "]";
        default: return "{\"k\":" + json_or_null(depth - 1) + "}";
        }
    }
    unsigned below(std::size_t limit) {
        return static_cast<unsigned>(std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_));
    }
    std::uint64_t bits() { return random_(); }

  private:
    template <class T> T integer() {
        return below(2) == 0 ? static_cast<T>(random_()) : static_cast<T>(random_() % 100);
    }
    template <class T> T floating() {
        // Any bit pattern but NaN, which is not equal to itself.
        for (;;) {
            T value;
            const std::uint64_t pattern = random_();
            std::memcpy(&value, &pattern, sizeof value);
            if (below(4) == 0) value = static_cast<T>(below(1000)) / 8;
            if (value == value) return value;
        }
    }
    void fill(const belfry::Type& type, void* slot, int depth) {
        using belfry::Kind;
        const bool descends = type.kind == Kind::structure || type.kind == Kind::union_type;
        if (depth < -1 && descends && type.emplace != nullptr) return;
        void* const value = belfry::detail::slot_emplace(type, slot);
        switch (type.kind) {
        case Kind::boolean: *static_cast<bool*>(value) = below(2) == 0; break;
        case Kind::int8: *static_cast<std::int8_t*>(value) = integer<std::int8_t>(); break;
        case Kind::int16: *static_cast<std::int16_t*>(value) = integer<std::int16_t>(); break;
        case Kind::int32: *static_cast<std::int32_t*>(value) = integer<std::int32_t>(); break;
        case Kind::int64: *static_cast<std::int64_t*>(value) = integer<std::int64_t>(); break;
        case Kind::float32: *static_cast<float*>(value) = floating<float>(); break;
        case Kind::float64: *static_cast<double*>(value) = floating<double>(); break;
        case Kind::string: *static_cast<std::string*>(value) = text(); break;
        case Kind::enumeration:
            static_cast<belfry::OpenEnumBase*>(value)->assign(
                below(3) != 0
                    ? std::string((*type.values)[static_cast<std::uint32_t>(1 + below(type.values->count))])
                    : "later" + text(),
                *type.values);
            break;
        case Kind::timestamp:
            // Whole seconds of four-digit years, which every format can carry.
            *static_cast<belfry::Timestamp*>(value) = {
                std::uniform_int_distribution<std::int64_t>(-62'135'596'800, 253'402'300'799)(random_), 0};
            break;
        case Kind::blob: *static_cast<belfry::Blob*>(value) = belfry::Blob(text()); break;
        case Kind::document: static_cast<belfry::Document*>(value)->set_json(json(3)); break;
        case Kind::list:
        case Kind::map:
            for (unsigned i = depth < 0 ? 0 : below(4); i > 0; --i) {
                void* const element = type.add(value, "key" + text());
                if (!type.sparse || below(3) != 0) fill(*type.element, element, depth - 1);
            }
            break;
        case Kind::structure:
        case Kind::union_type: fill(*type.structure, value, depth); break;
        }
    }

    std::mt19937_64 random_;
};
