# SPDX-License-Identifier: Apache-2.0
"""What goes wrong because of what we were given, as opposed to a fault of our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn


class BelfryError(Exception):
    """A fault in the input; its text is one line for the person who gave it."""


class UsageError(BelfryError):
    """The command line asks for something that is not there."""


class ModelError(BelfryError):
    """A model or an overlay is broken: which file, where in it, and what is wrong."""

    def __init__(self, file: str, where: str, what: str) -> None:
        self.file = file
        self.where = where
        self.what = what
        parts = [part for part in (file, where, what) if part]
        super().__init__(" ".join(": ".join(parts).split()))


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file, so that a fault that is found later can be told from there."""

    file: str
    where: str
    """What a person calls the place, or the path of keys that leads there."""

    def at(self, *keys: str) -> Place:
        """The place below this one to which those keys lead."""
        return Place(self.file, ".".join([self.where, *keys] if self.where else keys))

    def fail(self, what: str) -> NoReturn:
        """Raises the ModelError that names this place."""
        raise ModelError(self.file, self.where, what)
