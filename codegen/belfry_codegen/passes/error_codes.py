# SPDX-License-Identifier: Apache-2.0
"""Sets the codes and statuses that exceptions have in the chosen protocol."""

from __future__ import annotations

from http import HTTPStatus

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace

_STATUSES = {status.phrase.replace(" ", ""): status.value for status in HTTPStatus}


def settle_error_codes(service: ir.Service) -> ir.Service:
    """The service in which exceptions, and the acceptors that expect them, have the protocol's codes.

    A service that was migrated from the query protocol keeps that protocol's codes (`awsQueryCompatible`).
    """
    shapes = dict(service.shapes)
    if service.query_compatible or service.protocol.query_errors:
        shapes = {name: _with_query_error(shape) for name, shape in shapes.items()}
    service = replace(service, shapes=shapes)
    waiters = {
        name: replace(waiter, acceptors=tuple(_received(service, waiter, one) for one in waiter.acceptors))
        for name, waiter in service.waiters.items()
    }
    return replace(service, waiters=waiters)


def _with_query_error(shape: ir.Shape) -> ir.Shape:
    if shape.error is None or shape.error.query is None:
        return shape
    query = shape.error.query
    return replace(shape, error=replace(shape.error, code=query.code, http_status=query.http_status))


def _received(service: ir.Service, waiter: ir.Waiter, acceptor: ir.Acceptor) -> ir.Acceptor:
    """The acceptor with its error's code in place of the shape's name, which Smithy models give.

    The response to HEAD does not have a body and so does not have a code: there an error with the name of a
    status (S3's `NotFound`) is matched by that status.
    """
    if not acceptor.names_shape:
        return acceptor
    name = str(acceptor.expected)
    acceptor = replace(acceptor, names_shape=False)
    method = service.operations[waiter.operation].http.method
    if service.protocol.http_bindings and method == "HEAD" and name in _STATUSES:
        return replace(acceptor, matcher=ir.Matcher.STATUS, expected=_STATUSES[name])
    shape = service.shapes.get(name)
    if shape is None or shape.error is None:
        return acceptor
    return replace(acceptor, expected=shape.error.code)
