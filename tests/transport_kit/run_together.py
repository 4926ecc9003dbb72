# SPDX-License-Identifier: Apache-2.0
"""Runs programs at the same time, and prints what each said when it has ended.

The kits of all adapters spend their time waiting. One after the other, with the machine to themselves, they
take minutes. Usage: run_together.py -- PROGRAM ARGUMENT... -- PROGRAM ARGUMENT...
"""

from __future__ import annotations

import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end."""
    return subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        timeout=300,
    )


def main(arguments: list[str]) -> int:
    """The exit status is 1 when a program fails."""
    commands = [
        list(group)
        for is_separator, group in itertools.groupby(arguments, key=lambda text: text == "--")
        if not is_separator
    ]
    if not commands:
        print(__doc__)
        return 2
    with ThreadPoolExecutor(len(commands)) as pool:
        results = list(pool.map(run, commands))
    for command, result in zip(commands, results, strict=True):
        print(f"$ {' '.join(command)}\n{result.stdout}\nexit status {result.returncode}\n", flush=True)
    return 0 if all(result.returncode == 0 for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
