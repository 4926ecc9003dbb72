# SPDX-License-Identifier: Apache-2.0
"""Runs work in several processes."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from belfry_codegen.model.errors import BelfryError, UsageError

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


def job_count() -> int:
    """The value of BELFRY_JOBS, or the number of processors that this process may use."""
    wanted = os.environ.get("BELFRY_JOBS", "")
    if not wanted:
        return _processors()
    if wanted.isascii() and wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    raise UsageError(f"BELFRY_JOBS must be a number of 1 or more, not '{wanted}'")


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def as_completed(work: Callable[[Task], Outcome], tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """The outcomes of `work` in the order of completion, from as many processes as there are jobs.

    After an interrupt, tasks that have begun are finished, and no others are begun.
    """
    if jobs == 1 or len(tasks) < 2:
        _collect_rarely()
        yield from map(work, tasks)
        return
    # Imported here, because few runs need processes.
    from concurrent import futures
    from concurrent.futures.process import BrokenProcessPool

    pool = futures.ProcessPoolExecutor(min(jobs, len(tasks)), initializer=_prepare, initargs=(os.getpid(),))
    try:
        for future in futures.as_completed([pool.submit(work, task) for task in tasks]):
            yield future.result()
    except KeyboardInterrupt:
        print("\nbelfry: interrupted; waiting for the tasks that have begun", file=sys.stderr, flush=True)
        raise
    except BrokenProcessPool as fault:
        raise BelfryError(
            "a worker process was killed, perhaps because memory ran out; BELFRY_JOBS=1 needs less memory"
        ) from fault
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare(parent: int) -> None:
    """Makes a worker process ignore interrupts, which its parent handles, and end with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _collect_rarely()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _collect_rarely() -> None:
    """Collects garbage rarely: modules stay loaded, and models hardly have reference cycles."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
