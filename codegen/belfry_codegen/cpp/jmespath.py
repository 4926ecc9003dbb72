# SPDX-License-Identifier: Apache-2.0
"""Views of JMESPath expressions: tables of `belfry::jmespath::Node`."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen.cpp.code import EMPTY, Cpp, fixed, name, number
from belfry_codegen.cpp.text import comment, literal
from belfry_codegen.model.expressions import Expression, Node, Operator
from belfry_codegen.model.records import dataclass

FIELDS = fixed({int: "integer", float: "real", str: "text"})


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node: the function that evaluates it, and the fields that are not the default."""

    function: Cpp
    size: int
    field: Cpp
    """The member of `Constant` that is set; empty for none."""
    value: Cpp


@dataclass(frozen=True, slots=True)
class ExpressionView:
    """A table of nodes."""

    name: Cpp
    comment: tuple[Cpp, ...]
    """The expression's text in the model."""
    nodes: tuple[NodeView, ...]


class ExpressionTables:
    """The tables of one header, one for each distinct expression. Their names begin with `prefix`."""

    def __init__(self, prefix: Cpp) -> None:
        self._prefix = prefix
        self._names: dict[Node, Cpp] = {}
        self._views: list[ExpressionView] = []

    def name(self, expression: Expression) -> Cpp:
        """The name of the expression's table."""
        root = expression.root
        assert root is not None, "the JMESPath pass compiles every expression"
        if root not in self._names:
            self._names[root] = Cpp("{}_expression_{}").of(self._prefix, len(self._names))
            about = comment([expression.text], 0)
            self._views.append(ExpressionView(self._names[root], about, tuple(_table(root))))
        return self._names[root]

    @property
    def views(self) -> tuple[ExpressionView, ...]:
        """The tables of all expressions that were named."""
        return tuple(self._views)


def literal_view(value: str | int | bool) -> NodeView:
    """The node of a literal."""
    if isinstance(value, str):
        return _node(Node(Operator.STRING_LITERAL, value=value))
    operator = Operator.BOOLEAN_LITERAL if isinstance(value, bool) else Operator.INTEGER_LITERAL
    return _node(Node(operator, value=int(value)))


def _table(node: Node) -> Iterator[NodeView]:
    yield _node(node)
    for operand in node.operands:
        yield from _table(operand)


def _node(node: Node) -> NodeView:
    value = literal(node.value) if isinstance(node.value, str) else _constant(node.value)
    # The operators and the functions that evaluate them have the same names.
    return NodeView(name(node.operator.value), node.size, FIELDS.get(type(node.value), EMPTY), value)


def _constant(value: int | float | None) -> Cpp:
    return EMPTY if value is None else number(value)
