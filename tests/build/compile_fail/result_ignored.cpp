// SPDX-License-Identifier: Apache-2.0
// expect: nodiscard|unused-result
#include <belfry/core/result.hpp>

belfry::Result<int> answer();

int main() {
#if defined(BELFRY_MUST_FAIL)
    answer();
    return 0;
#else
    return answer().has_value() ? 0 : 1;
#endif
}
