# SPDX-License-Identifier: Apache-2.0
"""Compiles the values of endpoint rules: literals, references, templates and functions, with their types."""

from __future__ import annotations

import enum
import json
import re
from dataclasses import field
from typing import Any, NamedTuple

from belfry_codegen.cpp.endpoint.tables import SLOT_LIMIT, Attribute, Code, EndpointRulesError, Tables
from belfry_codegen.model.records import dataclass

DEPTH_LIMIT = 64
INTEGER_LIMIT = 0x7FFF

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
PATH_PART = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)?((?:\[-?\d{1,4}\])*)\Z")


class Type(enum.Enum):
    """The type of a value."""

    STRING = "a string"
    BOOLEAN = "a boolean"
    INTEGER = "an integer"
    STRINGS = "a list of strings"
    PARTITION = "a partition"
    URL = "a URL"
    ARN = "an ARN"
    ANY = "anything"


class Value(NamedTuple):
    """A compiled value: the place of its node and its type."""

    node: int
    type: Type


class Variable(NamedTuple):
    """A parameter or an assigned variable."""

    slot: int
    type: Type


@dataclass(frozen=True)
class Scope:
    """The names that a rule sees."""

    variables: dict[str, Variable] = field(default_factory=dict)

    def with_variable(self, name: str, type_: Type, where: str) -> Scope:
        """A scope with one more name; a name cannot be assigned twice."""
        if not NAME.match(name):
            raise EndpointRulesError(where, f"{name!r} is not a valid name")
        if name in self.variables:
            raise EndpointRulesError(where, f"{name!r} is already assigned")
        slot = len(self.variables)
        if slot >= SLOT_LIMIT:
            raise EndpointRulesError(where, f"more than {SLOT_LIMIT} parameters and variables in a scope")
        return Scope({**self.variables, name: Variable(slot, type_)})


class Function(NamedTuple):
    """A function whose arguments have fixed types."""

    code: Code
    arguments: tuple[Type, ...]
    result: Type


FUNCTIONS = {
    "isSet": Function(Code.IS_SET, (Type.ANY,), Type.BOOLEAN),
    "not": Function(Code.NOT_, (Type.BOOLEAN,), Type.BOOLEAN),
    "stringEquals": Function(Code.STRING_EQUALS, (Type.STRING, Type.STRING), Type.BOOLEAN),
    "booleanEquals": Function(Code.BOOLEAN_EQUALS, (Type.BOOLEAN, Type.BOOLEAN), Type.BOOLEAN),
    "substring": Function(
        Code.SUBSTRING, (Type.STRING, Type.INTEGER, Type.INTEGER, Type.BOOLEAN), Type.STRING
    ),
    "uriEncode": Function(Code.URI_ENCODE, (Type.STRING,), Type.STRING),
    "parseURL": Function(Code.PARSE_URL, (Type.STRING,), Type.URL),
    "isValidHostLabel": Function(Code.VALID_HOST_LABEL, (Type.STRING, Type.BOOLEAN), Type.BOOLEAN),
    "split": Function(Code.SPLIT, (Type.STRING, Type.STRING, Type.INTEGER), Type.STRINGS),
    "aws.partition": Function(Code.PARTITION, (Type.STRING,), Type.PARTITION),
    "aws.parseArn": Function(Code.PARSE_ARN, (Type.STRING,), Type.ARN),
    "aws.isVirtualHostableS3Bucket": Function(
        Code.VIRTUAL_HOSTABLE, (Type.STRING, Type.BOOLEAN), Type.BOOLEAN
    ),
}

# The functions that need not include `belfry/endpoint/builtins.hpp`, besides partitions.
CORE_FUNCTIONS = {"isSet", "not", "stringEquals", "booleanEquals", "aws.partition"}

ATTRIBUTES: dict[Type, dict[str, tuple[Attribute, Type]]] = {
    Type.PARTITION: {
        "name": (Attribute.PARTITION_NAME, Type.STRING),
        "dnsSuffix": (Attribute.PARTITION_DNS_SUFFIX, Type.STRING),
        "dualStackDnsSuffix": (Attribute.PARTITION_DUAL_STACK_DNS_SUFFIX, Type.STRING),
        "implicitGlobalRegion": (Attribute.PARTITION_IMPLICIT_GLOBAL_REGION, Type.STRING),
        "supportsFIPS": (Attribute.PARTITION_SUPPORTS_FIPS, Type.BOOLEAN),
        "supportsDualStack": (Attribute.PARTITION_SUPPORTS_DUAL_STACK, Type.BOOLEAN),
    },
    Type.URL: {
        "scheme": (Attribute.URL_SCHEME, Type.STRING),
        "authority": (Attribute.URL_AUTHORITY, Type.STRING),
        "path": (Attribute.URL_PATH, Type.STRING),
        "normalizedPath": (Attribute.URL_NORMALIZED_PATH, Type.STRING),
        "isIp": (Attribute.URL_IS_IP, Type.BOOLEAN),
    },
    Type.ARN: {
        "partition": (Attribute.ARN_PARTITION, Type.STRING),
        "service": (Attribute.ARN_SERVICE, Type.STRING),
        "region": (Attribute.ARN_REGION, Type.STRING),
        "accountId": (Attribute.ARN_ACCOUNT_ID, Type.STRING),
        "resourceId": (Attribute.ARN_RESOURCE_ID, Type.STRINGS),
    },
}


def template_pieces(text: str, where: str) -> list[tuple[bool, str]]:
    """Literals (true) and placeholders (false) of a template, with `{{` and `}}` made single."""
    pieces: list[tuple[bool, str]] = []
    literal = ""
    at = 0
    while at < len(text):
        char = text[at]
        if char in "{}" and text.startswith(char * 2, at):
            literal += char
            at += 2
        elif char == "{":
            end = text.find("}", at)
            if end < 0:
                raise EndpointRulesError(where, f"an opening brace in {text!r} is not closed")
            if literal:
                pieces.append((True, literal))
                literal = ""
            pieces.append((False, text[at + 1 : end]))
            at = end + 1
        elif char == "}":
            raise EndpointRulesError(where, f"a closing brace in {text!r} does not have an opening one")
        else:
            literal += char
            at += 1
    if literal:
        pieces.append((True, literal))
    return pieces


class Expressions:
    """Compiles values into the nodes of one rule set."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.needs_library = False
        self.offers_sigv4a = False
        self.offers_sessions = False

    def string(self, text: str, where: str) -> int:
        """The node of a constant string."""
        return self.tables.add_node((Code.STRING, *self.tables.add_text(text, where)), where)

    def of_type(self, value: Any, wanted: Type, scope: Scope, where: str) -> int:
        """The node of a value that must have a type."""
        node, actual = self.value(value, scope, where)
        if wanted not in (actual, Type.ANY):
            raise EndpointRulesError(where, f"this must be {wanted.value}, not {actual.value}")
        return node

    def value(self, value: Any, scope: Scope, where: str, depth: int = 0) -> Value:
        """The node of any value."""
        if depth > DEPTH_LIMIT:
            raise EndpointRulesError(where, f"nested more than {DEPTH_LIMIT} deep")
        if isinstance(value, str):
            return Value(self.template(value, scope, where), Type.STRING)
        if isinstance(value, bool):
            return Value(self.tables.add_node((Code.YES if value else Code.NO,), where), Type.BOOLEAN)
        if isinstance(value, int):
            if abs(value) > INTEGER_LIMIT:
                raise EndpointRulesError(where, f"{value} is out of range")
            return Value(self.tables.add_node((Code.INTEGER, value), where), Type.INTEGER)
        if isinstance(value, list):
            return Value(self._strings(value, where), Type.STRINGS)
        if isinstance(value, dict) and "ref" in value:
            return self._reference(value["ref"], scope, where)
        if isinstance(value, dict) and "fn" in value:
            return self.function(value, scope, where, depth)
        raise EndpointRulesError(where, "expected a literal, a reference or a function")

    def function(self, call: dict[str, Any], scope: Scope, where: str, depth: int = 0) -> Value:
        """The node of a call."""
        name, arguments = call["fn"], call.get("argv")
        if not isinstance(arguments, list):
            raise EndpointRulesError(where, f"the arguments of {name!r} must be a list")
        if name == "getAttr":
            return self._get_attr(arguments, scope, where, depth)
        if depth and "assign" in call:
            raise EndpointRulesError(where, "'assign' is allowed only in a condition itself")
        values = [
            self.value(argument, scope, f"{where}.argv[{i}]", depth + 1)
            for i, argument in enumerate(arguments)
        ]
        nodes = [value.node for value in values]
        codes = {self.tables.words[node] for node in nodes}
        # The library needs concatenation only if the result is an argument.
        if name not in CORE_FUNCTIONS or codes & {Code.CONCATENATION, Code.STRINGS}:
            self.needs_library = True
        if name == "coalesce":
            if len(values) < 2:
                raise EndpointRulesError(where, "'coalesce' takes at least two arguments")
            self._expect(values, (values[0].type,) * len(values), where)
            return Value(self.tables.add_node((Code.COALESCE, len(nodes), *nodes), where), values[0].type)
        if name == "ite":
            if len(values) != 3:
                raise EndpointRulesError(where, f"'ite' takes 3 arguments, not {len(values)}")
            self._expect(values, (Type.BOOLEAN, values[1].type, values[1].type), where)
            return Value(self.tables.add_node((Code.IF_ELSE, *nodes), where), values[1].type)
        function = FUNCTIONS.get(name) if isinstance(name, str) else None
        if function is None:
            raise EndpointRulesError(where, f"unknown function {name!r}")
        if len(values) != len(function.arguments):
            raise EndpointRulesError(
                where, f"{name!r} takes {len(function.arguments)} arguments, not {len(values)}"
            )
        self._expect(values, function.arguments, where)
        return Value(self.tables.add_node((function.code, *nodes), where), function.result)

    def template(self, text: str, scope: Scope, where: str) -> int:
        """The node of a string that may hold `{Name}` and `{Name#path}`."""
        pieces = template_pieces(text, where)
        if not pieces:
            return self.string("", where)
        nodes = [
            self.string(piece, where) if literal else self._placeholder(piece, scope, where)
            for literal, piece in pieces
        ]
        if len(nodes) == 1:
            return nodes[0]
        return self.tables.add_node((Code.CONCATENATION, len(nodes), *nodes), where)

    def json(self, value: Any, scope: Scope, where: str) -> int:
        """The node of the JSON text of a value, with templates in its strings."""
        pieces: list[tuple[bool, str]] = []
        self._json_pieces(value, pieces, where, 0)
        nodes: list[int] = []
        literal = ""
        for is_literal, piece in pieces:
            if is_literal:
                literal += piece
                continue
            nodes += [self.string(literal, where), self._placeholder(piece, scope, where)]
            literal = ""
        nodes.append(self.string(literal, where))
        return self.tables.add_node((Code.JSON, len(nodes), *nodes), where)

    def _json_pieces(self, value: Any, pieces: list[tuple[bool, str]], where: str, depth: int) -> None:
        if depth > DEPTH_LIMIT:
            raise EndpointRulesError(where, f"nested more than {DEPTH_LIMIT} deep")
        if isinstance(value, str):
            pieces.append((True, '"'))
            for literal, piece in template_pieces(value, where):
                pieces.append((literal, json.dumps(piece, ensure_ascii=False)[1:-1] if literal else piece))
            pieces.append((True, '"'))
        elif isinstance(value, dict):
            for i, (key, member) in enumerate(value.items()):
                pieces.append((True, ("," if i else "{") + json.dumps(key, ensure_ascii=False) + ":"))
                self._json_pieces(member, pieces, f"{where}.{key}", depth + 1)
            pieces.append((True, "}" if value else "{}"))
        elif isinstance(value, list):
            for i, member in enumerate(value):
                pieces.append((True, "," if i else "["))
                self._json_pieces(member, pieces, f"{where}[{i}]", depth + 1)
            pieces.append((True, "]" if value else "[]"))
        else:
            pieces.append((True, json.dumps(value)))

    def _placeholder(self, piece: str, scope: Scope, where: str) -> int:
        name, separator, path = piece.partition("#")
        value = self._reference(name, scope, where)
        if separator:
            value = self._path(value, path, where)
        if value.type != Type.STRING:
            raise EndpointRulesError(where, f"{{{piece}}} must be a string, not {value.type.value}")
        return value.node

    def _reference(self, name: Any, scope: Scope, where: str) -> Value:
        variable = scope.variables.get(name) if isinstance(name, str) else None
        if variable is None:
            raise EndpointRulesError(where, f"{name!r} is not defined")
        return Value(self.tables.add_node((Code.SLOT, variable.slot), where), variable.type)

    def _get_attr(self, arguments: list[Any], scope: Scope, where: str, depth: int) -> Value:
        if len(arguments) != 2 or not isinstance(arguments[1], str):
            raise EndpointRulesError(where, "'getAttr' takes a value and a path")
        value = self.value(arguments[0], scope, f"{where}.argv[0]", depth + 1)
        return self._path(value, arguments[1], where)

    def _path(self, value: Value, path: str, where: str) -> Value:
        for part in path.split("."):
            match = PATH_PART.match(part)
            if match is None or not part:
                raise EndpointRulesError(where, f"{path!r} is not a path")
            if match[1] is not None:
                attribute = ATTRIBUTES.get(value.type, {}).get(match[1])
                if attribute is None:
                    raise EndpointRulesError(where, f"{value.type.value} does not have {match[1]!r}")
                node = self.tables.add_node((Code.ATTRIBUTE, attribute[0], value.node), where)
                value = Value(node, attribute[1])
            for index in re.findall(r"-?\d+", match[2]):
                if value.type != Type.STRINGS:
                    raise EndpointRulesError(where, f"{value.type.value} does not have elements: {path!r}")
                self.needs_library = True
                node = self.tables.add_node((Code.ELEMENT, int(index), value.node), where)
                value = Value(node, Type.STRING)
        return value

    def _strings(self, values: list[Any], where: str) -> int:
        texts: list[int] = []
        self.needs_library = True
        for i, value in enumerate(values):
            if not isinstance(value, str):
                raise EndpointRulesError(f"{where}[{i}]", "a list can hold only strings")
            texts += self.tables.add_text(value, where)
        return self.tables.add_node((Code.STRINGS, len(values), *texts), where)

    @staticmethod
    def _expect(values: list[Value], types: tuple[Type, ...], where: str) -> None:
        for i, (value, wanted) in enumerate(zip(values, types, strict=True)):
            if wanted not in (value.type, Type.ANY):
                raise EndpointRulesError(
                    f"{where}.argv[{i}]", f"this must be {wanted.value}, not {value.type.value}"
                )
