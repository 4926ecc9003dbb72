# SPDX-License-Identifier: Apache-2.0
"""Finds a request's operation in a service model and checks the request against it, member by member."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from response_errors import ResponseError, bad_request

LABEL = re.compile(r"\{([A-Za-z0-9_]+)(\+?)\}")
Shape = Mapping[str, Any]


@dataclass(frozen=True)
class Route:
    """An operation's method and URI, ready to be matched."""

    operation: str
    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    query: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Call:
    """A request that fits the model: the operation and all its members by their model names."""

    operation: str
    members: dict[str, Any]


class ServiceModel:
    """One service-2.json."""

    def __init__(self, path: Path) -> None:
        self._model: Shape = json.loads(path.read_text(encoding="utf-8"))
        routes = [self._route(name, operation) for name, operation in self._model["operations"].items()]
        # `?operation=stop` must be tried before the same path without a query.
        self._routes = sorted(routes, key=lambda route: -len(route.query))

    @property
    def signing_name(self) -> str:
        """The service's name in the credential scope."""
        metadata = self._model["metadata"]
        return str(metadata.get("signingName", metadata["endpointPrefix"]))

    def operation(self, name: str) -> Shape:
        """The operation in the model."""
        found: Shape = self._model["operations"][name]
        return found

    def shape(self, name: str) -> Shape:
        """The shape in the model."""
        found: Shape = self._model["shapes"][name]
        return found

    def read(self, method: str, target: str, content_type: str | None, body: bytes) -> Call:
        """The call that a request makes; raises ResponseError if it does not fit the model."""
        path, _, raw_query = target.partition("?")
        query = parse_qsl(raw_query, keep_blank_values=True)
        route, labels = self._match(method, path, query)
        operation = self.operation(route.operation)
        members: dict[str, Any] = {}
        if "input" not in operation:
            return Call(route.operation, members)
        shape = self.shape(operation["input"]["shape"])
        rest = [pair for pair in query if pair not in route.query]
        body_members: dict[str, Shape] = {}
        for name, member in shape.get("members", {}).items():
            location = member.get("location")
            wire_name = member.get("locationName", name)
            if location == "uri":
                members[name] = self._from_text(labels[wire_name], member, name)
            elif location == "querystring":
                values = [value for key, value in rest if key == wire_name]
                rest = [pair for pair in rest if pair[0] != wire_name]
                if values:
                    members[name] = self._from_query(values, member, name)
            elif location is None:
                body_members[wire_name] = {**member, "name": name}
        if rest:
            raise bad_request(f"unknown query parameter '{rest[0][0]}'")
        members |= self._read_body(body_members, content_type, body)
        for name in shape.get("required", ()):
            if name not in members:
                raise bad_request(f"'{name}' is required")
        for name, value in members.items():
            self._check(value, shape["members"][name]["shape"], name)
        return Call(route.operation, members)

    def check_value(self, value: Any, shape_name: str, where: str) -> None:
        """Raises ResponseError unless the JSON value fits the shape."""
        self._check(value, shape_name, where)

    # --- the request's parts --------------------------------------------------------------------------------

    @staticmethod
    def _route(name: str, operation: Shape) -> Route:
        path, _, query = operation["http"]["requestUri"].partition("?")
        pattern, position = "", 0
        for label in LABEL.finditer(path):
            pattern += re.escape(path[position : label.start()]) + ("(.+)" if label[2] else "([^/]+)")
            position = label.end()
        pattern += re.escape(path[position:])
        labels = tuple(label[1] for label in LABEL.finditer(path))
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        return Route(name, operation["http"]["method"], re.compile(pattern), labels, pairs)

    def _match(self, method: str, path: str, query: list[tuple[str, str]]) -> tuple[Route, dict[str, str]]:
        for route in self._routes:
            match = route.path.fullmatch(path) if route.method == method else None
            if match and all(pair in query for pair in route.query):
                labels = [unquote(text, errors="strict") for text in match.groups()]
                return route, dict(zip(route.labels, labels, strict=True))
        raise ResponseError("UnknownOperationException", 404, f"no operation answers to {method} {path}")

    def _read_body(
        self, members: Mapping[str, Shape], content_type: str | None, body: bytes
    ) -> dict[str, Any]:
        if not body:
            return {}
        if not members:
            raise bad_request("this operation takes no body")
        if content_type != "application/json":
            raise ResponseError(
                "UnsupportedMediaTypeException", 415, f"content type {content_type!r}, not JSON"
            )
        try:
            document = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise bad_request(f"the body is not JSON: {error}") from None
        if not isinstance(document, dict):
            raise bad_request("the body is not a JSON object")
        found: dict[str, Any] = {}
        for wire_name, value in document.items():
            if wire_name not in members:
                raise bad_request(f"unknown member '{wire_name}'")
            if value is not None:
                found[members[wire_name]["name"]] = value
        return found

    def _from_query(self, values: list[str], member: Shape, where: str) -> Any:
        shape = self.shape(member["shape"])
        if shape["type"] == "list":
            return [self._from_text(value, shape["member"], where) for value in values]
        if len(values) > 1:
            raise bad_request(f"'{where}' is given {len(values)} times")
        return self._from_text(values[0], member, where)

    def _from_text(self, text: str, member: Shape, where: str) -> Any:
        kind = self.shape(member["shape"])["type"]
        if kind == "boolean":
            if text not in ("true", "false"):
                raise bad_request(f"'{where}' is neither true nor false")
            return text == "true"
        if kind in ("integer", "long"):
            if not re.fullmatch(r"-?\d+", text):
                raise bad_request(f"'{where}' is not a number")
            return int(text)
        return text

    # --- values ---------------------------------------------------------------------------------------------

    def _check(self, value: Any, shape_name: str, where: str) -> None:
        shape = self.shape(shape_name)
        kind = shape["type"]
        if not _is_of_type(value, kind):
            raise bad_request(f"'{where}' should be of type {kind}")
        if kind == "structure":
            self._check_structure(value, shape, where)
        elif kind == "list":
            self._check_size(len(value), shape, where)
            for index, item in enumerate(value):
                self._check(item, shape["member"]["shape"], f"{where}[{index}]")
        elif kind == "map":
            self._check_size(len(value), shape, where)
            for key, item in value.items():
                self._check(key, shape["key"]["shape"], f"{where} key")
                self._check(item, shape["value"]["shape"], f"{where}[{key}]")
        elif kind == "string":
            self._check_size(len(value), shape, where)
            if "enum" in shape and value not in shape["enum"]:
                raise bad_request(f"'{where}' should be one of {', '.join(shape['enum'])}")
            self._check_pattern(value, shape, where)
        elif kind in ("integer", "long", "float", "double"):
            self._check_size(value, shape, where)

    def _check_structure(self, value: dict[str, Any], shape: Shape, where: str) -> None:
        names = {member.get("locationName", name): name for name, member in shape.get("members", {}).items()}
        for wire_name, item in value.items():
            if wire_name not in names:
                raise bad_request(f"unknown member '{where}.{wire_name}'")
            if item is not None:
                self._check(item, shape["members"][names[wire_name]]["shape"], f"{where}.{wire_name}")
        present = {names[wire_name] for wire_name, item in value.items() if item is not None}
        for name in shape.get("required", ()):
            if name not in present:
                raise bad_request(f"'{where}.{name}' is required")

    @staticmethod
    def _check_size(size: float, shape: Shape, where: str) -> None:
        if size < shape.get("min", -math.inf):
            raise bad_request(f"'{where}' is below its minimum {shape['min']}")
        if size > shape.get("max", math.inf):
            raise bad_request(f"'{where}' is above its maximum {shape['max']}")

    @staticmethod
    def _check_pattern(value: str, shape: Shape, where: str) -> None:
        if "pattern" not in shape:
            return
        try:
            pattern = re.compile(shape["pattern"], re.DOTALL)
        except re.error:
            return  # Some patterns in the models are not valid ones.
        if not pattern.fullmatch(value):
            raise bad_request(f"'{where}' does not match {shape['pattern']}")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _is_of_type(value: Any, kind: str) -> bool:
    if kind == "structure" or kind == "map":
        return isinstance(value, dict)
    if kind == "list":
        return isinstance(value, list)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "long"):
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in ("float", "double"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "timestamp":
        return isinstance(value, str | int | float) and not isinstance(value, bool)
    return isinstance(value, str)
