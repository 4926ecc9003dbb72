# SPDX-License-Identifier: Apache-2.0
"""Compiles one expression: parses it with the jmespath library, checks it against the shapes, makes nodes.

An expression is an error if it names a member that does not exist, calls a function with an argument of the
wrong type, or compares values that can never be equal. Slices, expression references, literal lists and
objects, and functions that are not in `_FUNCTIONS` are errors because the C++ evaluator does not support
them.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from jmespath.exceptions import JMESPathError
from jmespath.parser import Parser

from belfry_codegen.model import ir
from belfry_codegen.model.errors import BelfryError
from belfry_codegen.model.expressions import Node, Operator
from belfry_codegen.model.records import dataclass
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.passes.jmespath.types import NULL, Alternative, Hash, ListOf, Shapes, Simple, Types

MOST_NODES = 400
"""The limit for one expression; those in AWS's models are far below it."""
DEEPEST = 60
"""How deep operators may nest; the evaluator recurses, and this bounds its stack."""


class ExpressionError(BelfryError):
    """An expression cannot be compiled."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression's tree, and the type of its value."""

    root: Node
    types: Types


@dataclass(frozen=True, slots=True)
class _Function:
    operator: Operator
    takes: tuple[frozenset[str], ...]
    """The kinds of each argument."""
    returns: Types
    variadic: bool = False
    """Whether more arguments of the last one's kinds may follow."""


_BOOLEAN: Types = frozenset({Simple.BOOLEAN})
_LONG: Types = frozenset({Simple.LONG})
_STRING: Types = frozenset({Simple.STRING})
_ALL_KINDS = frozenset({"boolean", "number", "string", "list", "object"})
_KINDS = {
    Simple.ANY: _ALL_KINDS,
    Simple.BOOLEAN: frozenset({"boolean"}),
    Simple.INTEGER: frozenset({"number"}),
    Simple.LONG: frozenset({"number"}),
    Simple.REAL: frozenset({"number"}),
    Simple.STRING: frozenset({"string"}),
    Simple.DOCUMENT: frozenset(),
}
_TEXT = frozenset({"string"})
_OBJECT = frozenset({"object"})
_FUNCTIONS = {
    "contains": _Function(Operator.CONTAINS, (frozenset({"string", "list"}), _ALL_KINDS), _BOOLEAN),
    "ends_with": _Function(Operator.ENDS_WITH, (_TEXT, _TEXT), _BOOLEAN),
    "keys": _Function(Operator.KEYS, (_OBJECT,), frozenset({ListOf(_STRING)})),
    "length": _Function(Operator.LENGTH, (frozenset({"string", "list", "object"}),), _LONG),
    "not_null": _Function(Operator.NOT_NULL, (_ALL_KINDS,), NULL, variadic=True),
    "starts_with": _Function(Operator.STARTS_WITH, (_TEXT, _TEXT), _BOOLEAN),
    "values": _Function(Operator.VALUES, (_OBJECT,), NULL),
}
_COMPARATORS = {
    "eq": Operator.EQUAL,
    "ne": Operator.NOT_EQUAL,
    "lt": Operator.LESS,
    "lte": Operator.LESS_OR_EQUAL,
    "gt": Operator.GREATER,
    "gte": Operator.GREATER_OR_EQUAL,
}
_PROJECTIONS = {
    "projection": Operator.LIST_PROJECTION,
    "value_projection": Operator.OBJECT_PROJECTION,
    "filter_projection": Operator.FILTER_PROJECTION,
}

_Parsed = Mapping[str, Any]
"""A node of the library's tree: `type`, `children`, and for some types `value`."""


def compile_expression(text: str, shapes: Shapes, root: Types) -> Compiled:
    """The tree of an expression over a value of the type `root`; raises ExpressionError."""
    try:
        with warnings.catch_warnings():
            # JMESPath's first version read text between backquotes that is not JSON as a string; models rely
            # on it.
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            parsed = Parser().parse(text).parsed
        compiled = _Compiler(shapes).compile(parsed, root)
    except JMESPathError as error:
        reason = str(error).partition("\n")[0].rstrip(":")
        raise ExpressionError(f"cannot be parsed: {reason}") from error
    except RecursionError as error:
        raise ExpressionError(f"operators are nested more than {DEEPEST} deep") from error
    if compiled.root.size > MOST_NODES:
        raise ExpressionError(f"the expression has more than {MOST_NODES} operators")
    return compiled


class _Compiler:
    """Compiles the nodes of one expression."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._depth = 0

    def compile(self, parsed: _Parsed, current: Types) -> Compiled:
        """The tree of a node, for a current value of that type."""
        compile_node = _NODES.get(parsed["type"])
        if compile_node is None:
            _fail(f"a{_UNSUPPORTED.get(parsed['type'], ' ' + parsed['type'])} is not supported")
        if self._depth == DEEPEST:
            _fail(f"operators are nested more than {DEEPEST} deep")
        self._depth += 1
        compiled = compile_node(self, parsed, current)
        self._depth -= 1
        return compiled

    def _all(self, parsed: _Parsed, current: Types) -> list[Compiled]:
        """The children of a node, each compiled for that current value."""
        return [self.compile(child, current) for child in parsed["children"]]

    def current_node(self, _parsed: _Parsed, current: Types) -> Compiled:
        return Compiled(Node(Operator.CURRENT_NODE), current)

    def field(self, parsed: _Parsed, current: Types) -> Compiled:
        name = parsed["value"]
        objects = [one for one in current if self._shapes.is_object(one)]
        found = [types for one in objects if (types := self._shapes.member(one, name)) is not None]
        if not found:
            hint = close_matches(name, self._shapes.member_names(current))
            _fail(f"{self._shapes.describe(current)} has no member '{name}'{hint}")
        structure = self._shapes.structure(objects[0]) if len(objects) == 1 else None
        if structure is None:
            return Compiled(Node(Operator.FIELD, value=name), NULL.union(*found))
        operator = Operator.UNION_MEMBER if structure.kind is ir.Kind.UNION else Operator.MEMBER
        number = [member.name for member in structure.members].index(name)
        return Compiled(Node(operator, value=number), NULL.union(*found))

    def sub_expression(self, parsed: _Parsed, current: Types) -> Compiled:
        """One node for a whole chain, without the steps that select the current node."""
        steps: list[Node] = []
        for child in parsed["children"]:
            compiled = self.compile(child, current)
            current = compiled.types
            if compiled.root.operator is Operator.SUB_EXPRESSION:
                steps += compiled.root.operands
            elif compiled.root.operator is not Operator.CURRENT_NODE:
                steps.append(compiled.root)
        if not steps:
            return Compiled(Node(Operator.CURRENT_NODE), current)
        root = steps[0] if len(steps) == 1 else Node(Operator.SUB_EXPRESSION, tuple(steps))
        return Compiled(root, current)

    def index(self, parsed: _Parsed, current: Types) -> Compiled:
        elements = self._elements(current, f"[{parsed['value']}]")
        if not -(2**31) <= parsed["value"] < 2**31:
            _fail(f"the index {parsed['value']} is out of range")
        return Compiled(Node(Operator.INDEX_EXPRESSION, value=parsed["value"]), elements)

    def projection(self, parsed: _Parsed, current: Types) -> Compiled:
        left_child, right_child, *condition_child = parsed["children"]
        operator = _PROJECTIONS[parsed["type"]]
        left = self.compile(left_child, current)
        if operator is Operator.OBJECT_PROJECTION:
            elements = self._values(left.types)
        else:
            elements = self._elements(left.types, "a projection")
        condition = [self.compile(child, elements).root for child in condition_child]
        right = self.compile(right_child, elements)
        return Compiled(Node(operator, (left.root, *condition, right.root)), frozenset({ListOf(right.types)}))

    def flatten(self, parsed: _Parsed, current: Types) -> Compiled:
        base = self.compile(parsed["children"][0], current)
        elements = self._elements(base.types, "`[]`")
        inner = {one: self._shapes.element(one) for one in elements}
        if elements and all(types is None for types in inner.values()):
            # A list that does not contain lists is already flat.
            return base
        flat = NULL.union(*(frozenset({one}) if types is None else types for one, types in inner.items()))
        return Compiled(Node(Operator.FLATTEN, (base.root,)), frozenset({ListOf(flat)}))

    def comparison(self, parsed: _Parsed, current: Types) -> Compiled:
        left, right = self._all(parsed, current)
        operator = _COMPARATORS[parsed["value"]]
        kinds = self._kinds(left.types) & self._kinds(right.types)
        if operator not in (Operator.EQUAL, Operator.NOT_EQUAL):
            kinds &= {"number", "string"}
        # A literal null may be compared with anything.
        if not kinds and left.types and right.types:
            types = f"{self._shapes.describe(left.types)} with {self._shapes.describe(right.types)}"
            _fail(f"comparing {types} always has the same result")
        return Compiled(Node(operator, (left.root, right.root)), _BOOLEAN)

    def or_and(self, parsed: _Parsed, current: Types) -> Compiled:
        left, right = self._all(parsed, current)
        return Compiled(Node(Operator(parsed["type"]), (left.root, right.root)), left.types | right.types)

    def not_expression(self, parsed: _Parsed, current: Types) -> Compiled:
        (operand,) = self._all(parsed, current)
        return Compiled(Node(Operator.NOT_EXPRESSION, (operand.root,)), _BOOLEAN)

    def literal(self, parsed: _Parsed, _current: Types) -> Compiled:
        value = parsed["value"]
        if value is None:
            return Compiled(Node(Operator.NULL_LITERAL), NULL)
        if isinstance(value, bool):
            return Compiled(Node(Operator.BOOLEAN_LITERAL, value=int(value)), _BOOLEAN)
        if isinstance(value, str):
            return Compiled(Node(Operator.STRING_LITERAL, value=value), _STRING)
        if isinstance(value, int) and abs(value) < 2**63:
            width = Simple.INTEGER if -(2**31) <= value < 2**31 else Simple.LONG
            return Compiled(Node(Operator.INTEGER_LITERAL, value=value), frozenset({width}))
        if isinstance(value, (int, float)) and abs(value) < math.inf:
            return Compiled(Node(Operator.REAL_LITERAL, value=float(value)), frozenset({Simple.REAL}))
        raise ExpressionError(f"the literal `{value}` is not supported")

    def multi_select_list(self, parsed: _Parsed, current: Types) -> Compiled:
        elements = self._all(parsed, current)
        types = NULL.union(*(each.types for each in elements))
        root = Node(Operator.MULTI_SELECT_LIST, tuple(each.root for each in elements))
        return Compiled(root, frozenset({ListOf(types)}))

    def multi_select_hash(self, parsed: _Parsed, current: Types) -> Compiled:
        # The last of several entries with one name is used.
        members = {
            child["value"]: self.compile(child["children"][0], current) for child in parsed["children"]
        }
        root = Node(
            Operator.MULTI_SELECT_HASH,
            tuple(Node(Operator.KEY_VALUE, (each.root,), name) for name, each in members.items()),
        )
        return Compiled(root, frozenset({Hash(tuple((name, each.types) for name, each in members.items()))}))

    def call(self, parsed: _Parsed, current: Types) -> Compiled:
        name = parsed["value"]
        function = _FUNCTIONS.get(name)
        if function is None:
            _fail(f"the function '{name}' is not supported{close_matches(name, _FUNCTIONS)}")
        _check_count(name, function, len(parsed["children"]))
        arguments = self._all(parsed, current)
        for number, argument in enumerate(arguments):
            kinds = function.takes[min(number, len(function.takes) - 1)]
            if kinds != _ALL_KINDS and not self._kinds(argument.types) & kinds:
                _fail(f"{name}() takes {_choice(kinds)}, not {self._shapes.describe(argument.types)}")
        returns = function.returns
        if function.operator is Operator.NOT_NULL:
            returns = NULL.union(*(argument.types for argument in arguments))
        elif function.operator is Operator.VALUES:
            returns = frozenset({ListOf(self._values(arguments[0].types))})
        return Compiled(Node(function.operator, tuple(each.root for each in arguments)), returns)

    def _elements(self, types: Types, what: str) -> Types:
        """The type of a list's elements; fails if the value is never a list."""
        found = [element for one in types if (element := self._shapes.element(one)) is not None]
        if not found:
            _fail(f"{what} takes a list, not {self._shapes.describe(types)}")
        return NULL.union(*found)

    def _values(self, types: Types) -> Types:
        """The type of an object's members; fails if the value is never an object."""
        found = [values for one in types if (values := self._shapes.values(one)) is not None]
        if not found:
            _fail(f"`*` takes an object, not {self._shapes.describe(types)}")
        return NULL.union(*found)

    def _kinds(self, types: Types) -> frozenset[str]:
        """The possible results of JMESPath's `type()` for a value."""
        return frozenset(kind for one in types for kind in self._kinds_of(one))

    def _kinds_of(self, one: Alternative) -> frozenset[str]:
        if isinstance(one, Simple):
            return _KINDS[one]
        return _OBJECT if self._shapes.is_object(one) else frozenset({"list"})


_NODES: dict[str, Callable[[_Compiler, _Parsed, Types], Compiled]] = {
    "and_expression": _Compiler.or_and,
    "comparator": _Compiler.comparison,
    "current": _Compiler.current_node,
    "field": _Compiler.field,
    "filter_projection": _Compiler.projection,
    "flatten": _Compiler.flatten,
    "function_expression": _Compiler.call,
    "identity": _Compiler.current_node,
    "index": _Compiler.index,
    "index_expression": _Compiler.sub_expression,
    "literal": _Compiler.literal,
    "multi_select_dict": _Compiler.multi_select_hash,
    "multi_select_list": _Compiler.multi_select_list,
    "not_expression": _Compiler.not_expression,
    "or_expression": _Compiler.or_and,
    "pipe": _Compiler.sub_expression,
    "projection": _Compiler.projection,
    "subexpression": _Compiler.sub_expression,
    "value_projection": _Compiler.projection,
}
"""The method that compiles each type of node in the library's tree."""
_UNSUPPORTED = {"slice": " slice", "expref": "n expression reference"}


def _check_count(name: str, function: _Function, count: int) -> None:
    least = len(function.takes)
    if count < least or (count > least and not function.variadic):
        more = " or more" if function.variadic else ""
        _fail(f"{name}() takes {least}{more} argument{'' if least == 1 and not more else 's'}, not {count}")


def _choice(kinds: Sequence[str] | frozenset[str]) -> str:
    return " or ".join("an object" if kind == "object" else f"a {kind}" for kind in sorted(kinds))


def _fail(what: str) -> NoReturn:
    raise ExpressionError(what)
