# SPDX-License-Identifier: Apache-2.0
"""Stops a program in gdb or lldb and compares what the debugger prints with what it should print.

Visual Studio's debuggers are not run: the names in belfry.natvis are looked up in the headers.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as Xml
from pathlib import Path

from users import ROOT, fail, find_tool, run, skip

FORMATTERS = ROOT / "tools" / "debugger"
PROGRAM = ROOT / "tests" / "packages" / "programs" / "debugged.cpp"
INCLUDES = (f"-I{ROOT / 'include'}", f"-I{ROOT / 'tests' / 'golden' / 'expected'}")
ERROR = "service error NotFoundException: no such task (status 404, request request-1, attempts 3, retryable)"

# Each variable of the program as gdb prints it.
GDB = {
    "request": 'StartSpeakerSearchTaskRequest = {voice_connector_id = "connector", transaction_id ='
    ' "transaction", voice_profile_domain_id = "domain", call_leg = Callee}',
    "unknown_leg": 'Unknown_ "Both"',
    "task": "SpeakerSearchTask = {speaker_search_details = SpeakerSearchDetails = {results = 1 element ="
    " {SpeakerSearchResult = {confidence_score = 0.5}}}, created_timestamp = 2026-01-02T03:04:05.5Z}",
    "far_time": "9000000000000 s and 0 ns since 1970",
    "duration": "-1.5 s",
    "names": '2 elements = {"a", "b"}',
    "absent_names": "absent",
    "flags": "2 elements = {true, false}",
    "colours": '1 entry = {["sky"] = "blue"}',
    "blob": r"3 bytes 'ab\n'",
    "document": "[1]",
    "optional_text": '"text"',
    "absent_text": "absent",
    "box": '"boxed"',
    "failed": f"failure = {{error = {ERROR}}}",
    "succeeded": "success = {value = CallDetails = {is_caller = true}}",
    "headers": "headers = {Host = example, Authorization = hidden}",
    "credentials": "access key AKIDTEST, secrets hidden",
    "chosen": '"bell"',
}
# ... and as lldb does, in one line; the others are printed as by gdb.
LLDB = {
    **GDB,
    "request": '{ voice_connector_id = "connector" transaction_id = "transaction" voice_profile_domain_id ='
    ' "domain" call_leg = Callee }',
    "task": "{ speaker_search_details = { results = 1 element { [0] = { confidence_score = 0.5 } } }"
    " created_timestamp = 2026-01-02T03:04:05.5Z }",
    "names": '2 elements { [0] = "a" [1] = "b" }',
    "flags": "2 elements { [0] = true [1] = false }",
    "colours": '1 entry { [sky] = "blue" }',
    "failed": f"failure {{ error = {ERROR} }}",
    "succeeded": "success { value = { is_caller = true } }",
    "headers": "Host: example, Authorization: hidden",
}


def compare(printed: dict[str, str], expected: dict[str, str], said: str) -> None:
    """Fails at the first variable that is printed in another way."""
    for name, text in expected.items():
        if printed.get(name) != text:
            fail(f"{name}: expected\n  {text}\nnot\n  {printed.get(name)}\nin\n{said}")


def debug(*command: str | Path) -> str:
    """The output of a debugger; ends this program as skipped if the system does not let it trace."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=300, check=False
    )
    said = done.stdout + done.stderr
    if re.search(r"Could not trace|Operation not permitted|personality set failed|ptrace: ", said):
        skip(f"this system does not let {command[0]} trace a program")
    return said


def check_gdb(compiler: str, folder: Path) -> None:
    """Prints all variables with belfry_gdb.py, and one without."""
    gdb = find_tool("gdb")
    probe = run(gdb, "-nx", "-batch", "-ex", "python print('python')")
    if "python\n" not in probe:
        skip(f"this gdb has no Python: {probe}")
    program = folder / "debugged"
    run(compiler, "-std=c++20", "-g", "-O0", *INCLUDES, PROGRAM, "-o", program)
    commands = ["set width 0", "set debuginfod enabled off", f"source {FORMATTERS / 'belfry_gdb.py'}",
                "break stop_here", "run", "up", "info locals", "print/r duration"]  # fmt: skip
    said = debug(gdb, "-nx", "-batch", *(word for each in commands for word in ("-ex", each)), program)
    lines = [re.match(r"(\w+) = (.*)", line) for line in said.splitlines()]
    compare({match[1]: match[2] for match in lines if match}, GDB, said)
    if "{nanoseconds_ = -1500000000}" not in said:
        fail(f"print/r does not show the members:\n{said}")


def check_lldb(compiler: str, folder: Path) -> None:
    """Prints all variables with belfry_lldb.py; with libc++ if that is what `compiler` says."""
    lldb = find_tool("lldb-19")
    program = folder / "debugged"
    if "libc++" in compiler:
        find_tool(compiler.split()[0])
    run(*compiler.split(), "-std=c++20", "-g", "-O0", *INCLUDES, PROGRAM, "-o", program)
    commands = [f"command script import {FORMATTERS / 'belfry_lldb.py'}", "breakpoint set -n stop_here"]
    commands += ["run", "up", "frame variable"]
    said = debug(
        lldb, "--no-lldbinit", "--batch", *(word for each in commands for word in ("-o", each)), program
    )
    if "No module named 'lldb'" in said or "Python" in said.partition("breakpoint set")[0]:
        skip(f"this lldb has no Python:\n{said[:500]}")
    printed: dict[str, str] = {}
    for match in re.finditer(r"^\(.*?\) (\w+) = (.*(?:\n(?: .*|\}))*)$", said, re.MULTILINE):
        printed[match[1]] = " ".join(match[2].split())
    compare(printed, LLDB, said)


def check_natvis() -> None:
    """Each type of the file is a class of the headers, and its header has each name of an expression."""
    headers = {path: path.read_text(encoding="utf-8") for path in (ROOT / "include/belfry").rglob("*.hpp")}
    namespace = "{http://schemas.microsoft.com/vstudio/debugger/natvis/2010}"
    types = Xml.parse(FORMATTERS / "belfry.natvis").getroot().findall(f"{namespace}Type")
    if len(types) < 15:
        fail(f"belfry.natvis has {len(types)} types")
    for each in types:
        name = each.attrib["Name"]
        match = re.fullmatch(r"belfry::v0::(?:detail::)?(\w+)(?:<\*>)?(?:::(\w+))?", name)
        if match is None:
            fail(f"belfry.natvis: '{name}' is not the name of a type of Belfry")
        word = match[2] or match[1]
        declared = re.compile(
            rf"^\s*(?:template <[^{{;]*>\s*)?(?:class|struct) (?:\[\[\w+\]\] )?{word}\b[^;]*?\{{",
            re.MULTILINE,
        )
        homes = [text for text in headers.values() if declared.search(text)]
        if not homes:
            fail(f"belfry.natvis: no header defines '{name}'")
        for element in each.iter():
            expressions = [element.attrib.get("Condition", "")]
            if element.tag == f"{namespace}DisplayString":
                expressions += re.findall(r"\{([^{}]+)\}", element.text or "")
            elif len(element) == 0:
                expressions.append(element.text or "")
            for expression in expressions:
                for member in re.findall(r"\b[a-z_]\w*", re.sub(r",en$|belfry::v0::\w+", "", expression)):
                    if member in ("nullptr", "void", "size"):
                        continue
                    if not any(re.search(rf"\b{member}\b", text) for text in homes):
                        fail(f"belfry.natvis: '{name}' has no member '{member}' ({expression})")


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--debugger", required=True, choices=("gdb", "lldb", "natvis"))
    parser.add_argument("--compiler", default="g++")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.debugger == "gdb":
            check_gdb(options.compiler, Path(name))
        elif options.debugger == "lldb":
            check_lldb(options.compiler, Path(name))
        else:
            check_natvis()
    print(f"{options.debugger}: values are shown as they should be")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
