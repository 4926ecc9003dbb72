# SPDX-License-Identifier: Apache-2.0
"""Makes a site: services that changed, in parallel, then the start page, the guide and the search index.

The folder of the site holds a record of what each service was made from. Pages of services that were made by
earlier runs stay.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Any

from belfry_codegen.commands.docs import search
from belfry_codegen.commands.docs.guide import copy_guide, guide_files, guide_titles
from belfry_codegen.commands.docs.render import render
from belfry_codegen.commands.docs.shell import Shell, versions
from belfry_codegen.commands.docs.task import Outcome, Task, make_pages
from belfry_codegen.commands.repository import checkout
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.records import dataclass
from belfry_codegen.output.cache import generator_key
from belfry_codegen.output.fingerprint import digest
from belfry_codegen.output.jobs import as_completed, job_count
from belfry_codegen.output.progress import progress
from belfry_codegen.output.write import locked
from belfry_codegen.readers.models import Entry

RECORD = ".belfry-docs.json"
"""The file by which a folder is known as a site of this command."""


_MOST_DEEP = 5000
"""The operations of a site whose search index has members of any depth."""


@dataclass(slots=True)
class Report:
    """The results of a run."""

    outcomes: list[Outcome] = field(default_factory=list)
    unchanged: int = 0
    interrupted: bool = False


def make_site(services: Mapping[str, Entry], out: Path) -> Report:
    """Makes the pages of services that changed, and all that depends on which services there are."""
    _refuse_others(out)
    report = Report()
    with locked(out):
        record = _load(out)
        key = digest([generator_key(), *versions()])
        root = checkout()
        guide = tuple(guide_titles(root)) if root is not None else ()
        keys = {name: digest([key, str(guide)], entry.files()) for name, entry in services.items()}
        stale = [name for name in services if not _is_fresh(record, out, name, keys[name])]
        report.unchanged = len(services) - len(stale)
        work = Path(tempfile.mkdtemp(prefix=".building-", dir=out))
        try:
            tasks = [Task(services[name], out, work, guide) for name in _largest_first(services, stale)]
            _make_services(tasks, record, keys, report)
            pages = digest(
                [key, json.dumps(record["services"], sort_keys=True)], guide_files(root) if root else []
            )
            if record.get("pages") != pages or not (out / search.FOLDER).is_dir():
                _save(out, record | {"pages": ""})
                _make_start(record["services"], root, guide, out, work)
                if len(record["services"]) > 1 and sys.stderr.isatty():
                    print("==> Making the search index", file=sys.stderr, flush=True)
                count = sum(one["operations"] for one in record["services"].values())
                search.index(out, count <= _MOST_DEEP)
                record["pages"] = pages
        finally:
            shutil.rmtree(work, ignore_errors=True)
            _save(out, record)
    return report


def _refuse_others(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: this is a file; give a folder as --out")
    if out.is_dir() and not (out / RECORD).is_file() and any(_visible(out)):
        raise UsageError(
            f"{out}: this folder holds files that `docs` did not write; move them, or choose another --out"
        )


def _visible(folder: Path) -> Iterable[Path]:
    return (path for path in folder.iterdir() if not path.name.startswith(".building-"))


def _load(out: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        record = json.loads((out / RECORD).read_text(encoding="utf-8"))
        if isinstance(record, dict) and isinstance(record.get("services"), dict):
            # A service whose folder was removed is not part of the site any more.
            record["services"] = {
                name: one for name, one in record["services"].items() if (out / name).is_dir()
            }
            return record
    return {"services": {}}


def _save(out: Path, record: Mapping[str, Any]) -> None:
    temporary = out / f"{RECORD}.new"
    temporary.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    temporary.replace(out / RECORD)


def _is_fresh(record: Mapping[str, Any], out: Path, name: str, key: str) -> bool:
    known = record["services"].get(name)
    return known is not None and known["key"] == key and (out / name / "index.html").is_file()


def _largest_first(services: Mapping[str, Entry], names: Iterable[str]) -> list[str]:
    def size(name: str) -> int:
        return sum(
            file.stat().st_size
            for path in services[name].files()
            for file in ([path] if path.is_file() else path.iterdir())
            if file.is_file()
        )

    return sorted(names, key=lambda name: (-size(name), name))


def _make_services(
    tasks: list[Task], record: dict[str, Any], keys: Mapping[str, str], report: Report
) -> None:
    try:
        with progress(len(tasks), "services") as bar:
            for outcome in as_completed(make_pages, tasks, job_count()):
                report.outcomes.append(outcome)
                if not outcome.fault:
                    record["services"][outcome.name] = {
                        "key": keys[outcome.name],
                        "title": outcome.title,
                        "operations": outcome.operations,
                    }
                bar.update()
    except KeyboardInterrupt:
        report.interrupted = True
    report.outcomes.sort(key=lambda outcome: outcome.name)


def _make_start(
    services: Mapping[str, Any],
    root: Path | None,
    guide: tuple[tuple[str, str], ...],
    out: Path,
    work: Path,
) -> None:
    sources, made = work / "sources", work / "site"
    if root is not None:
        copy_guide(root, sources)
    shell = Shell(sources, made, work / "doctrees", guide)
    body = render(
        "home.html.j2",
        guide=[(f"{page}.html", title) for page, title in guide],
        services=[(name, one["title"], one["operations"]) for name, one in sorted(services.items())],
    )
    shell.page("index", "Services", body, [("guide", "Guide"), ("services", "Services")])
    # Sphinx's own search, which loads its whole index into each browser.
    for name in ("searchindex.js", "objects.inv", ".buildinfo"):
        (made / name).unlink(missing_ok=True)
    for path in sorted(made.iterdir()):
        target = out / path.name
        if target.is_dir():
            shutil.rmtree(target)
        path.replace(target)
