// SPDX-License-Identifier: Apache-2.0
// expect: Duration
#include <belfry/util/timestamp.hpp>

int main() {
#if defined(BELFRY_MUST_FAIL)
    belfry::Duration deadline = 30;
#else
    belfry::Duration deadline = belfry::Duration::seconds(30);
#endif
    return deadline.count() == 0;
}
