# SPDX-License-Identifier: Apache-2.0
"""Work for several processes."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from belfry_codegen.model.errors import BelfryError, UsageError

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


def job_count() -> int:
    """What BELFRY_JOBS says, or one for each processor that this process may use."""
    wanted = os.environ.get("BELFRY_JOBS", "")
    if not wanted:
        return _processors()
    if wanted.isascii() and wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    raise UsageError(f"BELFRY_JOBS is '{wanted}'; a number of jobs is expected, 1 or more")


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def as_completed(work: Callable[[Task], Outcome], tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """The outcomes of `work` as they come, from as many processes as there are jobs.

    When this is interrupted, what has begun is finished, and nothing else is begun.
    """
    if jobs == 1 or len(tasks) < 2:
        yield from map(work, tasks)
        return
    pool = futures.ProcessPoolExecutor(min(jobs, len(tasks)), initializer=_prepare, initargs=(os.getpid(),))
    try:
        for future in futures.as_completed([pool.submit(work, task) for task in tasks]):
            yield future.result()
    except KeyboardInterrupt:
        print("\nbelfry: finishing what has begun", file=sys.stderr, flush=True)
        raise
    except BrokenProcessPool as fault:
        raise BelfryError(
            "a process that did the work was ended, perhaps for want of memory; BELFRY_JOBS=1 needs less"
        ) from fault
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare(parent: int) -> None:
    """In each process: it leaves interrupts to its parent, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What was loaded is never garbage, and models have no cycles to speak of.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
