# SPDX-License-Identifier: Apache-2.0
"""The parameters of endpoint rules: their text, and their values from a command line."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from belfry_codegen.commands.explain.evaluate import Value, value_text
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.suggestions import close_matches

_TYPES = {"string": "string", "boolean": "boolean", "stringarray": "list of strings"}


def parameter_lines(parameters: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The text of the parameters, with their documentation if the model has it."""
    yield "Parameters:" if parameters else "The rules have no parameters."
    width = max(map(len, parameters), default=0)
    for name, spec in parameters.items():
        facts = [_TYPES[_type(spec)]]
        if spec.get("builtIn"):
            facts.append(f"built-in {spec['builtIn']}")
        if spec.get("required"):
            facts.append("required")
        if spec.get("default") is not None:
            facts.append(f"default {json.dumps(spec['default'], ensure_ascii=False)}")
        yield f"   {name:{width}}  {', '.join(facts)}"
        text = " ".join(str(spec.get("documentation") or "").split())
        yield from textwrap.wrap(text, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)


def parse_parameters(assignments: Iterable[str], parameters: dict[str, dict[str, Any]]) -> dict[str, Value]:
    """The values of `NAME=VALUE` texts, each of its parameter's type."""
    values: dict[str, Value] = {}
    for assignment in assignments:
        name, separator, text = assignment.partition("=")
        if not separator:
            raise UsageError(f"--parameter {assignment}: NAME=VALUE is expected")
        if name not in parameters:
            raise UsageError(f"--parameter {name}: no such parameter{close_matches(name, parameters)}")
        if name in values:
            raise UsageError(f"--parameter {name}: given twice")
        values[name] = _parse(name, text, _type(parameters[name]))
    return values


def with_defaults(
    values: dict[str, Value], parameters: dict[str, dict[str, Any]]
) -> tuple[dict[str, Value], str | None]:
    """The values of all parameters, and the name of one that is required and has none."""
    complete: dict[str, Value] = {}
    missing = None
    for name, spec in parameters.items():
        default = spec.get("default")
        value = values.get(name, tuple(default) if isinstance(default, list) else default)
        if value is None and spec.get("required"):
            missing = missing or name
        complete[name] = value
    return complete, missing


def value_lines(values: dict[str, Value], complete: dict[str, Value]) -> Iterator[str]:
    """The parameters, and which of them have their default."""
    for name, value in complete.items():
        yield f"   {name} = {value_text(value)}{'' if name in values or value is None else ' (default)'}"


def _type(spec: dict[str, Any]) -> str:
    return str(spec["type"]).lower()


def _parse(name: str, text: str, kind: str) -> Value:
    if kind == "string":
        return text
    if kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise UsageError(f"--parameter {name}={text}: the parameter is a boolean; give true or false")
        return text.lower() == "true"
    return tuple(text.split(",")) if text else ()
