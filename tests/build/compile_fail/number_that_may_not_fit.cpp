// SPDX-License-Identifier: Apache-2.0
// first: the value may not fit the member: check it, and convert it with static_cast
// expect: number
#include <belfry/core/required.hpp>

#include <cstddef>
#include <cstdint>

struct Input {
    belfry::Required<std::int32_t, Input, struct number> number;
};
void use(const Input& input);

void limit(std::size_t size) {
#if defined(BELFRY_MUST_FAIL)
    use({.number = size});
#else
    use({.number = static_cast<std::int32_t>(size)});
    use({.number = 100});
#endif
}
