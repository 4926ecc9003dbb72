# SPDX-License-Identifier: Apache-2.0
"""Finds the values of conditions and templates, as `include/belfry/endpoint/vm.hpp` does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from belfry_codegen.commands.explain import functions
from belfry_codegen.commands.explain.partitions import find_partition
from belfry_codegen.cpp.endpoint.expressions import PATH_PART, template_pieces
from belfry_codegen.cpp.endpoint.partitions import Partition

Value = bool | int | str | tuple[str, ...] | Partition | functions.Url | functions.Arn | None
"""None means that a value is not set."""

_PARTITION_ATTRIBUTES = {
    "name": "name",
    "dnsSuffix": "dns_suffix",
    "dualStackDnsSuffix": "dual_stack_dns_suffix",
    "implicitGlobalRegion": "implicit_global_region",
    "supportsFIPS": "supports_fips",
    "supportsDualStack": "supports_dual_stack",
}


class UnsetError(Exception):
    """A template uses a value that is not set."""


class Evaluator:
    """Evaluates the values of compiled rules, with the parameters and variables that are known so far."""

    def __init__(self, partitions: Sequence[Partition], parameters: Mapping[str, Value]) -> None:
        self.partitions = partitions
        self.names: dict[str, Value] = dict(parameters)

    def condition(self, condition: dict[str, Any]) -> tuple[Value, bool]:
        """The condition's value, and whether it holds. A value with a name is remembered."""
        value = self.value(condition)
        if condition.get("assign") is not None:
            self.names[condition["assign"]] = value
        return value, value is not None and value is not False

    def value(self, value: Any) -> Value:
        """The value of a literal, a reference or a function."""
        if isinstance(value, str):
            try:
                return self.template(value)
            except UnsetError:
                return None
        if isinstance(value, list):
            return tuple(value)
        if isinstance(value, (bool, int)):
            return value
        if "ref" in value:
            return self.names.get(value["ref"])
        return self._call(value["fn"], value["argv"])

    def template(self, text: str) -> str:
        """The text with its placeholders filled in; raises UnsetError if one of them has no value."""
        result = ""
        for is_literal, piece in template_pieces(text, "template"):
            if is_literal:
                result += piece
                continue
            name, separator, path = piece.partition("#")
            value = self.names.get(name)
            value = _attribute(value, path) if separator else value
            if not isinstance(value, str):
                raise UnsetError(piece)
            result += value
        return result

    def json(self, value: Any) -> Any:
        """JSON with the templates in its strings filled in."""
        if isinstance(value, str):
            return self.template(value)
        if isinstance(value, dict):
            return {key: self.json(member) for key, member in value.items()}
        return [self.json(member) for member in value] if isinstance(value, list) else value

    def _call(self, name: str, arguments: list[Any]) -> Value:
        if name == "coalesce":
            return next((value for one in arguments if (value := self.value(one)) is not None), None)
        first: Any = self.value(arguments[0])
        if name == "isSet":
            return first is not None
        if name == "not":
            return first is None or first is False
        if name == "aws.partition":
            return find_partition(self.partitions, first if isinstance(first, str) else "")
        if first is None:
            return None
        if name == "getAttr":
            return _attribute(first, arguments[1])
        if name == "ite":
            return self.value(arguments[1 if first else 2])
        others: list[Any] = [self.value(argument) for argument in arguments[1:]]
        if any(other is None for other in others):
            return None
        result: Value = _FUNCTIONS[name](first, *others)
        return result


_FUNCTIONS: dict[str, Any] = {
    "stringEquals": lambda left, right: left == right,
    "booleanEquals": lambda left, right: left == right,
    "substring": functions.substring,
    "uriEncode": lambda text: quote(text, safe=""),
    "parseURL": functions.parse_url,
    "isValidHostLabel": functions.is_host_label,
    "split": functions.split,
    "aws.parseArn": functions.parse_arn,
    "aws.isVirtualHostableS3Bucket": functions.is_virtual_hostable_bucket,
}


def value_text(value: Value) -> str:
    """A value as a trace shows it."""
    if isinstance(value, Partition):
        members = {name: getattr(value, field) for name, field in _PARTITION_ATTRIBUTES.items()}
    elif isinstance(value, functions.Url):
        members = {name: getattr(value, name) for name in ("scheme", "authority", "path", "isIp")}
    elif isinstance(value, functions.Arn):
        members = dict(vars(value))
    elif value is None:
        return "not set"
    else:
        return json.dumps(value, ensure_ascii=False)
    return ", ".join(f"{name} {json.dumps(member, ensure_ascii=False)}" for name, member in members.items())


def _attribute(value: Any, path: str) -> Value:
    for part in path.split("."):
        match = PATH_PART.match(part)
        if match is None or value is None:
            return None
        if match[1] is not None:
            name = _PARTITION_ATTRIBUTES[match[1]] if isinstance(value, Partition) else match[1]
            value = getattr(value, name)
        for index in map(int, re.findall(r"-?\d+", match[2])):
            size = len(value) if value is not None else 0
            value = value[index] if -size <= index < size else None
    result: Value = value
    return result
