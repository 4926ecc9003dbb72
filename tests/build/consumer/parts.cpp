// SPDX-License-Identifier: Apache-2.0
// Calls what is compiled in different ways, in one program: without libraries, with those of two directories,
// and in a shared library.
#include "two_operations.hpp"

#include <cstdio>

extern "C" const char* part_one();
extern "C" const char* part_shared();
std::string part_with_tags();

int main() {
    int failures = 0;
    for (const std::string& said :
         {use_two_operations(), std::string(part_one()), std::string(part_shared())})
        if (!said.empty()) {
            std::printf("%s\n", said.c_str());
            ++failures;
        }
    const std::string tags = part_with_tags();
    if (tags != R"({"ResourceARN":"arn","Tags":[{"Key":"k","Value":"v"}]}/speaker-search-tasks/b)") {
        std::printf("%s\n", tags.c_str());
        ++failures;
    }
    return failures;
}
