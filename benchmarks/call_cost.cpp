// SPDX-License-Identifier: Apache-2.0
// Makes as many calls as its argument says, on the canned transport of the other benchmarks. The cost of a
// call is the difference between two runs: benchmarks/baselines.py counts their instructions and allocations.
#include "canned_call.hpp"

#include <cstdio>
#include <cstdlib>

int main(int argument_count, char** arguments) {
    const canned::voice::Client client = canned::client();
    const int calls = argument_count > 1 ? std::atoi(arguments[1]) : 0;
    for (int i = 0; i < calls; ++i) {
        if (const auto answer = canned::call(client); !answer) {
            std::printf("the call failed: %s\n", answer.error().message.c_str());
            return 1;
        }
    }
    return 0;
}
