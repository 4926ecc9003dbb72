# SPDX-License-Identifier: Apache-2.0
"""A running peer program.

Each is started as `program ANSWER-FILE URL`, where the URL is `canned` for a transport that answers at once.
It makes one StartSpeakerSearchTask and prints

    ready BODY-BYTES TASK-ID RESULTS LAST-VOICE-PROFILE-ID

with the bytes that its canned transport was given to send (0 without one) and the values that it read from
the answer. After that, for each line `COUNT` of its input, it makes as many calls and prints the nanoseconds
that they took. It ends when its input does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[3]
ANSWER = ROOT / "benchmarks" / "data" / "speaker_search_task.json"
BODY_BYTES = range(197, 205)
"""The size of the request; boto3 writes a space after each comma and colon."""


class NotMeasured(Exception):  # noqa: N818 - it says why a row has no figures
    """Raised for a row that has no figures; the text is the reason."""


@dataclass(frozen=True)
class Cost:
    """Nanoseconds of one call."""

    processor: float
    wall: float


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without settings of AWS and proxies, which not all peers read alike."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and not name.lower().endswith("_proxy")
    }
    quiet = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return kept | quiet | dict(extra)


def pin(process: int, processor: int | None) -> None:
    """Keeps a process, and the threads that it starts later, on one processor."""
    if processor is not None and sys.platform == "linux":
        os.sched_setaffinity(process, {processor})


def wrong_answer(ready: str, canned: bool) -> str | None:
    """The reason why a peer's first line is not that of the call which all make; None if it is."""
    task = json.loads(ANSWER.read_text(encoding="utf-8"))["SpeakerSearchTask"]
    results = task["SpeakerSearchDetails"]["Results"]
    read = [task["SpeakerSearchTaskId"], str(len(results)), results[-1]["VoiceProfileId"]]
    words = ready.split()
    if len(words) != 5 or words[0] != "ready":
        return f"its first line was {ready.strip()!r}"
    if words[2:] != read:
        return f"it read {words[2:]} where the answer has {read}"
    if canned and int(words[1]) not in BODY_BYTES:
        return f"it sent {words[1]} bytes, not {BODY_BYTES.start}"
    return None


class RunningPeer:
    """A peer program that waits for numbers of calls."""

    def __init__(
        self, command: Sequence[str], url: str, processor: int | None, extra: Mapping[str, str], log: IO[str]
    ) -> None:
        self._command = [*command, str(ANSWER), url]
        # The program inherits the processor from its start, and sizes its pools of threads by it.
        before = os.sched_getaffinity(0) if sys.platform == "linux" else None
        pin(0, processor)
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                env=environment(extra),
            )  # fmt: skip
        except OSError as error:
            raise NotMeasured(f"{command[0]} cannot be run: {error.strerror}") from error
        finally:
            if before is not None:
                os.sched_setaffinity(0, before)
        ready = self._line()
        problem = wrong_answer(ready, url == "canned")
        if problem is not None:
            self.close()
            raise NotMeasured(f"the program does not make the call: {problem}")

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotMeasured(f"{Path(self._command[0]).name} ended with status {self._process.wait()}")
        return line

    def processor_nanoseconds(self) -> int:
        """The processor time of all threads of the program so far, user and system."""
        # The clock id that clock_getcpuclockid(3) returns on Linux.
        return time.clock_gettime_ns(~self._process.pid << 3 | 2)

    def run(self, count: int) -> Cost:
        """Lets the program make that many calls."""
        assert self._process.stdin is not None
        before = self.processor_nanoseconds()
        try:
            self._process.stdin.write(f"{count}\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise NotMeasured(f"the program ended with status {self._process.wait()}") from error
        wall = int(self._line())
        return Cost((self.processor_nanoseconds() - before) / count, wall / count)

    def close(self) -> None:
        """Ends the program."""
        # A program that has ended by itself leaves a closed pipe.
        try:
            self._process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        except (BrokenPipeError, ValueError):
            self._process.wait()


class Server:
    """The server on 127.0.0.1 that answers all peers."""

    def __init__(self, program: Path, processor: int | None, log: IO[str]) -> None:
        self._process = subprocess.Popen(
            [str(program), str(ANSWER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        pin(self._process.pid, processor)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def close(self) -> None:
        """Ends the server."""
        self._process.communicate()
