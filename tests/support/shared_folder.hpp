// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>

namespace test {

/// The folder with the published cases: `BELFRY_SHARED` of the environment, else the build's.
inline std::filesystem::path shared_folder() {
    if (const char* const folder = std::getenv("BELFRY_SHARED")) return folder;
#if defined(BELFRY_TEST_SHARED_DIR)
    return BELFRY_TEST_SHARED_DIR;
#else
    return "../shared";
#endif
}

} // namespace test
