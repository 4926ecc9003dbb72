# SPDX-License-Identifier: Apache-2.0
"""Medians and quartiles."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median of some values, and the quartiles around it."""

    low: float
    median: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """The spread of at least one value."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low, median, high)


def ratios(values: Sequence[float], base: Sequence[float]) -> Spread:
    """The spread of the ratios, round by round: load on the machine during a round affects both values."""
    return spread([value / other for value, other in zip(values, base, strict=True)])
