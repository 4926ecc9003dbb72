# SPDX-License-Identifier: Apache-2.0
"""Errors in the user's input, as opposed to faults of the generator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from belfry_codegen.model.records import dataclass


def printable(text: str) -> str:
    """The text with escapes for control characters and the like, which a terminal would obey."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character == "\n"
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


class BelfryError(Exception):
    """An error in the input; its text is for the user, and one line unless it has several errors."""

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))


def error_text(fault: BelfryError | OSError) -> str:
    """The text of an error for the user; for one of the operating system, with the file."""
    return f"{fault.filename or ''}: {fault.strerror or fault}" if isinstance(fault, OSError) else str(fault)


class UsageError(BelfryError):
    """The command line asks for something that does not exist."""


class ModelError(BelfryError):
    """An error in a model or an overlay: the file, the place in it, and what is wrong."""

    def __init__(self, file: str, where: str, what: str, key: str = "") -> None:
        self.file = file
        self.where = where
        self.what = what
        self.key = key
        """The key at that place which is wrong, if the error is of one key."""
        parts = [part for part in (file, where, what) if part]
        super().__init__(" ".join(": ".join(parts).split()))

    def in_file(self, file: str) -> ModelError:
        """The same error with another name of the file, such as one that its reader knows."""
        return type(self)(file, self.where, self.what, self.key)


class MissingPartError(ModelError):
    """An entry refers to a part that the model does not have, or no longer has."""


class CombinedError(BelfryError):
    """Several errors in a model or its overlays; its text has a line for each."""

    def __init__(self, faults: Sequence[ModelError]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)))


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, kept so that errors that are found later can name it."""

    file: str
    where: str
    """A description of the place, or the path of keys to it."""

    def at(self, *keys: str) -> Place:
        """The place below this one at the end of those keys."""
        return Place(self.file, ".".join([self.where, *keys] if self.where else keys))

    def fail(self, what: str, key: str = "") -> NoReturn:
        """Raises the ModelError that names this place, and the key in it."""
        raise ModelError(self.file, self.where, what, key)
