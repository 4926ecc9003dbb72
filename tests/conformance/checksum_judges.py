# SPDX-License-Identifier: Apache-2.0
"""Computes checksums of random bytes with zlib, hashlib and awscrt, and writes them.

    python checksum_judges.py OUTPUT_JSON

The bytes are those that `checksum_test.cpp` makes from the same numbers.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from awscrt import checksums

SIZES = [*range(130), 255, 256, 1000, 4095, 4096, 65_535, 65_537, 1_000_003]


def random_bytes(size: int, seed: int) -> Iterator[int]:
    """The high bytes of a linear congruential sequence."""
    state = seed
    for _ in range(size):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 56


def _xxhash(hasher: checksums.XXHash, data: bytes) -> bytes:
    hasher.update(data)
    return bytes(hasher.finalize())


def judge(data: bytes) -> dict[str, str]:
    """Every checksum of the bytes, in base64."""
    found = {
        "crc32": zlib.crc32(data).to_bytes(4, "big"),
        "crc32c": checksums.crc32c(data).to_bytes(4, "big"),
        "crc64nvme": checksums.crc64nvme(data).to_bytes(8, "big"),
        "sha1": hashlib.sha1(data).digest(),
        "sha256": hashlib.sha256(data).digest(),
        "md5": hashlib.md5(data).digest(),
        "sha512": hashlib.sha512(data).digest(),
        "xxhash64": _xxhash(checksums.XXHash.new_xxhash64(), data),
        "xxhash3": _xxhash(checksums.XXHash.new_xxhash3_64(), data),
        "xxhash128": _xxhash(checksums.XXHash.new_xxhash3_128(), data),
    }
    return {name: base64.b64encode(value).decode() for name, value in found.items()}


def main() -> None:
    """Writes the cases."""
    numbers = random.Random(20)
    cases = []
    for size in SIZES:
        seed = numbers.getrandbits(32)
        cases.append({"size": size, "seed": seed, "checksums": judge(bytes(random_bytes(size, seed)))})
    Path(sys.argv[1]).write_text(json.dumps(cases), encoding="utf-8")


if __name__ == "__main__":
    main()
