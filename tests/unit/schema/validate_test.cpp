// SPDX-License-Identifier: Apache-2.0
#include <belfry/schema/describe.hpp>
#include <belfry/schema/union.hpp>
#include <belfry/schema/validate.hpp>

#include "support/catch.hpp"

#include <string>

namespace {

using namespace belfry;

struct Leaf {
    std::optional<std::string> name{};
    friend bool operator==(const Leaf&, const Leaf&) = default;
};
template <std::same_as<Leaf> S> constexpr auto belfry_describe(const S*) {
    return Description<1>{.name = "Leaf",
                          .members = {{"name", type_of<decltype(S::name)>, offsetof(S, name), Location::body,
                                       MemberFlags::required}}};
}

class Choice : public Union<Choice, std::string, Box<Choice>, Leaf, List<Leaf>> {
    friend Union<Choice, std::string, Box<Choice>, Leaf, List<Leaf>>;

  public:
    template <std::size_t I, class... A> static Choice make(A&&... a) {
        Choice choice;
        choice.storage_.emplace<I>(std::forward<A>(a)...);
        return choice;
    }
    friend bool operator==(const Choice& a, const Choice& b) { return a.storage_ == b.storage_; }
};
template <std::same_as<Choice> S> constexpr auto belfry_describe(const S*) {
    return Description<4>{.name = "Choice",
                          .members = {{"text", type_of<typename S::template Slot<0>>, 0},
                                      {"inner", type_of<typename S::template Slot<1>>, 0},
                                      {"leaf", type_of<typename S::template Slot<2>>, 0},
                                      {"leaves", type_of<typename S::template Slot<3>>, 0}}};
}

struct Root {
    std::optional<Choice> choice{};
    Map<Leaf> leaves{};
    List<std::optional<Leaf>> sparse{};
    Box<Root> next{};
};
template <std::same_as<Root> S> constexpr auto belfry_describe(const S*) {
    return Description<4>{.name = "Root",
                          .members = {{"choice", type_of<decltype(S::choice)>, offsetof(S, choice)},
                                      {"leaves", type_of<decltype(S::leaves)>, offsetof(S, leaves)},
                                      {"sparse", type_of<decltype(S::sparse)>, offsetof(S, sparse)},
                                      {"next", type_of<decltype(S::next)>, offsetof(S, next)}}};
}

std::string faults(const Root& root) { return validate(structure_of<Root>, &root); }

} // namespace

TEST_CASE("a complete input at any depth has no faults") {
    CHECK(faults({}).empty());
    const Choice text = Choice::make<0>("x");
    CHECK(faults({.choice = text}).empty());
    CHECK(faults({.choice = Choice::make<1>(Choice::make<1>(text))}).empty());
    CHECK(faults({.choice = Choice::make<2>(Leaf{.name = "n"})}).empty());
    CHECK(faults({.sparse = {std::nullopt, Leaf{.name = "n"}}}).empty());
}

TEST_CASE("each fault is reported with its path") {
    CHECK(faults({.choice = Choice()}) == "choice: a union must hold one of its members");
    CHECK(faults({.choice = Choice::make<2>()}) == "choice.leaf.name: required");
    CHECK(faults({.choice = Choice::make<1>()}) == "choice.inner: required");
    CHECK(faults({.choice = Choice::make<1>(Choice::make<3>(List<Leaf>{Leaf{.name = "n"}, Leaf{}}))}) ==
          "choice.inner.leaves[1].name: required");
    Root root{.leaves = {{"k", Leaf{}}}, .sparse = {std::nullopt, Leaf{}}};
    root.next = Root{.choice = Choice()};
    CHECK(faults(root) == "leaves[k].name: required; sparse[1].name: required; "
                          "next.choice: a union must hold one of its members");
}
