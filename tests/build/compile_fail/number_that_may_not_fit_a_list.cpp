// SPDX-License-Identifier: Apache-2.0
// first: deleted .*push_back
#include <belfry/core/list.hpp>

#include <cstddef>
#include <cstdint>

void append(belfry::List<std::int32_t>& list, std::size_t size) {
#if defined(BELFRY_MUST_FAIL)
    list.push_back(size);
#else
    list.push_back(static_cast<std::int32_t>(size));
    list.push_back(100);
#endif
}
