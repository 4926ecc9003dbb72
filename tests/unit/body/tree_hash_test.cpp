// SPDX-License-Identifier: Apache-2.0
#include <belfry/body/tree_hash.hpp>
#include <belfry/util/hex.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <support/catch.hpp>
#include <vector>

using namespace belfry; // NOLINT

namespace {

/// Level by level, as Amazon describes it.
std::string by_definition(std::string_view text) {
    std::vector<std::string> level;
    do {
        level.emplace_back(sha256(text.substr(0, TreeHash::leaf_size)).view());
        text.remove_prefix(std::min(text.size(), TreeHash::leaf_size));
    } while (!text.empty());
    while (level.size() > 1) {
        std::vector<std::string> next;
        for (std::size_t i = 0; i < level.size(); i += 2)
            next.emplace_back(i + 1 < level.size() ? std::string(sha256(level[i] + level[i + 1]).view())
                                                   : level[i]);
        level = next;
    }
    return level.front();
}

} // namespace

TEST_CASE("the tree hash agrees with its definition for every number of leaves") {
    std::mt19937 random(9);
    std::string text(9 * TreeHash::leaf_size + 7, '\0');
    for (std::size_t i = 0; i < text.size(); i += 100) text[i] = static_cast<char>(random() & 0xff);
    for (std::size_t leaves = 0; leaves < 10; ++leaves)
        for (const std::size_t more : {std::size_t{0}, std::size_t{7}}) {
            const std::string_view part =
                std::string_view(text).substr(0, leaves * TreeHash::leaf_size + more);
            INFO(part.size());
            TreeHash whole;
            whole.update(part);
            CHECK(whole.finish().view() == by_definition(part));
            TreeHash pieces;
            for (std::string_view rest = part; !rest.empty();) {
                const std::string_view piece = rest.substr(0, random() % 700'000);
                pieces.update(piece);
                rest.remove_prefix(piece.size());
            }
            CHECK(pieces.finish().view() == by_definition(part));
        }
}
