# SPDX-License-Identifier: Apache-2.0
"""Compiles the header of `amalgamate` as a user would, and compares its requests with the split headers'."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from users import ROOT, fail, find_tool, run

PROGRAMS = ROOT / "tests" / "packages" / "programs"
OPERATIONS = ("StartSpeakerSearchTask", "GetSpeakerSearchTask")
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror")
BARE = ("-fno-exceptions", "-fno-rtti")
TOWER = ROOT / "tests" / "golden" / "models"


def amalgamate(*arguments: str | Path) -> None:
    """Runs the command in this environment, which has the generator on its path."""
    run(sys.executable, "-m", "belfry_codegen", "amalgamate", *arguments)


def check_text(path: Path) -> None:
    """The header has the licence on top, each of Belfry's headers once, and no other operation."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("// SPDX-License-Identifier: Apache-2.0\n"):
        fail("the first line is not the licence line")
    if re.search(r'^\s*#\s*include\s*[<"]belfry/', text, re.MULTILINE):
        fail("the header includes one of Belfry's")
    headers = re.findall(r"^// (belfry/\S+)$", text, re.MULTILINE)
    if len(headers) < 100 or len(set(headers)) != len(headers):
        fail(f"{len(headers)} headers, {len(set(headers))} different ones")
    mentioned = set(re.findall(r"struct (\w+) \{\s+using Input", text))
    if mentioned != set(OPERATIONS):
        fail(f"the header has these operations: {mentioned}")


def refused(compiler: str, expected: str, *arguments: str | Path) -> None:
    """Compiles what must not compile, and looks for the reason in the output."""
    command = [compiler, "-std=c++20", "-fsyntax-only", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0 or expected not in done.stderr:
        fail(f"{' '.join(command)}: expected an error with '{expected}', not:\n{done.stderr[:2000]}")


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    compiler = find_tool(parser.parse_args().compiler)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        voice = scratch / "voice.hpp"
        amalgamate("chime-sdk-voice", "--operations", ",".join(OPERATIONS), "--out", voice)
        check_text(voice)
        first = voice.read_bytes()
        amalgamate("chime-sdk-voice", "--operations", ",".join(OPERATIONS), "--out", voice)
        if voice.read_bytes() != first:
            fail("the command does not write the same twice")

        # Alone, as a main file, because Compiler Explorer shows one.
        run(compiler, "-std=c++20", *WARNINGS, *BARE, "-fsyntax-only", "-x", "c++", voice)
        sources = [PROGRAMS / "requests.cpp", PROGRAMS / "another_file.cpp"]
        run(compiler, "-std=c++20", *WARNINGS, *BARE, "-DAMALGAMATED", f"-I{scratch}", *sources, "-o",
            scratch / "one")  # fmt: skip
        run(compiler, "-std=c++20", *WARNINGS, f"-I{ROOT / 'include'}", *sources, "-o", scratch / "split")
        one, split = run(scratch / "one"), run(scratch / "split")
        if one != split or one.count("AWS4-HMAC-SHA256") != 2:
            fail(f"the requests differ, or are not signed:\n{one}\n{split}")

        # Two services in one source file share Belfry's headers.
        amalgamate("golden-tower", "--models", TOWER, "--out", scratch / "tower.hpp")
        both = scratch / "both.cpp"
        both.write_text('#include "voice.hpp"\n#include "tower.hpp"\nint main() {}\n')
        run(compiler, "-std=c++20", *WARNINGS, "-fsyntax-only", both)

        amalgamate("chime-sdk-voice", "--operations", "ListVoiceConnectors", "--out", scratch / "list.hpp")
        both.write_text('#include "voice.hpp"\n#include "list.hpp"\nint main() {}\n')
        refused(compiler, "make one header with all of them", both)
        both.write_text(
            '#include <belfry/version.hpp>\n#include <belfry/transport.hpp>\n#include "voice.hpp"\n'
        )
        refused(compiler, "include either it or <belfry/...>", f"-I{ROOT / 'include'}", both)
        refused(compiler, "without BELFRY_SEPARATE_COMPILATION", "-DBELFRY_SEPARATE_COMPILATION", "-x", "c++",
                voice)  # fmt: skip
    print("amalgamate: the header compiles and makes the same requests")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
