# SPDX-License-Identifier: Apache-2.0
"""Runs the compiler on several source files at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from belfry_codegen.commands.catalogue.units import Unit

# The warnings of cmake/BelfryWarnings.cmake; a test compares them.
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow")
FLAGS = ("-std=c++20", "-fsyntax-only", *WARNINGS)
# Users may disable exceptions and RTTI. The umbrella header is compiled without them, the other units with
# them.
BARE = ("-fno-exceptions", "-fno-rtti")
_WORDS_KEPT = 4000
# Darwin reports bytes, other systems KiB.
_PEAKS_IN_A_MEBIBYTE = 1024 * 1024 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Result:
    """The result of compiling a source file."""

    key: str
    seconds: float
    """Processor time."""
    peak_mebibytes: int
    status: int
    warnings: int
    words: str
    """The beginning of the compiler's output."""

    @property
    def is_good(self) -> bool:
        return self.status == 0 and self.warnings == 0


def known_result(unit: Unit) -> Result | None:
    """The unit's last result, if nothing has changed since and it was good.

    A bad result may have had a cause that is not part of the key, such as a library that was missing.
    """
    try:
        found = Result(**json.loads(unit.result.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if found.key == unit.key and found.is_good else None


class Compilation:
    """Compiles several files at once."""

    def __init__(self, compiler: Sequence[str], includes: Sequence[Path], jobs: int) -> None:
        self._command = [*compiler, *FLAGS, *(f"-I{path}" for path in includes)]
        self._jobs = jobs
        self._stopped = threading.Event()
        self._running: set[int] = set()

    def run(self, units: Sequence[Unit]) -> Iterator[tuple[Unit, Result]]:
        """The results in the order of completion; each is also stored beside its source."""
        with ThreadPoolExecutor(self._jobs) as pool:
            waiting: dict[Future[Result | None], Unit] = {
                pool.submit(self._compile, unit): unit for unit in units
            }
            try:
                for future in as_completed(waiting):
                    result = future.result()
                    if result is not None:
                        yield waiting[future], result
            except BaseException:
                self._stop()
                raise

    def _stop(self) -> None:
        """Stops the running compilers, and starts no others."""
        self._stopped.set()
        for process in list(self._running):
            with suppress(ProcessLookupError):
                os.killpg(process, signal.SIGTERM)

    def _compile(self, unit: Unit) -> Result | None:
        if self._stopped.is_set():
            return None
        flags = BARE if unit.source.name == "umbrella.cpp" else ()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                [*self._command, *flags, str(unit.source)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                # The compiler gets its own process group. Otherwise Ctrl-C would stop it as well, and its end
                # would be reported as a failure to compile.
                start_new_session=True,
            )
            self._running.add(process.pid)
            try:
                _, status, usage = os.wait4(process.pid, 0)
            finally:
                self._running.discard(process.pid)
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            words = said.read().decode("utf-8", "replace")
        if self._stopped.is_set():
            return None
        result = Result(
            unit.key,
            round(usage.ru_utime + usage.ru_stime, 2),
            usage.ru_maxrss // _PEAKS_IN_A_MEBIBYTE,
            process.returncode,
            sum(" warning: " in line for line in words.splitlines()),
            words[:_WORDS_KEPT],
        )
        if process.returncode >= 0 and "Killed signal" not in words:
            unit.result.write_text(json.dumps(asdict(result)), encoding="utf-8")
        return result
