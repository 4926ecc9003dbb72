# SPDX-License-Identifier: Apache-2.0
"""The library's names that the generator uses: functions with their headers, enumerations, table fields."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from belfry_codegen import cpp
from belfry_codegen.cpp import auth, enums, hooks, jmespath, members, naming, paging, types
from belfry_codegen.cpp.endpoint import rules
from belfry_codegen.cpp.endpoint.expressions import Type
from belfry_codegen.cpp.endpoint.tables import SLOT_LIMIT, Attribute, Code
from belfry_codegen.cpp.library import DECLARED_IN
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.expressions import Operator
from belfry_codegen.model.protocols import PROTOCOLS
from cpp_headers import INCLUDE, constant, constants, enumerators, fields, header

TEMPLATES = Path(cpp.__file__).parent / "templates"
PROGRAM = "belfry/endpoint/program.hpp"
SCHEMA = "belfry/schema/schema.hpp"


@pytest.mark.parametrize("name", DECLARED_IN)
def test_a_header_declares_what_it_is_included_for(name: str) -> None:
    declared = rf"(?:\b(?:struct|class) {name} (?:final )?[:{{])|\b{name}(?:\(|;| = )|\b{name}\s*\{{"
    assert re.search(declared, header(DECLARED_IN[name]))


def test_codes_of_endpoint_rules_are_those_of_the_header() -> None:
    assert {code.name.lower(): code.value for code in Code} == enumerators(PROGRAM, "EndpointCode")
    attributes = {attribute.name.lower(): attribute.value for attribute in Attribute}
    assert attributes == enumerators(PROGRAM, "EndpointAttribute")


def test_parameters_of_endpoint_rules_are_laid_out_as_in_the_header() -> None:
    flags = enumerators(PROGRAM, "EndpointParameterFlag")
    names = {Type.STRING: "string", Type.BOOLEAN: "boolean", Type.STRINGS: "strings"}
    assert {type_: flags[f"endpoint_parameter_{name}"] for type_, name in names.items()} == (
        rules.PARAMETER_FLAGS
    )
    assert flags["endpoint_parameter_required"] == rules.REQUIRED_FLAG
    assert constant(PROGRAM, "endpoint_slot_limit") == SLOT_LIMIT
    one = {"type": "String", "required": True}
    end = {"type": "error", "conditions": [], "error": "none"}
    compiled = rules.compile_rules({"version": "1.0", "parameters": {"A": one, "B": one}, "rules": [end]})
    words = compiled.rules_at - compiled.parameters_at
    assert words == 2 * constant(PROGRAM, "endpoint_parameter_words")


def test_locations_and_formats_are_those_of_the_header() -> None:
    assert set(members.LOCATIONS) == set(ir.Location)
    assert sorted(members.LOCATIONS.values()) == sorted(enumerators(SCHEMA, "Location"))
    assert set(types.FORMATS) == set(ir.TimestampFormat)
    assert {"unset", *types.FORMATS.values()} == enumerators(SCHEMA, "TimestampFormat").keys()


def test_flags_of_members_are_those_of_the_header() -> None:
    target = ir.Shape("Bytes", ir.Kind.BLOB, requires_length=True)
    member = ir.Member(
        "All",
        "Bytes",
        required=True,
        idempotency_token=True,
        sensitive=True,
        host_label=True,
        json_value=True,
        streaming=True,
        lenient=True,
    )
    table = TypeTable({"Bytes": target}, PROTOCOLS[0])
    assert list(members.member_flags(table, member)) == list(constants(SCHEMA, "MemberFlags"))


def test_waiters_judge_by_what_the_header_knows() -> None:
    waiter = DECLARED_IN["WaiterRule"]
    assert {state.value for state in ir.WaiterState} == enumerators(waiter, "WaiterState").keys()
    matchers = {*paging.MATCHERS.values(), *paging.ERROR_MATCHERS.values()}
    assert matchers == enumerators(waiter, "WaiterMatcher").keys()
    for writer in (*paging.WRITERS.values(), paging.ANY_WRITER):
        assert re.search(rf"\bbool {writer}\(", header(DECLARED_IN["Paginator"]))


def test_checksums_are_those_of_the_header() -> None:
    known = enumerators("belfry/util/checksum_algorithm.hpp", "ChecksumAlgorithm")
    assert {"none", *(name.lower() for name in hooks.ALGORITHMS)} == known.keys()


def test_signing_is_one_of_the_headers_ways() -> None:
    tree = ast.parse(inspect.getsource(auth.signing))
    words = {
        node.value
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Return) and statement.value is not None
        for node in ast.walk(statement.value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    ways = enumerators("belfry/operation/operation.hpp", "RequestSigning")
    assert words - {""} == ways.keys() - {"full"}


def test_each_operator_has_a_function_of_its_name_in_the_headers() -> None:
    evaluate = "belfry/jmespath/evaluate.hpp"
    declared = re.findall(r"^BELFRY_INLINE Value (\w+)\(const Node& node,", header(evaluate), re.MULTILINE)
    assert sorted(declared) == sorted(operator.value for operator in Operator)
    assert set(jmespath.FIELDS.values()) == set(fields(evaluate, "Constant"))


def test_names_that_an_enum_cannot_give_its_constants_are_those_of_its_base() -> None:
    text = header(DECLARED_IN["OpenEnum"]) + (TEMPLATES / "shapes.j2").read_text(encoding="utf-8")
    for name in enums.MEMBERS:
        assert re.search(rf"\b{name}\b", text), name
    functions = re.findall(
        r"^    [^:{};]*?[\w:]+ (\w+)\([^;{]*[;{]", header(DECLARED_IN["OpenEnum"]), re.MULTILINE
    )
    assert {"number", "assign", "text", "to_string", "is_known"} <= set(functions)
    public = {name for name in functions if not name.endswith("_")}
    assert public <= set(enums.MEMBERS)


def test_names_that_a_tag_hides_are_its_members() -> None:
    text = (TEMPLATES / "operation_parts.j2").read_text(encoding="utf-8")
    assert set(re.findall(r"^    using (\w+) =", text, re.MULTILINE)) == set(naming.TAG_MEMBERS)


def test_no_service_has_the_name_of_a_header_or_folder_of_the_library() -> None:
    root = INCLUDE / "belfry"
    names = {path.stem for path in root.iterdir() if not (root / path.stem / "manifest.json").exists()}
    assert "client" in names
    assert [name for name in sorted(names) if naming.namespace(name) == name] == []


TABLES = {
    "ApiKeyTraits": "belfry/auth/api_key.hpp",
    "BodyTraits": "belfry/body/streaming.hpp",
    "ChecksumTraits": "belfry/body/checksum.hpp",
    "ConstantHeader": "belfry/protocol/request_rules.hpp",
    "Description": SCHEMA,
    "EndpointExpression": "belfry/call/endpoint_path.hpp",
    "EndpointParameterBinding": "belfry/call/operation_hooks.hpp",
    "EndpointRules": PROGRAM,
    "EnumValues": "belfry/core/open_enum.hpp",
    "EventStreamTraits": "belfry/events/traits.hpp",
    "InputRule": "belfry/protocol/request_rules.hpp",
    "Node": "belfry/jmespath/evaluate.hpp",
    "Operation": "belfry/operation/operation.hpp",
    "OperationHooks": "belfry/call/operation_hooks.hpp",
    "PaginatorRule": "belfry/paging/paginator.hpp",
    "PaginatorToken": "belfry/paging/paginator.hpp",
    "Partition": PROGRAM,
    "Partitions": PROGRAM,
    "PresignedParameter": "belfry/auth/presigned_parameter.hpp",
    "RequestRules": "belfry/protocol/request_rules.hpp",
    "RetryableError": "belfry/operation/operation.hpp",
    "Service": "belfry/operation/operation.hpp",
    "ShapeExtras": SCHEMA,
    "StatusError": "belfry/call/status_error.hpp",
    "UrlListing": "belfry/body/url_listing.hpp",
    "WaiterAcceptor": "belfry/paging/waiter.hpp",
    "WaiterRule": "belfry/paging/waiter.hpp",
    "XmlElements": SCHEMA,
    "XmlMember": SCHEMA,
    "XmlNamespace": SCHEMA,
    "XmlShape": SCHEMA,
}
"""The structures that templates fill, and the header of each."""

ENTRIES = {
    "fields": "Service",
    "node": "Node",
    "xml_elements": "XmlElements",
    "xml_member": "XmlMember",
}
"""Macros that write an entry of a table or its fields, and its structure."""

LISTS = {"ChecksumAlgorithm"}
"""The names in templates that are not structures."""


def tables(template: str) -> list[tuple[str, list[str]]]:
    """The structures that a template fills: the name of each, and its fields as they are written."""
    start = re.compile(
        r"^.*?(?:\bconstexpr|\{\{ constant \}\}) "
        r"(?:::belfry::)?(?:jmespath::)?(?P<type>[A-Z]\w*)(?:<.*?>)? [\w{].*"
        r"|^\{% macro (?P<macro>\w+)\(.*",
        re.MULTILINE,
    )
    starts = list(start.finditer(template))
    found = []
    for number, match in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(template)
        name = match["type"] or ENTRIES.get(match["macro"])
        if name is not None and name not in LISTS:
            written = re.findall(r"(?<![\w}])\.(\w+) =", template[match.start() : end])
            found.append((name, list(dict.fromkeys(written))))
    return found


FILLED = [
    pytest.param(name, written, id=f"{path.name}-{name}")
    for path in sorted(TEMPLATES.glob("*.j2"))
    for name, written in tables(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("name", "written"), FILLED)
def test_a_template_writes_fields_in_the_order_of_their_declaration(name: str, written: list[str]) -> None:
    declared = fields(TABLES[name], name)
    assert [field for field in declared if field in written] == written


def test_every_structure_that_templates_fill_is_compared() -> None:
    compared = [str(parameter.values[0]) for parameter in FILLED]
    assert set(compared) == set(TABLES)
    assert {str(parameter.values[0]) for parameter in FILLED if parameter.values[1]} == set(TABLES)


def test_a_field_in_another_order_would_be_noticed() -> None:
    ((name, written),) = tables("inline constexpr ::belfry::XmlNamespace x{.prefix = 1, .uri = 2};\n")
    assert (name, written) == ("XmlNamespace", ["prefix", "uri"])
    assert fields(SCHEMA, name) == ["uri", "prefix"]


def test_headers_that_are_named_exist() -> None:
    for path in {*DECLARED_IN.values(), *TABLES.values()}:
        assert (INCLUDE / path).is_file(), path
