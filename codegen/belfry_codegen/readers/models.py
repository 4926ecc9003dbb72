# SPDX-License-Identifier: Apache-2.0
"""Finds services in a folder of models, whichever of the two formats they are in."""

from __future__ import annotations

from pathlib import Path

from belfry_codegen import ir
from belfry_codegen.errors import UsageError
from belfry_codegen.readers import botocore, files, smithy
from belfry_codegen.suggest import close_matches

_HEAD = 65536


def services(models: Path) -> list[tuple[str, str]]:
    """Service and newest version of everything in a folder of models, in order."""
    found = dict(files.services(models))
    for name, (_, _, version) in _smithy(models).items():
        found.setdefault(name, version)
    return sorted(found.items())


def read_service(models: Path, service: str, protocol: str | None = None) -> ir.Service:
    """The service of that name, its newest version, as it is in one of its protocols, or in the best."""
    entry = _entry(models, service)
    if isinstance(entry, str):
        return botocore.read_service(models, service, entry)
    path, shape_id = entry
    return smithy.read_smithy(path, shape_id, protocol)


def model_files(models: Path, service: str) -> list[Path]:
    """The files and folders that a service is read from."""
    entry = _entry(models, service)
    overlay = models / service / "overlay.json"
    more = [overlay] if overlay.is_file() else []
    return [models / service / entry if isinstance(entry, str) else entry[0], *more]


def _entry(models: Path, service: str) -> str | tuple[Path, str]:
    """A botocore version, or a Smithy file and the service's id in it."""
    versions = files.versions(models / service) if service and "/" not in service else []
    if versions:
        return versions[-1]
    found = _smithy(models, service) or _smithy(models)
    if service in found:
        path, shape_id, _ = found[service]
        return path, shape_id
    names = [name for name, _ in services(models)]
    raise UsageError(f"{models}: no service '{service}'{close_matches(service, names)}")


def _smithy(models: Path, name: str | None = None) -> dict[str, tuple[Path, str, str]]:
    """Name to file, id and version; with a name only files whose own name begins with it are looked at."""
    found: dict[str, tuple[Path, str, str]] = {}
    if not models.is_dir():
        return found
    for path in sorted(models.rglob(f"{name or ''}*.json")):
        if not _is_smithy(path):
            continue
        for service, (shape_id, version) in smithy.service_names(path).items():
            if service not in found or found[service][2] <= version:
                found[service] = (path, shape_id, version)
    return found if name is None or name in found else {}


def _is_smithy(path: Path) -> bool:
    """Whether a file has the key `smithy` at its top, where every writer of the format puts it first."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if b'"smithy"' not in head:
            return False
    if head.lstrip().removeprefix(b"{").lstrip().startswith(b'"smithy"'):
        return True
    data = files.load_json(path)
    return isinstance(data, dict) and "smithy" in data
