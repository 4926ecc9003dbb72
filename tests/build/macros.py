# SPDX-License-Identifier: Apache-2.0
"""Tests Belfry's headers among macros, and the macros that they define.

leak      including all of a service defines no macro but BELFRY_ ones and those of the standard headers
hostile   the macros that tools/list_macros.py found in other people's headers do not break the headers
X11, Qt, Windows   the headers compile behind those of that library
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain import (
    BARE,
    INCLUDE,
    PROBES,
    ROOT,
    STRICT,
    Compiler,
    compiler,
    handwritten_headers,
    includes_of,
    needs_services,
    report,
    service_headers,
    skip,
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
# Headers of the system that Belfry's own headers need, besides those of transports.
POSIX = frozenset({"fcntl.h", "spawn.h", "sys/auxv.h", "sys/stat.h", "sys/wait.h", "time.h", "unistd.h"})
WINDOWS_ONLY = re.compile(r"^#if defined\(_WIN32\)$.*?^#(?:endif|else)", re.MULTILINE | re.DOTALL)
DATA = ROOT / "codegen" / "belfry_codegen" / "cpp"
# Macros that are also functions of the standard library, and which that library's headers undefine.
HOSTILE = {
    "GetObject": "GetObjectA",
    "SendMessage": "SendMessageA",
    "check": "verify",
    "max(a,b)": "(((a)>(b))?(a):(b))",
    "min(a,b)": "(((a)<(b))?(a):(b))",
    "near": "",
    "far": "",
    "small": "char",
}
# The headers that programs include first.
REAL = {
    "X11": (
        # Not X11/Xos.h, whose index() breaks <variant>.
        *("X11/Xlib.h", "X11/Xutil.h", "X11/Xatom.h", "X11/Xproto.h", "X11/keysym.h", "X11/Xcms.h"),
        *("X11/Xresource.h", "X11/cursorfont.h", "X11/extensions/XShm.h"),
    ),
    "Qt": ("QtCore/QtCore", "QtGui/QtGui", "QtWidgets/QtWidgets", "QtNetwork/QtNetwork", "QtSql/QtSql"),
    "Windows": ("winsock2.h", "windows.h", "ws2tcpip.h"),
}
VARIANTS = {"Windows": ("", "NOMINMAX", "WIN32_LEAN_AND_MEAN", "UNICODE")}
# Services that have many names which the generator escapes, beside those of the repository.
GENERATED = ("wafv2", "workdocs")
# Attributes, and names that standard headers declare: a program that includes one must not define these as
# macros ([macro.names]).
STANDARD_NAMES = frozenset({"deprecated", "ferror", "index", "noreturn"})
# The macros in reserved.txt that have parameters, and whose names Belfry has without a parenthesis.
FUNCTIONS = frozenset({"major"})


@functools.cache
def included_by(path: Path) -> list[str]:
    """The headers that a file includes, on systems other than Windows."""
    text = WINDOWS_ONLY.sub("", path.read_text(encoding="utf-8"))
    return re.findall(r"^#\s*include\s*<([\w./+-]+)>", text, re.MULTILINE)


def foreign_headers(names: list[str], include: Path = INCLUDE) -> tuple[list[str], list[str]]:
    """The headers that these reach through Belfry's: those of the standard and of parsers, and the others."""
    waiting, seen = list(names), set()
    standard: set[str] = set()
    others: set[str] = set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        path = next((root / current for root in (include, INCLUDE) if (root / current).is_file()), None)
        if path is not None:
            waiting += included_by(path)
        elif current in STANDARD | PARSERS | POSIX:
            standard.add(current)
        else:
            others.add(current)
    return sorted(standard), sorted(others)


def standard_headers(names: list[str], include: Path = INCLUDE) -> list[str]:
    """The headers of the standard and of parsers that these headers reach through Belfry's own."""
    return foreign_headers(names, include)[0]


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


def listed_macros() -> dict[str, str]:
    """Every macro that names avoid, as `#define` has it; an expansion of it cannot be compiled."""
    keywords: set[str] = set()
    found: dict[str, str] = {}
    for path in (DATA / "reserved.txt", *sorted((DATA / "macros").glob("*.txt"))):
        section = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = line
            elif not line.startswith("#"):
                for word in line.split():
                    if section == "[keywords]":
                        keywords.add(word)
                    else:
                        has_parameters = section == "[functions]" or word in FUNCTIONS
                        found.setdefault(word, f"{word}(...)" if has_parameters else word)
    return {word: define for word, define in found.items() if word not in keywords}


def hostile_faults(found: Compiler, names: list[str], include: Path = INCLUDE) -> list[str]:
    """The compiler's output if macros break a header. The standard headers, which have some, come first."""
    standard = standard_headers(names, include)
    theirs = macros(found, standard)
    source = includes_of(standard)
    for word, define in listed_macros().items():
        if word not in theirs | STANDARD_NAMES:
            source += f"#define {define} @\n"
    source += "".join(
        f"#undef {name.split('(')[0]}\n#define {name} {text}\n" for name, text in HOSTILE.items()
    )
    source += includes_of(names)
    result = found.run(*STRICT, f"-I{include}", *BARE, "-fsyntax-only", source=source)
    return [] if result.returncode == 0 else [result.stderr[:4000]]


def real_faults(found: Compiler, kind: str, variant: str, names: list[str], include: Path) -> list[str]:
    """The compiler's output if headers do not compile behind those of another library."""
    flags = ["-fPIC", *(f"-isystem{path}" for path in qt_folders())] if kind == "Qt" else []
    before = f"#define {variant}\n" if variant else ""
    source = before + includes_of(list(REAL[kind])) + includes_of(names)
    result = found.run(*STRICT, f"-I{include}", *flags, "-fsyntax-only", source=source)
    return [] if result.returncode == 0 else [f"{kind} {variant}: {result.stderr[:4000]}"]


def qt_folders() -> list[Path]:
    """The folder of Qt's headers, and those of its modules."""
    return [
        path
        for root in sorted(Path("/usr/include").glob("*/qt[56]"))
        for path in (root, *sorted(root.iterdir()))
        if path.is_dir()
    ]


def has(found: Compiler, kind: str) -> bool:
    """Whether the compiler has the headers."""
    flags = ["-fPIC", *(f"-isystem{path}" for path in qt_folders())] if kind == "Qt" else []
    source = includes_of(list(REAL[kind]))
    return found.run("-std=c++20", "-w", *flags, "-fsyntax-only", source=source).returncode == 0


def own_headers(found: Compiler) -> list[str]:
    """The hand-written headers that need only the standard library, and pugixml if it is installed.

    Without those that need a part of the standard library which this compiler does not have.
    """
    # Transports call functions that are macros on other systems; a program compiles sources by themselves.
    names = [
        name
        for name in handwritten_headers()
        if name.split("/")[1] not in ("transport", "impl") and not foreign_headers([name])[1]
    ]
    absent = {name for name in (*PARSERS, *PROBES) if not understands(found, [name])}
    if absent:
        names = [name for name in names if not absent & set(standard_headers([name]))]
        print(f"left out: headers that need {', '.join(sorted(absent))}")
    return names


def generated(folder: Path) -> list[tuple[str, list[str]]]:
    """Services that are generated for this test, and their headers; none without botocore."""
    spec = importlib.util.find_spec("botocore")
    if spec is None or spec.origin is None:
        print("left out: services of botocore, which is not installed")
        return []
    data = str(Path(spec.origin).parent / "data")
    command = [sys.executable, "-m", "belfry_codegen", "generate", *GENERATED, "--models", data]
    subprocess.run([*command, "--out", str(folder), "--cache", str(folder / "cache")], check=True)
    umbrellas = sorted((folder / "belfry").glob("*.hpp"))
    return [(path.stem, [path.relative_to(folder).as_posix()]) for path in umbrellas]


def main() -> int:
    """The exit status is 1 when there is a fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--check", choices=["leak", "hostile", *REAL], required=True)
    options = parser.parse_args()
    found = compiler(options.compiler)
    known = needs_services()
    faults: list[str] = []
    if options.check == "leak":
        for service in known:
            leaks, own = leak_faults(found, service)
            faults += leaks
            print(f"{service} defines {own} macros of its own")
        return report(faults, f"{options.check}, {len(known)} services")
    if options.check in REAL and not has(found, options.check):
        skip(f"the headers of {options.check} are not installed")
    with tempfile.TemporaryDirectory(prefix="belfry-macros-") as folder:
        groups = [
            ("hand-written headers", own_headers(found), INCLUDE),
            *((service, service_headers(service), INCLUDE) for service in known),
            *((service, names, Path(folder)) for service, names in generated(Path(folder))),
        ]
        for _, names, include in groups:
            if options.check == "hostile":
                faults += hostile_faults(found, names, include)
                continue
            # The variants change macros of the same names, so that one group is enough for the others.
            variants = VARIANTS.get(options.check, ("",))
            for variant in variants if include == INCLUDE else variants[:1]:
                faults += real_faults(found, options.check, variant, names, include)
    return report(faults, f"{options.check}: {', '.join(group for group, _, _ in groups)}")


if __name__ == "__main__":
    sys.exit(main())
