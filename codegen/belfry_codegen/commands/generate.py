# SPDX-License-Identifier: Apache-2.0
"""Generates services in parallel; each service is written completely or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from belfry_codegen.commands.task import Options, Outcome, Task
from belfry_codegen.cpp.naming import namespace
from belfry_codegen.model.errors import BelfryError, error_text
from belfry_codegen.output.cache import Cache, Record, generator_key
from belfry_codegen.output.fingerprint import digest
from belfry_codegen.output.jobs import as_completed, job_count
from belfry_codegen.output.progress import progress
from belfry_codegen.readers.models import Entry

# Longer than the resolution of file times.
_TICK_SECONDS = 0.02


@dataclass(slots=True)
class Report:
    """The results for all services, ordered by name."""

    outcomes: list[Outcome] = field(default_factory=list)
    interrupted: bool = False

    @property
    def faults(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.fault]

    @property
    def misfits(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.misfits]

    @property
    def is_fresh(self) -> bool:
        return not any(outcome.stale or outcome.left_over for outcome in self.outcomes)


def generate(
    services: Mapping[str, Entry], options: Mapping[str, Options], cache_folder: Path | None
) -> Report:
    """Generates the services that changed. An error in one of them does not affect the others.

    `options` has those of each service; all have the same `out` and `check`.
    """
    common = next(iter(options.values()))
    cache = Cache(None if common.check else cache_folder, common.out)
    report = Report()
    with progress(len(services), "services") as bar:
        tasks: list[Task] = []
        generator = generator_key()
        for found in _survey(services, options, cache, generator):
            if isinstance(found, Task):
                tasks.append(found)
            else:
                report.outcomes.append(found)
                bar.update()
        # The largest first, so that the last task to finish is a small one.
        tasks.sort(key=lambda task: (-_size(task.entry.path), task.entry.name))
        try:
            for outcome in _generated(tasks, cache.folder(f"templates-{generator}")):
                report.outcomes.append(outcome)
                if outcome.record is not None:
                    cache.save(outcome.name, outcome.record)
                bar.update()
        except KeyboardInterrupt:
            report.interrupted = True
    if any(outcome.written for outcome in report.outcomes):
        # So that later changes to these files have another time.
        time.sleep(_TICK_SECONDS)
    report.outcomes.sort(key=lambda outcome: outcome.name)
    return report


def _generated(tasks: Sequence[Task], templates: Path | None) -> Iterator[Outcome]:
    """Generates services, in the order of completion; `templates` is a folder for compiled templates."""
    if not tasks:
        return
    # Imported here, because a run without tasks must not load Jinja2; and before there are processes, so that
    # they share it.
    from belfry_codegen.commands.generate_service import generate_service
    from belfry_codegen.cpp.render import load_templates

    load_templates(templates)
    yield from as_completed(generate_service, tasks, job_count())


def _survey(
    services: Mapping[str, Entry], options: Mapping[str, Options], cache: Cache, generator: str
) -> Iterator[Task | Outcome]:
    """A task for each service that must be generated, or the result if nothing needs to be done."""
    tasks: list[Task] = []
    recorded: dict[str, Record] = {}
    for name, entry in services.items():
        try:
            own = options[name]
            key = digest([generator, name, *own.words()], entry.files())
            record = cache.load(name)
            if record is not None and record.key == key:
                recorded[name] = record
                service_id = record.service_id
            else:
                service_id = entry.service_id()
            space = own.namespace or namespace(entry.distinct_id(service_id))
            tasks.append(Task(entry, own, key, service_id, space))
        except (BelfryError, OSError) as fault:
            yield Outcome(name, error_text(fault))
    owners: dict[str, list[str]] = {}
    for task in tasks:
        owners.setdefault(task.namespace, []).append(task.entry.name)
    for task in tasks:
        name = task.entry.name
        others = [owner for owner in owners[task.namespace] if owner != name]
        record = recorded.get(name)
        if others:
            taken = f"its namespace '{task.namespace}' is also that of {', '.join(others)}"
            yield Outcome(name, f"{taken}; its id is '{task.service_id}'")
        elif record is not None and record.namespace == task.namespace and cache.holds(record):
            yield Outcome(
                name,
                note=record.note,
                misfits=tuple(record.misfits),
                namespace=task.namespace,
                unchanged=record.files,
            )
        else:
            yield task


def _size(path: Path) -> int:
    """The size of a model's files, as an estimate of the time to generate it."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.glob("service-2.*"))
