# SPDX-License-Identifier: Apache-2.0
"""Turns Smithy's event stream tests into Catch2 test cases.

    python smithy_events.py MODELS OUT

MODELS is a folder of Smithy ASTs. Each case for clients in the trait `smithy.test#eventStreamTests` becomes a
TEST_CASE in OUT/smithy_events.cpp; the headers that they use go to OUT/include.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.render import render_service
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.cpp.view import service_view
from belfry_codegen.model import ir
from belfry_codegen.model.protocols import BY_SMITHY_TRAIT
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.smithy.json_ast import Model, operation_ids, short_name
from belfry_codegen.readers.smithy.service import service_names
from smithy_cases import _value, _write

_TRAIT = "smithy.test#eventStreamTests"


def main(models: str, out: str) -> int:
    includes: set[str] = set()
    cases: list[str] = []
    everything = 0
    for path in sorted(Path(models).glob("*.json")):
        everything += sum(
            _applies(data)
            for shape in load_json(path)["shapes"].values()
            for data in (shape.get("traits") or {}).get(_TRAIT) or []
        )
        model = Model(path)
        root = Node(str(path), "", {})
        for folder, (service_id, _) in service_names(path).items():
            found = {
                short_name(operation_id): [data for data in traits.get(_TRAIT) or [] if _applies(data)]
                for operation_id in operation_ids(model, model.shape(service_id, root))
                if (traits := model.shape(operation_id, root).data.get("traits") or {})
            }
            protocols = sorted({data["protocol"] for tests in found.values() for data in tests})
            for protocol in protocols:
                chosen = sorted(
                    name
                    for name, tests in found.items()
                    if any(data["protocol"] == protocol for data in tests)
                )
                service = load_service(Path(models), folder, chosen, protocol=BY_SMITHY_TRAIT[protocol].name)
                for name, text in render_service(service, folder).items():
                    _write(Path(out) / "include" / name, text)
                view = service_view(service, folder)
                views = dict(zip(service.operations, view.operations, strict=True))
                for name in chosen:
                    includes |= {views[name].file.path, view.errors.path}
                    tag = views[name].operation.name
                    cases += [
                        _test_case(service, service.operations[name], tag, data)
                        for data in found[name]
                        if data["protocol"] == protocol
                    ]
    if len(cases) != everything:
        print(f"{everything - len(cases)} cases are of no service", file=sys.stderr)
        return 1
    lines = "".join(f"#include <{name}>\n" for name in sorted(includes))
    head = "// Generated from Smithy's event stream tests."
    text = f'{head}\n{lines}\n#include "conformance/smithy_event_case.hpp"\n'
    _write(Path(out) / "smithy_events.cpp", text + "".join(cases))
    print(f"{len(cases)} cases of event streams")
    return 0


def _applies(data: Mapping[str, Any]) -> bool:
    return bool(data.get("appliesTo", "client") == "client")


def _test_case(service: ir.Service, operation: ir.Operation, tag: str, data: Mapping[str, Any]) -> str:
    """The case as a call of its operation."""
    case = {
        key: value for key, value in data.items() if key not in ("documentation", "protocol", "appliesTo")
    }
    case["initialRequestParams"] = _messages(service, operation.input, data.get("initialRequestParams"), True)
    if "initialResponseParams" in data:
        case["initialResponseParams"] = _messages(
            service, operation.output, data["initialResponseParams"], False
        )
    case["events"] = [_event(service, operation, event) for event in data.get("events") or []]
    error = (data.get("expectation") or {}).get("failure", {}).get("errorId")
    namespace = f"::belfry::{naming.namespace_of(service)}"
    arguments = f"{namespace}::operations::{tag}"
    if error is not None:
        arguments += f", {namespace}::{TypeTable(service.shapes, service.protocol).names[short_name(error)]}"
    text = json.dumps(case, ensure_ascii=False, indent=1)
    return (
        f'\nTEST_CASE("{data["id"]}, event stream of {operation.name}") {{\n'
        f'    belfry_smithy::check_events<{arguments}>(R"smithy({text})smithy");\n}}\n'
    )


def _messages(service: ir.Service, shape: str | None, params: Any, complete: bool) -> Any:
    """Parameters as Belfry spells them; required members that the case does not give are invented."""
    assert shape is not None
    given = dict(params or {})
    if complete:
        for member in service.shapes[shape].members:
            if member.required and service.shapes[member.target].kind is ir.Kind.STRING:
                given.setdefault(member.name, "made up")
    return _value(service, shape, given, {})


def _event(service: ir.Service, operation: ir.Operation, event: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(event)
    union = operation.input_events if event["type"] == "request" else operation.output_events
    if "params" in event:
        assert union is not None
        made["params"] = _value(service, union, event["params"], {})
    return made


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
