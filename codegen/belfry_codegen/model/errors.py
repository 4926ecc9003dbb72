# SPDX-License-Identifier: Apache-2.0
"""Errors in the user's input, as opposed to faults of the generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn


class BelfryError(Exception):
    """An error in the input; its text is one line for the user."""


class UsageError(BelfryError):
    """The command line asks for something that does not exist."""


class ModelError(BelfryError):
    """An error in a model or an overlay: the file, the place in it, and what is wrong."""

    def __init__(self, file: str, where: str, what: str) -> None:
        self.file = file
        self.where = where
        self.what = what
        parts = [part for part in (file, where, what) if part]
        super().__init__(" ".join(": ".join(parts).split()))


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, kept so that errors that are found later can name it."""

    file: str
    where: str
    """A description of the place, or the path of keys to it."""

    def at(self, *keys: str) -> Place:
        """The place below this one at the end of those keys."""
        return Place(self.file, ".".join([self.where, *keys] if self.where else keys))

    def fail(self, what: str) -> NoReturn:
        """Raises the ModelError that names this place."""
        raise ModelError(self.file, self.where, what)
