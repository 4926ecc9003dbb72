# SPDX-License-Identifier: Apache-2.0
"""The compilers that Belfry supports, as far as this system has them."""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
SKIPPED = 77
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror"]
STRICT = ["-std=c++20", *WARNINGS, f"-I{INCLUDE}"]
BARE = ["-fno-exceptions", "-fno-rtti"]
# Zig keeps there what it compiles of the standard libraries.
ZIG_ENVIRONMENT = {"ZIG_GLOBAL_CACHE_DIR": str(ROOT / ".belfry" / "zig")}
# The folders below include/belfry that are written by hand; the others are services.
ROOMS = frozenset(runpy.run_path(str(ROOT / "tools" / "check_includes.py"))["BELOW"])


@dataclass(frozen=True)
class Compiler:
    """How to call one compiler."""

    name: str
    command: tuple[str, ...]

    def run(self, *arguments: str, source: str | None = None) -> subprocess.CompletedProcess[str]:
        """Compiles `source` from standard input, or what the arguments name."""
        command = [*self.command, *arguments]
        if source is not None and "ziglang" in command:
            return self._compile_file(command, source)
        if source is not None:
            command += ["-x", "c++", "-"]
        return subprocess.run(command, input=source, capture_output=True, text=True, check=False)

    def _compile_file(self, command: list[str], source: str) -> subprocess.CompletedProcess[str]:
        """The same for a compiler that fails unless it makes an object of a file."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "source.cpp"
            path.write_text(source, encoding="utf-8")
            command = [word for word in command if word != "-fsyntax-only"]
            command += ["-c", str(path), "-o", str(path.with_suffix(".o"))]
            return subprocess.run(
                command, env=os.environ | ZIG_ENVIRONMENT, capture_output=True, text=True, check=False
            )


def skip(reason: str) -> NoReturn:
    """Ends this program with the status that ctest reports as skipped."""
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def compiler(name: str) -> Compiler:
    """The compiler; ends this program as skipped if it is not installed."""
    zig = (sys.executable, "-m", "ziglang", "c++")
    commands: dict[str, tuple[str, ...]] = {
        "gcc": (os.environ.get("BELFRY_GXX", "g++"),),
        "gcc-11": ("g++-11",),
        "gcc-standard": (
            os.environ.get("BELFRY_GXX", "g++"),
            "-DBELFRY_NO_EXTENSIONS",
            "-DBELFRY_NO_FLOAT_CHARCONV",
        ),
        "clang-14": ("clang++-14",),
        "clang-19-libcxx": ("clang++-19", "-stdlib=libc++"),
        # Debian's, whose libc++ 13 has no std::to_chars for doubles.
        "emscripten": ("em++",),
        "mingw-posix": ("x86_64-w64-mingw32-g++-posix",),
        "mingw-win32": ("x86_64-w64-mingw32-g++-win32",),
        "i686": ("i686-linux-gnu-g++",),
        "s390x": ("s390x-linux-gnu-g++",),
        # With Zig's copy of the headers of macOS's C library, and its libc++.
        "macos": (*zig, "-target", "aarch64-macos"),
        "macos-x86_64": (*zig, "-target", "x86_64-macos"),
    }
    command = commands[name]
    if "ziglang" in command and importlib.util.find_spec("ziglang") is None:
        skip("the Python package ziglang is not installed")
    if shutil.which(command[0]) is None:
        skip(f"{command[0]} is not installed")
    found = Compiler(name, command)
    if name in CROSS:
        # Headers of libraries that this system has for itself only; what is compiled is not linked.
        found = Compiler(name, (*command, "-isystem", borrowed_headers()))
    probe = found.run("-std=c++20", "-fsyntax-only", source="#include <string>\n")
    if probe.returncode != 0:
        skip(f"{' '.join(command)} finds no standard library")
    return found


# Compilers for other systems, by their names in `compiler`.
CROSS = frozenset(["emscripten", "mingw-posix", "mingw-win32", "i686", "s390x", "macos", "macos-x86_64"])
# Libraries whose headers say for each system what they need to.
BORROWED = (
    "boost",
    "curl",
    "nghttp2",
    "nlohmann",
    "openssl",
    "pugiconfig.hpp",
    "pugixml.hpp",
    "xxhash.h",
    "zconf.h",
    "zlib.h",
)

# Uses of headers that some standard libraries have without what belongs there.
PROBES = {
    "format": 'std::string probe_format() { return std::format("{}", 1); }\n',
    "mutex": "std::mutex probe_mutex;\n",
}


@functools.cache
def borrowed_headers() -> str:
    """A folder with links to the headers of those libraries, without the C library's beside them."""
    folder = tempfile.TemporaryDirectory(prefix="belfry-headers-")
    atexit.register(folder.cleanup)
    for name in BORROWED:
        places = [Path("/usr/include"), *Path("/usr/include").glob("*-linux-gnu")]
        for place in places:
            if not (place / name).exists():
                continue
            # OpenSSL has some of its headers in another place.
            if (place / name).is_dir():
                (Path(folder.name) / name).mkdir(exist_ok=True)
                for entry in (place / name).iterdir():
                    (Path(folder.name) / name / entry.name).symlink_to(entry)
            else:
                (Path(folder.name) / name).symlink_to(place / name)
    return folder.name


def understands(found: Compiler, names: list[str]) -> bool:
    """Whether headers that are not Belfry's are there and compile by themselves.

    An old Boost does not compile with libc++, and some standard libraries do not have threads.
    """
    source = includes_of(names) + "".join(PROBES.get(name, "") for name in names)
    return found.run("-std=c++20", "-w", "-fsyntax-only", source=source).returncode == 0


# The headers of `tools/generate_identity.py`; the hand-written ones beside them include most of it.
GENERATED_FOR_IDENTITY = re.compile(r"belfry/identity/(s3|signin|sso|sso_oidc|sts)[/.]")


def handwritten_headers() -> list[str]:
    """As they are included: `belfry/core/error.hpp`."""
    paths = sorted((INCLUDE / "belfry").rglob("*.hpp"))
    names = [path.relative_to(INCLUDE).as_posix() for path in paths]
    names = [name for name in names if not GENERATED_FOR_IDENTITY.match(name)]
    return [
        name
        for name in names
        if (name.count("/") == 1 and name.removeprefix("belfry/").removesuffix(".hpp") not in services())
        or (name.count("/") > 1 and name.split("/")[1] in ROOMS)
    ]


def services() -> list[str]:
    """Directories of generated headers: `chime_sdk_voice`."""
    folders = sorted(path for path in (INCLUDE / "belfry").iterdir() if path.is_dir())
    return [path.name for path in folders if path.name not in ROOMS and any(path.rglob("*.hpp"))]


def service_headers(service: str) -> list[str]:
    """Every header of a service, the one for everything included."""
    paths = sorted((INCLUDE / "belfry" / service).rglob("*.hpp"))
    names = [path.relative_to(INCLUDE).as_posix() for path in paths]
    if (INCLUDE / "belfry" / f"{service}.hpp").is_file():
        names.append(f"belfry/{service}.hpp")
    return names


def needs_services() -> list[str]:
    """The services; ends this program as skipped if none is generated."""
    found = services()
    if not found:
        skip("no service is generated")
    return found


def includes_of(names: list[str]) -> str:
    """A translation unit that includes these, in this order."""
    return "".join(f"#include <{name}>\n" for name in names)


def report(faults: list[str], checked: str) -> int:
    """Prints the outcome; 1 when there are faults."""
    for fault in faults:
        print(fault)
    print(f"{checked}: {len(faults)} faults")
    return 1 if faults else 0
