// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/endpoint/vm.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>

namespace belfry::inline v0::detail {

/// Evaluates endpoint rules that are a decision diagram (Smithy `endpointBdd`). Four words are at `root`:
/// where to start, where the steps begin, the first slot of variables, and the number of variables. A step
/// has four words, too: the condition's slot and node, as in a rule, and the places to go to if it holds and
/// if not. A place before the steps is a list of one rule, the result; 0 stands for no result. The generator
/// places a step after those that it leads to, so every evaluation ends.
BELFRY_COLD inline bool walk_diagram(EndpointWalker& walker, std::size_t root) {
    const std::uint16_t* const code = walker.code;
    const std::size_t steps = code[root + 1];
    // On some ways to a condition, a variable in it has not been assigned.
    for (std::size_t i = 0; i < code[root + 3]; ++i)
        walker.cells[code[root + 2] + i].kind = EndpointValue::Kind::none;
    std::size_t at = code[root];
    while (at >= steps) at = code[at + (walker.meets(at) ? 2 : 3)];
    return at != 0 && walker.walk_rules(at);
}

} // namespace belfry::inline v0::detail
