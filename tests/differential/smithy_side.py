# SPDX-License-Identifier: Apache-2.0
"""The differences between a Smithy model and botocore's model of the same service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from botocore_judge import Shape


class SmithyModel:
    """A model as its author published it, which may be older or newer than botocore's."""

    def __init__(self, file: Path) -> None:
        self._members: dict[str, dict[str, Any]] = {}
        self._unions: set[str] = set()
        self._queries: dict[str, str] = {}
        self._errors: dict[str, set[str]] = {}
        for full_name, shape in json.loads(file.read_text(encoding="utf-8"))["shapes"].items():
            name = full_name.split("#")[1]
            if shape["type"] in ("structure", "union"):
                self._members[name] = shape.get("members", {})
            if shape["type"] == "union":
                self._unions.add(name)
            if shape["type"] == "operation":
                uri = shape.get("traits", {}).get("smithy.api#http", {}).get("uri", "")
                self._queries[name] = uri.partition("?")[2]
                self._errors[name] = {error["target"].split("#")[1] for error in shape.get("errors", ())}

    def reduced(self, model: dict[str, Any]) -> dict[str, Any]:
        """botocore's model, with unions and without members and exceptions that this one lacks."""
        shapes = {}
        for name, shape in model["shapes"].items():
            known = self._members.get(name)
            if shape["type"] == "structure" and known is not None:
                members = {member: value for member, value in shape["members"].items() if member in known}
                required = [member for member in members if "smithy.api#required" in _traits(known[member])]
                shape = {**shape, "members": members, "required": required}
                shape |= {"union": True} if name in self._unions else {}
            shapes[name] = shape
        operations = {}
        for name, operation in model["operations"].items():
            known_errors = self._errors.get(name, set())
            errors = [error for error in operation.get("errors", ()) if error["shape"] in known_errors]
            operations[name] = {**operation, "errors": errors}
            # S3's have one that names the operation.
            uri = operation["http"]["requestUri"]
            if self._queries.get(name) and "?" not in uri:
                http = {**operation["http"], "requestUri": f"{uri}?{self._queries[name]}"}
                operations[name]["http"] = http
        return {**model, "shapes": shapes, "operations": operations}

    def with_defaults(self, shape: Shape | None, value: Any) -> Any:
        """botocore's output, with the defaults that only this model has."""
        if shape is None or value is None:
            return value
        if shape.type_name == "list":
            return [self.with_defaults(shape.member, item) for item in value]
        if shape.type_name == "map":
            return {key: self.with_defaults(shape.value, item) for key, item in value.items()}
        if shape.type_name != "structure" or shape.is_document_type:
            return value
        filled = {
            name: self.with_defaults(shape.members[name], item) if name in shape.members else item
            for name, item in value.items()
        }
        if not shape.is_tagged_union:
            for name, member in self._members.get(shape.name, {}).items():
                default = _traits(member).get("smithy.api#default")
                if default is not None:
                    filled.setdefault(name, default)
        return filled


def _traits(member: Any) -> dict[str, Any]:
    found: dict[str, Any] = member.get("traits", {})
    return found
