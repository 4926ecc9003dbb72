# SPDX-License-Identifier: Apache-2.0
"""Small models for tests, and the folder of the large ones."""

from __future__ import annotations

import base64
import importlib.util
import json
import struct
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSION = "2020-01-02"

RULES: dict[str, Any] = {
    "version": "1.0",
    "parameters": {"Region": {"builtIn": "AWS::Region", "required": False, "type": "string"}},
    "rules": [
        {
            "conditions": [],
            "endpoint": {"url": "https://bell.example", "properties": {}, "headers": {}},
            "type": "endpoint",
        }
    ],
}


def botocore_data() -> Path:
    """The data folder of the installed botocore; skips the test when there is none."""
    spec = importlib.util.find_spec("botocore")
    if spec is None or spec.origin is None:
        pytest.skip("botocore is not installed")
    return Path(spec.origin).parent / "data"


def model(shapes: dict[str, Any] | None = None, **operations: Any) -> dict[str, Any]:
    """A service with those shapes and operations."""
    return {
        "version": "2.0",
        "metadata": {
            "apiVersion": VERSION,
            "endpointPrefix": "bell",
            "protocol": "rest-json",
            "serviceFullName": "Bell Tower",
            "serviceId": "Bell Tower",
            "signatureVersion": "v4",
            "signingName": "bell",
        },
        "operations": operations,
        "shapes": shapes or {},
    }


def operation(
    name: str, given: str | None = None, returned: str | None = None, **more: Any
) -> dict[str, Any]:
    """An operation of a model."""
    made: dict[str, Any] = {"name": name, "http": {"method": "POST", "requestUri": f"/{name}"}, **more}
    if given:
        made["input"] = {"shape": given}
    if returned:
        made["output"] = {"shape": returned}
    return made


def structure(*required: str, **members: str | dict[str, Any]) -> dict[str, Any]:
    """A structure; a member is its target's name, or the whole entry."""
    entries = {name: {"shape": entry} if isinstance(entry, str) else entry for name, entry in members.items()}
    made: dict[str, Any] = {"type": "structure", "members": entries}
    if required:
        made["required"] = list(required)
    return made


def small_model() -> dict[str, Any]:
    """A service with one operation, which tests break or extend."""
    return model(
        {
            "RingRequest": structure("Bell", Bell={"shape": "Name", "location": "uri"}, Times="Count"),
            "RingResponse": structure(Tones="Tones"),
            "Name": {"type": "string", "min": 1, "max": 8},
            "Count": {"type": "integer"},
            "Tones": {"type": "list", "member": {"shape": "Name"}},
            "Cracked": {**structure(Since="Name"), "exception": True, "error": {"httpStatusCode": 409}},
        },
        Ring=operation(
            "Ring",
            "RingRequest",
            "RingResponse",
            http={"method": "POST", "requestUri": "/bells/{Bell}", "responseCode": 201},
            errors=[{"shape": "Cracked"}],
        ),
    )


def write_model(models: Path, service: dict[str, Any], name: str = "bell-tower", **files: Any) -> Path:
    """Lays a model (and `paginators_1=...` and so on) into a folder of models; returns the service-2 file."""
    folder = models / name / VERSION
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "service-2.json"
    path.write_text(json.dumps(service), encoding="utf-8")
    beside = {stem.replace("_", "-"): content for stem, content in files.items()}
    for stem, content in {"endpoint-rule-set-1": RULES, **beside}.items():
        file = folder / f"{stem}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
    return path


NO_RESULT = 100_000_000
"""The reference of a diagram's node that stands for no result; result n is this number plus n plus one."""


def small_diagram(nodes: list[tuple[int, int, int]], root: int = 2, **more: Any) -> dict[str, Any]:
    """A decision diagram whose first condition is that A is set and whose second is that B is true."""
    data = b"".join(struct.pack(">iii", *node) for node in [(-1, 1, -1), *nodes])
    return {
        "version": "1.1",
        "parameters": {"A": {"type": "string"}, "B": {"type": "boolean", "required": True, "default": False}},
        "conditions": [
            {"fn": "isSet", "argv": [{"ref": "A"}]},
            {"fn": "booleanEquals", "argv": [{"ref": "B"}, True]},
        ],
        "results": [
            {"type": "endpoint", "conditions": [], "endpoint": {"url": {"ref": "A"}}},
            {"type": "error", "conditions": [], "error": "no"},
        ],
        "root": root,
        "nodeCount": len(nodes) + 1,
        "nodes": base64.b64encode(data).decode(),
        **more,
    }
