# SPDX-License-Identifier: Apache-2.0
"""The manifest of a generated service: what builds and other tools need to know without reading C++.

cmake/BelfryGenerate.cmake links what `components` names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from belfry_codegen import MARKER
from belfry_codegen.model import ir


def manifest_path(namespace: str) -> str:
    """Where the manifest lies below the include folder: among the service's headers, with which it goes."""
    return f"belfry/{namespace}/manifest.json"


def manifest(service: ir.Service, folder: str, namespace: str, headers: Iterable[str]) -> str:
    """The text of the manifest; `folder` is the service's name among the models."""
    content = {
        "comment": f"{MARKER} from the model {folder} {service.api_version}. Do not edit.",
        "service": folder,
        "id": service.id,
        "api_version": service.api_version,
        "namespace": namespace,
        "protocol": service.protocol.name,
        # Of CMake's targets belfry::<component> those without which a program does not link.
        "components": ["xml"] if service.protocol.xml else [],
        "operations": sorted(service.operations),
        "headers": sorted(headers),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
