# SPDX-License-Identifier: Apache-2.0
"""Compiles endpoint rules, in either of their forms.

A rule set is botocore's `endpoint-rule-set-1.json` or Smithy's trait `endpointRuleSet`. A decision diagram is
Smithy's trait `endpointBdd`. The result is data that `belfry::resolve_endpoint` walks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.endpoint.diagram import NO_RESULT, Diagram, is_diagram, read_diagram, result_of
from belfry_codegen.cpp.endpoint.expressions import DEPTH_LIMIT, NAME, Expressions, Scope, Type
from belfry_codegen.cpp.endpoint.tables import Code, EndpointRulesError, Tables
from belfry_codegen.cpp.text import literal_lines, number_lines
from belfry_codegen.model.records import dataclass

__all__ = ["CompiledRules", "EndpointRulesError", "Parameter", "compile_rules"]

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
    """The tables of endpoint rules; see `EndpointRules` in `belfry/endpoint/program.hpp`."""

    words: tuple[int, ...]
    text: bytes
    parameters_at: int
    rules_at: int
    parameters: tuple[Parameter, ...]
    needs_library: bool
    """Whether it uses functions that most rule sets do not use."""
    is_diagram: bool
    offers_sigv4a: bool = False
    """Whether an endpoint accepts Signature Version 4a."""
    offers_sessions: bool = False
    """Whether an endpoint accepts sessions of S3 Express."""

    @property
    def library(self) -> Cpp:
        """The `EndpointLibrary` that the rule set uses; empty if it uses none."""
        if self.offers_sessions:
            return Cpp("endpoint_library_with_sessions")
        if self.offers_sigv4a:
            return Cpp("endpoint_library_with_sigv4a")
        return Cpp("endpoint_library") if self.needs_library else EMPTY

    @property
    def lines(self) -> Iterator[Cpp]:
        """The words, filled into lines, each followed by a comma."""
        return number_lines(self.words, 100)

    @property
    def literals(self) -> Iterator[Cpp]:
        """The text as string literals, one for each line."""
        return literal_lines(self.text, 96)


def compile_rules(rules: Any) -> CompiledRules:
    """Checks a rule set or a decision diagram and compiles it; raises `EndpointRulesError` if it is wrong."""
    rules = _mapping(rules, "rule set")
    version = rules.get("version")
    if not isinstance(version, str) or version.split(".")[0] != "1":
        raise EndpointRulesError("version", f"this must be version 1.x, not {version!r}")
    return _Compiler().compile(rules)


class _Compiler:
    def __init__(self) -> None:
        self.tables = Tables()
        self.expressions = Expressions(self.tables)

    def compile(self, rules: dict[str, Any]) -> CompiledRules:
        scope = Scope()
        rows: list[int] = []
        parameters: list[Parameter] = []
        for name, spec in _mapping(rules.get("parameters"), "parameters").items():
            where = f"parameters.{name}"
            parameter, row = self._parameter(name, _mapping(spec, where), where)
            scope = scope.with_variable(name, parameter.type, where)
            rows += row
            parameters.append(parameter)
        if is_diagram(rules):
            parameters_at, rules_at = self._diagram(read_diagram(rules), scope, rows)
        else:
            places = self._rules(rules.get("rules"), scope, "rules", 0)
            parameters_at = self.tables.append(rows, "parameters")
            rules_at = self.tables.append([len(places), *places], "rules")
        return CompiledRules(
            tuple(self.tables.words),
            self.tables.text,
            parameters_at,
            rules_at,
            tuple(parameters),
            self.expressions.needs_library,
            is_diagram(rules),
            self.expressions.offers_sigv4a,
            self.expressions.offers_sessions,
        )

    def _diagram(self, diagram: Diagram, scope: Scope, rows: list[int]) -> tuple[int, int]:
        """Where the parameters and the diagram are; see `walk_diagram` in `endpoint/diagram.hpp`."""
        first_slot = len(scope.variables)
        conditions: list[tuple[int, int]] = []
        for i, condition in enumerate(diagram.conditions):
            # A condition comes after those that assign its variables.
            slot, node, scope = self._condition(condition, scope, f"conditions[{i}]")
            conditions.append((slot, node))
        results = [self._rule(rule, scope, f"results[{i}]", 0) for i, rule in enumerate(diagram.results)]
        parameters_at = self.tables.append(rows, "parameters")
        lists = [self.tables.append([1, rule], "results") for rule in results]
        first_step = len(self.tables.words)
        places: dict[int, int] = {NO_RESULT: 0}
        for number, step in reversed([*enumerate(diagram.steps)]):
            targets = [
                lists[result_of(place)] if place < NO_RESULT else places[place]
                for place in (step.if_true, step.if_false)
            ]
            places[number] = self.tables.append([*conditions[step.condition], *targets], "nodes")
        start = diagram.start
        start_at = lists[result_of(start)] if start < NO_RESULT else places[start]
        variables = len(scope.variables) - first_slot
        return parameters_at, self.tables.append([start_at, first_step, first_slot, variables], "root")

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
            slot, node, scope = self._condition(condition, scope, f"{where}.conditions[{i}]")
            words += [slot, node]
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

    def _condition(self, condition: Any, scope: Scope, where: str) -> tuple[int, int, Scope]:
        """The slot that it assigns plus one, or 0; the place of its function; and the scope behind it."""
        condition = _mapping(condition, where)
        if "fn" not in condition:
            raise EndpointRulesError(where, "a condition must be a function")
        value = self.expressions.function(condition, scope, where)
        if condition.get("assign") is None:
            return 0, value.node, scope
        if not isinstance(condition["assign"], str):
            raise EndpointRulesError(where, "'assign' must be a name")
        scope = scope.with_variable(condition["assign"], value.type, where)
        return len(scope.variables), value.node, scope

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
        self._check_signatures(schemes, f"{here}.authSchemes")
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

    def _check_signatures(self, schemes: list[dict[str, Any]], where: str) -> None:
        """Notes what an endpoint offers; see `choose_sigv4_or_session` and `choose_sigv4_or_sigv4a`."""
        if any(scheme["name"] == "sigv4-s3express" for scheme in schemes):
            self.expressions.offers_sessions = True
        signatures = [scheme for scheme in schemes if scheme["name"] in ("sigv4", "sigv4a")]
        if all(scheme["name"] == "sigv4" for scheme in signatures):
            return
        self.expressions.offers_sigv4a = True
        for member in ("signingName", "disableDoubleEncoding"):
            if any(scheme.get(member) != signatures[0].get(member) for scheme in signatures):
                raise EndpointRulesError(where, f"'{member}' of sigv4 and of sigv4a must be equal")

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
