# SPDX-License-Identifier: Apache-2.0
"""Changes between two versions of a service, and what they mean for programs that use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

Key = tuple[str, ...]
"""A part of a service: `("member", SHAPE, MEMBER)`, `("operation", NAME)` and so on."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference that users can see."""

    key: Key
    text: str
    wire: str = ""
    """Why programs that were built before it fail with the service, or misread it; empty if they do not."""
    source: str = ""
    """Why code that names this part no longer compiles; empty if it does."""
    is_new: bool = False
    """Whether programs get something that they did not have."""
    operations: tuple[str, ...] = ()
    """The operations that have to do with it; empty for all."""
    words: tuple[str, ...] = field(default=(), compare=False)
    """How C++ names what no longer compiles: `.member`, `Type`, `Type::constant`, `method(`."""

    @property
    def is_breaking(self) -> bool:
        """Whether programs have to change."""
        return bool(self.wire or self.source)


class Verdict(Enum):
    """The part of a version number (https://semver.org) that the changes of a service raise."""

    NONE = "none"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


def verdict_of(changes: Iterable[Change]) -> Verdict:
    """The verdict on these changes together."""
    found = Verdict.NONE
    for change in changes:
        if change.is_breaking:
            return Verdict.MAJOR
        if change.is_new:
            found = Verdict.MINOR
        elif found is Verdict.NONE:
            found = Verdict.PATCH
    return found


@dataclass(frozen=True, slots=True)
class Break:
    """Code that no longer compiles."""

    reason: str
    words: tuple[str, ...]


Breaks = Mapping[Key, Break]
