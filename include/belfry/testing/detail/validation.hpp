// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/list.hpp>
#include <belfry/core/open_enum.hpp>
#include <belfry/core/optional.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Constraints of the model, as far as the tables have them: required members and the values of enums.
namespace belfry::inline v0::testing::detail {

/// One fault of a request (Smithy `smithy.framework#ValidationExceptionField`).
struct ValidationExceptionField {
    /// Such as `/task/items/0`.
    std::string path{};
    std::string message{};
};
template <std::same_as<ValidationExceptionField> S> constexpr auto belfry_describe(const S*) {
    return Description<2>{.name = "ValidationExceptionField",
                          .members = {{"path", type_of<decltype(S::path)>, offsetof(S, path)},
                                      {"message", type_of<decltype(S::message)>, offsetof(S, message)}}};
}

/// The answer of a service to a request that breaks constraints (Smithy
/// `smithy.framework#ValidationException`).
struct ValidationException {
    std::string message{};
    List<ValidationExceptionField> field_list{};
};
template <std::same_as<ValidationException> S> constexpr auto belfry_describe(const S*) {
    return Description<2>{
        .name = "ValidationException",
        .members = {{"message", type_of<decltype(S::message)>, offsetof(S, message)},
                    {"fieldList", type_of<decltype(S::field_list)>, offsetof(S, field_list)}},
        .error_code = "ValidationException",
        .error_status = 400};
}

/// Finds the members of an input that the service would refuse.
class InputValidator {
  public:
    [[nodiscard]] static List<ValidationExceptionField> faults_of(const Structure& input,
                                                                  const void* object) {
        InputValidator validator;
        validator.structure(input, object, {});
        return std::move(validator.faults_);
    }

  private:
    void fault(std::string_view path, std::string_view constraint) {
        std::string message("Value at '");
        message.append(path).append("' failed to satisfy constraint: ").append(constraint);
        faults_.push_back({std::string(path), std::move(message)});
    }
    void structure(const Structure& shape, const void* object, const std::string& path) {
        if (shape.union_access != nullptr) {
            const int which = shape.union_access->which(object);
            if (which < 0 || which >= shape.count) return;
            const auto i = static_cast<std::size_t>(which);
            member(shape, i, shape.union_access->get(object), false, path);
            return;
        }
        for (std::size_t i = 0; i < shape.count; ++i) {
            const Member& described = shape.members[i];
            member(shape, i, described.slot(object),
                   described.has(MemberFlags::required) && !described.has(MemberFlags::idempotency_token),
                   path);
        }
    }
    void member(const Structure& shape, std::size_t i, const void* slot, bool required,
                const std::string& path) {
        const Type& type = *shape.members[i].type;
        std::string here(path);
        here.append("/").append(shape.member_name(i));
        if (const void* const held = belfry::detail::slot_value(type, slot))
            value(type, held, here);
        else if (required)
            fault(here, "Member must not be null");
    }
    void value(const Type& type, const void* held, const std::string& path) {
        if (type.structure != nullptr) return structure(*type.structure, held, path);
        if (type.kind == Kind::enumeration) {
            if (static_cast<const OpenEnumBase*>(held)->number() == 0)
                fault(path, "Member must satisfy enum value set: [" + values_of(*type.values) + "]");
            return;
        }
        if (type.element == nullptr) return;
        const Elements elements = type.elements(held);
        for (std::size_t i = 0; i < elements.count; ++i) {
            const char* const element = static_cast<const char*>(elements.first) + i * elements.stride;
            std::string here = path + '/';
            here += type.kind == Kind::map
                        ? *static_cast<const std::string*>(static_cast<const void*>(element))
                        : std::to_string(i);
            if (const void* const there =
                    belfry::detail::slot_value(*type.element, element + elements.value_offset))
                value(*type.element, there, here);
        }
    }
    [[nodiscard]] static std::string values_of(const EnumValues& values) {
        std::string text;
        for (std::uint32_t i = 1; i <= values.count; ++i) text.append(i == 1 ? "" : ", ").append(values[i]);
        return text;
    }

    List<ValidationExceptionField> faults_{};
};

/// The summary of faults, as services word it.
[[nodiscard]] inline std::string summary_of(const List<ValidationExceptionField>& faults) {
    std::string text = std::to_string(faults.size());
    text.append(faults.size() == 1 ? " validation error detected. " : " validation errors detected. ");
    for (std::size_t i = 0; i < faults.size(); ++i) text.append(i == 0 ? "" : "; ").append(faults[i].message);
    return text;
}

} // namespace belfry::inline v0::testing::detail
