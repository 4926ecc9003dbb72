// SPDX-License-Identifier: Apache-2.0
// Several threads use the state that the calls of a client share.
#include <belfry/call/kept_endpoints.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

TEST_CASE("threads that add endpoints at the same time see each other's, whole") {
    // As many as there is room for: threads that add the same one take it once.
    constexpr std::size_t names = belfry::detail::KeptEndpoints::limit;
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
                made->endpoint.url = "https://a.much.longer.name." + name;
                kept.add(operation, name, made);
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(faults == std::vector<std::size_t>(4));
    for (std::size_t i = 0; i < names; ++i) CHECK(kept.find(operation, std::to_string(i)) != nullptr);
    CHECK(kept.find(operation, std::to_string(names)) == nullptr);
}
