# SPDX-License-Identifier: Apache-2.0
"""Tests Belfry's headers among macros, and the macros that they define.

leak      including all of a service defines no macro but BELFRY_ ones and those of the standard headers
hostile   well-known macros of platform headers do not break the headers
"""

from __future__ import annotations

import argparse
import re
import sys

from toolchain import (
    BARE,
    INCLUDE,
    STRICT,
    Compiler,
    compiler,
    handwritten_headers,
    includes_of,
    needs_services,
    report,
    service_headers,
    understands,
)

STANDARD = frozenset(
    "algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono "
    "cinttypes climits clocale cmath codecvt compare complex concepts condition_variable coroutine "
    "csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque "
    "exception execution filesystem format forward_list fstream functional future initializer_list "
    "iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource "
    "mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator "
    "semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf "
    "string string_view syncstream system_error thread tuple type_traits typeindex typeinfo "
    "unordered_map unordered_set utility valarray variant vector version".split()
)
# A program that uses such a header includes the library itself, before these macros.
PARSERS = frozenset({"pugixml.hpp"})
WINDOWS_ONLY = re.compile(r"^#if defined\(_WIN32\)$.*?^#(?:endif|else)", re.MULTILINE | re.DOTALL)
# windows.h, math.h and complex.h, sys/*.h, termios.h, and the compilers' own habits.
HOSTILE = {
    "ERROR": "0",
    "DELETE": "(0x00010000L)",
    "DOMAIN": "1",
    "OVERFLOW": "3",
    "IN": "",
    "OUT": "",
    "OPTIONAL": "",
    "I": "_Complex_I",
    "linux": "1",
    "unix": "1",
    "i386": "1",
    "interface": "struct",
    "small": "char",
    "near": "",
    "far": "",
    "min(a,b)": "(((a)<(b))?(a):(b))",
    "max(a,b)": "(((a)>(b))?(a):(b))",
    "major(x)": "x",
    "minor(x)": "x",
    "GetObject": "GetObjectA",
    "SendMessage": "SendMessageA",
    "CreateEvent": "CreateEventA",
    "DeleteFile": "DeleteFileA",
    "NO_ERROR": "0L",
    "TRUE": "1",
    "FALSE": "0",
    "BOOL": "int",
    "check": "assert",
}


def standard_headers(names: list[str]) -> list[str]:
    """The headers of the standard and of parsers that these headers reach through Belfry's own."""
    waiting, seen, standard = list(names), set(), set()
    while waiting:
        current = waiting.pop()
        if current in seen or not (INCLUDE / current).is_file():
            continue
        seen.add(current)
        text = WINDOWS_ONLY.sub("", (INCLUDE / current).read_text(encoding="utf-8"))
        for name in re.findall(r"#\s*include\s*<([^>]*)>", text):
            if name in STANDARD | PARSERS:
                standard.add(name)
            else:
                waiting.append(name)
    return sorted(standard)


def macros(found: Compiler, names: list[str]) -> set[str]:
    """The macros that are defined after including these."""
    result = found.run("-std=c++20", f"-I{INCLUDE}", *BARE, "-dM", "-E", source=includes_of(names))
    if result.returncode != 0:
        sys.exit(result.stderr)
    return set(re.findall(r"^#define (\w+)", result.stdout, re.MULTILINE))


def leak_faults(found: Compiler, service: str) -> tuple[list[str], int]:
    """Macros that should not be there, and how many may."""
    names = service_headers(service)
    new = macros(found, names) - macros(found, standard_headers(names))
    leaked = sorted(name for name in new if not name.startswith("BELFRY_"))
    return [f"{service} leaks the macro {name}" for name in leaked], len(new) - len(leaked)


def hostile_faults(found: Compiler, names: list[str]) -> list[str]:
    """The compiler's output if the macros break a header. The standard headers come first."""
    source = includes_of(standard_headers(names))
    source += "".join(
        f"#undef {macro.split('(')[0]}\n#define {macro} {text}\n" for macro, text in HOSTILE.items()
    )
    source += includes_of(names)
    result = found.run(*STRICT, *BARE, "-fsyntax-only", source=source)
    return [] if result.returncode == 0 else [result.stderr[:4000]]


def main() -> int:
    """The exit status is 1 when there is a fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--check", choices=["leak", "hostile"], required=True)
    options = parser.parse_args()
    found = compiler(options.compiler)
    faults: list[str] = []
    known = needs_services()
    for service in known:
        if options.check == "leak":
            leaks, own = leak_faults(found, service)
            faults += leaks
            print(f"{service} defines {own} macros of its own")
        else:
            faults += hostile_faults(found, service_headers(service))
    if options.check == "hostile":
        own_headers = [
            name
            for name in handwritten_headers()
            if name.split("/")[1] not in ("transport", "interop", "impl")
            and "#include <belfry/interop/" not in (INCLUDE / name).read_text(encoding="utf-8")
        ]
        if not understands(found, sorted(PARSERS)):
            own_headers = [name for name in own_headers if not PARSERS & set(standard_headers([name]))]
            print(f"left out: headers that need {', '.join(sorted(PARSERS))}")
        faults += hostile_faults(found, own_headers)
    return report(faults, f"{options.check}, {len(known)} services")


if __name__ == "__main__":
    sys.exit(main())
