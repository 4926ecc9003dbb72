# SPDX-License-Identifier: Apache-2.0
"""JMESPath expressions: their text in the model, and the tree of operators that it is compiled to."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from belfry_codegen.model.records import dataclass


class Operator(Enum):
    """The effect of a node on the current value. The names are those of the grammar at jmespath.org."""

    CURRENT_NODE = "current_node"
    FIELD = "field"
    """The member called `value`, of any object."""
    MEMBER = "member"
    """The member number `value` of a structure: a field whose structure is known."""
    UNION_MEMBER = "union_member"
    """The member number `value` of a union."""
    SUB_EXPRESSION = "sub_expression"
    """Each operand applied to the value of the one before it."""
    INDEX_EXPRESSION = "index_expression"
    """Element number `value`, from the end when negative."""
    LIST_PROJECTION = "list_projection"
    """The second operand, applied to each element of the first; nulls are left out."""
    OBJECT_PROJECTION = "object_projection"
    """The second operand, applied to the value of each member of an object; nulls are left out."""
    FILTER_PROJECTION = "filter_projection"
    """The third operand, applied to the elements of the first for which the second is true."""
    FLATTEN = "flatten"
    """The operand, with each list in it replaced by the list's elements."""
    EQUAL = "equal"
    NOT_EQUAL = "not_equal"
    LESS = "less"
    LESS_OR_EQUAL = "less_or_equal"
    GREATER = "greater"
    GREATER_OR_EQUAL = "greater_or_equal"
    OR_EXPRESSION = "or_expression"
    AND_EXPRESSION = "and_expression"
    NOT_EXPRESSION = "not_expression"
    NULL_LITERAL = "null_literal"
    BOOLEAN_LITERAL = "boolean_literal"
    INTEGER_LITERAL = "integer_literal"
    REAL_LITERAL = "real_literal"
    STRING_LITERAL = "string_literal"
    MULTI_SELECT_LIST = "multi_select_list"
    MULTI_SELECT_HASH = "multi_select_hash"
    """Its operands are KEY_VALUE nodes."""
    KEY_VALUE = "key_value"
    """The operand, called `value`."""
    CONTAINS = "contains"
    ENDS_WITH = "ends_with"
    KEYS = "keys"
    LENGTH = "length"
    NOT_NULL = "not_null"
    STARTS_WITH = "starts_with"
    VALUES = "values"


@dataclass(frozen=True, slots=True)
class Node:
    """An operator with its operands."""

    operator: Operator
    operands: tuple[Node, ...] = ()
    value: str | int | float | None = None
    """A name, the number of a member or an element, or the value of a literal."""

    @property
    def size(self) -> int:
        """The number of nodes in this tree."""
        return 1 + sum(operand.size for operand in self.operands)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of a model."""

    text: str
    file: str = field(default="", compare=False)
    where: str = field(default="", compare=False)
    """The place in the file, as errors name it."""
    root: Node | None = field(default=None, compare=False)
    """Set by the JMESPath pass."""
