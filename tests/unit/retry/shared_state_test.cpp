// SPDX-License-Identifier: Apache-2.0
// What the calls of a client share, used by several threads at once.
#include <belfry/call/kept_endpoints.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

TEST_CASE("threads that add endpoints at the same time see each other's, whole") {
    constexpr std::size_t names = 24;
    belfry::Operation operation{};
    operation.signing = belfry::RequestSigning::none;
    belfry::detail::KeptEndpoints kept;
    std::vector<std::size_t> faults(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < faults.size(); ++t)
        threads.emplace_back([&, t] {
            for (std::size_t round = 0; round < 50 * names; ++round) {
                const std::string name = std::to_string((round + t) % names);
                if (const auto* const found = kept.find(operation, name)) {
                    if (found->endpoint.url != "https://a.much.longer.name." + name) ++faults[t];
                    continue;
                }
                belfry::detail::OwnedEndpoint made(new belfry::detail::ResolvedEndpoint());
                made->parameters = name;
                made->endpoint.url = "https://a.much.longer.name." + name;
                kept.add(made);
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(faults == std::vector<std::size_t>(4));
    std::size_t found = 0;
    for (std::size_t i = 0; i < names; ++i)
        if (kept.find(operation, std::to_string(i)) != nullptr) ++found;
    // Threads that add the same one at the same time take its room more than once.
    CHECK(found >= names / 2);
    CHECK(kept.find(operation, std::to_string(names)) == nullptr);
}
