// SPDX-License-Identifier: Apache-2.0
// first: the value may not fit the member
#include <belfry/core/required.hpp>

struct Input {
    belfry::Required<bool, Input, struct flag> flag;
};

void set(Input& input) {
#if defined(BELFRY_MUST_FAIL)
    input.flag = "false"; // C++ makes every pointer true
#else
    input.flag = false;
#endif
}
