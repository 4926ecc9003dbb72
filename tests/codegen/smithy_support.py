# SPDX-License-Identifier: Apache-2.0
"""Small Smithy models for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from belfry_codegen.model import ir
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import services
from belfry_codegen.readers.smithy.service import read_smithy

SERVICE = "bell.tower#BellTower"


def traits(**values: Any) -> dict[str, Any]:
    """Traits by their short names; `aws__auth__sigv4` is `aws.auth#sigv4`."""
    found = {}
    for name, value in values.items():
        *space, last = name.split("__")
        found[f"{'.'.join(space) or 'smithy.api'}#{last}"] = value
    return found


def member(target: str, **values: Any) -> dict[str, Any]:
    """A member; a target without a namespace is in Smithy's prelude."""
    made: dict[str, Any] = {"target": target if "#" in target else f"smithy.api#{target}"}
    if values:
        made["traits"] = traits(**values)
    return made


def structure(members: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    return {"type": "structure", "members": members or {}, "traits": traits(**values)}


def ring(http: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """The operation, with other traits."""
    return {
        "type": "operation",
        "input": {"target": "bell.tower#RingInput"},
        "output": {"target": "bell.tower#RingOutput"},
        "traits": traits(http=http or {"method": "POST", "uri": "/ring"}, **values),
    }


def smithy(shapes: dict[str, Any] | None = None, version: str = "2.0", **service: Any) -> dict[str, Any]:
    """A service with the operation `Ring`, and shapes (in `bell.tower`) that join or replace its parts."""
    parts: dict[str, Any] = {
        "BellTower": {
            "type": "service",
            "version": "2020-01-02",
            "operations": [{"target": "bell.tower#Ring"}],
            "traits": traits(
                aws__api__service={"sdkId": "Bell Tower", "endpointPrefix": "bell"},
                aws__auth__sigv4={"name": "bell"},
                aws__protocols__restJson1={},
                title="Bell Tower Service",
            ),
            **service,
        },
        "Ring": {
            "type": "operation",
            "input": {"target": "bell.tower#RingInput"},
            "output": {"target": "bell.tower#RingOutput"},
            "errors": [{"target": "bell.tower#Cracked"}],
            "traits": traits(http={"method": "POST", "uri": "/ring", "code": 201}),
        },
        "RingInput": structure(input={}),
        "RingOutput": structure(output={}),
        "Cracked": structure({"message": member("String")}, error="client", httpError=409),
    }
    parts |= shapes or {}
    return {
        "smithy": version,
        "shapes": {name if "#" in name else f"bell.tower#{name}": shape for name, shape in parts.items()},
    }


def write(folder: Path, model: Any, name: str = "tower.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(model if isinstance(model, str) else json.dumps(model), encoding="utf-8")
    return path


def load(
    folder: Path, shapes: dict[str, Any] | None = None, version: str = "2.0", **service: Any
) -> ir.Service:
    """The service of such a model, as it is after all passes."""
    path = write(folder, smithy(shapes, version, **service))
    return load_service(path, services(path)[0][0])


def read(
    folder: Path, shapes: dict[str, Any] | None = None, version: str = "2.0", **service: Any
) -> ir.Service:
    """The service of such a model, as it is read."""
    return read_smithy(write(folder, smithy(shapes, version, **service)), SERVICE)
