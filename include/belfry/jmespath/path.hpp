// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/jmespath/parser.hpp>
#include <belfry/jmespath/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0::detail {

/// A JMESPath expression, as waiters and paginators use it to look into an output.
class Path {
  public:
    explicit Path(std::string_view text) {
        PathParser parser(text);
        problem_ = parser.problem();
        root_ = parser.root();
        nodes_ = parser.take_nodes();
    }
    /// Why the text is no expression that we can evaluate; null when it is one.
    [[nodiscard]] const char* problem() const noexcept { return problem_; }

    /// The expression's value, which borrows from `root` and from this. False when there is none because of
    /// the expression's syntax or because a function got an argument of a type that it does not take.
    [[nodiscard]] bool evaluate(const PathValue& root, PathValue& value) const {
        if (problem_ != nullptr) return false;
        bool fits = true;
        value = visit(root_, root, fits);
        return fits;
    }

  private:
    using Form = PathValue::Form;

    PathValue visit(std::uint16_t number, const PathValue& current, bool& fits) const {
        if (!fits) return {};
        const PathNode& node = nodes_[number];
        switch (node.step) {
        case PathStep::current: return current;
        case PathStep::field: return member_of(current, node.text);
        case PathStep::chain: return visit(node.right, visit(node.left, current, fits), fits);
        case PathStep::index: return element(current, node.value.integer);
        case PathStep::project_list:
        case PathStep::project_filtered:
        case PathStep::project_values: return project(node, visit(node.left, current, fits), fits);
        case PathStep::flatten: return flatten(visit(node.left, current, fits));
        case PathStep::equal:
        case PathStep::unequal:
        case PathStep::less:
        case PathStep::less_equal:
        case PathStep::greater:
        case PathStep::greater_equal:
            return compare(node.step, visit(node.left, current, fits), visit(node.right, current, fits));
        case PathStep::either:
        case PathStep::both: {
            PathValue left = visit(node.left, current, fits);
            if (is_true(left) == (node.step == PathStep::either)) return left;
            return visit(node.right, current, fits);
        }
        case PathStep::negate: return PathValue::of(!is_true(visit(node.left, current, fits)));
        case PathStep::literal: {
            PathValue value = node.value;
            if (value.form == Form::string) value.text = node.text;
            return value;
        }
        case PathStep::make_list: {
            if (current.is_null()) return {};
            PathValue list = PathValue::list();
            for (std::uint16_t i = node.left; i != 0; i = nodes_[i].next)
                list.items.push_back(visit(i, current, fits));
            return list;
        }
        case PathStep::make_object: return make_object(node, current, fits);
        case PathStep::call: return call(node, current, fits);
        }
        return {};
    }

    static PathValue element(const PathValue& list, std::int64_t i) {
        if (list.form != Form::list) return {};
        const auto count = static_cast<std::int64_t>(element_count(list));
        if (i < 0) i += count;
        if (i < 0 || i >= count) return {};
        return element_at(list, static_cast<std::size_t>(i));
    }

    PathValue project(const PathNode& node, const PathValue& base, bool& fits) const {
        PathValue list = PathValue::list();
        const auto add = [&](const PathValue& value) {
            if (node.step == PathStep::project_filtered && !is_true(visit(node.third, value, fits))) return;
            PathValue projected = visit(node.right, value, fits);
            if (!projected.is_null()) list.items.push_back(std::move(projected));
        };
        if (node.step == PathStep::project_values) {
            if (base.form != Form::object) return {};
            for (const PathValue& value : members_of(base)) add(value);
            return list;
        }
        if (base.form != Form::list) return {};
        for (std::size_t i = 0; i < element_count(base); ++i) add(element_at(base, i));
        return list;
    }

    static PathValue flatten(const PathValue& base) {
        if (base.form != Form::list) return {};
        PathValue list = PathValue::list();
        for (std::size_t i = 0; i < element_count(base); ++i) {
            PathValue value = element_at(base, i);
            if (value.form != Form::list) {
                list.items.push_back(std::move(value));
                continue;
            }
            for (std::size_t k = 0; k < element_count(value); ++k) list.items.push_back(element_at(value, k));
        }
        return list;
    }

    static PathValue compare(PathStep step, const PathValue& a, const PathValue& b) {
        if (step == PathStep::equal || step == PathStep::unequal)
            return PathValue::of(equal_values(a, b) == (step == PathStep::equal));
        int order = 0;
        if (a.form == Form::string && b.form == Form::string) {
            // Beyond the specification, but every implementation of note orders strings as well.
            order = a.text.compare(b.text);
        } else if (a.form == Form::integer && b.form == Form::integer) {
            order = a.integer < b.integer ? -1 : a.integer > b.integer ? 1 : 0;
        } else if (a.is_number() && b.is_number()) {
            const double left = a.number();
            const double right = b.number();
            // NaN is neither less nor greater nor equal.
            if (!(left <= right) && !(left >= right)) return PathValue::of(false);
            order = left < right ? -1 : left > right ? 1 : 0;
        } else {
            return {};
        }
        switch (step) {
        case PathStep::less: return PathValue::of(order < 0);
        case PathStep::less_equal: return PathValue::of(order <= 0);
        case PathStep::greater: return PathValue::of(order > 0);
        default: return PathValue::of(order >= 0);
        }
    }

    PathValue make_object(const PathNode& node, const PathValue& current, bool& fits) const {
        if (current.is_null()) return {};
        PathValue object = PathValue::object();
        for (std::uint16_t i = node.left; i != 0; i = nodes_[i].next) {
            PathValue value = visit(i, current, fits);
            value.name = nodes_[i].text;
            std::size_t at = 0;
            while (at < object.items.size() && object.items[at].name != value.name) ++at;
            if (at == object.items.size()) object.items.emplace_back();
            object.items[at] = std::move(value);
        }
        return object;
    }

    static std::int64_t count_code_points(std::string_view text) noexcept {
        std::int64_t count = 0;
        for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
        return count;
    }

    PathValue call(const PathNode& node, const PathValue& current, bool& fits) const {
        const PathValue first = visit(node.left, current, fits);
        const std::uint16_t sibling = nodes_[node.left].next;
        const PathValue second = sibling != 0 ? visit(sibling, current, fits) : PathValue();
        const bool strings = first.form == Form::string && second.form == Form::string;
        switch (node.function) {
        case PathFunction::length:
            if (first.form == Form::string) return PathValue::of(count_code_points(first.text));
            if (first.form == Form::list)
                return PathValue::of(static_cast<std::int64_t>(element_count(first)));
            if (first.form == Form::object)
                return PathValue::of(static_cast<std::int64_t>(members_of(first).size()));
            break;
        case PathFunction::contains:
            if (strings) return PathValue::of(first.text.find(second.text) != std::string_view::npos);
            if (first.form == Form::string) return PathValue::of(false);
            if (first.form != Form::list) break;
            for (std::size_t i = 0; i < element_count(first); ++i)
                if (equal_values(element_at(first, i), second)) return PathValue::of(true);
            return PathValue::of(false);
        case PathFunction::starts_with:
            if (strings) return PathValue::of(first.text.starts_with(second.text));
            break;
        case PathFunction::ends_with:
            if (strings) return PathValue::of(first.text.ends_with(second.text));
            break;
        case PathFunction::keys:
        case PathFunction::values: {
            if (first.form != Form::object) break;
            PathValue list = PathValue::list();
            for (PathValue& value : members_of(first))
                list.items.push_back(node.function == PathFunction::keys ? PathValue::of(value.name)
                                                                         : std::move(value));
            return list;
        }
        case PathFunction::not_null:
            for (std::uint16_t i = node.left; i != 0; i = nodes_[i].next)
                if (PathValue value = visit(i, current, fits); !value.is_null()) return value;
            return {};
        }
        fits = false;
        return {};
    }

    std::vector<PathNode> nodes_{};
    std::uint16_t root_ = 0;
    const char* problem_ = nullptr;
};

/// Why the text is no expression that `Path` can evaluate; null when it is one.
[[nodiscard]] inline const char* check_path(std::string_view text) { return Path(text).problem(); }

} // namespace belfry::inline v0::detail
