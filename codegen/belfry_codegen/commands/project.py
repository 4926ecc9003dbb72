# SPDX-License-Identifier: Apache-2.0
"""`belfry.toml`, which says what a project generates, and `belfry.lock`, which pins its models."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from belfry_codegen.commands.console import is_namespace
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.model.ir import NO_SPELLINGS, Spellings
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.output.write import plan, write_all
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.node import Node, describe
from belfry_codegen.readers.spellings import parse_spellings, spellings_object

LOCK = "belfry.lock"
_RELEASE = re.compile(r"[0-9]+(\.[0-9A-Za-z]+)+\Z")


@dataclass(frozen=True, slots=True)
class ProjectService:
    """A service of a project, and the options that differ from those of `belfry generate`."""

    operations: tuple[str, ...] | None = None
    """None for all."""
    protocol: str | None = None
    namespace: str = ""
    docs: bool = False
    compiled: bool = False
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """A project's file. Paths are relative to its folder."""

    path: Path
    services: Mapping[str, ProjectService]
    botocore: str | None = None
    """The release of botocore whose models are used; None if `folder` has them."""
    folder: Path | None = None
    overlays: Path | None = None
    """A folder with an overlay SERVICE.json for any of the services."""
    output: Path = Path("include")

    @property
    def lock(self) -> Path:
        """The path of the lock file."""
        return self.path.with_name(LOCK)

    def overlay(self, service: str) -> Path | None:
        """The overlay of a service, if the project has one."""
        path = self.overlays / f"{service}.json" if self.overlays is not None else None
        return path if path is not None and path.is_file() else None


def read_project(path: Path) -> Project:
    """Reads a project's file. A key that it should not have is an error, as is a value of another type."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise ModelError(str(path), "", f"not valid TOML: {fault}") from None
    except UnicodeDecodeError:
        raise ModelError(str(path), "", "not UTF-8") from None
    root = Node.of(str(path), "", data)
    _check(root, ("models", "output", "services"))
    models = _table(root, "models")
    _check(models, ("botocore", "folder", "overlays"))
    output = _table(root, "output")
    _check(output, ("folder",))
    botocore, folder = models.optional_text("botocore"), models.optional_text("folder")
    if (botocore is None) == (folder is None):
        models.fail('give either the release, as botocore = "1.2.3", or a folder of models')
    if botocore is not None and not _RELEASE.match(botocore):
        models.fail(f"expected a release such as 1.2.3, not '{botocore}'", "botocore")
    services = {name: _service(node) for name, node in _services(root)}
    if not services:
        root.fail("no services; add a table such as [services.dynamodb]")
    base, overlays = path.parent, models.optional_text("overlays")
    return Project(
        path=path,
        services=services,
        botocore=botocore,
        folder=base / folder if folder is not None else None,
        overlays=base / overlays if overlays is not None else None,
        output=base / (output.optional_text("folder") or "include"),
    )


def _table(node: Node, key: str) -> Node:
    return Node.of(node.file, key, node.data.get(key, {}))


def _services(root: Node) -> Iterable[tuple[str, Node]]:
    for name, value in _table(root, "services").data.items():
        yield name, Node.of(root.file, f"services.{name}", value)


def _service(node: Node) -> ProjectService:
    _check(node, ("borrowed", "compiled", "docs", "namespace", "operations", "protocol"))
    operations = node.data.get("operations")
    if operations is not None:
        if not isinstance(operations, list) or not all(isinstance(name, str) for name in operations):
            node.fail(f"'operations' must be a list of names, not {describe(operations)}", "operations")
        if not operations:
            node.fail("'operations' is empty; leave it out for all operations", "operations")
    namespace = node.text("namespace")
    if namespace and not is_namespace(namespace):
        node.fail(f"expected lower-case names with '::' between them, not '{namespace}'", "namespace")
    return ProjectService(
        operations=tuple(operations) if operations is not None else None,
        protocol=node.optional_text("protocol"),
        namespace=namespace,
        docs=node.flag("docs"),
        compiled=node.flag("compiled"),
        borrowed=node.flag("borrowed"),
    )


def _check(node: Node, known: tuple[str, ...]) -> None:
    for key in node.data:
        if key not in known:
            node.fail(f"unknown key '{key}'{close_matches(key, known)}; known are {', '.join(known)}", key)


def with_release(text: str, release: str) -> str:
    """The text of a project's file with another release of botocore; all else stays."""
    table = ""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        header = re.match(r"\s*\[([^\]]*)\]", line)
        table = header[1].strip() if header else table
        found = re.match(r"(\s*(?:models\.)?botocore\s*=\s*)(\"[^\"]*\"|'[^']*')", line)
        if found and (table == "models" or (table == "" and "models." in found[1])):
            lines[number] = f'{found[1]}"{release}"{line[found.end() :]}'
            changed = "".join(lines)
            if tomllib.loads(changed)["models"]["botocore"] == release:
                return changed
    raise UsageError(f'the release could not be changed; write botocore = "{release}" below [models]')


@dataclass(frozen=True, slots=True)
class Locked:
    """The model of a service that a project uses."""

    version: str
    sha256: str
    """A digest of its files and its overlay."""
    spellings: Spellings = NO_SPELLINGS
    """The spellings that its headers keep of models that the project used before."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file."""

    services: Mapping[str, Locked] = field(default_factory=dict)
    botocore: str | None = None


def read_lock(path: Path) -> Lock | None:
    """The lock file, or None if it is not there."""
    if not path.is_file():
        return None
    root = Node.of(str(path), "", load_json(path))
    services = {}
    for name, value in Node.of(root.file, "services", root.data.get("services", {})).data.items():
        node = Node.of(root.file, f"services.{name}", value)
        kept = node.child("spellings", f"{node.where}.spellings")
        services[name] = Locked(
            node.required_text("version"),
            node.required_text("sha256"),
            parse_spellings(kept) if kept is not None else NO_SPELLINGS,
        )
    return Lock(services, root.optional_text("botocore"))


def write_lock(path: Path, lock: Lock) -> None:
    """Writes the lock file."""
    document: dict[str, Any] = {"botocore": lock.botocore} if lock.botocore is not None else {}
    document["services"] = {
        name: {"version": one.version, "sha256": one.sha256}
        | ({"spellings": spellings_object(one.spellings)} if one.spellings != NO_SPELLINGS else {})
        for name, one in sorted(lock.services.items())
    }
    replace_file(path, json.dumps(document, indent=2) + "\n")


def replace_file(path: Path, text: str) -> None:
    """Writes a file as a whole, or not at all."""
    path = path.absolute()
    write_all(plan({str(path): text}), path.parent)
