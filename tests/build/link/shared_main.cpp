// SPDX-License-Identifier: Apache-2.0
// Loads two shared objects, each with its own copy of Belfry, into one process, and unloads one of them.
#include <cstdio>
#include <dlfcn.h>
#include <string>

namespace {
bool run(void* library, const char* name) {
    void* const symbol = dlsym(library, name);
    if (symbol == nullptr) {
        std::printf("%s\n", dlerror());
        return false;
    }
    const std::string said = reinterpret_cast<const char* (*)()>(symbol)();
    if (!said.empty()) std::printf("%s: %s\n", name, said.c_str());
    return said.empty();
}
} // namespace

int main(int count, char** arguments) {
    if (count != 3) return 2;
    void* const one = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    void* const two = dlopen(arguments[2], RTLD_NOW | RTLD_LOCAL);
    if (one == nullptr || two == nullptr) {
        std::printf("%s\n", dlerror());
        return 1;
    }
    if (!run(one, "part_one") || !run(two, "part_two")) return 1;
    if (dlclose(one) != 0) return 1;
    return run(two, "part_two") ? 0 : 1;
}
