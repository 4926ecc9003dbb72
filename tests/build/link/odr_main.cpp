// SPDX-License-Identifier: Apache-2.0
// Links two translation units that use the same operations into one program.
#include "two_operations.hpp"

#include <cstdio>

extern "C" const char* part_one();
extern "C" const char* part_two();

int main() {
    int failures = 0;
    for (const std::string& said : {use_two_operations(), std::string(part_one()), std::string(part_two())})
        if (!said.empty()) {
            std::printf("%s\n", said.c_str());
            ++failures;
        }
    return failures;
}
