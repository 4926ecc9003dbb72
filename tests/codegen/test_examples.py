# SPDX-License-Identifier: Apache-2.0
"""Examples of calls as comments of generated clients: they are optional, and compile."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import main
from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.examples import example_views
from belfry_codegen.cpp.naming import namespace_of, operation_names
from belfry_codegen.cpp.templating import templates_of
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.models import read_service, survey
from smithy_support import read, ring
from smithy_support import structure as smithy_structure
from support import botocore_data, model, operation, structure, write_model
from test_compile import _compile

EVERYTHING: dict[str, Any] = {
    "In": structure(
        "Name",
        Name="Name",
        Kind="Kind",
        Newer="Kind",
        Count="Count",
        Ratio="Ratio",
        On="On",
        When="When",
        Bytes="Bytes",
        Names="Names",
        Counts="Counts",
        Inner="Inner",
        Choice="Choice",
        Free="Free",
        Text={"shape": "Name"},
    ),
    "Name": {"type": "string"},
    "Kind": {"type": "string", "enum": ["a-b", "ERROR"]},
    "Count": {"type": "long"},
    "Ratio": {"type": "float"},
    "On": {"type": "boolean"},
    "When": {"type": "timestamp"},
    "Bytes": {"type": "blob"},
    "Names": {"type": "list", "member": {"shape": "Name"}, "sparse": True},
    "Counts": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Count"}},
    "Inner": structure(Inner="Inner", Names="Names"),
    "Choice": structure(Name="Name", Inner="Inner") | {"union": True},
    "Free": {"type": "structure", "members": {}, "document": True},
}
PARAMS: dict[str, Any] = {
    "Text": 'quote " and \\',
    "Name": "n\u00e4me\n",
    "Kind": "ERROR",
    "Newer": "c",
    "Count": -(2**63) + 1,
    "Ratio": 1,
    "On": True,
    "When": "2026-01-02T03:04:05.5Z",
    "Bytes": "bytes",
    "Names": ["one", None, "two"],
    "Counts": {"a": 1},
    "Inner": {"Inner": {"Inner": {"Names": ["deep"]}}},
    "Choice": {"Inner": {"Names": ["x"]}},
    "Free": {"any": [1, None]},
}
EXPECTED = """\
const auto result = client.do_({
    .name = "n\\303\\244me\\012",
    .kind = belfry::bell_tower::Kind::ERROR_,
    .newer = belfry::bell_tower::Kind("c"),
    .count = -9223372036854775807,
    .ratio = 1.0F,
    .on = true,
    .when = belfry::Timestamp{1767323045, 500000000},
    .bytes = "bytes",
    .names = {"one", std::nullopt, "two"},
    .counts = {{"a", 1}},
    .inner = belfry::bell_tower::Inner{
        .inner = belfry::bell_tower::Inner{.inner = belfry::bell_tower::Inner{.names = {"deep"}}},
    },
    .choice = belfry::bell_tower::Choice::from_inner(belfry::bell_tower::Inner{.names = {"x"}}),
    .free = belfry::Document("{\\"any\\": [1, null]}"),
    .text = "quote \\" and \\\\",
});"""


def _written(tmp_path: Path, params: Any) -> str:
    """The code of the example's comment."""
    examples = {
        "examples": {"Do": [{"id": "x", "title": "To do it.", "description": "So.", "input": params}]}
    }
    write_model(tmp_path, model(EVERYTHING, Do=operation("Do", "In")), examples_1=examples)
    service = load_service(tmp_path, "bell-tower", documentation=True)
    types = TypeTable(service.shapes, service.protocol)
    lines = _lines(types, "bell_tower", service.operations["Do"], "do_", 0)
    return "\n".join(line.removeprefix("/// ") for line in lines)


def _lines(
    types: TypeTable, namespace: str, operation: ir.Operation, function: str, indent: int
) -> list[str]:
    module = templates_of("belfry_codegen.cpp").get_template("examples.j2").module
    write = getattr(module, "lines")  # noqa: B009 - mypy knows no macros
    return str(
        write(example_views(types, operation, indent), Cpp(namespace), Cpp(function), indent)
    ).splitlines()


def test_every_kind_of_value_becomes_cpp(tmp_path: Path) -> None:
    assert _written(tmp_path, PARAMS) == f"To do it. So.\n```cpp\n{EXPECTED}\n```"


@pytest.mark.parametrize(
    "params",
    [
        {},  # what is required is not there
        {"Name": "n", "No": 1},
        {"Name": 1},
        {"Name": "n", "Count": "1"},
        {"Name": "n", "Count": 2**63},
        {"Name": "n", "Count": True},
        {"Name": "n", "When": "yesterday"},
        {"Name": "n", "Names": []},
        {"Name": "n", "Choice": {"Name": "a", "Inner": {}}},
        {"Name": "n", "Choice": {"New": "a"}},
        {"Name": "n", "Inner": "no object"},
        [],
    ],
)
def test_an_example_that_does_not_fit_is_left_out(tmp_path: Path, params: Any) -> None:
    assert _written(tmp_path, params) == ""


def test_smithys_examples_give_the_same_comments(tmp_path: Path) -> None:
    shown = [
        {"title": "t", "documentation": "d", "input": {}, "output": {}},
        {"title": "fails", "input": {}, "error": {"shapeId": "bell.tower#Cracked", "content": {}}},
    ]
    service = read(tmp_path, {"Ring": ring(examples=shown), "RingInput": smithy_structure(input={})})
    assert [(example.title, example.input) for example in service.operations["Ring"].examples] == [("t", {})]


def test_an_example_of_an_unknown_operation_is_an_error(tmp_path: Path) -> None:
    write_model(tmp_path, model(EVERYTHING, Do=operation("Do", "In")), examples_1={"examples": {"Dew": []}})
    with pytest.raises(ModelError, match="operation 'Dew' is not defined"):
        read_service(tmp_path, "bell-tower")


def test_examples_are_left_out_by_default(tmp_path: Path) -> None:
    assert "```cpp" in _written(tmp_path, PARAMS)
    out = tmp_path / "out"
    models = ["--models", str(tmp_path)]
    assert main(["generate", "bell-tower", *models, "--out", str(out)]) == 0
    assert "```" not in (out / "belfry" / "bell_tower" / "client.hpp").read_text()


def test_the_calls_of_real_services_compile(tmp_path: Path) -> None:
    """Examples of services with all kinds of values."""
    out = tmp_path / "out"
    names = ("sts", "kms", "dynamodb", "ecs")
    assert main(["generate", *names, "--docs", "--models", str(botocore_data()), "--out", str(out)]) == 0
    source, count = [f"#include <belfry/{name}.hpp>" for name in names], 0
    for name in names:
        source.append(f"void examples(const belfry::{name}::Client& client) {{")
        text = (out / "belfry" / name / "client.hpp").read_text()
        for block in re.findall(r"/// ```cpp\n(.*?)/// ```", text, re.DOTALL):
            source += [
                "{",
                re.sub(r"^ *///", "", block, flags=re.MULTILINE),
                "static_cast<void>(result);",
                "}",
            ]
            count += 1
        source.append("}")
    assert count > 110
    _compile(tmp_path, out, "\n".join(source))


def test_most_examples_of_all_services_become_comments() -> None:
    data = botocore_data()
    shown, all_there = Counter[str](), 0
    for name, entry in survey(data)[0].items():
        path = entry.path / "examples-1.json"
        if not path.is_file():
            continue
        listed = load_json(path)["examples"]
        if not any(listed.values()):
            continue
        service = load_service(data, name, documentation=True)
        types, functions = TypeTable(service.shapes, service.protocol), operation_names(service.operations)
        all_there += sum(len(examples) for examples in listed.values())
        for one in service.operations.values():
            lines = _lines(types, namespace_of(service), one, functions[one.name], 4)
            shown[name] += lines.count("    /// ```cpp")
            assert not [line for line in lines if line.endswith("\\")]
    assert all_there > 1300
    assert shown.total() / all_there > 0.98, f"{shown.total()} of {all_there}: {json.dumps(shown)}"
