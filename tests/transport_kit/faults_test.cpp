// SPDX-License-Identifier: Apache-2.0
// Tests that the kit finds faults: each transport here has one that is known from a library, and exactly the
// checks listed for it must fail.
#include "faulty_transport.hpp"

#include <set>

namespace {

using namespace belfry::transport_kit;

/// The titles of the checks that failed, sorted.
std::set<std::string> failures(const Fault& fault) {
    FaultyTransport transport(fault);
    Options options;
    options.only = fault.topics;
    options.except = {"64 MB", "slow upload", "zero means", "slow bytes"}; // what takes seconds
    std::set<std::string> failed;
    for (const Outcome& outcome : run_checks(transport, options))
        if (outcome.verdict == Verdict::fail) failed.insert(outcome.topic + ": " + outcome.name);
    return failed;
}

} // namespace

int main() {
    int wrong = 0;
    std::vector<Fault> faults = request_faults();
    for (Fault& fault : response_faults()) faults.push_back(std::move(fault));
    for (const Fault& fault : faults) {
        const std::set<std::string> found = failures(fault);
        const std::set<std::string> wanted(fault.expected.begin(), fault.expected.end());
        std::printf("%s  %s\n", found == wanted ? "PASS" : "FAIL", fault.name.c_str());
        for (const std::string& title : wanted)
            if (!found.contains(title)) std::printf("      not found: %s\n", title.c_str());
        for (const std::string& title : found)
            if (!wanted.contains(title)) std::printf("      wrongly found: %s\n", title.c_str());
        std::fflush(stdout);
        wrong += found == wanted ? 0 : 1;
    }
    std::printf("\n%d of the faulty transports were misjudged\n", wrong);
    return wrong == 0 ? 0 : 1;
}
