# SPDX-License-Identifier: Apache-2.0
"""The schema of overlays: the keys that are read, errors, and their description in codegen/README.md."""

from __future__ import annotations

import ast
import copy
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from belfry_codegen.model import overlay as schema
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.overlay import Overlay
from belfry_codegen.readers import shared_traits, waiters_and_paginators
from belfry_codegen.readers.botocore import shapes
from belfry_codegen.readers.botocore.service import read_service
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.overlay import keys_of, parse_overlay
from support import ROOT, model, operation, structure, write_model

WHOLE: dict[str, Any] = {
    "anyModel": True,
    "comment": "c",
    "documentation": "d",
    "exceptionMembers": {"Code": {"shape": "Name"}},
    "inputs": {"Bell": {"fallback": "-"}},
    "newMembers": {"RingRequest": {"Tone": {"shape": "Name"}}},
    "newShapes": {"Tone": {"type": "string"}},
    "operations": {
        "Ring": {
            "deprecated": True,
            "deprecatedMessage": "m",
            "documentation": "d",
            "endpointParameters": {"Loud": True, "Tower": "x", "Bells": ["a", "b"]},
            "endsOnRepeatedToken": True,
            "longPoll": True,
            "messageDigests": True,
            "noAuth": True,
            "presignAsQuery": True,
            "presignedParameter": {"name": "Bell", "sendsRegions": True},
            "queryAsForm": True,
            "treeHash": True,
            "unwrappedOutput": True,
            "urlEncodedMembers": ["Bells.Name"],
        }
    },
    "pagination": {"Ring": {"input_token": "Bell", "output_token": "Bell"}},
    "service": {
        "headers": {"accept": "x/y"},
        "maxAttempts": 4,
        "oauthErrors": True,
        "responseCrc32": True,
        "retryDelayMilliseconds": 25,
        "signPathVerbatim": True,
        "signatureVersion": "v4",
    },
    "shapes": {
        "RingRequest": {
            "deprecated": True,
            "deprecatedMessage": "m",
            "documentation": "d",
            "enumDocumentation": {"x": "d"},
            "lastSegment": True,
            "members": {
                "Bell": {
                    "contextParam": "Bell",
                    "deprecated": True,
                    "deprecatedMessage": "m",
                    "documentation": "d",
                    "idempotencyToken": True,
                    "lenient": True,
                    "sensitive": True,
                    "shape": "Tone",
                }
            },
            "retryable": {"throttling": True},
            "sensitive": True,
            "xmlName": "Ringing",
        }
    },
    "waiters": {
        "Rung": {
            "operation": "Ring",
            "delay": 1,
            "maxAttempts": 2,
            "acceptors": [{"state": "success", "matcher": "status", "expected": 200}],
        }
    },
}
"""An overlay with every key of the schema."""


OBJECTS = (
    *((), ("service",), ("inputs", "Bell"), ("operations", "Ring"), ("shapes", "RingRequest")),
    *(("operations", "Ring", "presignedParameter"), ("shapes", "RingRequest", "retryable")),
    *(("shapes", "RingRequest", "members", "Bell"), ("newShapes", "Tone"), ("exceptionMembers", "Code")),
    *(("newMembers", "RingRequest", "Tone"), ("pagination", "Ring"), ("waiters", "Rung")),
)
"""The paths of its objects whose keys are the schema's; the keys of other objects are names."""


def _parsed(tmp_path: Path, content: dict[str, Any]) -> Overlay:
    tower = model(
        {"RingRequest": structure(Bell="Name"), "Name": {"type": "string"}},
        Ring=operation("Ring", "RingRequest"),
    )
    write_model(tmp_path, tower)
    return parse_overlay(Node.of("overlay.json", "", content), read_service(tmp_path, "bell-tower").shapes)


def _at(content: dict[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = content
    for key in path:
        found = found[key]
    return found


def _paths(value: Any, *path: str) -> Iterator[tuple[str, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, *path, key)


def _entries(value: Any) -> Iterator[Any]:
    """The overlay and the entries in it, without what is of `model.ir`."""
    if is_dataclass(value) and type(value).__module__ == schema.__name__:
        yield value
        for each in fields(value):
            yield from _entries(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _entries(item)


def test_every_field_of_the_schema_is_read(tmp_path: Path) -> None:
    found = list(_entries(_parsed(tmp_path, WHOLE)))
    classes = {each for each in vars(schema).values() if inspect.isclass(each) and is_dataclass(each)}
    assert {type(entry) for entry in found} == {c for c in classes if c.__module__ == schema.__name__}
    for entry in found:
        for each in fields(entry):
            assert getattr(entry, each.name) not in (None, (), {}, False), (entry, each.name)


@pytest.mark.parametrize("path", list(_paths(WHOLE)), ids=".".join)
def test_a_value_of_another_type_is_an_error_with_its_place(tmp_path: Path, path: tuple[str, ...]) -> None:
    content = copy.deepcopy(WHOLE)
    _at(content, path[:-1])[path[-1]] = 3.5
    with pytest.raises(ModelError) as fault:
        _parsed(tmp_path, content)
    assert fault.value.file == "overlay.json"
    # A message about an object in a table of names has that object's path, others say the last key.
    named = (fault.value.where, f"'{path[-1]}' must" in fault.value.what)
    assert named in {(".".join(path), False), (".".join(path[:-1]), True)}
    assert "not a number" in fault.value.what


@pytest.mark.parametrize(
    ("path", "key"), [(path, key) for path in OBJECTS for key in _at(WHOLE, path)], ids=str
)
def test_an_unknown_key_is_an_error_with_its_place(tmp_path: Path, path: tuple[str, ...], key: str) -> None:
    content = copy.deepcopy(WHOLE)
    parent = _at(content, path)
    parent[f"{key}x"] = parent.pop(key)
    with pytest.raises(ModelError) as fault:
        _parsed(tmp_path, content)
    assert (fault.value.file, fault.value.where) == ("overlay.json", ".".join(path))
    assert fault.value.what.startswith(f"unknown key '{key}x'; did you mean '{key}'")


def test_an_unknown_key_of_an_acceptor_is_an_error(tmp_path: Path) -> None:
    content = copy.deepcopy(WHOLE)
    content["waiters"]["Rung"]["acceptors"][0]["stat"] = "success"
    with pytest.raises(
        ModelError, match=r"^overlay.json: waiters.Rung: unknown key 'stat'; did you mean 'state'"
    ):
        _parsed(tmp_path, content)


def _read_keys(module: ModuleType, *functions: str) -> set[str]:
    """The keys that functions of a module ask a node for."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.FunctionDef) and node.name in functions:
            for call in ast.walk(node):
                if not isinstance(call, ast.Call) or not call.args:
                    continue
                asked, key = ast.unparse(call.func), call.args[0]
                if asked.startswith("node.") and asked != "node.fail" and isinstance(key, ast.Constant):
                    found.add(str(key.value))
    return found


def test_keys_in_botocores_form_are_those_that_the_readers_read() -> None:
    xml = _read_keys(shapes, "xml_traits", "xml_namespace") | {"timestampFormat"}
    deprecation = _read_keys(shared_traits, "deprecation")
    member = _read_keys(shapes, "member", "_location", "_context_param") | deprecation | xml | {"shape"}
    assert member == set(shapes.MEMBER_KEYS)
    reference = {"shape", "documentation"} | xml
    assert reference == set(shapes.REFERENCE_KEYS)
    shape = _read_keys(shapes, "shape", "kind_of", "_enum_values", "_error", "members") | deprecation | xml
    assert shape | {"min", "max", "member", "key", "value"} == set(shapes.SHAPE_KEYS)
    follow_ups = waiters_and_paginators
    assert _read_keys(follow_ups, "read_paginator") == set(follow_ups.PAGINATOR_KEYS)
    assert _read_keys(follow_ups, "read_waiter") == set(follow_ups.WAITER_KEYS)
    assert _read_keys(follow_ups, "_acceptor") == set(follow_ups.ACCEPTOR_KEYS)


# --- codegen/README.md


def _documented(heading: str) -> list[str]:
    """The names in the first column of a section's table, one for each row."""
    text = (ROOT / "codegen" / "README.md").read_text(encoding="utf-8")
    section = text.partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \| .+ \|$", section, re.MULTILINE)


def _schema_paths(entry: type, *path: str) -> Iterator[str]:
    """The paths to the values of an overlay; X, O, M and W stand for names."""
    names = {"operations": "O", "pagination": "O", "waiters": "W", "inputs": "M", "members": "M"}
    hints = get_type_hints(entry)
    for each, key in zip([f for f in fields(entry) if f.name != "place"], keys_of(entry), strict=True):
        hint = hints[each.name]
        inner = [one for one in (hint, *get_args(hint)) if isinstance(one, type) and is_dataclass(one)]
        is_entry = bool(inner) and inner[0].__module__ == schema.__name__
        is_table = get_origin(hint) is Mapping and bool(inner)
        here = (*path, key, names.get(key, "X")) if is_table else (*path, key)
        if is_entry:
            yield from _schema_paths(inner[0], *here)
        else:
            yield ".".join(here)


def test_the_readme_lists_every_key_of_an_overlay() -> None:
    expected = set(_schema_paths(Overlay)) - {"newMembers", "exceptionMembers"}
    documented = _documented("## Overlays")
    assert documented == sorted(documented)
    assert set(documented) == expected | {"newMembers.X.M", "exceptionMembers.M"}


def test_the_readme_lists_every_pass_in_its_order() -> None:
    folder = ROOT / "codegen" / "belfry_codegen" / "passes"
    helpers = {"__init__", "pipeline", "references"}
    documented = _documented("## How a header is generated")
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert set(documented) == {path.stem for path in folder.glob("*.py")} - helpers | packages
    # The order in which the functions of the pipeline, and PASSES, name what they import from the modules.
    tree = ast.parse((folder / "pipeline.py").read_text(encoding="utf-8"))
    modules = {
        alias.name: node.module.partition(".passes.")[2].partition(".")[0]
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module and ".passes." in node.module
        for alias in node.names
    }
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    chosen = next(node for node in tree.body if isinstance(node, ast.AnnAssign))
    called = [
        node
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and node.id in modules
    ]
    # If two are in one line, the inner one is applied first and comes second.
    called.sort(key=lambda node: (node.lineno, -node.col_offset))
    applied = [modules[node.id] for node in called]
    applied += [
        modules[node.id] for node in ast.walk(chosen) if isinstance(node, ast.Name) and node.id in modules
    ]
    assert documented == applied
