# SPDX-License-Identifier: Apache-2.0
"""Compiles examples/embedding.cpp for a Cortex-M4 without an operating system, measures it, and runs it.

botocore judges the request that the program prints, with its signature. The sizes are those of the whole
program, with newlib and the start code. With `--platform wasi` it is WebAssembly in Node.js, without sizes.
"""

from __future__ import annotations

import argparse
import base64
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from platforms import PLATFORMS
from toolchain import INCLUDE, ROOT, ZIG_ENVIRONMENT, report, skip

MOST_BYTES = 110_000
"""Code and constants together."""
SOURCE = ROOT / "examples" / "embedding.cpp"
# A program without a call of Belfry, for what the C library and the start code take.
EMPTY = '#include <cstdio>\n#include <string>\nint main() { std::puts(std::string("x").c_str()); }\n'
PARAMETERS = {
    "VoiceConnectorId": "abcdef1ghij2klmno3pqr4",
    "TransactionId": "t-1",
    "VoiceProfileDomainId": "d-1",
    "ClientRequestToken": "5a5a5a5a-5a5a-4a5a-9a5a-5a5a5a5a5a5a",
}

NEEDED = {
    "cortex-m4": (("arm-none-eabi-g++", "qemu-system-arm"), ()),
    "wasi": (("node",), ("ziglang",)),
}
"""The programs and Python packages for a platform."""

# The standard library has tables of 130 KB for numbers; newlib's own functions are asked for by name.
SMALL = ("-DBELFRY_NO_FLOAT_CHARCONV", "-Wl,-u,_printf_float")


def build(name: str, source: Path, program: Path, flags: tuple[str, ...]) -> None:
    """Compiles and links for size."""
    platform = PLATFORMS[name]
    command = [*platform.compiler, *platform.compiles, "-std=c++20", f"-I{INCLUDE}", *flags]
    command += ["-Os", "-ffunction-sections", "-fdata-sections"]
    environment = os.environ | ZIG_ENVIRONMENT
    subprocess.run([*command, str(source), *platform.links, "-o", str(program)], check=True, env=environment)


def sizes(program: Path) -> dict[str, int]:
    """The bytes of code and constants, of data, and of zeroed data."""
    lines = subprocess.run(
        ["arm-none-eabi-size", str(program)], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()
    return dict(zip(lines[0].split()[:3], map(int, lines[1].split()[:3]), strict=True))


def measured(folder: Path) -> Iterator[str]:
    """Builds the program for a Cortex-M4 as the last of several, and tells their sizes; yields faults."""
    empty = folder / "empty.cpp"
    empty.write_text(EMPTY, encoding="utf-8")
    size = {"text": 0}
    for title, source, flags in (
        ("without a call", empty, ()),
        ("a call, with the standard library's numbers", SOURCE, ()),
        ("a call", SOURCE, SMALL),
    ):
        build("cortex-m4", source, folder / "program", ("--specs=nano.specs", *flags))
        size = sizes(folder / "program")
        print(f"{title}: {', '.join(f'{part} {count}' for part, count in size.items())}")
    if size["text"] > MOST_BYTES:
        yield f"{size['text']} bytes of code and constants, at most {MOST_BYTES}"


def request_in(text: str) -> dict[str, Any]:
    """The request that the program prints, as `belfry wire` shows one."""
    head, _, rest = text.partition("\n\n")
    first, *fields = head.splitlines()
    method, url = first.split(" ")
    body = rest.partition("\n")[0].encode()
    headers = dict(field.split(": ", 1) for field in fields)
    shown = {
        "method": method,
        "url": url,
        "headers": headers,
        "body_base64": base64.b64encode(body).decode(),
    }
    return {"request": shown}


def main() -> int:
    """The exit status is 1 when the request, the answer or the size is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", choices=sorted(NEEDED), default="cortex-m4")
    name = parser.parse_args().platform
    tools, modules = NEEDED[name]
    for tool in tools:
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    for module in ("botocore", "jinja2", *modules):
        if importlib.util.find_spec(module) is None:
            skip(f"the Python package {module} is not installed")
    sys.path[:0] = [str(ROOT / "tests" / "differential"), str(ROOT / "codegen")]
    from botocore_judge import Judge
    from comparison import compare_request

    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program"
        if name == "cortex-m4":
            faults += measured(Path(folder))
        else:
            build(name, SOURCE, program, ())
        done = subprocess.run(
            [*PLATFORMS[name].run, str(program)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    if done.returncode != 0 or "ticket-1 is IN_QUEUE; 7 hashes\n" not in done.stdout:
        faults.append(f"status {done.returncode}\n{done.stdout}{done.stderr}")
    else:
        judge = Judge("chime-sdk-voice", "us-east-1")
        faults += compare_request(judge, "StartSpeakerSearchTask", PARAMETERS, request_in(done.stdout))
    return report(faults, f"a call on {name}")


if __name__ == "__main__":
    sys.exit(main())
