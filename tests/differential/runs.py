# SPDX-License-Identifier: Apache-2.0
"""Chooses the cases that run, and reports counter-examples.

BELFRY_SEEDS=200 runs more cases of each kind; BELFRY_SEEDS=17: runs only seed 17, as a counter-example says.
Large sets are sampled, with another sample every day: BELFRY_SAMPLE_SEED=20300 is
the one of that day.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

import botocore.session
from belfry_codegen.commands.catalogue.sample import sample, seed_of_today

_SHOWN = 5
SAMPLE_SEED = int(os.environ.get("BELFRY_SAMPLE_SEED", seed_of_today()))


def operations(service: str) -> list[str]:
    """All operations of a service in botocore's model."""
    return list(botocore.session.Session().get_service_model(service).operation_names)


def some_operations(service: str, count: int) -> tuple[str, ...]:
    """That many of them, different ones every day."""
    return tuple(sample(operations(service), count, SAMPLE_SEED))


OPERATIONS = operations("chime-sdk-voice")


def seeds(usual: int) -> range:
    """The seeds to run."""
    wanted = os.environ.get("BELFRY_SEEDS", "")
    if wanted.endswith(":"):
        return range(int(wanted[:-1]), int(wanted[:-1]) + 1)
    return range(int(wanted) if wanted else usual)


class Run:
    """The cases of one operation."""

    def __init__(self, service: str, operation: str) -> None:
        self.service = service
        self.operation = operation
        self.found: list[str] = []

    def name(self, seed: int) -> str:
        """The name of a case."""
        return f"{self.operation}:{seed}"

    def note(self, seed: int, line: dict[str, Any], differences: Iterable[str]) -> None:
        """Keeps a case with differences, and how to repeat it."""
        lines = list(differences)
        if lines:
            shown = "\n  ".join(lines)
            again = f"BELFRY_SEEDS={seed}: python -m pytest tests/differential -k {self.operation}"
            self.found.append(f"seed {seed}\n  {shown}\n  again: {again}\n  line: {json.dumps(line)}")

    def finish(self) -> None:
        """Fails if a case was kept."""
        if self.found:
            more = f"\n... and {len(self.found) - _SHOWN} more" if len(self.found) > _SHOWN else ""
            raise AssertionError(
                f"{self.service} {self.operation}, {len(self.found)} cases:\n"
                + "\n".join(self.found[:_SHOWN])
                + more
            )
