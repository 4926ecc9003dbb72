# SPDX-License-Identifier: Apache-2.0
"""Turns Smithy's HTTP protocol tests into Catch2 test cases.

    python smithy_cases.py MODELS PUBLISHED PROTOCOL SKIPPED OUT FILES SKIPPED_BY_SERVERS

MODELS is a folder of Smithy ASTs. PUBLISHED is a folder of the models that AWS publishes: their endpoint
rules are added to the shapes of MODELS that they also have. S3's cases need them, and are left out without
S3's model.

Each case for clients of PROTOCOL (such as aws.protocols#restJson1) becomes a TEST_CASE in one of the FILES
files OUT/smithy_cases_N.cpp; the headers that they use go to OUT/include. Each case for servers becomes
another one there, for the fakes of belfry/testing: the tables of the shapes take most of the time to compile,
and both sides have the same. The format of the cases is described at
https://smithy.io/2.0/additional-specs/http-protocol-compliance-tests.html.

SKIPPED lists cases that are expected to fail, one a line, each with the reason: `id: reason`, or
`id response: reason` where a request has the same id. They are built and run like all others, and one that
passes is a failure, as is a line whose case there is not. SKIPPED_BY_SERVERS lists those for servers.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from belfry_codegen.readers.smithy.json_ast import Model, operation_ids, short_name, targets
from belfry_codegen.readers.smithy.service import service_names

_REQUESTS = "smithy.test#httpRequestTests"
_RESPONSES = "smithy.test#httpResponseTests"
_MALFORMED = "smithy.test#httpMalformedRequestTests"
_SIDES = ("client", "server")
_WITHOUT_SERVICE = {"AcceptHeaderStarRequestTest", "AcceptHeaderStarStarRequestTest"}
"""Cases of an operation that belongs to no service of the model."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case, and the shape whose trait it is."""

    side: str
    """`client` or `server`."""
    kind: str
    """`request`, `response`, `error` or `malformed`."""
    operation: str
    shape: str
    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def keys(self) -> tuple[str, str]:
        """The names in a list of skipped cases: a request and a response may have the same id."""
        return self.id, f"{self.id} {self.kind}"


def main(
    models: str, published: str, protocol: str, skipped: str, out: str, files: str, by_servers: str
) -> int:
    folder_of_models = _with_rules(Path(models), Path(published), Path(out) / "models")
    lists = {"client": Path(skipped), "server": Path(by_servers)}
    reasons = {side: _skipped(path) for side, path in lists.items()}
    sources: list[list[str]] = [[] for _ in range(int(files))]
    includes: list[set[str]] = [set() for _ in range(int(files))]
    counts = dict.fromkeys(_SIDES, 0)
    seen: dict[str, set[str]] = {side: set() for side in _SIDES}
    for path in sorted(folder_of_models.glob("*.json")):
        cases = _cases(path, protocol)
        _check_complete(path, protocol, [case for found in cases.values() for case in found])
        for folder, found in cases.items():
            operations = sorted({case.operation for case in found})
            service = load_service(
                folder_of_models, folder, operations, protocol=BY_SMITHY_TRAIT[protocol].name
            )
            if _needs_rules(found) and service.endpoint_options is None:
                print(f"{len(found)} cases of {folder} are skipped: {published} has no model")
                for case in found:
                    seen[case.side].update(case.keys)
                continue
            for name, text in render_service(service, folder).items():
                _write(Path(out) / "include" / name, text)
            view = service_view(service, folder)
            names = dict(zip(service.operations, view.operations, strict=True))
            for number, operation in enumerate(operations):
                file = number % int(files)
                includes[file] |= {names[operation].file.path, view.errors.path}
                for case in found:
                    if case.operation == operation:
                        tag = names[operation].operation.name
                        sources[file].append(_test_case(service, tag, case, reasons[case.side]))
                        seen[case.side].update(case.keys)
                        counts[case.side] += 1
    for side, path in lists.items():
        unknown = sorted(set(reasons[side]) - seen[side])
        if unknown:
            print(f"{path}: there is no case {', '.join(unknown)}", file=sys.stderr)
            return 1
    for number, source in enumerate(sources):
        lines = "".join(f"#include <{name}>\n" for name in sorted(includes[number]))
        head = "// Generated from Smithy's protocol tests."
        text = (
            f'{head}\n{lines}\n#include "conformance/smithy_case.hpp"\n'
            '#include "conformance/smithy_server_case.hpp"\n'
        )
        _write(Path(out) / f"smithy_cases_{number}.cpp", text + "".join(source))
    made = f"{counts['client']} cases for clients and {counts['server']} for servers"
    print(f"{made}, {sum(map(len, reasons.values()))} of which are expected to fail")
    return 0


def _with_rules(models: Path, published: Path, out: Path) -> Path:
    """The models, with the traits of the published ones that belong to the endpoint rules."""
    rules: dict[str, Any] = {}
    for path in sorted(published.glob("*.json")):
        rules.update(load_json(path)["shapes"])
    for path in sorted(models.glob("*.json")):
        model = load_json(path)
        for name, shape in model["shapes"].items():
            _lay_rules_over(shape, rules.get(name) or {})
        _write(out / path.name, json.dumps(model))
    return out


def _lay_rules_over(shape: dict[str, Any], known: Mapping[str, Any]) -> None:
    for name, value in (known.get("traits") or {}).items():
        if name.startswith("smithy.rules#"):
            shape.setdefault("traits", {}).setdefault(name, value)
    for name, member in (shape.get("members") or {}).items():
        _lay_rules_over(member, (known.get("members") or {}).get(name) or {})


def _needs_rules(cases: Iterable[Case]) -> bool:
    """Whether the cases say how the client is configured, which takes rules that ask for it."""
    return any("scopedConfig" in case.data.get("vendorParams", {}) for case in cases)


def _skipped(path: Path) -> dict[str, str]:
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            name, colon, reason = line.partition(":")
            if not colon or not reason.strip():
                raise SystemExit(f"{path}:{number}: 'id: reason' is expected")
            found[name.strip()] = reason.strip()
    return found


def _applies(data: Mapping[str, Any], protocol: str, side: str) -> bool:
    return bool(data["protocol"] == protocol and data.get("appliesTo", side) == side)


def _cases(path: Path, protocol: str) -> dict[str, list[Case]]:
    """The cases of each service, by the service's folder name."""
    model = Model(path)
    root = Node(str(path), "", {})
    found: dict[str, list[Case]] = {}
    for folder, (service_id, _) in service_names(path).items():
        service = model.shape(service_id, root)
        cases: list[Case] = []
        seen_errors: set[str] = set()
        for operation_id in operation_ids(model, service):
            operation = model.shape(operation_id, root)
            name = short_name(operation_id)
            cases += _of(operation, "request", _REQUESTS, name, "", protocol)
            cases += _of(operation, "response", _RESPONSES, name, "", protocol)
            cases += _of(operation, "malformed", _MALFORMED, name, "", protocol)
            for error in [*targets(operation, "errors"), *targets(service, "errors")]:
                if error not in seen_errors:
                    seen_errors.add(error)
                    shape = model.shape(error, root)
                    cases += _of(shape, "error", _RESPONSES, name, short_name(error), protocol)
        if cases:
            found[folder] = cases
    return found


def _of(node: Node, kind: str, trait: str, operation: str, shape: str, protocol: str) -> Iterator[Case]:
    for data in (node.data.get("traits") or {}).get(trait) or []:
        for side in _SIDES if trait != _MALFORMED else ("server",):
            if _applies(data, protocol, side):
                yield Case(side, kind, operation, shape, data)


def _check_complete(path: Path, protocol: str, cases: list[Case]) -> None:
    """Every case in the file must be found by way of a service, and have a unique id."""
    everything = [
        (data["id"], side)
        for shape in load_json(path)["shapes"].values()
        for trait in (_REQUESTS, _RESPONSES, _MALFORMED)
        for data in (shape.get("traits") or {}).get(trait) or []
        for side in (_SIDES if trait != _MALFORMED else ("server",))
        if _applies(data, protocol, side) and data["id"] not in _WITHOUT_SERVICE
    ]
    if sorted(everything) != sorted((case.id, case.side) for case in cases):
        missing = sorted(set(everything) ^ {(case.id, case.side) for case in cases})
        raise SystemExit(f"{path}: cases that no service reaches, or twice: {missing}")


def _test_case(service: ir.Service, tag: str, case: Case, reasons: Mapping[str, str]) -> str:
    namespace = f"::belfry::{naming.namespace_of(service)}"
    operation = service.operations[case.operation]
    if case.kind == "malformed":
        data = {"requests": list(_requests(case.data)), "response": case.data["response"]}
    else:
        shape = {"request": operation.input, "response": operation.output, "error": case.shape}[case.kind]
        assert shape is not None
        params = _value(service, shape, case.data.get("params") or {}, _digits(case.data))
        data = {**case.data, "params": params}
    for unread in ("documentation", "protocol", "tags", "id", "appliesTo"):
        data.pop(unread, None)
    arguments = f"{namespace}::operations::{tag}"
    if case.kind == "error":
        arguments += f", {namespace}::{TypeTable(service.shapes, service.protocol).names[case.shape]}"
    reason = next((reasons[key] for key in case.keys if key in reasons), "")
    tags = f"[{case.side}][{case.kind}]" + ("[!shouldfail]" if reason else "")
    note = f"// Skipped: {reason}\n" if reason else ""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return (
        f'\n{note}TEST_CASE("{case.id}, {case.kind} of {case.operation} by a {case.side}", "{tags}") {{\n'
        f'    belfry_smithy::{case.side}::check_{case.kind}<{arguments}>(R"smithy({text})smithy");\n}}\n'
    )


def _requests(data: Mapping[str, Any]) -> Iterator[Any]:
    """The requests of a malformed case: `$name:L` and `$name:S` in it stand for each of its parameters."""
    parameters: Mapping[str, list[str]] = data.get("testParameters") or {}
    for number in range(max((len(values) for values in parameters.values()), default=1)):
        texts = {name: values[number] for name, values in parameters.items()}
        yield _filled(data["request"], texts)


def _filled(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for name, text in texts.items():
            value = value.replace(f"${name}:S", json.dumps(text)).replace(f"${name}:L", text)
        return value
    if isinstance(value, list):
        return [_filled(item, texts) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, texts) for key, item in value.items()}
    return value


def _digits(data: Mapping[str, Any]) -> dict[float, str]:
    """The decimals that a JSON body has as text, which the AST has rounded to doubles in the parameters."""
    found: dict[float, str] = {}
    if data.get("bodyMediaType") == "application/json" and data.get("body"):
        for text in re.findall(r'"(-?[0-9]+\.[0-9]+)"', data["body"]):
            found[float(text)] = text
    return found


def _value(service: ir.Service, name: str, value: Any, digits: Mapping[float, str]) -> Any:
    """A parameter as Belfry's JSON conversion spells it. Smithy writes blobs as text."""
    shape = service.shapes[name]
    if value is None:
        return None
    if shape.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION):
        made = {}
        for key, item in value.items():
            member = shape.member(key)
            if member is None:
                raise SystemExit(f"shape {name} has no member {key}")
            made[key] = (
                json.loads(item) if member.json_value else _value(service, member.target, item, digits)
            )
        return made
    if shape.element is not None:
        return [_value(service, shape.element.target, item, digits) for item in value]
    if shape.value is not None:
        return {key: _value(service, shape.value.target, item, digits) for key, item in value.items()}
    if shape.kind is ir.Kind.STRING and isinstance(value, (int, float)):
        return digits.get(value, str(value))
    if shape.kind is ir.Kind.BLOB:
        return base64.b64encode(value.encode("utf-8")).decode("ascii")
    return value


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
