# SPDX-License-Identifier: Apache-2.0
"""From services' names to their headers: side by side, each service wholly or not at all."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from belfry_codegen.errors import BelfryError
from belfry_codegen.fingerprint import digest
from belfry_codegen.jobs import each_done, job_count
from belfry_codegen.output import carry_out, locked, plan, refuse_others
from belfry_codegen.pipeline import load_service
from belfry_codegen.progress import progress
from belfry_codegen.readers.models import Entry
from belfry_codegen.render import render_service
from belfry_codegen.stamps import Stamp, Stamps, generator_key, signature

# Longer than the ticks in which file systems count time.
_TICK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for, whichever the service."""

    out: Path
    operations: tuple[str, ...] | None = None
    documentation: bool = False
    protocol: str | None = None
    """None for the best that a model lists."""
    check: bool = False
    """Writes nothing, believes no stamp, and says what would change."""

    def words(self) -> list[str]:
        """What the outcome depends on."""
        operations = "*" if self.operations is None else ",".join(self.operations)
        return [operations, str(self.documentation), self.protocol or ""]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a service."""

    name: str
    fault: str = ""
    namespace: str = ""
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    stale: tuple[Path, ...] = ()
    """Files that a check would have written, and below those that it would have removed."""
    left_over: tuple[Path, ...] = ()
    stamp: Stamp | None = None


@dataclass(slots=True)
class Report:
    """What became of all of them, in the order of their names."""

    outcomes: list[Outcome] = field(default_factory=list)
    interrupted: bool = False

    @property
    def faults(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.fault]

    @property
    def is_fresh(self) -> bool:
        return not any(outcome.stale or outcome.left_over for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class _Task:
    entry: Entry
    options: Options
    key: str
    service_id: str
    namespace: str


def generate(services: Mapping[str, Entry], options: Options, cache: Path | None) -> Report:
    """Generates services, those that changed; a fault in one of them is its own and no other's."""
    stamps = Stamps(None if options.check else cache, options.out)
    report = Report()
    with progress(len(services), "services") as bar:
        tasks: list[_Task] = []
        for found in _survey(services, options, stamps):
            if isinstance(found, _Task):
                tasks.append(found)
            else:
                report.outcomes.append(found)
                bar.update()
        # The largest first, or one processor ends up with it while the other has nothing left to do.
        tasks.sort(key=lambda task: (-_size(task.entry.path), task.entry.name))
        try:
            for outcome in each_done(_generate, tasks, job_count()):
                report.outcomes.append(outcome)
                if outcome.stamp is not None:
                    stamps.save(outcome.name, outcome.stamp)
                bar.update()
        except KeyboardInterrupt:
            report.interrupted = True
    if any(outcome.written for outcome in report.outcomes):
        # What is changed from now on has another time than what was written.
        time.sleep(_TICK_SECONDS)
    report.outcomes.sort(key=lambda outcome: outcome.name)
    return report


def _survey(services: Mapping[str, Entry], options: Options, stamps: Stamps) -> Iterator[_Task | Outcome]:
    """What there is to do for each service, or what became of it without doing anything."""
    generator = generator_key()
    tasks: list[_Task] = []
    stamped: dict[str, Stamp] = {}
    for name, entry in services.items():
        try:
            key = digest([generator, name, *options.words()], entry.files())
            stamp = stamps.load(name)
            if stamp is not None and stamp.key == key:
                stamped[name] = stamp
                service_id = stamp.service_id
            else:
                service_id = entry.service_id()
            tasks.append(_Task(entry, options, key, service_id, entry.namespace(service_id)))
        except (BelfryError, OSError) as fault:
            yield Outcome(name, _words(fault))
    owners: dict[str, list[str]] = {}
    for task in tasks:
        owners.setdefault(task.namespace, []).append(task.entry.name)
    for task in tasks:
        name = task.entry.name
        others = [owner for owner in owners[task.namespace] if owner != name]
        stamp = stamped.get(name)
        if others:
            taken = f"its namespace '{task.namespace}' is that of {', '.join(others)} too"
            yield Outcome(name, f"{taken}; its id is '{task.service_id}'")
        elif stamp is not None and stamp.namespace == task.namespace and stamps.holds(stamp):
            yield Outcome(name, namespace=task.namespace, unchanged=stamp.files)
        else:
            yield task


def _generate(task: _Task) -> Outcome:
    """One service; whatever goes wrong is told, for the others are not to suffer from it."""
    name = task.entry.name
    try:
        return _generate_or_fail(task)
    except (BelfryError, OSError) as fault:
        return Outcome(name, _words(fault))
    except Exception:
        return Outcome(name, f"the generator failed:\n{traceback.format_exc().rstrip()}")


def _generate_or_fail(task: _Task) -> Outcome:
    name, options = task.entry.name, task.options
    service = load_service(
        task.entry.models,
        name,
        options.operations,
        options.documentation,
        protocol=options.protocol,
        entry=task.entry,
    )
    files = {options.out / path: text for path, text in render_service(service, name).items()}
    folder = options.out / "belfry" / service.namespace
    if options.check:
        todo = plan(files, [folder])
        return Outcome(name, unchanged=todo.unchanged, stale=tuple(todo.changed), left_over=todo.removed)
    with locked(folder):
        todo = plan(files, [folder])
        refuse_others(todo)
        carry_out(todo, folder)
        written = signature(options.out, service.namespace)
        stamp = Stamp(task.key, task.service_id, service.namespace, written, len(files))
    return Outcome(
        name, "", service.namespace, len(todo.changed), todo.unchanged, len(todo.removed), stamp=stamp
    )


def _words(fault: BelfryError | OSError) -> str:
    if isinstance(fault, OSError):
        return f"{fault.filename or ''}: {fault.strerror or fault}"
    return str(fault)


def _size(path: Path) -> int:
    """Of a model, compressed or not: a guess at what it costs."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.glob("service-2.*"))
