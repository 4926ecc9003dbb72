# SPDX-License-Identifier: Apache-2.0
"""What goes wrong because of what we were given, as opposed to a fault of our own."""

from __future__ import annotations


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
