# SPDX-License-Identifier: Apache-2.0
"""Lists the macros of other people's headers, which must not be names in generated C++.

    python tools/list_macros.py x11 qt windows glibc arduino
    python tools/list_macros.py macos --folder macos=FOLDER
    python tools/list_macros.py esp_idf --folder esp_idf=FOLDER

Each origin has a file in codegen/belfry_codegen/cpp/macros, which says where its headers come from. The
macros are those that a compiler has after including the headers, its own among them; ESP-IDF's, whose headers
need the configuration of a project, are those in the text of its public headers.

A macro is left out if it cannot hurt: if it has a reserved name (`_X`, `a__b`), expands to itself, is empty
and guards a header, or stands in cpp/reserved.txt or in an earlier file already.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "codegen" / "belfry_codegen" / "cpp"
WIDTH = 108

DEFINE = re.compile(
    r"^[ \t]*#[ \t]*define[ \t]+(?P<name>\w+)(?P<parameters>\([^)]*\))?[ \t]*(?P<body>.*)$", re.MULTILINE
)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
GUARD = re.compile(r"_(H|HPP|H_|H_INCLUDED|INCLUDED|INCLUDED_)\Z|\A[A-Z]+_H_", re.IGNORECASE)
RESERVED = re.compile(r"\A_[A-Z]|__|\A_[a-z]|\A_\Z")


@dataclass(frozen=True)
class Macros:
    """Names of macros: those that replace a word, and those that do so only in front of a parenthesis."""

    values: frozenset[str]
    functions: frozenset[str]

    def __or__(self, other: Macros) -> Macros:
        return Macros(self.values | other.values, self.functions | other.functions)


NONE = Macros(frozenset(), frozenset())


def macros_in(text: str) -> Macros:
    """The macros that a text of `#define` lines makes, without those that cannot hurt."""
    values: set[str] = set()
    functions: set[str] = set()
    for match in DEFINE.finditer(text):
        name, body = match["name"], match["body"].strip()
        if RESERVED.search(name) or body == name or (not body and GUARD.search(name)):
            continue
        (values if match["parameters"] is None else functions).add(name)
    return Macros(frozenset(values), frozenset(functions - values))


def run(command: Sequence[str], source: str) -> subprocess.CompletedProcess[str]:
    """Preprocesses a source and prints its macros."""
    return subprocess.run(
        [*command, "-dM", "-E", "-x", "c++", "-"], input=source, capture_output=True, text=True, check=False
    )


def after_including(command: Sequence[str], headers: Iterable[str], before: str = "") -> Macros:
    """The macros after including the headers, those left out that do not go with the ones before them."""
    wanted = list(headers)
    while True:
        done = run(command, before + "".join(f"#include <{name}>\n" for name in wanted))
        if done.returncode == 0:
            return macros_in(done.stdout)
        lines = [int(number) for number in re.findall(r"<stdin>:(\d+)", done.stderr)]
        at = lines[0] - before.count("\n") - 1 if lines else -1
        if not 0 <= at < len(wanted):
            sys.exit(f"{' '.join(command)}: {done.stderr[:2000]}")
        print(f"left out: {wanted.pop(at)}", file=sys.stderr)


def headers_below(folder: Path, pattern: str, root: Path) -> list[str]:
    """The headers of a folder as they are included."""
    return sorted(path.relative_to(root).as_posix() for path in folder.glob(pattern))


def x11(_: Path | None) -> Macros:
    """All headers, those of Xlib first."""
    include = Path("/usr/include")
    first = ["X11/Xlib.h", "X11/Xutil.h"]
    others = [
        *headers_below(include / "X11", "*.h", include),
        *headers_below(include / "X11" / "extensions", "*.h", include),
    ]
    return after_including(("g++", "-std=gnu++20"), [*first, *(name for name in others if name not in first)])


def qt(_: Path | None) -> Macros:
    """All modules."""
    folders = [path for path in Path("/usr/include").glob("*/qt5") if path.is_dir()]
    if not folders:
        sys.exit("Qt's headers are not installed; Debian has them in qtbase5-dev")
    modules = sorted(path.name for path in folders[0].iterdir() if (path / path.name).is_file())
    paths = [f"-I{folders[0]}", *(f"-I{folders[0] / name}" for name in modules)]
    return after_including(("g++", "-std=gnu++20", "-fPIC", *paths), [f"{name}/{name}" for name in modules])


def windows(_: Path | None) -> Macros:
    """windows.h as a whole, lean, without min and max, and for texts of wide characters."""
    found = NONE
    for define in ("", "WIN32_LEAN_AND_MEAN", "NOMINMAX", "UNICODE"):
        before = f"#define {define}\n" if define else ""
        found |= after_including(
            ("x86_64-w64-mingw32-g++", "-std=gnu++20"), ["winsock2.h", "windows.h", "ws2tcpip.h"], before
        )
    return found


def glibc(_: Path | None) -> Macros:
    """The headers of the C library and of POSIX."""
    include = Path("/usr/include")
    names = headers_below(include, "*.h", include)
    known = ("arpa", "net", "netinet", "sys")
    target = run(("g++", "-print-multiarch"), "").stdout.strip() or "x86_64-linux-gnu"
    for folder in known:
        for root in (include, include / target):
            names += headers_below(root / folder, "*.h", root)
    libc = subprocess.run(["dpkg", "-L", "libc6-dev"], capture_output=True, text=True, check=False).stdout
    files = {line.rpartition("/include/")[2].removeprefix(f"{target}/") for line in libc.splitlines()}
    return after_including(("g++", "-std=gnu++20"), sorted({name for name in names if name in files}))


def macos(folder: Path | None) -> Macros:
    """The headers of the system and of Objective-C."""
    if folder is None:
        sys.exit("give the folder of macOS's headers with --folder macos=FOLDER")
    command = (
        "clang++-19",
        "--target=arm64-apple-macos14",
        "-std=gnu++20",
        "-fblocks",
        "-isystem",
        str(folder),
    )
    known = (
        "sys",
        "mach",
        "net",
        "netinet",
        "arpa",
        "objc",
        "os",
        "CommonCrypto",
        "libkern",
        "machine",
        "pthread",
    )
    names = [
        name
        for name in headers_below(folder, "**/*.h", folder)
        if "/" not in name or name.split("/")[0] in known
    ]
    return after_including(command, ["sys/types.h", "unistd.h", *names])


def arduino(_: Path | None) -> Macros:
    """Arduino.h for a board with many pins."""
    core = Path("/usr/share/arduino/hardware/arduino/avr")
    command = ("avr-g++", "-std=gnu++17", "-mmcu=atmega2560", "-DF_CPU=16000000L", "-DARDUINO=10819")
    paths = (f"-I{core / 'cores' / 'arduino'}", f"-I{core / 'variants' / 'mega'}")
    return after_including((*command, *paths), ["Arduino.h"])


def esp_idf(folder: Path | None) -> Macros:
    """The text of the headers that a program for a chip with Wi-Fi includes."""
    if folder is None:
        sys.exit("give a checkout of ESP-IDF with --folder esp_idf=FOLDER")
    components = (
        *(
            "esp_common",
            "esp_event",
            "esp_http_client",
            "esp_hw_support",
            "esp_netif",
            "esp_system",
            "esp_timer",
        ),
        *("esp-tls", "esp_wifi", "freertos", "heap", "log", "lwip", "nvs_flash", "vfs", "xtensa", "riscv"),
    )
    others = {"remote", "test", "test_apps", "private_include", "soc"}
    found = NONE
    for component in components:
        for path in sorted((folder / "components" / component).glob("**/*.h")):
            parts = path.relative_to(folder).parts
            # Text for the debugger's own build is not included by programs.
            if "include" in parts and not others & set(parts) and "libdb" not in path.name:
                text = path.read_text(encoding="utf-8", errors="replace")
                found |= macros_in(COMMENT.sub(" ", text))
    return found


@dataclass(frozen=True)
class Origin:
    """Where macros come from, in words, and the function that finds them."""

    source: str
    find: Callable[[Path | None], Macros]


ORIGINS = {
    "glibc": Origin("the C library's and POSIX's headers; Debian 12's libc6-dev 2.36", glibc),
    "windows": Origin(
        "<winsock2.h>, <windows.h>, <ws2tcpip.h>; Debian 12's mingw-w64-x86-64-dev 10.0", windows
    ),
    "x11": Origin("<X11/*.h>, <X11/extensions/*.h>; Debian 12's libx11-dev 1.8.4, x11proto-dev 2022.1", x11),
    "qt": Origin("all modules; Debian 12's qtbase5-dev 5.15.8", qt),
    "macos": Origin("the system's and Objective-C's headers, in the Python package ziglang 0.13.0", macos),
    "arduino": Origin("<Arduino.h>; Debian 12's arduino-core-avr 1.8.6, avr-libc 2.0", arduino),
    "esp_idf": Origin("the public headers of ESP-IDF 6", esp_idf),
}
"""In the order in which the files are read: a macro stands only in the first one."""


def listed(text: str) -> Macros:
    """The macros in one of the files."""
    values: set[str] = set()
    functions: set[str] = set()
    section = values
    for line in text.splitlines():
        if line.startswith("["):
            section = functions if line == "[functions]" else values
        elif not line.startswith("#"):
            section.update(line.split())
    return Macros(frozenset(values), frozenset(functions))


def file_of(name: str) -> Path:
    return DATA / "macros" / f"{name}.txt"


def known_before(name: str) -> Macros:
    """The macros in reserved.txt, and in the files of the origins before this one."""
    found = listed((DATA / "reserved.txt").read_text(encoding="utf-8"))
    for other in ORIGINS:
        if other == name:
            break
        if file_of(other).is_file():
            found |= listed(file_of(other).read_text(encoding="utf-8"))
    return found


def render(origin: Origin, found: Macros) -> str:
    """The text of an origin's file."""
    lines = [
        "# SPDX-License-Identifier: Apache-2.0",
        f"# Macros of {origin.source}.",
        "# Made by tools/list_macros.py.",
    ]
    for title, names in (("values", found.values), ("functions", found.functions)):
        lines += ["", f"[{title}]"]
        lines += textwrap.wrap(" ".join(sorted(names)), WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def main() -> int:
    """Writes the files of the origins that are named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "origins", nargs="+", choices=list(ORIGINS), metavar="ORIGIN", help=", ".join(ORIGINS)
    )
    parser.add_argument("--folder", action="append", default=[], metavar="ORIGIN=FOLDER")
    options = parser.parse_args()
    folders = dict(entry.split("=", 1) for entry in options.folder)
    for name in (name for name in ORIGINS if name in options.origins):
        origin = ORIGINS[name]
        found = origin.find(Path(folders[name]) if name in folders else None)
        known = known_before(name)
        # A word that is replaced everywhere is also replaced in front of a parenthesis.
        kept = Macros(
            found.values - known.values, found.functions - known.values - known.functions - found.values
        )
        file_of(name).parent.mkdir(exist_ok=True)
        file_of(name).write_text(render(origin, kept), encoding="utf-8")
        print(f"{name}: {len(kept.values)} values, {len(kept.functions)} functions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
