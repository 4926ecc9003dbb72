# SPDX-License-Identifier: Apache-2.0
"""Compares Belfry on another processor with botocore.

The program of `belfry wire` is compiled for the processor and runs under QEMU. The differential tests then
compare its requests, signatures included, and the responses that it reads with botocore's.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from toolchain import ROOT, skip

SEEDS = "3"
"""The cases of each operation."""
TESTS = ("test_chime_requests.py", "test_chime_responses.py")


@dataclass(frozen=True)
class Platform:
    """A processor, and what is needed for it."""

    triplet: str
    emulator: str
    tests: tuple[str, ...] = TESTS


PLATFORMS = {
    # Big-endian; CBOR and events have numbers in network order.
    "s390x": Platform(
        "s390x-linux-gnu", "qemu-s390x", (*TESTS, "test_cbor_services.py", "test_event_responses.py")
    ),
    "riscv64": Platform("riscv64-linux-gnu", "qemu-riscv64"),
    "armhf": Platform("arm-linux-gnueabihf", "qemu-arm"),
    "aarch64": Platform("aarch64-linux-gnu", "qemu-aarch64"),
}

WRAPPER = """\
#!/bin/sh
# Compiles and links for {triplet}. A program becomes a script that runs it under {emulator}.
output=
before=
for word in "$@"; do
    case "$before" in -o) output=$word ;; esac
    case "$word" in -c) exec {triplet}-g++ "$@" ;; esac
    before=$word
done
{triplet}-g++ -static "$@" || exit
if [ -z "$output" ]; then exit 0; fi
program=$(mktemp "{folder}/program-XXXXXX") || exit
mv "$output" "$program" && chmod +x "$program" &&
    printf '#!/bin/sh\\nexec {emulator} "%s" "$@"\\n' "$program" >"$output" && chmod +x "$output"
"""


def compiler_for(platform: Platform, folder: Path) -> Path:
    """A command with a compiler's arguments, which makes programs that can be started here."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{platform.triplet}-g++"
    text = WRAPPER.format(triplet=platform.triplet, emulator=platform.emulator, folder=folder)
    # The same file stays, because its time tells whether programs in the cache are of this compiler.
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path


def main() -> int:
    """The exit status is pytest's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", choices=sorted(PLATFORMS), required=True)
    platform = PLATFORMS[parser.parse_args().platform]
    for tool in (f"{platform.triplet}-g++", platform.emulator):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    for module in ("pytest", "botocore"):
        if importlib.util.find_spec(module) is None:
            skip(f"the Python package {module} is not installed")
    compiler = compiler_for(platform, ROOT / ".belfry" / "platforms" / platform.triplet)
    files = [str(ROOT / "tests" / "differential" / name) for name in platform.tests]
    return subprocess.run(
        # S3 needs pugixml, which is not there for other processors.
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-k", "not s3", *files],
        cwd=ROOT,
        env=os.environ | {"BELFRY_CXX": str(compiler), "BELFRY_SEEDS": SEEDS},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
