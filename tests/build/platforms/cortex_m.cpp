// SPDX-License-Identifier: Apache-2.0
// Starts a program on a Cortex-M without an operating system: the table of vectors, the arguments, and the
// one function that newlib leaves to the program. Everything else is in newlib's `rdimon.specs`, which asks
// the debugger.
#include <cstddef>
#include <cstdint>

extern "C" {
void _start();
int __real_main(int count, char** arguments);
int __wrap_main(int count, char** arguments);
extern std::uint32_t stack_top[];
}

namespace {

/// Asks the debugger (Arm's "Semihosting for AArch32 and AArch64").
std::uint32_t ask(std::uint32_t operation, std::uintptr_t block) {
    register std::uint32_t r0 asm("r0") = operation;
    register std::uintptr_t r1 asm("r1") = block;
    asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/// An exception of the processor ends the program with an error (SYS_EXIT, ADP_Stopped_InternalError).
[[noreturn]] void stop() {
    for (;;) ask(0x18, 0x20024);
}

using Vector = const void*;
[[gnu::used, gnu::section(".vectors")]] const Vector vectors[] = {
    stack_top,
    reinterpret_cast<Vector>(&_start),
    reinterpret_cast<Vector>(&stop), // NMI
    reinterpret_cast<Vector>(&stop), // HardFault
    reinterpret_cast<Vector>(&stop), // MemManage
    reinterpret_cast<Vector>(&stop), // BusFault
    reinterpret_cast<Vector>(&stop), // UsageFault
};

char command[4096];
char* words[64];

} // namespace

extern "C" {

/// There is no source of randomness.
int getentropy(void*, std::size_t) { return -1; }

/// Newlib cuts the arguments off after 255 characters, so they are asked for again (SYS_GET_CMDLINE).
int __wrap_main(int count, char** arguments) {
    std::uint32_t block[] = {reinterpret_cast<std::uintptr_t>(command), sizeof command};
    if (ask(0x15, reinterpret_cast<std::uintptr_t>(block)) != 0) return __real_main(count, arguments);
    int found = 0;
    char* next = command;
    while (*next != '\0' && found + 1 < 64) {
        words[found++] = next;
        while (*next != '\0' && *next != ' ') ++next;
        while (*next == ' ') *next++ = '\0';
    }
    return __real_main(found, words);
}
}
