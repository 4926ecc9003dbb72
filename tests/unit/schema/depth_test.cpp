// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/cbor.hpp>
#include <belfry/codec/json.hpp>
#include <belfry/codec/query.hpp>
#include <belfry/jmespath/value.hpp>
#include <belfry/protocol/aws_json.hpp>
#include <belfry/protocol/aws_query.hpp>
#include <belfry/protocol/request_rules.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/protocol/rest_xml.hpp>
#include <belfry/protocol/rpc_v2_cbor.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/print.hpp>
#include <belfry/schema/validate.hpp>

#include "support/catch.hpp"
#include "support/small_stack.hpp"

#include <string>
#include <utility>

// Inputs that nest far deeper than the stack of a thread allows. Everything that walks over one has to stop,
// or must not recurse.
namespace {

using namespace belfry;

struct Tree {
    Box<Tree> next{};
    List<Tree> children{};
    Map<Tree> named{};
    std::optional<std::string> text{};
};
template <std::same_as<Tree> S> constexpr auto belfry_describe(const S*) {
    return Description<4>{.name = "Tree",
                          .members = {{"next", type_of<decltype(S::next)>, offsetof(S, next)},
                                      {"children", type_of<decltype(S::children)>, offsetof(S, children)},
                                      {"named", type_of<decltype(S::named)>, offsetof(S, named)},
                                      {"text", type_of<decltype(S::text)>, offsetof(S, text)}}};
}

/// A chain of trees. Destruction is recursive, so that this releases the levels one by one.
class Chain {
  public:
    enum class Through : int { box, list, map };

    Chain(int levels, Through through, const char* innermost) : through_(through) {
        root_.text = innermost;
        for (int i = 0; i < levels; ++i) {
            Tree outer;
            switch (through) {
            case Through::box: outer.next = std::move(root_); break;
            case Through::list: outer.children.emplace_back(std::move(root_)); break;
            case Through::map: outer.named.emplace("k") = std::move(root_); break;
            }
            root_ = std::move(outer);
        }
    }
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;
    ~Chain() {
        while (root_.next || !root_.children.empty() || !root_.named.empty()) {
            Tree inner = through_ == Through::box    ? std::move(*root_.next)
                         : through_ == Through::list ? std::move(root_.children[0])
                                                     : std::move(*root_.named.find("k"));
            root_ = std::move(inner);
        }
    }
    [[nodiscard]] const Tree& root() const { return root_; }

  private:
    Tree root_;
    Through through_;
};
constexpr int far_too_many = 50'000;

constexpr InputRule rules_of_input[] = {{.member = "text", .fallback = "-"}};
constexpr RequestRules rules{.input = rules_of_input,
                             .copy_input = &belfry::detail::copy_input<Tree>,
                             .destroy_input = &belfry::detail::destroy_input<Tree>};

Operation operation_in(const Service& service) {
    return {.service = &service,
            .name = "Do",
            .method = "POST",
            .uri = "/",
            .success_status = 200,
            .input = &structure_of<Tree>,
            .output = &structure_of<Tree>};
}
Service service_of(const Protocol& protocol) {
    return {.id = "Test",
            .name = "test",
            .api_version = "2026-01-01",
            .signing_name = "test",
            .protocol = &protocol,
            .endpoint_rules = nullptr};
}

} // namespace

TEST_CASE("an input that nests too deeply is an error in each protocol, on a small stack, too") {
    for (const Chain::Through through : {Chain::Through::box, Chain::Through::list, Chain::Through::map}) {
        const Chain chain(far_too_many, through, "x");
        for (const Protocol* const protocol : {&rest_json, &aws_json, &rest_xml, &aws_query, &rpc_v2_cbor}) {
            const Service service = service_of(*protocol);
            const Operation operation = operation_in(service);
            Error error;
            Error by_rules;
            std::string text;
            run_on_small_stack([&] {
                HttpRequest request;
                static_cast<void>(protocol->encode(operation, &chain.root(), {}, request, error));
                static_cast<void>(
                    belfry::detail::encode_by_rules(rules, operation, &chain.root(), {}, request, by_rules));
                text = to_string(chain.root());
            });
            INFO(protocol->name);
            CHECK(error.kind == ErrorKind::validation);
            CHECK(error.message.ends_with(": nested too deeply"));
            CHECK(by_rules.message == "Tree: nested too deeply");
            CHECK(text.find("Tree{...}") != std::string::npos);
        }
    }
}

TEST_CASE("an encoder by itself stops at its limit on a small stack") {
    const Chain chain(far_too_many, Chain::Through::box, "x");
    std::string faults[3];
    run_on_small_stack([&] {
        std::string out;
        const Structure& shape = structure_of<Tree>;
        static_cast<void>(encode_json(shape, &chain.root(), out, JsonOptions{}, faults[0]));
        static_cast<void>(encode_cbor(shape, &chain.root(), out, CborOptions{}, faults[1]));
        static_cast<void>(encode_query(shape, &chain.root(), out, QueryOptions{}, faults[2]));
    });
    for (const std::string& fault : faults) CHECK(fault.ends_with("nested too deeply"));
}

TEST_CASE("as many levels as the encoders write are valid") {
    // The outermost structure is a level, too.
    for (const int levels : {1, 100, 127}) {
        INFO(levels);
        const Chain chain(levels, Chain::Through::box, "x");
        CHECK(validate(structure_of<Tree>, &chain.root()).empty());
        std::string out;
        std::string fault;
        CHECK(encode_json(structure_of<Tree>, &chain.root(), out, JsonOptions{}, fault));
    }
    const Chain chain(129, Chain::Through::box, "x");
    CHECK(validate(structure_of<Tree>, &chain.root()).ends_with("next: nested too deeply"));
}

TEST_CASE("values of any depth compare on a small stack") {
    for (const Chain::Through through : {Chain::Through::box, Chain::Through::list, Chain::Through::map}) {
        const Chain chain(far_too_many, through, "x");
        const Chain same(far_too_many, through, "x");
        const Chain other(far_too_many, through, "y");
        const Chain shorter(far_too_many - 1, through, "x");
        bool equal[3] = {false, true, true};
        run_on_small_stack([&] {
            const auto value = [](const Chain& of) {
                return jmespath::Value::of(structure_of<Tree>, &of.root());
            };
            equal[0] = jmespath::equal_values(value(chain), value(same));
            equal[1] = jmespath::equal_values(value(chain), value(other));
            equal[2] = jmespath::equal_values(value(chain), value(shorter));
        });
        CHECK(equal[0]);
        CHECK_FALSE(equal[1]);
        CHECK_FALSE(equal[2]);
    }
}
