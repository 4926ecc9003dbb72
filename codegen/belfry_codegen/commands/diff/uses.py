# SPDX-License-Identifier: Apache-2.0
"""Finds which operations send and receive each shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from belfry_codegen.model import ir
from belfry_codegen.passes.references import reachable


class Uses:
    """The uses of a service's shapes."""

    def __init__(self, service: ir.Service) -> None:
        self._sent: dict[str, list[str]] = {}
        self._received: dict[str, list[str]] = {}
        for name, operation in service.operations.items():
            outputs = (operation.output, operation.output_events, *operation.errors)
            inputs = (operation.input, operation.input_events)
            for shape in reachable(service.shapes, _there(inputs)):
                self._sent.setdefault(shape, []).append(name)
            for shape in reachable(service.shapes, _there(outputs)):
                self._received.setdefault(shape, []).append(name)

    def is_sent(self, shape: str) -> bool:
        """Whether requests have it."""
        return shape in self._sent

    def is_received(self, shape: str) -> bool:
        """Whether responses have it."""
        return shape in self._received

    def operations(self, shape: str) -> tuple[str, ...]:
        """The operations whose messages have it, sorted."""
        return tuple(sorted({*self._sent.get(shape, ()), *self._received.get(shape, ())}))


def _there(names: Iterable[str | None]) -> Iterator[str]:
    for name in names:
        if name is not None:
            yield name
