// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/jmespath/lexer.hpp>
#include <belfry/jmespath/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0::detail {

enum class PathFunction : std::uint8_t { contains, ends_with, keys, length, not_null, starts_with, values };

/// Nodes refer to each other by number; node 0 is the current value and stands for "none" among siblings.
struct PathNode {
    PathStep step = PathStep::current;
    PathFunction function = PathFunction::length;
    std::uint16_t left = 0;
    std::uint16_t right = 0;
    std::uint16_t third = 0;
    std::uint16_t next = 0;
    std::string text{};
    PathValue value{};
};

/// Reads a JMESPath expression (jmespath.org, specification) with an operator-precedence parser. Left out:
/// slices, expression references, literal objects and lists, and the functions that `PathFunction` lacks.
class PathParser {
  public:
    explicit PathParser(std::string_view text) : lexer_(text) {
        nodes_.emplace_back();
        advance();
        root_ = expression(0);
        if (lexer_.problem == nullptr && lexer_.token != Token::end) fail("something follows the expression");
    }
    /// Why the text is no expression; null when it is one.
    [[nodiscard]] const char* problem() const noexcept { return lexer_.problem; }
    [[nodiscard]] std::uint16_t root() const noexcept { return root_; }
    [[nodiscard]] std::vector<PathNode>&& take_nodes() noexcept { return std::move(nodes_); }

  private:
    using Number = std::uint16_t;
    using Token = PathToken;
    // More than any expression of a model, and few enough for the stack of whoever walks the nodes.
    static constexpr std::size_t most_nodes = 400;
    static constexpr int deepest = 60;
    static constexpr int projection_stop = 10;
    static constexpr int star_strength = 20;
    static constexpr int filter_strength = 21;
    static constexpr int dot_strength = 40;
    static constexpr int negate_strength = 45;

    [[nodiscard]] int strength() const noexcept {
        switch (lexer_.token) {
        case Token::pipe: return 1;
        case Token::either: return 2;
        case Token::both: return 3;
        case Token::comparison: return 5;
        case Token::flatten: return 9;
        case Token::filter: return filter_strength;
        case Token::dot: return dot_strength;
        case Token::open_bracket: return 55;
        default: return 0;
        }
    }

    Number fail(const char* problem) noexcept {
        lexer_.fail(problem);
        return 0;
    }
    void advance() { lexer_.advance(); }
    Number add(PathStep step, Number left = 0, Number right = 0, Number third = 0) {
        if (nodes_.size() >= most_nodes) return fail("the expression is too long");
        PathNode& node = nodes_.emplace_back();
        node.step = step;
        node.left = left;
        node.right = right;
        node.third = third;
        return static_cast<Number>(nodes_.size() - 1);
    }
    Number add_field(std::string name) {
        const Number node = add(PathStep::field);
        if (node != 0) nodes_[node].text = std::move(name);
        return node;
    }
    void expect(Token token, const char* problem) {
        if (lexer_.token == token)
            advance();
        else
            fail(problem);
    }

    Number expression(int binding) {
        if (++depth_ > deepest) return fail("the expression nests too deep");
        Number left = prefix();
        while (lexer_.problem == nullptr && binding < strength()) left = infix(left);
        --depth_;
        return left;
    }

    Number prefix() {
        const Token token = lexer_.token;
        std::string text = std::move(lexer_.text);
        PathValue value = std::move(lexer_.value);
        advance();
        switch (token) {
        case Token::name:
            if (lexer_.token == Token::open_paren) return call(text);
            return add_field(std::move(text));
        case Token::quoted_name: return add_field(std::move(text));
        case Token::literal: {
            const Number node = add(PathStep::literal);
            if (node != 0) {
                nodes_[node].text = std::move(text);
                nodes_[node].value = std::move(value);
            }
            return node;
        }
        case Token::at: return add(PathStep::current);
        case Token::negate: return add(PathStep::negate, expression(negate_strength));
        case Token::star: return add(PathStep::project_values, 0, projected(star_strength));
        case Token::flatten: return flattened(0);
        case Token::filter: return filtered(0);
        case Token::open_brace: return make_object();
        case Token::open_paren: {
            const Number inner = expression(0);
            expect(Token::close_paren, "a parenthesis is not closed");
            return inner;
        }
        case Token::open_bracket:
            if (lexer_.token == Token::number) return index(0);
            if (lexer_.token == Token::star && lexer_.closes_bracket()) return list_star(0);
            return make_list();
        default: return fail("an operand is missing");
        }
    }

    Number infix(Number left) {
        const Token token = lexer_.token;
        const PathStep comparison = lexer_.comparison;
        advance();
        switch (token) {
        case Token::dot:
            if (lexer_.token != Token::star) return add(PathStep::chain, left, after_dot(dot_strength));
            advance();
            // One name only belongs to it: `a.*.b.c` is `c` of the list `a.*.b`, as in the reference parsers.
            return add(PathStep::project_values, left, projected(dot_strength));
        case Token::pipe: return add(PathStep::chain, left, expression(1));
        case Token::either: return add(PathStep::either, left, expression(2));
        case Token::both: return add(PathStep::both, left, expression(3));
        case Token::comparison: return add(comparison, left, expression(5));
        case Token::flatten: return flattened(left);
        case Token::filter: return filtered(left);
        case Token::open_bracket:
            if (lexer_.token == Token::number) return index(left);
            if (lexer_.token == Token::star) return list_star(left);
            return fail("a bracket holds neither a number nor `*`");
        default: return fail("an operator is missing");
        }
    }

    Number index(Number left) {
        const PathValue value = lexer_.value;
        advance();
        expect(Token::close_bracket, "a bracket is not closed, or is a slice");
        const Number node = add(PathStep::index);
        if (node == 0) return 0;
        nodes_[node].value = value;
        return left == 0 ? node : add(PathStep::chain, left, node);
    }
    Number list_star(Number left) {
        advance();
        expect(Token::close_bracket, "a bracket is not closed");
        return add(PathStep::project_list, left, projected(star_strength));
    }
    Number flattened(Number left) {
        const Number flat = add(PathStep::flatten, left);
        return add(PathStep::project_list, flat, projected(9));
    }
    Number filtered(Number left) {
        const Number condition = expression(0);
        expect(Token::close_bracket, "a filter is not closed");
        const Number right = lexer_.token == Token::flatten ? Number{0} : projected(filter_strength);
        return add(PathStep::project_filtered, left, right, condition);
    }
    /// What a projection applies to each element.
    Number projected(int binding) {
        if (lexer_.problem != nullptr || strength() < projection_stop) return 0;
        // `[0]` and `[?x]` apply to the element, as if `@` stood before them.
        if (lexer_.token == Token::open_bracket || lexer_.token == Token::filter) return expression(binding);
        if (lexer_.token != Token::dot) return fail("a projection is followed by something else than a path");
        advance();
        return after_dot(binding);
    }
    Number after_dot(int binding) {
        switch (lexer_.token) {
        case Token::name:
        case Token::quoted_name:
        case Token::star: return expression(binding);
        case Token::open_bracket: advance(); return make_list();
        case Token::open_brace: advance(); return make_object();
        default: return fail("a dot is followed by something else than a name");
        }
    }

    /// Links the children of a list, object or call. Each is wrapped in a chain: the current value as such
    /// has no node of its own that could be linked.
    void append(Number parent, Number& last, Number child) noexcept {
        if (child == 0) return;
        (last == 0 ? nodes_[parent].left : nodes_[last].next) = child;
        last = child;
    }
    Number make_list() {
        const Number node = add(PathStep::make_list);
        Number last = 0;
        while (lexer_.problem == nullptr) {
            append(node, last, add(PathStep::chain, expression(0)));
            if (lexer_.token != Token::comma) break;
            advance();
        }
        expect(Token::close_bracket, "a list is not closed");
        return node;
    }
    Number make_object() {
        const Number node = add(PathStep::make_object);
        Number last = 0;
        while (lexer_.problem == nullptr) {
            if (lexer_.token != Token::name && lexer_.token != Token::quoted_name)
                return fail("an object lacks a name");
            std::string name = std::move(lexer_.text);
            advance();
            expect(Token::colon, "a name is not followed by a colon");
            const Number child = add(PathStep::chain, expression(0));
            if (child != 0) nodes_[child].text = std::move(name);
            append(node, last, child);
            if (lexer_.token != Token::comma) break;
            advance();
        }
        expect(Token::close_brace, "an object is not closed");
        return node;
    }
    Number call(std::string_view name) {
        struct Known {
            std::string_view name;
            PathFunction function;
            int arguments;
        };
        constexpr Known known[] = {
            {"contains", PathFunction::contains, 2}, {"ends_with", PathFunction::ends_with, 2},
            {"keys", PathFunction::keys, 1},         {"length", PathFunction::length, 1},
            {"not_null", PathFunction::not_null, 0}, {"starts_with", PathFunction::starts_with, 2},
            {"values", PathFunction::values, 1},
        };
        const Known* function = nullptr;
        for (const Known& candidate : known)
            if (candidate.name == name) function = &candidate;
        if (function == nullptr) return fail("the function is not known");
        advance();
        const Number node = add(PathStep::call);
        if (node == 0) return 0;
        nodes_[node].function = function->function;
        Number last = 0;
        int arguments = 0;
        while (lexer_.problem == nullptr && lexer_.token != Token::close_paren) {
            append(node, last, add(PathStep::chain, expression(0)));
            ++arguments;
            if (lexer_.token != Token::comma) break;
            advance();
            if (lexer_.token == Token::close_paren) return fail("an argument is missing");
        }
        expect(Token::close_paren, "an argument list is not closed");
        if (function->arguments == 0 ? arguments == 0 : arguments != function->arguments)
            return fail("a function has the wrong number of arguments");
        return node;
    }

    PathLexer lexer_;
    int depth_ = 0;
    std::vector<PathNode> nodes_{};
    Number root_ = 0;
};

} // namespace belfry::inline v0::detail
