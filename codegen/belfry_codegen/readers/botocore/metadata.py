# SPDX-License-Identifier: Apache-2.0
"""Opens the files of a service in the `service-2` format, and reads the service's id.

The id decides on the folder of the headers, and so it is read for every service of a folder of models before
the first one is generated, and for those that need not be generated.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from belfry_codegen.model.errors import ModelError
from belfry_codegen.readers.files import deep_merge, find_file, load_json, load_part
from belfry_codegen.readers.node import Node


def service_id(folder: Path) -> str:
    """The id of the service whose model files lie in `folder`. Does not check the rest of the model."""
    return checked_service_id(_metadata(folder))


def api_version(folder: Path) -> str:
    """The API version of the service whose model files lie in `folder`."""
    return _metadata(folder).required_text("apiVersion")


def checked_service_id(meta: Node) -> str:
    """The id in a model's metadata."""
    service_id = meta.required_text("serviceId")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9 -]*", service_id):
        meta.fail(f"'serviceId' must be letters, digits, spaces and '-', first a letter, not '{service_id}'")
    return service_id


def load(folder: Path, stem: str) -> Node | None:
    """Reads a file of the service, and merges its `sdk-extras` into it. None if the file does not exist."""
    path = find_file(folder, stem)
    return None if path is None else _with_extras(folder, stem, path, load_json(path))


def _metadata(folder: Path) -> Node:
    path = find_file(folder, "service-2")
    if path is None:
        raise ModelError(str(folder / "service-2.json"), "", "no such file")
    root = _with_extras(folder, "service-2", path, load_part(path, "metadata"))
    return root.required_child("metadata", "metadata")


def _with_extras(folder: Path, stem: str, path: Path, value: Any) -> Node:
    root = Node.of(str(path), "", value)
    extras = find_file(folder, f"{stem}.sdk-extras")
    if extras is not None:
        merge = Node.of(str(extras), "", load_json(extras)).child("merge")
        if merge is not None:
            deep_merge(root.data, merge.data)
    return root
