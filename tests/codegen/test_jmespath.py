# SPDX-License-Identifier: Apache-2.0
"""Expressions of waiters, paginators and endpoint parameters: their trees, and errors."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import main
from belfry_codegen.cpp import naming
from belfry_codegen.cpp.render import render_service
from belfry_codegen.cpp.shapes import StructureView
from belfry_codegen.cpp.text import literal
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.cpp.view import service_view
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.expressions import Expression, Node, Operator
from belfry_codegen.passes.jmespath.compiler import ExpressionError, compile_expression
from belfry_codegen.passes.jmespath.service import compile_expressions
from belfry_codegen.passes.jmespath.types import Hash, Shapes
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import services
from support import botocore_data, model, operation, structure, write_model

SMITHY = Path(os.environ.get("BELFRY_SHARED", "/nowhere")) / "models" / "smithy"

SHAPES: dict[str, Any] = {
    "Request": structure(Token="Name", Times="Count", Bells="Names", Start="Bell", Shade="Color"),
    "Response": structure(
        NextToken="Name",
        Weight="Large",
        Bell="Bell",
        Bells="Bells",
        Towers="Towers",
        ByName="ByName",
        Strike="Strike",
        Notes="Notes",
    ),
    "Bell": structure(Name="Name", Cracked="Flag", Color="Color", Tones="Names", Count="Count"),
    "Bells": {"type": "list", "member": {"shape": "Bell"}},
    "Towers": {"type": "list", "member": {"shape": "Bells"}},
    "ByName": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Bell"}},
    "Strike": {**structure(Once="Count", Often="Names"), "union": True},
    "Names": {"type": "list", "member": {"shape": "Name"}},
    "Name": {"type": "string"},
    "Color": {"type": "string", "enum": ["GOLD", "GREEN"]},
    "Count": {"type": "integer"},
    "Large": {"type": "long"},
    "Flag": {"type": "boolean"},
    "Notes": {"type": "structure", "members": {}, "document": True},
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ir.Service:
    folder = tmp_path_factory.mktemp("models")
    write_model(folder, model(SHAPES, Ring=operation("Ring", "Request", "Response")))
    return load_service(folder, "bell-tower")


def _compiled(service: ir.Service, text: str) -> str:
    """The tree of an expression over `Response`, as nested words."""
    shapes = Shapes(service.shapes)
    return _words(compile_expression(text, shapes, shapes.of("Response")).root)


def _words(node: Node) -> str:
    value = "" if node.value is None else f" {node.value!r}"
    operands = "".join(f" {_words(operand)}" for operand in node.operands)
    return f"({node.operator.value}{value}{operands})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("NextToken", "(member 0)"),
        ("Bell.Name", "(sub_expression (member 2) (member 0))"),
        ("@.Bell.(Name)", None),
        ("Bell | Name | @", "(sub_expression (member 2) (member 0))"),
        ("Strike.Often[-1]", "(sub_expression (member 6) (union_member 1) (index_expression -1))"),
        ("ByName.tenor.Name", "(sub_expression (member 5) (field 'tenor') (member 0))"),
        # A list without lists in it is flat.
        ("Bells[].Name", "(list_projection (member 3) (member 0))"),
        ("Towers[].Name", "(list_projection (flatten (member 4)) (member 0))"),
        (
            "Towers[][]",
            "(list_projection (list_projection (flatten (member 4)) (current_node)) (current_node))",
        ),
        ("ByName.*.Name", "(object_projection (member 5) (member 0))"),
        (
            "Bells[?Cracked].Name",
            "(filter_projection (member 3) (member 1) (member 0))",
        ),
        (
            "Bell.{a: Name}.a",
            "(sub_expression (member 2) (multi_select_hash (key_value 'a' (member 0))) (field 'a'))",
        ),
        # The value may be either, so that the member does not have an index.
        ("(Bell || Strike).Name", "(sub_expression (or_expression (member 2) (member 6)) (field 'Name'))"),
        (
            "[`1`, `1.5`, `true`, `null`, 'x', `y`]",
            "(multi_select_list (integer_literal 1) (real_literal 1.5) "
            "(boolean_literal 1) (null_literal) (string_literal 'x') (string_literal 'y'))",
        ),
        (
            "length(Bells[]) > `0` && !Bell",
            "(and_expression (greater (length (list_projection (member 3) "
            "(current_node))) (integer_literal 0)) (not_expression (member 2)))",
        ),
    ],
)
def test_an_expression_becomes_a_tree_of_operators(service: ir.Service, text: str, tree: str | None) -> None:
    if tree is None:
        with pytest.raises(ExpressionError, match=r"cannot be parsed: "):
            _compiled(service, text)
    else:
        assert _compiled(service, text) == tree


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NextTokn", "the structure 'Response' has no member 'NextTokn'; did you mean 'NextToken'?"),
        ("Bells[].Nme", "the structure 'Bell' has no member 'Nme'; did you mean 'Name'?"),
        ("Strike.Oftn", "the union 'Strike' has no member 'Oftn'; did you mean 'Often'?"),
        ("Bell.{first: Name}.frst", "an object has no member 'frst'; did you mean 'first'?"),
        ("(Bell || Strike).Weight", "the structure 'Bell' or the union 'Strike' has no member 'Weight'"),
        ("NextToken.Name", "a string has no member 'Name'"),
        ("Bells.Name", "the list 'Bells' has no member 'Name'"),
        ("Notes.Name", "a document has no member 'Name'"),
        ("`null`.Name", "null has no member 'Name'"),
        ("Bell[0]", "[0] takes a list, not the structure 'Bell'"),
        ("Bell[]", "`[]` takes a list, not the structure 'Bell'"),
        ("ByName[*]", "a projection takes a list, not the map 'ByName'"),
        ("Weight[?`true`]", "a projection takes a list, not a long"),
        ("Bells.*", "`*` takes an object, not the list 'Bells'"),
        ("NextToken == `1`", "comparing a string with an integer always has the same result"),
        ("Bells[?Cracked == 'true']", "comparing a boolean with a string always has the same result"),
        ("Notes == 'a'", "comparing a document with a string always has the same result"),
        (
            "Bell < Bell",
            "comparing the structure 'Bell' with the structure 'Bell' always has the same result",
        ),
        ("length(Weight)", "length() takes a list or an object or a string, not a long"),
        ("starts_with(NextToken, Bell)", "starts_with() takes a string, not the structure 'Bell'"),
        ("keys([Bell])", "keys() takes an object, not a list of (the structure 'Bell')"),
        ("contains(Notes, 'a')", "contains() takes a list or a string, not a document"),
        ("length()", "length() takes 1 argument, not 0"),
        ("length(Bells, Bell)", "length() takes 1 argument, not 2"),
        ("ends_with(NextToken)", "ends_with() takes 2 arguments, not 1"),
        ("lenght(Bells)", "the function 'lenght' is not supported; did you mean 'length'?"),
        ("max_by(Bells, &Count)", "the function 'max_by' is not supported"),
        ("not_null(&Bell)", "an expression reference is not supported"),
        ("Bells[0:2]", "a slice is not supported"),
        ("Weight == `[1]`", "the literal `[1]` is not supported"),
        ("Bell == `{}`", "the literal `{}` is not supported"),
        ("Weight == `NaN`", "the literal `nan` is not supported"),
        ("!" * 60 + "Bell", "operators are nested more than 60 deep"),
        ("(" * 5000 + "Bell" + ")" * 5000, "operators are nested more than 60 deep"),
        ("[" + ",".join(["Bell"] * 400) + "]", "the expression has more than 400 operators"),
    ],
)
def test_an_expression_that_does_not_fit_the_shapes_is_an_error(
    service: ir.Service, text: str, reason: str
) -> None:
    with pytest.raises(ExpressionError) as raised:
        _compiled(service, text)
    assert str(raised.value) == reason


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "Bell.", "Bell..Name", ".Bell", "Bell[", "Bells[1", "Bells[x]", "Bell]", "Bells[?"),
        *("Bells[?Name", "Bells[?]", "Bell || ", "|| Bell", "Bell = Bell", "Bell &Bell", "Bell Bell"),
        *(
            "'open",
            "`open",
            '"open',
            "length(",
            "length(Bells",
            "Bell.'a'",
            "(Bell",
            "Bell)",
            "{Bell}",
            "{Bell:}",
        ),
        *("{a: Bell", "[Bell", "[Bell,]", "Bells.5", "-", "#", "*[", "Bell\x80", '"\\x"'),
    ],
)
def test_text_that_is_not_an_expression_is_an_error(service: ir.Service, text: str) -> None:
    with pytest.raises(ExpressionError, match=r"^cannot be parsed: "):
        _compiled(service, text)


def test_an_expression_of_the_largest_size_compiles(service: ir.Service) -> None:
    assert compile_expression(
        "!" * 59 + "Bell", Shapes(service.shapes), Shapes(service.shapes).of("Response")
    )
    assert _compiled(service, "[" + ",".join(["Bell"] * 399) + "]").count("member") == 399


def _refused(service: ir.Service, waiter: ir.Waiter | None = None, **operation_: Any) -> str:
    """The error for a service with that waiter, or with an operation changed like that."""
    changed = replace(
        service,
        operations={"Ring": replace(service.operations["Ring"], **operation_)},
        waiters={waiter.name: waiter} if waiter else {},
    )
    with pytest.raises(ModelError) as raised:
        compile_expressions(changed)
    return str(raised.value)


def _waiter(
    matcher: ir.Matcher, expected: str | int | bool, text: str, with_input: bool = False
) -> ir.Waiter:
    argument = Expression(text, "waiters-2.json", "waiter 'Rung'")
    acceptor = ir.Acceptor(ir.WaiterState.SUCCESS, matcher, expected, argument, with_input)
    return ir.Waiter("Rung", "Ring", 1, 1, (acceptor,))


@pytest.mark.parametrize(
    ("matcher", "expected", "text", "reason"),
    [
        ("path", "x", "Bell.Nam", "the structure 'Bell' has no member 'Nam'; did you mean 'Name'?"),
        ("path", True, "Bell.Name", "true is expected, but the value is a string"),
        ("path", 1, "Bell.Cracked", "1 is expected, but the value is a boolean"),
        ("path", "x", "`null`", '"x" is expected, but the value is null'),
        ("pathAll", "x", "Bell.Name", "'pathAll' takes a list, but the value is a string"),
        ("pathAny", "x", "Bells[].Count", '"x" is expected, but the value is an integer'),
    ],
)
def test_an_acceptor_that_never_matches_is_an_error(
    service: ir.Service, matcher: str, expected: str | int | bool, text: str, reason: str
) -> None:
    said = _refused(service, _waiter(ir.Matcher(matcher), expected, text))
    assert said == f"waiters-2.json: waiter 'Rung', expression `{text}`: {reason}"


def test_an_acceptor_over_input_and_output_is_checked_against_both(service: ir.Service) -> None:
    said = _refused(service, _waiter(ir.Matcher.PATH, True, "input.Name == output.NextToken", True))
    assert said.endswith("the structure 'Request' has no member 'Name'")
    said = _refused(service, _waiter(ir.Matcher.PATH, True, "Bell.Cracked", True))
    assert said.endswith("an object has no member 'Bell'")
    waiter = _waiter(ir.Matcher.PATH, True, "input.Token == output.NextToken", True)
    argument = (
        compile_expressions(replace(service, waiters={"Rung": waiter})).waiters["Rung"].acceptors[0].argument
    )
    assert argument is not None and argument.root is not None
    assert _words(argument.root) == (
        "(equal (sub_expression (field 'input') (member 0)) (sub_expression (field 'output') (member 0)))"
    )


@pytest.mark.parametrize(
    ("given", "returned", "reason"),
    [
        ("Token", "NextTokn", "the structure 'Response' has no member 'NextTokn'; did you mean 'NextToken'?"),
        ("Token", "Bell.Count", "'Token' takes a string, but the value is an integer"),
        ("Times", "Weight", "'Times' takes an integer, but the value is a long"),
        ("Times", "length(Bells)", "'Times' takes an integer, but the value is a long"),
        ("Token", "Bell.Count||NextToken", "'Token' takes a string, but the value is a string or an integer"),
        ("Bells", "Bells", "'Bells' takes the list 'Names', but the value is the list 'Bells'"),
        ("Bells", "Bells[].Name", "'Bells' takes the list 'Names', but the value is a list of (a string)"),
        ("Start", "Bell.{Name: Name}", "'Start' takes the structure 'Bell', but the value is an object"),
        ("Token", "`null`", "'Token' takes a string, but the value is null"),
    ],
)  # fmt: skip
def test_a_token_of_another_type_than_the_input_is_an_error(
    service: ir.Service, given: str, returned: str, reason: str
) -> None:
    token = Expression(returned, "paginators-1.json", "paginator 'Ring'")
    said = _refused(service, paginator=ir.Paginator("Ring", (given,), (token,), ()))
    assert said == f"paginators-1.json: paginator 'Ring', expression `{returned}`: {reason}"


@pytest.mark.parametrize(
    ("given", "returned"),
    [("Token", "NextToken"), ("Token", "Bell.Color"), ("Shade", "NextToken || Bells[-1].Color"),
     ("Times", "Bell.Count"), ("Start", "Bells[0]"), ("Bells", "Bell.Tones")],
)  # fmt: skip
def test_a_token_of_the_members_type_compiles(service: ir.Service, given: str, returned: str) -> None:
    paginator = ir.Paginator("Ring", (given,), (Expression(returned),), (), more_results=Expression("Bell"))
    changed = replace(service.operations["Ring"], paginator=paginator)
    compiled = (
        compile_expressions(replace(service, operations={"Ring": changed})).operations["Ring"].paginator
    )
    assert compiled is not None and compiled.more_results is not None
    assert compiled.output_tokens[0].root is not None
    assert compiled.more_results.root == Node(Operator.MEMBER, value=2)


def test_the_condition_for_more_pages_is_checked(service: ir.Service) -> None:
    more = Expression("IsTruncated", "paginators-1.json", "paginator 'Ring'")
    paginator = ir.Paginator("Ring", ("Token",), (Expression("NextToken"),), (), more_results=more)
    assert _refused(service, paginator=paginator) == (
        "paginators-1.json: paginator 'Ring', expression `IsTruncated`: "
        "the structure 'Response' has no member 'IsTruncated'"
    )


def test_an_endpoint_parameter_of_another_type_is_an_error(service: ir.Service) -> None:
    rules = {"parameters": {"Names": {"type": "stringArray"}, "Name": {"type": "string"}}}
    with_rules = replace(service, endpoint_rules=rules)

    def said(parameter: str, text: str) -> str:
        context = ((parameter, Expression(text, "service-2.json", "operation 'Ring'")),)
        return _refused(with_rules, operation_context=context)

    where = "service-2.json: operation 'Ring', expression "
    assert (
        said("Names", "Token")
        == f"{where}`Token`: 'Names' takes a list of strings, but the value is a string"
    )
    assert said("Names", "[Times]").endswith("but the value is a list of (an integer)")
    assert said("Name", "Bells") == (
        f"{where}`Bells`: 'Name' takes a string or a boolean, but the value is the list 'Names'"
    )
    assert said("Name", "Bell").endswith(
        "the structure 'Request' has no member 'Bell'; did you mean 'Bells'?"
    )


def test_an_error_names_file_shape_and_member(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    acceptor = {"state": "success", "matcher": "path", "argument": "Bell.Crackd", "expected": True}
    waiters = {"Rung": {"operation": "Ring", "delay": 1, "maxAttempts": 1, "acceptors": [acceptor]}}
    path = write_model(
        tmp_path,
        model(SHAPES, Ring=operation("Ring", "Request", "Response")),
        waiters_2={"version": 2, "waiters": waiters},
    )
    assert main(["generate", "bell-tower", "--models", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        f"belfry: {path.with_name('waiters-2.json')}: waiter 'Rung', expression `Bell.Crackd`: "
        "the structure 'Bell' has no member 'Crackd'; did you mean 'Cracked'?\n"
    )
    assert not (tmp_path / "out").exists()


def _expressions(service: ir.Service) -> Iterator[tuple[Expression, Any]]:
    """Each expression of a service, and the type of what it is over."""
    shapes = Shapes(service.shapes)
    for operation_ in service.operations.values():
        given, returned = shapes.of(str(operation_.input)), shapes.of(str(operation_.output))
        for _, expression in operation_.operation_context:
            yield expression, given
        if operation_.paginator is not None:
            for expression in operation_.paginator.output_tokens:
                yield expression, returned
            if operation_.paginator.more_results is not None:
                yield operation_.paginator.more_results, returned
    for waiter in service.waiters.values():
        operation_ = service.operations[waiter.operation]
        given, returned = shapes.of(str(operation_.input)), shapes.of(str(operation_.output))
        for acceptor in waiter.acceptors:
            if acceptor.argument is not None:
                both = frozenset({Hash((("input", given), ("output", returned)))})
                yield acceptor.argument, both if acceptor.with_input else returned


# A member's name, and not a function's or a literal's.
_NAMES = re.compile(r"'[^']*'|`[^`]*`|\b([A-Za-z_]\w*)\b(?!\()")


@pytest.mark.parametrize(
    ("models", "least"),
    [pytest.param(botocore_data, 4500, id="botocore"), pytest.param(lambda: SMITHY, 100, id="smithy")],
)
def test_every_published_expression_compiles_unless_a_name_is_misspelled(models: Any, least: int) -> None:
    folder = models()
    if not folder.is_dir():
        pytest.skip(f"no models in {folder}")
    count = misspelled = 0
    for name, _ in services(folder):
        loaded = load_service(folder, name)
        shapes = Shapes(loaded.shapes)
        for expression, root in _expressions(loaded):
            assert expression.root == compile_expression(expression.text, shapes, root).root
            count += 1
            for match in _NAMES.finditer(expression.text):
                if match[1]:
                    text = expression.text[: match.end()] + "Zz" + expression.text[match.end() :]
                    with pytest.raises(ExpressionError, match=f"has no member '{match[1]}Zz'"):
                        compile_expression(text, shapes, root)
                    misspelled += 1
    assert count >= least
    assert misspelled > count


def _header(folder: Path, **files: Any) -> str:
    write_model(folder, model(SHAPES, Ring=operation("Ring", "Request", "Response")), **files)
    rendered = render_service(load_service(folder, "bell-tower"), "bell-tower")
    return rendered["belfry/bell_tower/ring.hpp"]


def test_a_paginator_becomes_indices_of_members_and_tables(tmp_path: Path) -> None:
    pagination = {
        "Ring": {
            "input_token": ["Token", "Times", "Start"],
            "output_token": ["NextToken || Bells[-1].Name", "Bell.Count", "Bells[0]"],
            "more_results": "Bell.Cracked",
        }
    }
    assert """
/// NextToken || Bells[-1].Name
inline constexpr ::belfry::jmespath::Node Ring_expression_0[] = {
    {.evaluate = &::belfry::jmespath::or_expression, .size = 6},
    {.evaluate = &::belfry::jmespath::member, .constant = {.integer = 0}},
    {.evaluate = &::belfry::jmespath::sub_expression, .size = 4},
    {.evaluate = &::belfry::jmespath::member, .constant = {.integer = 3}},
    {.evaluate = &::belfry::jmespath::index_expression, .constant = {.integer = -1}},
    {.evaluate = &::belfry::jmespath::member, .constant = {.integer = 0}},
};
""" in (header := _header(tmp_path, paginators_1={"pagination": pagination}))
    assert (
        """
inline constexpr ::belfry::PaginatorToken ring[] = {
    {
        .input = 0, // Token
        .output = detail::Ring_expression_0,
        .write = &::belfry::detail::write_text_token,
    },
    {
        .input = 1, // Times
        .output = detail::Ring_expression_1,
        .write = &::belfry::detail::write_integer_token,
    },
    {
        .input = 3, // Start
        .output = detail::Ring_expression_2,
        .write = &::belfry::detail::copy_token,
    },
};
} // namespace paginator_tokens

namespace paginators {
inline constexpr ::belfry::PaginatorRule ring{
    .tokens = paginator_tokens::ring,
    .more_results = detail::Ring_expression_3,
    .copy_others = &::belfry::detail::copy_other_members,
};
"""
        in header
    )


def test_a_waiter_becomes_a_table_of_acceptors_that_share_expressions(tmp_path: Path) -> None:
    def acceptor(matcher: str, expected: Any, argument: str | None = None) -> dict[str, Any]:
        path = {"argument": argument} if argument else {}
        return {"state": "retry", "matcher": matcher, "expected": expected, **path}

    acceptors = [
        acceptor("path", "a\\b", "Bell.Name"),
        acceptor("path", 3, "Bell.Count"),
        acceptor("pathAny", "x", "Bells[].Name"),
        acceptor("path", "c", "Bell.Name"),
        acceptor("status", 404),
        acceptor("error", "Cracked"),
        acceptor("error", True),
        acceptor("error", False),
    ]
    waiters = {"Rung": {"operation": "Ring", "delay": 1, "maxAttempts": 2, "acceptors": acceptors}}
    header = _header(tmp_path, waiters_2={"version": 2, "waiters": waiters})
    entries = re.findall(r"    \{\n((?:        .*\n)+)    \},\n", header.partition("Acceptor rung[] = {")[2])
    state = "        .state = ::belfry::WaiterState::retry,\n        .matcher = ::belfry::WaiterMatcher::"
    path = "        .path = detail::Ring_expression_{},\n        .path_text = {},\n        .expected = {},\n"
    literal = "{{.evaluate = &::belfry::jmespath::{}_literal, .constant = {{.{} = {}}}}}"
    assert entries == [
        f"{state}path,\n" + path.format(0, '"Bell.Name"', literal.format("string", "text", '"a\\\\b"')),
        f"{state}path,\n" + path.format(1, '"Bell.Count"', literal.format("integer", "integer", 3)),
        f"{state}path_any,\n" + path.format(2, '"Bells[].Name"', literal.format("string", "text", '"x"')),
        f"{state}path,\n" + path.format(0, '"Bell.Name"', literal.format("string", "text", '"c"')),
        f"{state}status,\n        .http_status = 404,\n",
        f'{state}error,\n        .error_code = "Cracked",\n',
        f"{state}any_error,\n",
        f"{state}success,\n",
    ]
    assert header.count("::belfry::jmespath::Node Ring_expression_") == 3


def test_a_status_that_is_not_a_number_is_an_error(tmp_path: Path) -> None:
    acceptor = {"state": "success", "matcher": "status", "expected": "200"}
    waiters = {"Rung": {"operation": "Ring", "delay": 1, "maxAttempts": 2, "acceptors": [acceptor]}}
    with pytest.raises(ModelError, match="waiter 'Rung': 'expected' must be an integer, not a string"):
        _header(tmp_path, waiters_2={"version": 2, "waiters": waiters})


@pytest.mark.parametrize("name", ["s3", "ec2", "dynamodb"])
def test_indices_of_members_are_those_of_the_cpp_tables(name: str) -> None:
    service = load_service(botocore_data(), name)
    types = TypeTable(service.shapes, service.protocol)
    checked = 0
    for file in service_view(service, name).types:
        for view in file.shapes:
            if isinstance(view, StructureView):
                shape = next(
                    shape for shape in service.shapes.values() if types.names.get(shape.name) == view.name
                )
                names = naming.member_names([member.name for member in shape.members], (view.name,))
                assert [member.name for member in view.members] == [
                    names[member.name] for member in shape.members
                ]
                assert [row.name for row in view.description.rows] == [
                    literal(member.wire_name) for member in shape.members
                ]
                checked += 1
    assert checked > 50
