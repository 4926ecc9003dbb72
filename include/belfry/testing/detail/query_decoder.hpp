// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/testing/detail/parameters.hpp>
#include <belfry/testing/detail/strict_text.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::testing::detail {

/// Decodes form data into a shape by walking its tables: the counterpart of `codec/query_encoder.hpp`.
class QueryDecoder {
  public:
    QueryDecoder(const Parameters& parameters, bool ec2) : parameters_(parameters), ec2_(ec2) {
        for (const auto& [name, value] : parameters)
            // Each path to a parameter: `A.B.1`, `A.B` and `A`.
            for (std::size_t end = name.size(); end != std::string::npos && end != 0;
                 end = name.rfind('.', end - 1))
                paths_.insert(name.substr(0, end));
    }

    /// Empty if the parameters fit the shape; else what is wrong.
    [[nodiscard]] std::string read(const Structure& shape, void* object) {
        static_cast<void>(structure(shape, object, {}));
        return problem_;
    }

  private:
    [[nodiscard]] bool has(const std::string& path) const { return paths_.count(path) != 0; }
    bool fail(const std::string& path, std::string_view what) {
        problem_ = path;
        problem_.append(": ").append(what);
        return false;
    }
    [[nodiscard]] static std::string below(const std::string& path, std::string_view name) {
        std::string text(path);
        if (!text.empty()) text += '.';
        return text.append(name);
    }
    [[nodiscard]] static std::string below(const std::string& path, std::size_t number) {
        return below(path, std::to_string(number));
    }

    bool value(const Type& type, const XmlMember& xml, void* slot, const std::string& path) {
        if (--depth_left_ == 0) return fail(path, "nested too deeply");
        const bool good = nested(type, xml, slot, path);
        ++depth_left_;
        return good;
    }
    bool nested(const Type& type, const XmlMember& xml, void* slot, const std::string& path) {
        switch (type.kind) {
        case Kind::structure:
            return structure(*type.structure, belfry::detail::slot_emplace(type, slot), path);
        case Kind::union_type:
            return union_type(*type.structure, belfry::detail::slot_emplace(type, slot), path);
        case Kind::list: return list(type, xml, belfry::detail::slot_emplace(type, slot), path);
        case Kind::map: return map(type, xml, belfry::detail::slot_emplace(type, slot), path);
        default: break;
        }
        const std::string* const text = find_parameter(parameters_, path);
        if (text == nullptr) return fail(path, "expected a value, found a structure");
        return parse_strict_text(*text, type, TimestampFormat::date_time, slot) ||
               fail(path, "the value is not of the member's type");
    }
    bool list(const Type& type, const XmlMember& xml, void* container, const std::string& path) {
        const XmlElements& names = xml.elements != nullptr ? *xml.elements : no_names;
        const bool wrapped = !ec2_ && !xml.flattened;
        const std::string here =
            wrapped ? below(path, names.name.empty() ? std::string_view("member") : names.name) : path;
        const XmlMember inner{.elements = names.elements};
        for (std::size_t i = 1; has(below(here, i)); ++i)
            if (!value(*type.element, inner, type.add(container, {}), below(here, i))) return false;
        return true;
    }
    bool map(const Type& type, const XmlMember& xml, void* container, const std::string& path) {
        const XmlElements& names = xml.elements != nullptr ? *xml.elements : no_names;
        const std::string here = xml.flattened ? path : below(path, "entry");
        const XmlMember inner{.elements = names.elements};
        for (std::size_t i = 1; has(below(here, i)); ++i) {
            const std::string entry = below(here, i);
            const std::string* const key = find_parameter(
                parameters_, below(entry, names.key_name.empty() ? std::string_view("key") : names.key_name));
            if (key == nullptr) return fail(entry, "the entry does not have a key");
            const std::string at = below(entry, names.name.empty() ? std::string_view("value") : names.name);
            if (!has(at)) return fail(entry, "the entry does not have a value");
            if (!value(*type.element, inner, type.add(container, *key), at)) return false;
        }
        return true;
    }
    [[nodiscard]] std::string member_path(const Structure& shape, const XmlMember& xml, std::size_t i,
                                          const std::string& path) const {
        std::string name(shape.members[i].wire_name());
        if (ec2_ && !xml.query_name.empty())
            name = xml.query_name;
        else if (ec2_ && !name.empty() && name[0] >= 'a' && name[0] <= 'z')
            name[0] = static_cast<char>(name[0] - ('a' - 'A'));
        return below(path, name);
    }
    [[nodiscard]] static const XmlMember& xml_of(const Structure& shape, std::size_t i) noexcept {
        const XmlMember* const xml = shape.xml_member(i);
        return xml != nullptr ? *xml : no_member;
    }
    bool structure(const Structure& shape, void* object, const std::string& path) {
        for (std::size_t i = 0; i < shape.count; ++i) {
            const XmlMember& xml = xml_of(shape, i);
            const std::string here = member_path(shape, xml, i, path);
            if (has(here) && !value(*shape.members[i].type, xml, shape.members[i].slot(object), here))
                return false;
        }
        return true;
    }
    bool union_type(const Structure& shape, void* object, const std::string& path) {
        for (std::size_t i = 0; i < shape.count; ++i) {
            const XmlMember& xml = xml_of(shape, i);
            const std::string here = member_path(shape, xml, i, path);
            if (has(here))
                return value(*shape.members[i].type, xml,
                             shape.union_access->emplace(object, static_cast<int>(i)), here);
        }
        return fail(path, "a union holds no member");
    }

    static constexpr XmlElements no_names{};
    static constexpr XmlMember no_member{};

    const Parameters& parameters_;
    bool ec2_;
    std::set<std::string, std::less<>> paths_{};
    std::size_t depth_left_ = 128;
    std::string problem_{};
};

} // namespace belfry::inline v0::testing::detail
