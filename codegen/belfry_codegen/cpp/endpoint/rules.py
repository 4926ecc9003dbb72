# SPDX-License-Identifier: Apache-2.0
"""Compiles endpoint rule sets: botocore's `endpoint-rule-set-1.json`, Smithy's `endpointRuleSet` trait.

The result is data that `belfry::resolve_endpoint` walks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from belfry_codegen.cpp.endpoint.expressions import DEPTH_LIMIT, NAME, Expressions, Scope, Type
from belfry_codegen.cpp.endpoint.tables import Code, EndpointRulesError, Tables
from belfry_codegen.cpp.text import escaped

__all__ = ["CompiledRules", "EndpointRulesError", "Parameter", "compile_rule_set"]

PARAMETER_TYPES = {"string": Type.STRING, "boolean": Type.BOOLEAN, "stringarray": Type.STRINGS}
PARAMETER_FLAGS = {Type.STRING: 0, Type.BOOLEAN: 1, Type.STRINGS: 2}
REQUIRED_FLAG = 4

AUTH_SCHEME_MEMBERS = {"name", "signingName", "signingRegion", "signingRegionSet", "disableDoubleEncoding"}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a rule set."""

    name: str
    type: Type
    built_in: str | None
    required: bool


@dataclass(frozen=True)
class CompiledRules:
    """The tables of one rule set; see `EndpointRules` in `belfry/endpoint/program.hpp`."""

    words: tuple[int, ...]
    text: bytes
    parameters_at: int
    rules_at: int
    parameters: tuple[Parameter, ...]
    needs_library: bool
    """Whether it uses functions that most rule sets do not use."""

    @property
    def lines(self) -> Iterator[str]:
        """The words, filled into lines, each followed by a comma."""
        line = ""
        for word in self.words:
            if len(line) + len(str(word)) + 1 > 100:
                yield line
                line = ""
            line += f"{word},"
        yield line

    @property
    def literals(self) -> Iterator[str]:
        """The text as string literals, one for each line."""
        line = ""
        for character in map(escaped, self.text):
            if len(line) + len(character) > 96:
                yield f'"{line}"'
                line = ""
            line += character
        yield f'"{line}"'


def compile_rule_set(rule_set: Any) -> CompiledRules:
    """Checks a rule set and compiles it; raises `EndpointRulesError` for an error in it."""
    rule_set = _mapping(rule_set, "rule set")
    version = rule_set.get("version")
    if not isinstance(version, str) or version.split(".")[0] != "1":
        raise EndpointRulesError("version", f"this must be version 1.x, not {version!r}")
    return _Compiler().compile(rule_set)


class _Compiler:
    def __init__(self) -> None:
        self.tables = Tables()
        self.expressions = Expressions(self.tables)

    def compile(self, rule_set: dict[str, Any]) -> CompiledRules:
        scope = Scope()
        rows: list[int] = []
        parameters: list[Parameter] = []
        for name, spec in _mapping(rule_set.get("parameters"), "parameters").items():
            where = f"parameters.{name}"
            parameter, row = self._parameter(name, _mapping(spec, where), where)
            scope = scope.with_variable(name, parameter.type, where)
            rows += row
            parameters.append(parameter)
        rules = self._rules(rule_set.get("rules"), scope, "rules", 0)
        parameters_at = self.tables.append(rows, "parameters")
        rules_at = self.tables.append([len(rules), *rules], "rules")
        return CompiledRules(
            tuple(self.tables.words),
            self.tables.text,
            parameters_at,
            rules_at,
            tuple(parameters),
            self.expressions.needs_library,
        )

    def _parameter(self, name: str, spec: dict[str, Any], where: str) -> tuple[Parameter, list[int]]:
        if not NAME.match(name):
            raise EndpointRulesError(where, f"{name!r} is not a valid name")
        type_ = PARAMETER_TYPES.get(str(spec.get("type")).lower())
        if type_ is None:
            raise EndpointRulesError(where, f"unknown type {spec.get('type')!r}")
        built_in = spec.get("builtIn")
        if built_in is not None and not (isinstance(built_in, str) and "::" in built_in):
            raise EndpointRulesError(where, f"{built_in!r} is not a built-in")
        required = spec.get("required", False)
        if not isinstance(required, bool):
            raise EndpointRulesError(where, "'required' must be true or false")
        default = 0
        if spec.get("default") is not None:
            # A default is a literal: braces in it are not a template.
            if isinstance(spec["default"], str) and type_ == Type.STRING:
                default = self.expressions.string(spec["default"], where)
            else:
                default = self.expressions.of_type(spec["default"], type_, Scope(), f"{where}.default")
        row = [
            PARAMETER_FLAGS[type_] | (REQUIRED_FLAG if required else 0),
            *self.tables.add_text(name, where),
            *self.tables.add_text(built_in or "", where),
            default,
        ]
        return Parameter(name, type_, built_in, required), row

    def _rules(self, rules: Any, scope: Scope, where: str, depth: int) -> list[int]:
        if depth > DEPTH_LIMIT:
            raise EndpointRulesError(where, f"nested more than {DEPTH_LIMIT} deep")
        if not isinstance(rules, list) or not rules:
            raise EndpointRulesError(where, "this must be a list of rules")
        return [self._rule(rule, scope, f"{where}[{i}]", depth) for i, rule in enumerate(rules)]

    def _rule(self, rule: Any, scope: Scope, where: str, depth: int) -> int:
        rule = _mapping(rule, where)
        conditions = rule.get("conditions", [])
        if not isinstance(conditions, list):
            raise EndpointRulesError(where, "'conditions' must be a list")
        words = [len(conditions)]
        for i, condition in enumerate(conditions):
            here = f"{where}.conditions[{i}]"
            condition = _mapping(condition, here)
            if "fn" not in condition:
                raise EndpointRulesError(here, "a condition must be a function")
            value = self.expressions.function(condition, scope, here)
            slot = 0
            if condition.get("assign") is not None:
                if not isinstance(condition["assign"], str):
                    raise EndpointRulesError(here, "'assign' must be a name")
                scope = scope.with_variable(condition["assign"], value.type, here)
                slot = len(scope.variables)
            words += [slot, value.node]
        kind = rule.get("type")
        if kind == "tree":
            rules = self._rules(rule.get("rules"), scope, f"{where}.rules", depth + 1)
            return self.tables.add_node([Code.TREE, *words, len(rules), *rules], where)
        if kind == "error":
            here = f"{where}.error"
            message = self.expressions.of_type(rule.get("error"), Type.STRING, scope, here)
            return self.tables.add_node([Code.ERROR, *words, message], where)
        if kind == "endpoint":
            endpoint = _mapping(rule.get("endpoint"), f"{where}.endpoint")
            return self.tables.add_node(
                [Code.ENDPOINT, *words, *self._endpoint(endpoint, scope, f"{where}.endpoint")], where
            )
        raise EndpointRulesError(where, f"unknown type of rule {kind!r}")

    def _endpoint(self, endpoint: dict[str, Any], scope: Scope, where: str) -> list[int]:
        url = self.expressions.of_type(endpoint.get("url"), Type.STRING, scope, f"{where}.url")
        here = f"{where}.properties"
        properties = dict(_mapping(endpoint.get("properties", {}), here))
        schemes = properties.pop("authSchemes", [])
        if not isinstance(schemes, list):
            raise EndpointRulesError(f"{here}.authSchemes", "this must be a list")
        scheme_nodes = [
            self._auth_scheme(scheme, scope, f"{here}.authSchemes[{i}]") for i, scheme in enumerate(schemes)
        ]
        others = self.expressions.json(properties, scope, here) if properties else 0
        headers: list[int] = []
        if schemes or properties or endpoint.get("headers"):
            self.expressions.needs_library = True
        for name, values in _mapping(endpoint.get("headers", {}), f"{where}.headers").items():
            here = f"{where}.headers.{name}"
            if not isinstance(values, list):
                raise EndpointRulesError(here, "this must be a list of values")
            for i, value in enumerate(values):
                node = self.expressions.of_type(value, Type.STRING, scope, f"{here}[{i}]")
                headers += [*self.tables.add_text(name, here), node]
        return [url, others, len(scheme_nodes), *scheme_nodes, len(headers) // 3, *headers]

    def _auth_scheme(self, scheme: Any, scope: Scope, where: str) -> int:
        scheme = _mapping(scheme, where)
        # Ignoring an unknown member could make signatures wrong.
        unknown = sorted(set(scheme) - AUTH_SCHEME_MEMBERS)
        if unknown or "name" not in scheme:
            raise EndpointRulesError(where, f"unknown member {unknown[0]!r}" if unknown else "no 'name'")
        as_signed = scheme.get("disableDoubleEncoding", False)
        if not isinstance(as_signed, bool):
            raise EndpointRulesError(f"{where}.disableDoubleEncoding", "this must be true or false")
        regions = scheme.get("signingRegionSet", [])
        if not isinstance(regions, list) or not all(isinstance(region, str) for region in regions):
            raise EndpointRulesError(f"{where}.signingRegionSet", "this must be a list of strings")
        texts = [scheme["name"], scheme.get("signingName"), scheme.get("signingRegion"), ",".join(regions)]
        nodes = [self.expressions.of_type(text, Type.STRING, scope, where) if text else 0 for text in texts]
        return self.tables.add_node([Code.AUTH_SCHEME, int(as_signed), *nodes], where)


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EndpointRulesError(where, "this must be an object")
    return value
