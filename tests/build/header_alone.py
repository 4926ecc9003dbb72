# SPDX-License-Identifier: Apache-2.0
"""Compiles each header by itself, without warnings, exceptions and RTTI.

Each hand-written header is compiled as a translation unit, and so is each SAMPLE-th generated one.
All headers of a service are then included in three orders, so that what one lacks shows when it comes first.
With --together, only that is done with the headers that are written by hand, which takes seconds; with --once
in one order.
--share 1/4 takes every fourth of the hand-written headers, from number 1 (of 0 to 3).
"""

from __future__ import annotations

import argparse
import random
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
    report,
    service_headers,
    services,
    understands,
)

SAMPLE = 20
# Libraries, and what not every system or standard library has: POSIX, threads, new headers.
FOREIGN = re.compile(
    r"#\s*include\s*<((?:curl|boost|openssl|nghttp2|nlohmann|opentelemetry|sys|netinet)/[^>]*|pugixml\.hpp|xxhash\.h|zlib\.h"
    r"|(?:poll|netdb|unistd|fcntl)\.h|mutex|format|coroutine)>"
)
POSIX_ONLY = re.compile(r"^#if defined\(__unix__\).*?^#(?:endif|else)", re.MULTILINE | re.DOTALL)
# The end of an #error.
POSIX_SYSTEMS = "works on POSIX systems"
# Every system of these compilers has clocks, so that no client is left in 1970.
HAS_CLOCKS = "#if !BELFRY_HAS_SYSTEM_ENVIRONMENT\n#error belfry/environment.hpp finds no clocks\n#endif\n"
# A header that only makes sense with a definition.
DEFINITIONS = {
    "belfry/impl/src.hpp": ["-DBELFRY_SEPARATE_COMPILATION"],
    "belfry/impl/src_xml.hpp": ["-DBELFRY_SEPARATE_COMPILATION"],
}
# This library itself needs exceptions or RTTI.
NEEDS_EXCEPTIONS = ("boost/",)


def foreign_headers(name: str) -> list[str]:
    """The headers of libraries and systems that a header reaches through Belfry's own."""
    waiting, seen, foreign = [name], set(), set()
    while waiting:
        current = waiting.pop()
        if current in seen or not (INCLUDE / current).is_file():
            continue
        seen.add(current)
        text = POSIX_ONLY.sub("", (INCLUDE / current).read_text(encoding="utf-8"))
        foreign.update(FOREIGN.findall(text))
        waiting += re.findall(r"#\s*include\s*<(belfry/[^>]*)>", text)
    return sorted(foreign)


def compile_faults(found: Compiler, what: str, source: str, flags: list[str]) -> list[str]:
    """The compiler's output, if any."""
    result = found.run(*STRICT, *flags, "-fsyntax-only", source=source)
    if result.returncode == 0 and not result.stderr.strip():
        return []
    return [f"{what} with {found.name}:\n{result.stderr[:3000]}"]


def source_of(names: list[str]) -> str:
    """A translation unit that includes these, and knows what they found of the system."""
    return includes_of(names) + (HAS_CLOCKS if "belfry/environment.hpp" in names else "")


def order_faults(
    found: Compiler, what: str, names: list[str], flags: list[str], *, once: bool = False
) -> list[str]:
    """The faults of all these headers in one translation unit, in three orders, or only in the last one."""
    shuffled = random.Random(what).sample(names, len(names))
    orders = {"in order": names, "reversed": names[::-1], "shuffled": shuffled}
    if once:
        orders = {"shuffled": shuffled}
    return [
        fault
        for order, listed in orders.items()
        for fault in compile_faults(found, f"{what}, {order}", source_of(listed), flags)
    ]


def handwritten_by_flags(found: Compiler, chosen: slice) -> dict[tuple[str, ...], list[str]]:
    """The headers that this compiler can compile, by the flags that they need."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in handwritten_headers()[chosen]:
        if found.name.startswith("mingw") and POSIX_SYSTEMS in (INCLUDE / name).read_text(encoding="utf-8"):
            print(f"left out: {name} {POSIX_SYSTEMS}")
            continue
        foreign = foreign_headers(name)
        if found.name.startswith("macos") and any(header.startswith("boost/") for header in foreign):
            print(f"left out: {name} needs Boost, of which old versions do not compile with a new libc++")
            continue
        if foreign and not understands(found, foreign):
            print(f"left out: {name} needs <{'>, <'.join(foreign)}>, not installed or not for this compiler")
            continue
        throws = any(header.startswith(NEEDS_EXCEPTIONS) for header in foreign)
        flags = DEFINITIONS.get(name, []) + ([] if throws else BARE)
        groups.setdefault(tuple(flags), []).append(name)
    return groups


def share(text: str) -> slice:
    """The headers that a share such as 1/4 takes."""
    first, count = map(int, text.split("/"))
    if not 0 <= first < count:
        raise ValueError(text)
    return slice(first, None, count)


def main() -> int:
    """The exit status is 1 when a header does not compile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--once", action="store_true", help="in one order, not in three")
    parser.add_argument("--part", choices=["handwritten", "generated"], required=True)
    parser.add_argument("--share", type=share, default="0/1")
    options = parser.parse_args()
    found = compiler(options.compiler)
    faults: list[str] = []
    count = 0
    if options.part == "handwritten":
        for flags, names in handwritten_by_flags(found, options.share).items():
            count += len(names)
            if options.together:
                faults += order_faults(found, f"{len(names)} headers", names, list(flags), once=options.once)
                continue
            for name in names:
                # Twice, for the guard.
                faults += compile_faults(found, name, includes_of([name, name]), list(flags))
    else:
        for service in services():
            names = service_headers(service)
            faults += order_faults(found, service, names, BARE)
            for name in random.Random(service).sample(names, len(names))[::SAMPLE]:
                faults += compile_faults(found, name, includes_of([name]), BARE)
            count += len(names)
    return report(faults, f"{count} headers")


if __name__ == "__main__":
    sys.exit(main())
