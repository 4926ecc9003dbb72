# SPDX-License-Identifier: Apache-2.0
"""Generates services in parallel; each service is written completely or not at all."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from belfry_codegen.commands.repository import checkout, own_command, repository_root
from belfry_codegen.cpp.naming import namespace
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model.errors import BelfryError, ModelError
from belfry_codegen.output.cache import Cache, Record, generator_key, signature
from belfry_codegen.output.fingerprint import digest
from belfry_codegen.output.jobs import as_completed, job_count
from belfry_codegen.output.manifest import manifest, manifest_path
from belfry_codegen.output.progress import progress
from belfry_codegen.output.write import locked, plan, refuse_others, write_all
from belfry_codegen.passes.documentation import has_documentation
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import Entry

# Longer than the resolution of file times.
_TICK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Options:
    """The options for all services."""

    out: Path
    operations: tuple[str, ...] | None = None
    documentation: bool = False
    protocol: str | None = None
    """None for the best one that a model lists."""
    check: bool = False
    """Writes nothing, ignores records, and reports what would change."""
    namespace: str = ""
    """The namespace below `belfry`; empty for the one of the service's ID."""
    compiled: bool = False
    """Source files for a library, and headers that only declare what these define."""

    def words(self) -> list[str]:
        """The options that the generated text depends on."""
        operations = "*" if self.operations is None else ",".join(self.operations)
        return [operations, str(self.documentation), self.protocol or "", self.namespace, str(self.compiled)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one service."""

    name: str
    fault: str = ""
    note: str = ""
    """Tells the user which option had no effect; empty if all had."""
    misfits: tuple[str, ...] = ()
    """Errors of overlays' entries that do not fit the model; the files were written without those entries."""
    namespace: str = ""
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    stale: tuple[Path, ...] = ()
    """With `check`: files that would be written, and in `left_over` files that would be removed."""
    left_over: tuple[Path, ...] = ()
    record: Record | None = None


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


@dataclass(frozen=True, slots=True)
class _Task:
    entry: Entry
    options: Options
    key: str
    service_id: str
    namespace: str


def generate(services: Mapping[str, Entry], options: Options, cache_folder: Path | None) -> Report:
    """Generates the services that changed. An error in one of them does not affect the others."""
    cache = Cache(None if options.check else cache_folder, options.out)
    report = Report()
    with progress(len(services), "services") as bar:
        tasks: list[_Task] = []
        for found in _survey(services, options, cache):
            if isinstance(found, _Task):
                tasks.append(found)
            else:
                report.outcomes.append(found)
                bar.update()
        # The largest first, so that the last task to finish is a small one.
        tasks.sort(key=lambda task: (-_size(task.entry.path), task.entry.name))
        try:
            for outcome in as_completed(_generate, tasks, job_count()):
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


def _survey(services: Mapping[str, Entry], options: Options, cache: Cache) -> Iterator[_Task | Outcome]:
    """A task for each service that must be generated, or the result if nothing needs to be done."""
    generator = generator_key()
    tasks: list[_Task] = []
    recorded: dict[str, Record] = {}
    for name, entry in services.items():
        try:
            key = digest([generator, name, *options.words()], entry.files())
            record = cache.load(name)
            if record is not None and record.key == key:
                recorded[name] = record
                service_id = record.service_id
            else:
                service_id = entry.service_id()
            space = options.namespace or namespace(entry.distinct_id(service_id))
            tasks.append(_Task(entry, options, key, service_id, space))
        except (BelfryError, OSError) as fault:
            yield Outcome(name, _words(fault))
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


def _generate(task: _Task) -> Outcome:
    """Generates one service. Every error becomes a result, so that the others are still generated."""
    name = task.entry.name
    try:
        return _generate_or_fail(task)
    except (BelfryError, OSError) as fault:
        return Outcome(name, _words(fault))
    except RecursionError:
        return Outcome(name, f"{task.entry.path}: the model is nested too deeply")
    except Exception:
        return Outcome(name, f"internal error in the generator:\n{traceback.format_exc().rstrip()}")


def _generate_or_fail(task: _Task) -> Outcome:
    name, options = task.entry.name, task.options
    faults: list[ModelError] = []
    service = load_service(
        task.entry.models,
        name,
        options.operations,
        options.documentation,
        protocol=options.protocol,
        entry=task.entry,
        misfits=faults,
    )
    service = replace(service, chosen_namespace=options.namespace)
    misfits = tuple(map(str, faults))
    rendered = render_service(service, name, options.compiled)
    files = {options.out / path: text for path, text in rendered.items()}
    files[options.out / manifest_path(task.namespace)] = manifest(service, name, task.namespace, rendered)
    folder = options.out.joinpath("belfry", *task.namespace.split("::"))
    note = _documentation_note(task.entry) if options.documentation else ""
    outcome = Outcome(name, note=note, misfits=misfits, namespace=task.namespace)
    if options.check:
        todo = plan(files, [folder])
        return replace(outcome, unchanged=todo.unchanged, stale=tuple(todo.changed), left_over=todo.removed)
    with locked(folder):
        todo = plan(files, [folder])
        refuse_others(todo)
        write_all(todo, folder)
        written = signature(options.out, task.namespace)
        record = Record(task.key, task.service_id, task.namespace, written, len(files), note, misfits)
    return replace(
        outcome,
        written=len(todo.changed),
        unchanged=todo.unchanged,
        removed=len(todo.removed),
        record=record,
    )


def _documentation_note(entry: Entry) -> str:
    """Says that the model has no documentation to copy; empty if it has some."""
    if has_documentation(entry.read()):
        return ""
    note = f"{entry.path}: the model has no documentation that --docs could copy"
    if not (entry.path / "source.json").is_file():
        return note
    if entry.models != repository_root("api-models") / "api-models":
        return f"{note}; `{_update_command(entry, '--models', str(entry.models))}` brings it"
    if checkout() is not None:
        return f"{note}; `{_update_command(entry)}` brings it"
    command = _update_command(entry, "--models", "DIR")
    return f"{note}; `{command}` brings it, then for --models DIR (MODELS_DIR in CMake)"


def _update_command(entry: Entry, *models: str) -> str:
    return own_command("update", entry.name, "--keep-docs", *models)


def _words(fault: BelfryError | OSError) -> str:
    if isinstance(fault, OSError):
        return f"{fault.filename or ''}: {fault.strerror or fault}"
    return str(fault)


def _size(path: Path) -> int:
    """The size of a model's files, as an estimate of the time to generate it."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.glob("service-2.*"))
