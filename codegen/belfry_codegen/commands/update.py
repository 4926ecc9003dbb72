# SPDX-License-Identifier: Apache-2.0
"""Copies a service's model from botocore, without the documentation."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from belfry_codegen.commands.diff import Change, compare
from belfry_codegen.model import ir
from belfry_codegen.model.errors import BelfryError, UsageError
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.output.write import plan, write_all
from belfry_codegen.readers.botocore.service import read_folder
from belfry_codegen.readers.files import deep_merge, find_file, load_json, services, versions
from belfry_codegen.readers.models import nothing_in, survey

_FILES = ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1")
_PROSE = ("documentation", "deprecatedMessage")


@dataclass(frozen=True, slots=True)
class Update:
    """The result of an update."""

    folder: Path
    source: str
    first: bool
    changes: list[Change]
    written: int
    removed: int


def update(models: Path, service: str, source: Path | None) -> Update:
    """Copies a service's newest model to `models`. Writes nothing if there is an error."""
    _check_layout(models)
    with _data_folder(source) as data:
        known = versions(data / service)
        if not known:
            names = [name for name, _ in services(data)]
            if not names:
                raise _no_source(data)
            raise UsageError(f"{data}: no service '{service}'{close_matches(service, names)}")
        version = known[-1]
        files = _facts(data / service / version)
        folder = models / service / version
        origin = _source_version(data)
        files["source.json"] = _as_text({"package": "botocore", "version": origin})
        new = _read_back(files)
    old = _previous(models / service, version)
    todo = plan({folder / name: text for name, text in files.items()})
    gone = [folder / f"{stem}.json" for stem in _FILES if f"{stem}.json" not in files]
    todo = replace(todo, removed=tuple(path for path in gone if path.is_file()))
    write_all(todo, folder)
    changes = compare(old, new) if old else []
    return Update(folder, f"botocore {origin}", old is None, changes, len(todo.changed), len(todo.removed))


def _check_layout(models: Path) -> None:
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


def _facts(folder: Path) -> dict[str, str]:
    files: dict[str, str] = {}
    for stem in _FILES:
        path = find_file(folder, stem)
        if path is None:
            continue
        content = load_json(path)
        extras = find_file(folder, f"{stem}.sdk-extras")
        if extras is not None:
            deep_merge(content, load_json(extras).get("merge", {}))
        content.pop("examples", None)
        files[f"{stem}.json"] = _as_text(without_prose(content))
    return files


def _as_text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _read_back(files: dict[str, str]) -> ir.Service:
    with tempfile.TemporaryDirectory(prefix="belfry-") as name:
        for file, text in files.items():
            (Path(name) / file).write_text(text, encoding="utf-8")
        return read_folder(Path(name))


def _previous(service_folder: Path, version: str) -> ir.Service | None:
    older = [name for name in versions(service_folder) if name <= version]
    if not older:
        return None
    try:
        return read_folder(service_folder / older[-1])
    except BelfryError:
        return None


def _source_version(data: Path) -> str:
    package = data.parent / "__init__.py"
    if package.is_file():
        found = re.search(
            r"^__version__ = ['\"]([^'\"]+)['\"]", package.read_text(encoding="utf-8"), re.MULTILINE
        )
        if found:
            return found[1]
    return "unknown"


@contextmanager
def _data_folder(source: Path | None) -> Iterator[Path]:
    if source is not None:
        yield source
        return
    spec = importlib.util.find_spec("botocore")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "data"
        return
    with tempfile.TemporaryDirectory(prefix="belfry-") as name:
        print("botocore is not installed; downloading it to read its models", file=sys.stderr)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run(
            [*command, "--dest", name, "botocore"], capture_output=True, text=True, check=False
        )
        wheels = sorted(Path(name).glob("botocore-*.whl"))
        if done.returncode != 0 or not wheels:
            reason = (done.stderr.strip().splitlines() or ["pip downloaded no wheel"])[-1]
            raise UsageError(f"botocore could not be downloaded ({reason}); give its data folder with --from")
        with zipfile.ZipFile(wheels[-1]) as wheel:
            wheel.extractall(name)
        yield Path(name) / "botocore" / "data"
