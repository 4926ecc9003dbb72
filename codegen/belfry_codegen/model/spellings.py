# SPDX-License-Identifier: Apache-2.0
"""The spellings of earlier models that generated code keeps, so that programs for these still compile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Spellings:
    """The spellings of earlier models. An entry for a shape that the model does not have has no effect."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Names that types had in C++, and the shapes that they mean now."""
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Structures, and their members in the order that braces must follow. New members need not be in it."""


NO_SPELLINGS = Spellings()
