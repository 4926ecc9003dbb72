# SPDX-License-Identifier: Apache-2.0
"""Copies a service's model from botocore: without the documentation, its members in the order that they had.

A program that names members in braces must name them in the order of the structure. So a copy keeps the
order of the copy before it, and new members follow the one that they follow in botocore's model.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from belfry_codegen.commands.changes import changes_of_update
from belfry_codegen.commands.diff.order import moved_members
from belfry_codegen.commands.diff.records import Change
from belfry_codegen.commands.diff.sources import DownloadError, botocore_data, is_release
from belfry_codegen.commands.project import replace_file
from belfry_codegen.model import ir
from belfry_codegen.model.errors import BelfryError, CombinedError, ModelError, UsageError
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.output.write import locked, plan, write_all
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.passes.spellings import in_old_order
from belfry_codegen.readers.botocore.service import read_folder
from belfry_codegen.readers.files import deep_merge, find_file, load_json, services, versions
from belfry_codegen.readers.models import Entry, nothing_in, survey
from belfry_codegen.readers.overlay import overlay_files
from belfry_codegen.readers.spellings import SPELLINGS, read_spellings, spellings_object

_FILES = ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1", "endpoint-bdd-1")
_EXAMPLES = "examples-1"
_PROSE = ("documentation", "deprecatedMessage")


@dataclass(frozen=True, slots=True)
class Data:
    """Botocore's data folder."""

    folder: Path
    wheel: str = ""
    """The name of the wheel that it was downloaded in; errors name it in place of a temporary folder."""

    @contextmanager
    def errors_named(self) -> Iterator[None]:
        """Makes errors in downloaded files name the wheel."""
        if not self.wheel:
            yield
            return
        with _errors_name(self.folder.parent.parent, lambda file: f"{self.wheel}: {file}"):
            yield


@dataclass(frozen=True, slots=True)
class Update:
    """The result of an update."""

    folder: Path
    source: str
    first: bool
    changes: list[Change]
    unknown: str
    """Why the changes cannot be told; empty if they can."""
    written: int
    removed: int


def update(models: Path, service: str, data: Data, keep_documentation: bool | None = None) -> Update:
    """Copies a service's newest model from botocore's data folder to `models`. Writes nothing on an error.

    The documentation and the examples are AWS's text. `keep_documentation` copies them, too, for the
    caller's own use; if it is None, they are copied if the copy before had them.
    """
    check_layout(models)
    with data.errors_named():
        known = versions(data.folder / service)
        if not known:
            names = [name for name, _ in services(data.folder)]
            if not names:
                raise _no_source(data.folder)
            raise UsageError(f"{data.folder}: no service '{service}'{close_matches(service, names)}")
        version = known[-1]
        folder = models / service / version
        before = _previous_folder(models / service, version)
        keep = _has_documentation(before) if keep_documentation is None else keep_documentation
        contents = _contents(data.folder / service / version, keep)
        old = _previous(before)
        reordered = []
        if old is not None:
            orders = _orders(old, models / service / "overlay.json")
            reordered = _keep_order(contents["service-2"], orders)
        if not keep:
            contents = {stem: without_prose(content) for stem, content in contents.items()}
        files = {f"{stem}.json": _as_text(content) for stem, content in contents.items()}
        origin = source_version(data.folder)
        documentation = {"documentation": True} if keep else {}
        files["source.json"] = _as_text({"package": "botocore", "version": origin, **documentation})
        new = _read_back(files, data.folder / service / version)
    with locked(folder):
        todo = plan({str(folder / name): text for name, text in files.items()}, [folder])
        gone = [folder / f"{stem}.json" for stem in (*_FILES, _EXAMPLES) if f"{stem}.json" not in files]
        todo = replace(todo, removed=(*todo.removed, *(path for path in gone if path.is_file())))
        write_all(todo, folder)
    changes, unknown = reordered, ""
    written = removed = 0
    if old is not None:
        try:
            found, spellings = _compared(models, service, folder, old, new)
            changes = [*found, *reordered]
            written, removed = _write_spellings(models / service / SPELLINGS, spellings)
        except BelfryError as fault:
            unknown = str(fault)
    done = (len(todo.changed) + written, len(todo.removed) + removed)
    return Update(folder, f"botocore {origin}", old is None, changes, unknown, *done)


def _write_spellings(path: Path, spellings: ir.Spellings) -> tuple[int, int]:
    """Writes or removes the file of what is kept of earlier models; how many files that are."""
    known = read_spellings(path)
    if spellings == known:
        return 0, 0
    if spellings == ir.NO_SPELLINGS:
        path.unlink()
        return 0, 1
    replace_file(path, _as_text(spellings_object(spellings)))
    return 1, 0


def _compared(
    models: Path, service: str, folder: Path, old: ir.Service, new: ir.Service
) -> tuple[list[Change], ir.Spellings]:
    """The changes between two models, both with the overlay, and what is kept of the old one."""
    entry = Entry(models, service, folder.name, folder, None)
    # An entry that fits only one of the models is reported for the new one, when the update is done.
    misfits: list[ModelError] = []
    before = load_service(models, service, entry=entry, model=old, misfits=misfits)
    after = load_service(models, service, entry=entry, model=new, misfits=misfits, spellings=ir.NO_SPELLINGS)
    return changes_of_update(before, after, service)


def check_layout(models: Path) -> None:
    """Fails if `models` has another layout."""
    if models.is_file():
        raise UsageError(f"{models}: this is a file; update needs a folder of models")
    if models.is_dir() and not any(services(models)):
        found, _ = survey(models)
        if found:
            raise UsageError(
                f"{models}: this folder holds Smithy models, update writes botocore's; give another folder"
            )


def _no_source(data: Path) -> UsageError:
    found, _ = survey(data)
    return (
        UsageError(f"{data}: this folder holds Smithy models; give botocore's data folder")
        if found
        else nothing_in(data)
    )


def without_prose(value: Any) -> Any:
    """JSON without documentation, which is a string; members and shapes with that name are objects and stay.

    The error messages of endpoint rules also stay, because they are results of a rule set.
    """
    if isinstance(value, dict):
        return {
            key: without_prose(item)
            for key, item in value.items()
            if not (key in _PROSE and isinstance(item, str))
        }
    if isinstance(value, list):
        return [without_prose(item) for item in value]
    return value


def _contents(folder: Path, examples: bool) -> dict[str, Any]:
    """The parsed files of a model that are copied, by their names without `.json`."""
    contents: dict[str, Any] = {}
    for stem in (*_FILES, *([_EXAMPLES] if examples else [])):
        path = find_file(folder, stem)
        if path is None:
            continue
        content = load_json(path)
        extras = find_file(folder, f"{stem}.sdk-extras")
        if extras is not None:
            deep_merge(content, load_json(extras).get("merge", {}))
        if not examples:
            content.pop("examples", None)
        contents[stem] = content
    return contents


def _orders(old: ir.Service, overlay: Path) -> dict[str, list[str]]:
    """The members of each shape in the order of the generated structures: overlays' members come last."""
    orders = {name: [member.name for member in shape.members] for name, shape in old.shapes.items()}
    for path in overlay_files(old.id, overlay):
        try:
            content = load_json(path)
        except BelfryError:
            # It is reported once the model is written.
            continue
        content = content if isinstance(content, dict) else {}
        exceptions = [name for name, shape in old.shapes.items() if shape.error is not None]
        added = [(name, content.get("exceptionMembers")) for name in exceptions]
        new_members = content.get("newMembers")
        added += list(new_members.items()) if isinstance(new_members, dict) else []
        for name, members in added:
            if name in orders and isinstance(members, dict):
                orders[name] += [member for member in members if member not in orders[name]]
    return orders


def _keep_order(service_2: Any, orders: Mapping[str, list[str]]) -> list[Change]:
    """Puts the members of a `service-2` object into the old order; a note for each change."""
    changes: list[Change] = []
    shapes = service_2.get("shapes") if isinstance(service_2, dict) else None
    for name, shape in shapes.items() if isinstance(shapes, dict) else ():
        members = shape.get("members") if isinstance(shape, dict) else None
        order = orders.get(name)
        if order is None or not isinstance(members, dict):
            continue
        moved = moved_members(order, list(members))
        if moved:
            shape["members"] = {key: members[key] for key in in_old_order(order, list(members))}
            text = f"members of {name} changed places in botocore's model: {', '.join(moved)}"
            changes.append(Change(("order", name), f"{text}; this copy keeps their order"))
    return changes


def _as_text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _read_back(files: dict[str, str], source: Path) -> ir.Service:
    """The service in files that were made from those in the folder `source`."""

    def origin(file: Path) -> str:
        return str(find_file(source, file.stem) or source / file)

    with tempfile.TemporaryDirectory(prefix="belfry-") as name, _errors_name(Path(name), origin):
        for file, text in files.items():
            (Path(name) / file).write_text(text, encoding="utf-8")
        return read_folder(Path(name))


@contextmanager
def _errors_name(folder: Path, name: Callable[[Path], str]) -> Iterator[None]:
    """Makes errors in the files of a temporary folder name the files that these were made from."""

    def renamed(fault: ModelError) -> ModelError:
        file = Path(fault.file)
        return fault.in_file(name(file.relative_to(folder))) if file.is_relative_to(folder) else fault

    try:
        yield
    except ModelError as fault:
        raise renamed(fault) from None
    except CombinedError as fault:
        raise CombinedError([renamed(each) for each in fault.faults]) from None


def _previous_folder(service_folder: Path, version: str) -> Path | None:
    older = [name for name in versions(service_folder) if name <= version]
    return service_folder / older[-1] if older else None


def _previous(folder: Path | None) -> ir.Service | None:
    if folder is None:
        return None
    try:
        return read_folder(folder)
    except BelfryError:
        return None


def _has_documentation(folder: Path | None) -> bool:
    """Whether `update` copied the documentation to that folder."""
    if folder is None or not (folder / "source.json").is_file():
        return False
    source = load_json(folder / "source.json")
    return isinstance(source, dict) and source.get("documentation") is True


def source_version(data: Path) -> str:
    """The release of botocore whose data folder this is; `unknown` if the package is not around it."""
    package = data.parent / "__init__.py"
    if package.is_file():
        found = re.search(
            r"^__version__ = ['\"]([^'\"]+)['\"]", package.read_text(encoding="utf-8"), re.MULTILINE
        )
        if found:
            return found[1]
    return "unknown"


@contextmanager
def open_data(source: str | None) -> Iterator[Data]:
    """The folder that is named, that of a release of botocore, or for None that of the installed one."""
    spec = importlib.util.find_spec("botocore") if source is None else None
    if spec is not None and spec.origin is not None:
        yield Data(Path(spec.origin).parent / "data")
        return
    if source is not None and not is_release(source):
        yield Data(Path(source))
        return
    if source is None:
        print("botocore is not installed; downloading it to read its models", file=sys.stderr)
    try:
        with botocore_data((source or "").partition("==")[2] or None) as folder:
            wheel = next((file.name for file in folder.parent.parent.glob("botocore-*.whl")), "")
            yield Data(folder, wheel)
    except DownloadError as fault:
        raise UsageError(f"{fault}; give its data folder with --from") from None
