# SPDX-License-Identifier: Apache-2.0
"""The manifest of a generated service: facts for builds and other tools that cannot read C++.

cmake/BelfryGenerate.cmake compiles `sources` and `modules` and links the CMake targets in `components`.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from belfry_codegen import MARKER
from belfry_codegen.model import ir


def manifest_path(namespace: str) -> str:
    """The manifest's path below the include folder: it lies among the service's headers."""
    return f"belfry/{namespace.replace('::', '/')}/manifest.json"


def manifest(service: ir.Service, folder: str, namespace: str, files: Collection[str]) -> str:
    """The text of the manifest; `folder` is the service's name among the models."""
    headers = (path for path in files if path.endswith(".hpp"))
    sources = sorted(path for path in files if path.endswith(".cpp"))
    content = {
        "comment": f"{MARKER} from the model {folder} {service.api_version}. Do not edit.",
        "service": folder,
        "id": service.id,
        "api_version": service.api_version,
        "namespace": namespace,
        "protocol": service.protocol.name,
        # The CMake targets belfry::<component> that a program must link.
        "components": ["xml"] if service.protocol.xml else [],
        "operations": sorted(service.operations),
        "headers": sorted(headers),
    }
    if sources:
        content["sources"] = sources
        content["modules"] = sorted(path for path in files if path.endswith(".cppm"))
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
