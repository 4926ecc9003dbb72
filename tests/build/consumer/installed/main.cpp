// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

extern "C" const char* part_two();

int main() {
    const char* const said = part_two();
    std::puts(said);
    return *said == '\0' ? 0 : 1;
}
