# SPDX-License-Identifier: Apache-2.0
"""Compiles examples/embedding.cpp for a Cortex-M4 without an operating system, measures it, and runs it.

botocore judges the request that the program prints, with its signature. The sizes are those of the whole
program, with newlib and the start code.
"""

from __future__ import annotations

import base64
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from platforms import PLATFORMS
from toolchain import INCLUDE, ROOT, report, skip

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


# The standard library has tables of 130 KB for numbers; newlib's own functions are asked for by name.
SMALL = ("-DBELFRY_NO_FLOAT_CHARCONV", "-Wl,-u,_printf_float")


def build(source: Path, program: Path, flags: tuple[str, ...]) -> dict[str, int]:
    """Compiles for size, and returns the bytes of code and constants, of data, and of zeroed data."""
    platform = PLATFORMS["cortex-m4"]
    command = [*platform.compiler, *platform.compiles, "-std=c++20", f"-I{INCLUDE}", *flags]
    command += ["-Os", "-ffunction-sections", "-fdata-sections", "--specs=nano.specs"]
    subprocess.run([*command, str(source), *platform.links, "-o", str(program)], check=True)
    lines = subprocess.run(
        ["arm-none-eabi-size", str(program)], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()
    return dict(zip(lines[0].split()[:3], map(int, lines[1].split()[:3]), strict=True))


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
    for tool in ("arm-none-eabi-g++", "qemu-system-arm"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    for module in ("botocore", "jinja2"):
        if importlib.util.find_spec(module) is None:
            skip(f"the Python package {module} is not installed")
    sys.path[:0] = [str(ROOT / "tests" / "differential"), str(ROOT / "codegen")]
    from botocore_judge import Judge
    from comparison import compare_request

    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.cpp"
        empty.write_text(EMPTY, encoding="utf-8")
        for name, source, flags in (
            ("without a call", empty, ()),
            ("a call, with the standard library's numbers", SOURCE, ()),
            ("a call", SOURCE, SMALL),
        ):
            size = build(source, Path(folder) / "program", flags)
            print(f"{name}: {', '.join(f'{part} {count}' for part, count in size.items())}")
        done = subprocess.run(
            [*PLATFORMS["cortex-m4"].run, str(Path(folder) / "program")],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    faults = []
    if size["text"] > MOST_BYTES:
        faults.append(f"{size['text']} bytes of code and constants, at most {MOST_BYTES}")
    if done.returncode != 0 or "ticket-1 is IN_QUEUE; 7 hashes\n" not in done.stdout:
        faults.append(f"status {done.returncode}\n{done.stdout}{done.stderr}")
    else:
        judge = Judge("chime-sdk-voice", "us-east-1")
        faults += compare_request(judge, "StartSpeakerSearchTask", PARAMETERS, request_in(done.stdout))
    return report(faults, "a call on a Cortex-M4")


if __name__ == "__main__":
    sys.exit(main())
