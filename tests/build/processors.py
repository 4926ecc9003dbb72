# SPDX-License-Identifier: Apache-2.0
"""Code for the instructions of other processors gives the hashes and checksums that others give.

Compiles for the processor, and runs the program under QEMU's emulation of it. The judges are Python's hashlib
and AWS's common runtime.
"""

from __future__ import annotations

import hashlib
import importlib.util
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain import INCLUDE, WARNINGS, skip

PROGRAM = Path(__file__).resolve().parent / "processors" / "hashes.cpp"
# Compilers, each with what it needs to make a program for ARMv8.
COMPILERS = {
    "g++": ["aarch64-linux-gnu-g++"],
    "clang++-14": ["clang++-14", "--target=aarch64-linux-gnu", "-fuse-ld=bfd"],
    "clang++-19": ["clang++-19", "--target=aarch64-linux-gnu", "-fuse-ld=bfd"],
}
# 0, whole blocks, and each position of a message's end in a block.
SIZES = [0, 64, 128, 1_000, *range(1, 200), 4_096, 10_007]


def messages() -> list[bytes]:
    """Messages whose bytes are the same in each run."""
    chance = random.Random(1)
    return [chance.randbytes(size) for size in SIZES]


def expected(message: bytes) -> str:
    """The line that the program prints twice for a message."""
    from awscrt import checksums

    crcs = (checksums.crc32(message), checksums.crc32c(message), checksums.crc64nvme(message))
    return f"{hashlib.sha256(message).hexdigest()} {crcs[0]:08x} {crcs[1]:08x} {crcs[2]:016x}"


def main() -> int:
    for tool in ("aarch64-linux-gnu-g++", "qemu-aarch64"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    if importlib.util.find_spec("awscrt") is None:
        skip("the Python package awscrt is not installed")
    sent = messages()
    wanted = [expected(message) for message in sent for _ in range(2)]
    failed = False
    with tempfile.TemporaryDirectory() as directory:
        for name, command in COMPILERS.items():
            if shutil.which(command[0]) is None:
                print(f"{name} is not installed")
                continue
            program = Path(directory) / name
            subprocess.run(
                [*command, "-std=c++20", "-O2", "-static", *WARNINGS, f"-I{INCLUDE}", PROGRAM, "-o", program],
                check=True,
            )
            got = subprocess.run(
                ["qemu-aarch64", "-cpu", "max", program],
                input="".join(message.hex() + "\n" for message in sent),
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout.splitlines()
            wrong = [SIZES[i // 2] for i, line in enumerate(got) if line != wanted[i]]
            failed |= bool(wrong) or len(got) != len(wanted)
            print(f"{name}: {len(got)} lines, wrong for messages of {wrong or 'no'} bytes")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
