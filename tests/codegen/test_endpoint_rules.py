# SPDX-License-Identifier: Apache-2.0
"""The compiler of endpoint rule sets; endpoint_test.cpp tests the meaning of its tables."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.cpp.endpoint.rules import CompiledRules, EndpointRulesError, compile_rules
from belfry_codegen.cpp.endpoint.tables import Code, Tables
from belfry_codegen.cpp.render import render_rules, render_service
from belfry_codegen.passes.pipeline import load_service
from support import small_model, write_model

RULE_SET: dict[str, Any] = {
    "version": "1.0",
    "parameters": {
        "Region": {"type": "String", "builtIn": "AWS::Region", "required": True},
        "UseFIPS": {"type": "boolean", "default": False},
        "Names": {"type": "stringArray"},
    },
    "rules": [
        {
            "type": "tree",
            "conditions": [{"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "Partition"}],
            "rules": [
                {
                    "type": "endpoint",
                    "conditions": [{"fn": "booleanEquals", "argv": [{"ref": "UseFIPS"}, True]}],
                    "endpoint": {"url": "https://fips.{Region}.{Partition#dnsSuffix}"},
                },
                {"type": "error", "conditions": [], "error": "not {{here}} in {Region}"},
            ],
        }
    ],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The rule set with the member at a path such as `rules.0.type` replaced."""
    rule_set = copy.deepcopy(RULE_SET)
    at: Any = rule_set
    *parents, last = path.split(".")
    for part in parents:
        at = at[int(part)] if isinstance(at, list) else at[part]
    at[int(last) if isinstance(at, list) else last] = value
    return rule_set


def call(name: str, *arguments: Any) -> list[dict[str, Any]]:
    return [{"fn": name, "argv": list(arguments)}]


REGION = {"ref": "Region"}
INNER = "rules.0.rules.0"


@pytest.mark.parametrize(
    ("path", "value", "where", "what"),
    [
        ("version", "2.0", "version", "version 1"),
        ("version", None, "version", "version 1"),
        ("parameters", [], "parameters", "object"),
        ("parameters.Region.type", "Number", "parameters.Region", "'Number'"),
        ("parameters.Region.builtIn", "Region", "parameters.Region", "built-in"),
        ("parameters.Region.required", "yes", "parameters.Region", "required"),
        ("parameters.UseFIPS.default", "x", "parameters.UseFIPS.default", "a boolean, not a string"),
        (
            "parameters.Names",
            {"type": "stringArray", "default": [1]},
            "parameters.Names.default[0]",
            "strings",
        ),
        ("rules", [], "rules", "list of rules"),
        ("rules.0", 1, "rules[0]", "object"),
        ("rules.0.type", "trie", "rules[0]", "'trie'"),
        ("rules.0.rules", None, "rules[0].rules", "list of rules"),
        ("rules.0.conditions", {}, "rules[0]", "conditions"),
        (f"{INNER}.conditions", [{"ref": "UseFIPS"}], "rules[0].rules[0].conditions[0]", "function"),
        (f"{INNER}.conditions", call("isBlue", REGION), "rules[0].rules[0].conditions[0]", "'isBlue'"),
        (f"{INNER}.conditions", call("isSet"), "rules[0].rules[0].conditions[0]", "takes 1 arguments, not 0"),
        (
            f"{INNER}.conditions",
            call("isSet", {"ref": "Regoin"}),
            "rules[0].rules[0].conditions[0].argv[0]",
            "'Regoin'",
        ),
        (
            f"{INNER}.conditions",
            call("stringEquals", REGION, True),
            "rules[0].rules[0].conditions[0].argv[1]",
            "a string, not a boolean",
        ),
        (
            f"{INNER}.conditions",
            call("getAttr", {"ref": "Partition"}, "suffix"),
            "rules[0].rules[0].conditions[0]",
            "'suffix'",
        ),
        (
            f"{INNER}.conditions",
            call("getAttr", REGION, "[0]"),
            "rules[0].rules[0]",
            "does not have elements",
        ),
        (f"{INNER}.conditions", call("getAttr", REGION, "a..b"), "rules[0].rules[0]", "does not have"),
        (
            f"{INNER}.conditions",
            call("getAttr", {"ref": "Names"}, "[x]"),
            "rules[0].rules[0]",
            "is not a path",
        ),
        (f"{INNER}.conditions", call("coalesce", REGION), "rules[0].rules[0]", "two arguments"),
        (f"{INNER}.conditions", call("ite", True, REGION, False), "rules[0].rules[0]", "a string"),
        (
            f"{INNER}.conditions",
            call("isSet", {**call("uriEncode", REGION)[0], "assign": "x"}),
            "rules[0].rules[0].conditions[0].argv[0]",
            "assign",
        ),
        (
            f"{INNER}.conditions",
            [{**call("uriEncode", REGION)[0], "assign": "Region"}],
            "rules[0].rules[0].conditions[0]",
            "already assigned",
        ),
        (f"{INNER}.endpoint", None, "rules[0].rules[0].endpoint", "object"),
        (f"{INNER}.endpoint.url", True, "rules[0].rules[0].endpoint.url", "a string, not a boolean"),
        (f"{INNER}.endpoint.url", "https://{Region", "rules[0].rules[0].endpoint.url", "is not closed"),
        (f"{INNER}.endpoint.url", "https://Region}", "rules[0].rules[0].endpoint.url", "closing brace"),
        (f"{INNER}.endpoint.url", "https://{UseFIPS}", "rules[0].rules[0].endpoint.url", "a string"),
        (f"{INNER}.endpoint.url", "https://{}", "rules[0].rules[0].endpoint.url", "''"),
        (f"{INNER}.endpoint.headers", {"a": "b"}, "rules[0].rules[0].endpoint.headers.a", "list"),
        (f"{INNER}.endpoint.properties", [], "rules[0].rules[0].endpoint.properties", "object"),
        (
            f"{INNER}.endpoint.properties",
            {"authSchemes": [{"name": "sigv4", "signingSuffix": "x"}]},
            "rules[0].rules[0].endpoint.properties.authSchemes[0]",
            "'signingSuffix'",
        ),
        (
            f"{INNER}.endpoint.properties",
            {"authSchemes": [{"signingName": "x"}]},
            "rules[0].rules[0].endpoint.properties.authSchemes[0]",
            "'name'",
        ),
        ("rules.0.rules.1.error", None, "rules[0].rules[1].error", "expected a literal"),
    ],
)
def test_a_broken_rule_set_is_an_error_with_its_place(path: str, value: Any, where: str, what: str) -> None:
    with pytest.raises(EndpointRulesError) as caught:
        compile_rules(changed(path, value))
    assert caught.value.where.startswith(where)
    assert what in caught.value.what
    assert str(caught.value) == f"{caught.value.where}: {caught.value.what}"


@pytest.mark.parametrize("rule_set", [None, [], "x", 1, {}])
def test_json_that_is_not_a_rule_set_is_an_error(rule_set: Any) -> None:
    with pytest.raises(EndpointRulesError):
        compile_rules(rule_set)


def test_nesting_is_limited() -> None:
    value: Any = {"ref": "UseFIPS"}
    for _ in range(100):
        value = {"fn": "not", "argv": [value]}
    with pytest.raises(EndpointRulesError, match="nested more than 64 deep"):
        compile_rules(changed(f"{INNER}.conditions", [value]))
    rules: Any = [{"type": "error", "conditions": [], "error": "x"}]
    for _ in range(100):
        rules = [{"type": "tree", "conditions": [], "rules": rules}]
    with pytest.raises(EndpointRulesError, match="nested more than 64 deep"):
        compile_rules(changed("rules", rules))
    nested: Any = []
    for _ in range(100):
        nested = [nested]
    with pytest.raises(EndpointRulesError, match="nested more than 64 deep"):
        compile_rules(changed(f"{INNER}.endpoint.properties", {"a": nested}))


def test_more_names_than_slots_are_an_error() -> None:
    parameters = {f"P{i}": {"type": "string"} for i in range(65)}
    with pytest.raises(EndpointRulesError, match="more than 64"):
        compile_rules(changed("parameters", parameters | RULE_SET["parameters"]))


def test_more_text_than_the_table_holds_is_an_error() -> None:
    with pytest.raises(EndpointRulesError, match="bytes of text"):
        compile_rules(changed("rules.0.rules.1.error", "x" * 70000))
    with pytest.raises(EndpointRulesError, match="surrogate"):
        compile_rules(changed("rules.0.rules.1.error", "\ud800"))


def test_nodes_refer_only_to_earlier_nodes() -> None:
    tables = Tables()
    first = tables.add_node((Code.YES,), "")
    assert tables.add_node((Code.NOT_, first), "") > first
    assert tables.add_node((Code.YES,), "") == first


def test_text_is_stored_once() -> None:
    compiled = compile_rules(RULE_SET)
    assert compiled.text.count(b"Region") == 1 + compiled.text.count(b"AWS::Region")
    assert b"not {here} in " in compiled.text


def words_of(header: str) -> list[int]:
    body = re.search(r"_code\[\] = \{([^}]*)\}", header)
    assert body is not None
    return [int(word) for word in body[1].replace("\n", "").split(",") if word.strip()]


def test_the_tables_hold_the_compiled_rules() -> None:
    compiled = compile_rules(RULE_SET)
    text = render_rules(compiled, "carillon")
    assert words_of(text) == list(compiled.words)
    literals = "".join(re.findall(r'^    "(.*)";?$', text, re.MULTILINE))
    assert literals.encode() == compiled.text
    assert max(map(len, text.splitlines())) <= 110
    assert (
        f"""
inline constexpr ::belfry::EndpointRules carillon{{
    .code = carillon_code,
    .text = carillon_text,
    .parameters = {compiled.parameters_at},
    .parameter_count = {len(compiled.parameters)},
    .rules = {compiled.rules_at},
}};
"""
        in text
    )
    assert text == render_rules(compile_rules(RULE_SET), "carillon")


def test_text_is_escaped_for_cpp() -> None:
    compiled = CompiledRules((0,), 'a"b\\c\n\xe4'.encode() + b"1", 0, 0, (), False, False)
    assert list(compiled.literals) == ['"a\\"b\\\\c\\012\\303\\2441"']


@pytest.mark.parametrize(
    "condition",
    [
        call("uriEncode", REGION),
        call("getAttr", {"ref": "Names"}, "[0]"),
        call("isSet", "{Region}-{Region}"),
        call("parseURL", REGION),
    ],
)
def test_a_rule_set_includes_only_the_headers_it_uses(
    condition: list[dict[str, Any]], tmp_path: Path
) -> None:
    compiled = compile_rules(changed(f"{INNER}.conditions", condition))
    assert "    .library = &::belfry::detail::endpoint_library,\n" in render_rules(compiled, "x")
    assert not compile_rules(RULE_SET).needs_library
    plain = _header(tmp_path / "plain", RULE_SET)
    assert "#include <belfry/endpoint/program.hpp>" in plain
    assert "endpoint_library" not in plain
    assert "#include <belfry/endpoint/builtins.hpp>" in _header(
        tmp_path / "more", changed(f"{INNER}.conditions", condition)
    )


def _header(models: Path, rules: dict[str, Any]) -> str:
    write_model(models, small_model(), endpoint_rule_set_1=rules)
    files = render_service(load_service(models, "bell-tower"), "bell-tower")
    return files["belfry/bell_tower/endpoint_rules.hpp"]


def test_every_rule_set_of_botocore_compiles() -> None:
    session = pytest.importorskip("botocore.session").get_session()
    loader = session.get_component("data_loader")
    services = loader.list_available_services("endpoint-rule-set-1")
    assert len(services) > 300
    for service in services:
        compiled = compile_rules(loader.load_service_model(service, "endpoint-rule-set-1"))
        assert compiled.words[compiled.rules_at] > 0, service
