# SPDX-License-Identifier: Apache-2.0
"""Compiles every expression of a service, and checks the type of its value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NoReturn

from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.expressions import Expression
from belfry_codegen.model.records import replace
from belfry_codegen.passes.jmespath.compiler import ExpressionError, compile_expression
from belfry_codegen.passes.jmespath.types import NULL, Alternative, Hash, Shaped, Shapes, Simple, Types

_TOKENS = {
    ir.Kind.STRING: {Simple.STRING},
    ir.Kind.ENUM: {Simple.STRING},
    ir.Kind.BLOB: {Simple.STRING},
    ir.Kind.INTEGER: {Simple.INTEGER},
    ir.Kind.INT_ENUM: {Simple.INTEGER},
    ir.Kind.LONG: {Simple.INTEGER, Simple.LONG},
}
"""The kinds of input members that can take a token, and the values that each takes. Lists, maps, structures
and unions take values of the same shape."""
_EXPECTED: dict[type, set[Alternative]] = {
    str: {Simple.STRING},
    bool: {Simple.BOOLEAN},
    int: {Simple.INTEGER, Simple.LONG, Simple.REAL},
}


def compile_expressions(service: ir.Service) -> ir.Service:
    """The service with the tree of each expression; raises ModelError for an expression with an error."""
    compiler = _ServiceCompiler(service)
    return replace(
        service,
        operations={name: compiler.operation(operation) for name, operation in service.operations.items()},
        waiters={name: compiler.waiter(waiter) for name, waiter in service.waiters.items()},
    )


class _ServiceCompiler:
    def __init__(self, service: ir.Service) -> None:
        self._service = service
        self._shapes = Shapes(service.shapes)

    def operation(self, operation: ir.Operation) -> ir.Operation:
        """The operation with its paginator and its endpoint parameters."""
        context = (*self._listed_parameters(operation), *operation.operation_context)
        paginator = operation.paginator
        if not context and paginator is None:
            return operation
        return replace(
            operation,
            operation_context=tuple(
                (name, self._endpoint_parameter(operation, name, expression)) for name, expression in context
            ),
            paginator=self._paginator(operation, paginator) if paginator is not None else None,
        )

    def waiter(self, waiter: ir.Waiter) -> ir.Waiter:
        """The waiter, with the expressions of its acceptors."""
        operation = self._service.operations[waiter.operation]
        return replace(
            waiter, acceptors=tuple(self._acceptor(operation, acceptor) for acceptor in waiter.acceptors)
        )

    def _acceptor(self, operation: ir.Operation, acceptor: ir.Acceptor) -> ir.Acceptor:
        if acceptor.argument is None:
            return acceptor
        root = self._output(operation)
        if acceptor.with_input:
            root = frozenset({Hash((("input", self._input(operation)), ("output", root)))})
        argument, types = self._compile(acceptor.argument, root)
        if acceptor.matcher in (ir.Matcher.PATH_ALL, ir.Matcher.PATH_ANY):
            elements = [self._shapes.element(one) for one in types]
            if all(element is None for element in elements):
                found = self._shapes.describe(types)
                self._fail(argument, f"'{acceptor.matcher.value}' takes a list, but the value is {found}")
            types = NULL.union(*(element for element in elements if element is not None))
        if not types & _EXPECTED[type(acceptor.expected)]:
            found = self._shapes.describe(types)
            self._fail(argument, f"{json.dumps(acceptor.expected)} is expected, but the value is {found}")
        return replace(acceptor, argument=argument)

    def _paginator(self, operation: ir.Operation, paginator: ir.Paginator) -> ir.Paginator:
        tokens = tuple(
            self._token(operation, name, expression)
            for name, expression in zip(paginator.input_tokens, paginator.output_tokens, strict=True)
        )
        more = paginator.more_results
        if more is not None:
            more, _ = self._compile(more, self._output(operation))
        return replace(paginator, output_tokens=tokens, more_results=more)

    def _token(self, operation: ir.Operation, name: str, expression: Expression) -> Expression:
        compiled, types = self._compile(expression, self._output(operation))
        member = self._service.shapes[_some(operation.input)].member(name)
        assert member is not None, "the readers check the names of input tokens"
        allowed = _TOKENS.get(self._service.shapes[member.target].kind, {Shaped(member.target)})
        if not types or not types <= allowed:
            wanted, found = (
                self._shapes.describe(self._shapes.of_member(member)),
                self._shapes.describe(types),
            )
            self._fail(expression, f"'{name}' takes {wanted}, but the value is {found}")
        return compiled

    def _listed_parameters(self, operation: ir.Operation) -> Iterator[tuple[str, Expression]]:
        """The parameters that take a list member of the input, with the member's name as the expression."""
        for member in self._service.shapes[_some(operation.input)].members:
            if member.context_param is not None and self._is_list(member.target):
                where = f"operation '{operation.name}', member '{member.name}'"
                yield member.context_param, Expression(member.name, self._service.id, where)

    def _is_list(self, target: str) -> bool:
        return self._service.shapes[target].kind is ir.Kind.LIST

    def _endpoint_parameter(
        self, operation: ir.Operation, parameter: str, expression: Expression
    ) -> Expression:
        compiled, types = self._compile(expression, self._input(operation))
        found = self._shapes.describe(types)
        if not self._service.takes_list(parameter):
            if not types <= {Simple.STRING, Simple.BOOLEAN}:
                self._fail(expression, f"'{parameter}' takes a string or a boolean, but the value is {found}")
            return compiled
        elements = [self._shapes.element(one) or NULL for one in types]
        if not elements or any(element != {Simple.STRING} for element in elements):
            self._fail(expression, f"'{parameter}' takes a list of strings, but the value is {found}")
        return compiled

    def _input(self, operation: ir.Operation) -> Types:
        return self._shapes.of(_some(operation.input))

    def _output(self, operation: ir.Operation) -> Types:
        return self._shapes.of(_some(operation.output))

    def _compile(self, expression: Expression, root: Types) -> tuple[Expression, Types]:
        try:
            compiled = compile_expression(expression.text, self._shapes, root)
        except ExpressionError as error:
            self._fail(expression, str(error))
        return replace(expression, root=compiled.root), compiled.types

    @staticmethod
    def _fail(expression: Expression, what: str) -> NoReturn:
        raise ModelError(expression.file, f"{expression.where}, expression `{expression.text}`", what)


def _some(name: str | None) -> str:
    assert name is not None, "the synthesize pass gives every operation both messages"
    return name
