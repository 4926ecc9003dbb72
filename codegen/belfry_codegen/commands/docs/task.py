# SPDX-License-Identifier: Apache-2.0
"""Makes the pages of one service, in a temporary folder that then takes the place of the older one."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

from belfry_codegen.commands.docs.pages import OperationPage, Pages, ServicePage
from belfry_codegen.commands.docs.render import render
from belfry_codegen.commands.docs.shell import Shell
from belfry_codegen.commands.endpoints import endpoint_urls
from belfry_codegen.commands.task import fault_text
from belfry_codegen.cpp.plan import ServicePlan, plan_service
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.records import dataclass
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import Entry

_SECTIONS = (
    ("operations", "Operations"),
    ("paginators", "Paginators"),
    ("waiters", "Waiters"),
    ("errors", "Errors"),
    ("endpoints", "Endpoints"),
    ("protocol", "Protocol"),
    ("authentication", "Authentication"),
)
_CLIENTS: tuple[tuple[str, dict[str, str | bool]], ...] = (
    ("us-east-1", {"AWS::Region": "us-east-1"}),
    ("us-east-1, with use_fips", {"AWS::Region": "us-east-1", "AWS::UseFIPS": True}),
    ("us-east-1, with use_dual_stack", {"AWS::Region": "us-east-1", "AWS::UseDualStack": True}),
    ("eu-central-1", {"AWS::Region": "eu-central-1"}),
    ("cn-north-1", {"AWS::Region": "cn-north-1"}),
)


@dataclass(frozen=True, slots=True)
class Task:
    """A service whose pages must be made."""

    entry: Entry
    out: Path
    work: Path
    """A folder for temporary files, on the file system of `out`."""
    guide: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one service."""

    name: str
    fault: str = ""
    misfits: tuple[str, ...] = ()
    title: str = ""
    operations: int = 0


def make_pages(task: Task) -> Outcome:
    """Makes the pages of one service. Every error becomes a result, so that the others are still made."""
    name = task.entry.name
    try:
        return _make(task)
    except Exception as fault:
        return Outcome(name, fault_text(task.entry.path, fault))


@cache
def _shell(work: Path, guide: tuple[tuple[str, str], ...]) -> tuple[Shell, Path]:
    """Sphinx for this process, and the folder in which it writes."""
    room = work / f"process-{os.getpid()}"
    out = room / "out"
    return Shell(room / "sources", out, room / "doctrees", guide), out


def _make(task: Task) -> Outcome:
    name = task.entry.name
    misfits: list[ModelError] = []
    service = load_service(task.entry.models, name, documentation=True, entry=task.entry, misfits=misfits)
    plan = plan_service(service, name)
    shell, folder = _shell(task.work, task.guide)
    urls = endpoint_urls(service.endpoint_rules, [built_ins for _, built_ins in _CLIENTS])
    endpoints = tuple((client, url) for (client, _), (url, _) in zip(_CLIENTS, urls, strict=True) if url)
    pages = Pages(plan, shell.paint, endpoints)
    made = folder / name
    shutil.rmtree(made, ignore_errors=True)
    try:
        index = pages.service()
        _write(shell, plan, pages, index, made)
        _replace(made, task.out / name, task.work)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Outcome(name, "", tuple(map(str, misfits)), index.title, len(index.operations))


def _write(shell: Shell, plan: ServicePlan, pages: Pages, index: ServicePage, made: Path) -> None:
    name = index.name
    here = {"name": name, "page": f"{name}/index", "sections": _SECTIONS}
    shell.page(
        f"{name}/index",
        index.title,
        render("service.html.j2", page=index),
        _SECTIONS,
        {"belfry_service": here},
    )
    headers = render_service(plan.service, plan.folder)
    (made / "headers").mkdir()
    operations = list(pages.operations())
    by_name = sorted(operations, key=lambda page: page.method)
    place = {page.page: number for number, page in enumerate(by_name)}
    for page in operations:
        number = place[page.page]
        around = {
            "belfry_service": here,
            "prev": _neighbour(by_name, number - 1),
            "next": _neighbour(by_name, number + 1),
        }
        body = render("operation.html.j2", page=page, service=index)
        shell.page(f"{name}/{page.page}", page.method, body, _sections(page), around)
        (made / "headers" / f"{page.page}.hpp.txt").write_text(headers[page.header], encoding="utf-8")


def _neighbour(pages: list[OperationPage], number: int) -> dict[str, str] | None:
    if not 0 <= number < len(pages):
        return None
    return {"link": f"{pages[number].page}.html", "title": pages[number].method}


def _sections(page: OperationPage) -> list[tuple[str, str]]:
    return [
        (anchor, title)
        for anchor, title, present in (
            ("request-syntax", "Request syntax", True),
            ("parameters", "Parameters", True),
            ("sent-events", "Events that are sent", page.sent_events),
            ("response-types", "Returns", True),
            ("response-structure", "Response structure", True),
            ("received-events", "Events that are received", page.received_events),
            ("errors", "Errors", True),
            ("pages", "Pages", page.pages_method),
            ("waiters", "Waiters", page.waits),
            ("examples", "Examples", page.examples),
            ("program", "Complete program", True),
            ("wire", "On the wire", True),
        )
        if present
    ]


def _replace(made: Path, target: Path, work: Path) -> None:
    """Moves a complete folder to its place, and what was there away."""
    older = work / f"older-{os.getpid()}-{target.name}"
    with suppress(FileNotFoundError):
        target.rename(older)
    made.rename(target)
    shutil.rmtree(older, ignore_errors=True)
