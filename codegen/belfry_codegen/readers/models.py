# SPDX-License-Identifier: Apache-2.0
"""Finds services among models of both formats, in any layout.

`models` is a folder, or the file of one model. A folder has the layout of this project's api-models and of
botocore's data (`SERVICE/VERSION/service-2.json`), or it holds Smithy JSON ASTs at any depth and with any
names, like AWS's repository of them (`models/SERVICE/service/VERSION/SERVICE-VERSION.json`).

The readers are imported when the first model is read: a run that finds everything up to date reads none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.model.records import dataclass, replace
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers import files
from belfry_codegen.readers.botocore import metadata
from belfry_codegen.readers.smithy.index import SmithyIndex, is_smithy
from belfry_codegen.readers.spellings import SPELLINGS

if TYPE_CHECKING:
    from belfry_codegen.model import ir


@dataclass(frozen=True, slots=True)
class Entry:
    """The place of a service among models."""

    models: Path
    name: str
    version: str
    path: Path
    """The folder of botocore's files, or Smithy's file."""
    shape_id: str | None
    """The service's id in Smithy's file; None for botocore's."""
    own_overlay: Path | None = None
    """The overlay, if it is not beside the model."""

    def read(self) -> ir.Service:
        """The whole service as its model states it, for any protocol."""
        if self.shape_id is None:
            from belfry_codegen.readers.botocore.service import read_folder

            found = read_folder(self.path)
        else:
            from belfry_codegen.readers.smithy.service import read_smithy

            found = read_smithy(self.path, self.shape_id)
        return replace(found, distinct_id=self.distinct_id(found.id))

    @property
    def overlay(self) -> Path:
        """The path of the overlay, usually beside the model; the file need not exist."""
        return self.own_overlay or self.models / self.name / "overlay.json"

    @property
    def spellings(self) -> Path:
        """The path of what is kept of earlier models, beside the model; the file need not exist."""
        return self.models / self.name / SPELLINGS

    def files(self) -> list[Path]:
        """The files and folders that the service is read from."""
        return [self.path, *(path for path in (self.overlay, self.spellings) if path.is_file())]

    def service_id(self) -> str:
        """The service's id. Does not check the rest of the model."""
        return metadata.service_id(self.path) if self.shape_id is None else self.name

    def distinct_id(self, service_id: str) -> str:
        """The service's id, or its folder's name if the id belongs to another folder.

        Ids should be unique, but two folders may hold the same model (botocore's `sms-voice` and
        `pinpoint-sms-voice`). Then the folder with the id's name keeps the id, and the other folder's
        service takes its folder's name.
        """
        twin = self.models / service_id.lower().replace(" ", "-")
        if self.shape_id is None and twin.name != self.name:
            versions = files.versions(twin)
            if versions and metadata.service_id(twin / versions[-1]) == service_id:
                return self.name
        return service_id


def survey(models: Path, cache: Path | None = None) -> tuple[dict[str, Entry], list[ModelError]]:
    """Every service among the models by its name, in order, each in its newest version.

    The errors are those of files that may hold services but cannot be read. `cache` stores which files hold
    which services.
    """
    if models.is_file():
        return _in_file(models), []
    found = {
        name: Entry(models, name, version, models / name / version, None)
        for name, version in files.services(models)
    }
    faults: list[ModelError] = []
    index = SmithyIndex(cache)
    for name, entry in _smithy(models, index, faults=faults).items():
        found.setdefault(name, entry)
    index.save()
    return dict(sorted(found.items())), faults


def services(models: Path) -> list[tuple[str, str]]:
    """The name and the newest version of each service among the models, in order. Fails if there is none."""
    found, faults = survey(models)
    if faults:
        raise faults[0]
    if not found:
        raise nothing_in(models)
    return [(name, entry.version) for name, entry in found.items()]


def find(models: Path, service: str) -> Entry:
    """The service of that name."""
    versions = files.versions(models / service) if service and "/" not in service else []
    if versions:
        return Entry(models, service, versions[-1], models / service / versions[-1], None)
    if models.is_dir():
        found = _smithy(models, SmithyIndex(), service) or _smithy(models, SmithyIndex())
        if service in found:
            return found[service]
    everything, faults = survey(models)
    if service in everything:
        return everything[service]
    if not everything:
        raise faults[0] if faults else nothing_in(models)
    raise UsageError(f"{models}: no service '{service}'{close_matches(service, everything)}")


def nothing_in(folder: Path) -> UsageError:
    """The error for a folder without models; it says where they may be."""
    if (folder / "data").is_dir() and any(files.services(folder / "data")):
        return UsageError(
            f"{folder}: botocore's models are in a folder below this one; give '{folder / 'data'}'"
        )
    if files.versions(folder):
        return UsageError(
            f"{folder}: this is one service; give the folder of models, '{folder.resolve().parent}'"
        )
    if files.find_file(folder, "service-2"):
        return UsageError(
            f"{folder}: this is one version of a service; give the folder of models,"
            f" '{folder.resolve().parent.parent}'"
        )
    return UsageError(
        f"{folder}: this folder holds neither SERVICE/VERSION/service-2.json nor Smithy JSON ASTs"
    )


def read_service(models: Path, service: str) -> ir.Service:
    """The service of that name, its newest version."""
    return find(models, service).read()


def model_files(models: Path, service: str) -> list[Path]:
    """The files and folders that a service is read from."""
    return find(models, service).files()


def _smithy(
    models: Path, index: SmithyIndex, name: str | None = None, faults: list[ModelError] | None = None
) -> dict[str, Entry]:
    """The services in Smithy's files; with `name`, only files whose name begins with it are opened.

    An error in a file is appended to `faults`, or raised if `faults` is None.
    """
    found: dict[str, Entry] = {}
    if not models.is_dir():
        return found
    for path in sorted(models.rglob(f"{name or ''}*.json")):
        # Skip .git and the like.
        if any(part.startswith(".") for part in path.relative_to(models).parts):
            continue
        try:
            names = index.services(path)
        except ModelError as fault:
            if faults is None:
                raise
            faults.append(fault)
            continue
        for service, (shape_id, version) in names.items():
            if service not in found or found[service].version <= version:
                found[service] = Entry(models, service, version, path, shape_id)
    return found if name is None or name in found else {}


def _in_file(path: Path) -> dict[str, Entry]:
    """The services in one file, which is Smithy's or botocore's."""
    if path.name in ("service-2.json", "service-2.json.gz"):
        folder = path.resolve().parent
        service_id, version = metadata.service_id(folder), metadata.api_version(folder)
        known = version == folder.name
        name = folder.parent.name if known else service_id.lower().replace(" ", "-")
        return {name: Entry(path, name, version, folder, None)}
    if not is_smithy(path):
        raise UsageError(f"{path}: this file is neither a Smithy JSON AST nor botocore's service-2.json")
    from belfry_codegen.readers.smithy import service as smithy

    found = {
        name: Entry(path, name, version, path, shape_id)
        for name, (shape_id, version) in smithy.service_names(path).items()
    }
    if not found:
        raise UsageError(f"{path}: no service in this file has a protocol that belfry supports")
    return dict(sorted(found.items()))
