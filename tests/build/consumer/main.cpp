// SPDX-License-Identifier: Apache-2.0
#include "two_operations.hpp"

#include <cstdio>

int main() {
#if defined(CONSUMER_USES_ADDED_MEMBER) && !defined(BELFRY_CONSUMER_OF_THE_REPOSITORY)
    // This operation is in the model only after the test has edited it.
    voice::SpeakerSearchTask task;
    task.added_by_test = "added";
    if (task.added_by_test != "added") return 1;
#endif
    const std::string said = use_two_operations();
    std::printf("%s\n", said.c_str());
    return said.empty() ? 0 : 1;
}
