// SPDX-License-Identifier: Apache-2.0
// first: the value may not fit the member: check it, and convert it with static_cast
// expect: number_that_may_not_fit_assigned.cpp:24
// expect: number_that_may_not_fit_assigned.cpp:25
// expect: number_that_may_not_fit_assigned.cpp:26
// expect: number_that_may_not_fit_assigned.cpp:27
// expect: number_that_may_not_fit_assigned.cpp:28
// expect: number_that_may_not_fit_assigned.cpp:29
// expect: number_that_may_not_fit_assigned.cpp:30
#include <belfry/core/list.hpp>
#include <belfry/core/map.hpp>
#include <belfry/core/optional.hpp>

#include <cstddef>
#include <cstdint>

using Number = belfry::Optional<std::int32_t>;
using Byte = belfry::Optional<std::int8_t>;
using Large = belfry::Optional<std::int64_t>;

void assign(Number& number, Byte& byte, Large& large, belfry::Map<Number>& sparse,
            belfry::List<std::int32_t>& list, belfry::Map<std::int32_t>& map, std::size_t size) {
#if defined(BELFRY_MUST_FAIL)
    number = size;
    byte = number;
    large = 1e300;
    sparse["k"] = std::int64_t{1};
    list.emplace_back(size);
    map["k"] = 4'000'000'000U;
    number.emplace(large.value_or(0));
#else
    number = static_cast<std::int32_t>(size);
    byte = std::int8_t{1};
    large = number;
    large = size;
    sparse["k"] = 1;
    list.emplace_back(1);
    map["k"] = 1;
    map["k"] += 2;
    number.emplace(2);
#endif
}
