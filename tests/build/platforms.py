# SPDX-License-Identifier: Apache-2.0
"""Compares Belfry on another system or processor with botocore.

The program of `belfry wire` is compiled for it and runs in an emulator, in Wine or in Node.js. The
differential tests then compare its requests, signatures included, and the responses that it reads with
botocore's.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from toolchain import BARE, ROOT, ZIG_ENVIRONMENT, skip
from windows import wine

SEEDS = "3"
"""The cases of each operation."""
TESTS = ("test_chime_requests.py", "test_chime_responses.py")
HERE = Path(__file__).resolve().parent / "platforms"

# The flag is for versions before 20.
NODE = ("node", "--no-warnings", "--experimental-wasi-unstable-preview1")


@dataclass(frozen=True)
class Platform:
    """A system or processor, and what is needed for it."""

    compiler: tuple[str, ...]
    run: tuple[str, ...] = ()
    """Starts a program; empty if the program starts by itself."""
    compiles: tuple[str, ...] = ()
    """Flags for compiling and for linking."""
    links: tuple[str, ...] = ("-static",)
    tests: tuple[str, ...] = TESTS


def debian(triplet: str, emulator: str, tests: tuple[str, ...] = TESTS) -> Platform:
    """A processor that Debian has a cross compiler for."""
    return Platform((f"{triplet}-g++",), (emulator,), tests=tests)


def zig(target: str, run: tuple[str, ...] = (), flags: tuple[str, ...] = ()) -> Platform:
    """A system that Zig has the C library for; it compiles libc++ for it the first time."""
    command = (sys.executable, "-m", "ziglang", "c++", "-target", target)
    # Other tests have the sanitizer, which here would be compiled, too.
    return Platform(command, run, ("-fno-sanitize=undefined", *flags))


PLATFORMS = {
    # Big-endian; CBOR and events have numbers in network order.
    "s390x": debian(
        "s390x-linux-gnu", "qemu-s390x", (*TESTS, "test_cbor_services.py", "test_event_responses.py")
    ),
    "riscv64": debian("riscv64-linux-gnu", "qemu-riscv64"),
    "armhf": debian("arm-linux-gnueabihf", "qemu-arm"),
    "aarch64": debian("aarch64-linux-gnu", "qemu-aarch64"),
    "windows": Platform(
        ("x86_64-w64-mingw32-g++-posix",),
        (
            "env",
            f"WINEPREFIX={ROOT / '.belfry' / 'platforms' / 'wine'}",
            "WINEDEBUG=-all",
            wine() or "wine64",
        ),
    ),
    "musl": zig("x86_64-linux-musl"),
    "wasi": zig("wasm32-wasi", (*NODE, str(HERE / "wasi.mjs")), tuple(BARE)),
    # A processor without an operating system; QEMU answers what newlib asks of a debugger.
    "cortex-m4": Platform(
        ("arm-none-eabi-g++",),
        (str(HERE / "cortex_m.sh"),),
        ("-mcpu=cortex-m4", "-mthumb", "-DBELFRY_NO_THREADS", *BARE),
        (
            "--specs=rdimon.specs",
            "-Wl,--gc-sections,--wrap=main",
            str(HERE / "cortex_m.cpp"),
            f"-T{HERE / 'cortex_m.ld'}",
        ),
    ),
}

WRAPPER = """\
#!/bin/sh
# Compiles and links for {name}. A program becomes a script that runs it.
output=
before=
for word in "$@"; do
    case "$before" in -o) output=$word ;; esac
    case "$word" in -c) exec {compile} "$@" ;; esac
    before=$word
done
{compile} "$@" {links} || exit
if [ -z "$output" ]; then exit 0; fi
program=$(mktemp "{folder}/program-XXXXXX") || exit
# Some linkers add the ending that programs of the system have.
if [ -f "$output.exe" ]; then mv "$output.exe" "$output"; fi
mv "$output" "$program" && chmod +x "$program" &&
    printf '#!/bin/sh\\nexec {run} "%s" "$@"\\n' "$program" >"$output" && chmod +x "$output"
"""


def compiler_for(name: str, folder: Path) -> Path:
    """A command with a compiler's arguments, which makes programs that can be started here."""
    platform = PLATFORMS[name]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-c++"
    text = WRAPPER.format(
        name=name,
        folder=folder,
        compile=shlex.join([*platform.compiler, *platform.compiles]),
        links=shlex.join(platform.links),
        run=shlex.join(platform.run),
    )
    # The same file stays, because its time tells whether programs in the cache are of this compiler.
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path


def main() -> int:
    """The exit status is pytest's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", choices=sorted(PLATFORMS), required=True)
    name = parser.parse_args().platform
    platform = PLATFORMS[name]
    needed = [platform.compiler[0], *platform.run[:1]]
    if name == "windows":
        needed.append(platform.run[-1])
    if name == "cortex-m4":
        needed.append("qemu-system-arm")
    for tool in needed:
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    for module in ("pytest", "botocore", *(["ziglang"] if "ziglang" in platform.compiler else [])):
        if importlib.util.find_spec(module) is None:
            skip(f"the Python package {module} is not installed")
    compiler = compiler_for(name, ROOT / ".belfry" / "platforms" / name)
    files = [str(ROOT / "tests" / "differential" / name) for name in platform.tests]
    return subprocess.run(
        # S3 needs pugixml, which is not there for other processors.
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-k", "not s3", *files],
        cwd=ROOT,
        env=os.environ | ZIG_ENVIRONMENT | {"BELFRY_CXX": str(compiler), "BELFRY_SEEDS": SEEDS},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
