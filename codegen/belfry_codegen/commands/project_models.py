# SPDX-License-Identifier: Apache-2.0
"""The models of a project: opens them, compares them with the lock file, and moves to a newer release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from belfry_codegen.commands.diff.compile import Compiled
from belfry_codegen.commands.diff.pair import Compared, Pair
from belfry_codegen.commands.diff.run import Program, compare_all
from belfry_codegen.commands.diff.sources import DownloadError, botocore_data
from belfry_codegen.commands.project import (
    Lock,
    Locked,
    Project,
    read_lock,
    replace_file,
    with_release,
    write_lock,
)
from belfry_codegen.commands.repository import own_command
from belfry_codegen.commands.task import Options
from belfry_codegen.commands.update import source_version
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.ir import NO_SPELLINGS, Spellings
from belfry_codegen.model.records import replace
from belfry_codegen.output.fingerprint import whole_digest
from belfry_codegen.readers.models import Entry, find


@contextmanager
def project_models(project: Project, release: str | None = None) -> Iterator[Path]:
    """The folder of the project's models, of another release than its file names if one is given."""
    if project.folder is not None:
        yield project.folder
        return
    try:
        with botocore_data(release or project.botocore) as data:
            yield data
    except DownloadError as fault:
        raise UsageError(f"{project.path}: models.botocore: {fault}") from None


def project_entries(project: Project, models: Path) -> dict[str, Entry]:
    """The places of the project's services among the models."""
    return {name: replace(find(models, name), own_overlay=project.overlay(name)) for name in project.services}


def project_options(project: Project, lock: Lock, check: bool) -> dict[str, Options]:
    """The options of the project's services. A folder of models has the spellings beside the models."""
    return {
        name: Options(
            project.output,
            one.operations,
            one.docs,
            one.protocol,
            check,
            namespace=one.namespace,
            compiled=one.compiled,
            borrowed=one.borrowed,
            spellings=lock.services[name].spellings if project.folder is None else None,
        )
        for name, one in project.services.items()
    }


def new_lock(entries: Mapping[str, Entry], botocore: str | None, spellings: Mapping[str, Spellings]) -> Lock:
    """A lock on these models, which are of that release or of a folder, with these spellings."""
    return Lock(
        {
            name: Locked(entry.version, whole_digest([], entry.files()), spellings.get(name, NO_SPELLINGS))
            for name, entry in entries.items()
        },
        botocore,
    )


def locked_spellings(lock: Lock | None) -> dict[str, Spellings]:
    """The spellings of each service in a lock."""
    return {name: one.spellings for name, one in lock.services.items()} if lock is not None else {}


def require_locked(project: Project, lock: Lock | None, found: Lock) -> None:
    """Fails if a model is not the one that is locked. A service that is not locked yet is accepted."""
    if lock is None:
        return
    advice = f"`{own_command('update')}` locks the models again"
    if lock.botocore != found.botocore:
        asked, held = found.botocore or "a folder", lock.botocore or "a folder"
        raise UsageError(f"{project.path} asks for botocore {asked}, {project.lock} has {held}; {advice}")
    for name, locked in lock.services.items():
        if name in found.services and found.services[name] != locked:
            raise UsageError(f"{project.lock}: the model of {name} is not the one that is locked; {advice}")


class ProjectUpdate:
    """The outcome of moving a project to newer models."""

    def __init__(
        self,
        old: str,
        new: str,
        compared: list[Compared],
        relocked: list[str],
        compiled: Compiled | None = None,
    ) -> None:
        self.old = old
        self.new = new
        self.compared = compared
        self.compiled = compiled
        self.relocked = relocked
        """Services of a folder of models whose model or overlay is not the one that was locked."""


def update_project(project: Project, release: str | None, program: Program | None) -> ProjectUpdate:
    """Moves the project to a release of botocore, the newest one for None, and locks its models.

    If a service cannot be compared, both files stay as they are. A project with a folder of models only
    gets a new lock.
    """
    before = read_lock(project.lock)
    if project.folder is not None:
        if release is not None:
            raise UsageError(f"{project.path}: the models are those of a folder; --to is for botocore's")
        found = new_lock(project_entries(project, project.folder), None, {})
        known = before.services if before is not None else {}
        changed = [name for name, one in found.services.items() if known.get(name, one) != one]
        write_lock(project.lock, found)
        return ProjectUpdate(str(project.folder), str(project.folder), [], changed)
    # The headers are those of the release that is locked, even if the file names another one already.
    origin = before.botocore if before is not None and before.botocore is not None else project.botocore
    kept = locked_spellings(before)
    with project_models(project, origin) as old, botocore_data(release) as new:
        moved = source_version(new)
        pairs = [
            Pair(
                name,
                old,
                new,
                True,
                True,
                overlay=project.overlay(name),
                operations=one.operations,
                protocol=one.protocol,
                keeps_spellings=True,
                spellings=kept.get(name, NO_SPELLINGS),
                namespace=one.namespace,
            )
            for name, one in project.services.items()
        ]
        names = (f"botocore {origin}", f"botocore {moved}")
        compared, compiled = compare_all(pairs, program, names)
        if not any(one.fault for one in compared):
            spellings = {one.name: one.spellings for one in compared}
            lock = new_lock(project_entries(project, new), moved, spellings)
            text = project.path.read_text(encoding="utf-8")
            if moved != project.botocore:
                replace_file(project.path, with_release(text, moved))
            write_lock(project.lock, lock)
    return ProjectUpdate(*names, compared, [], compiled)
