# SPDX-License-Identifier: Apache-2.0
"""`dataclass` and `replace` for the many small objects that models and views consist of.

To mypy both are those of the module `dataclasses`, so that it refuses every assignment to a frozen one. At
run time nothing is frozen: the constructor of a frozen dataclass sets each field by a call, which made it ten
times slower, and took a third of the time of loading a model. `dataclasses.replace` asks for each field by
name, in Python, and was slower still.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass, replace
else:
    from functools import cache
    from operator import attrgetter

    def dataclass(*, frozen=False, slots=False):
        """Makes a dataclass that has the hash of a frozen one, but is not frozen."""
        return dataclasses.dataclass(slots=slots, unsafe_hash=frozen)

    def replace(record, /, **changes):
        """A copy of the object with other values for some of its fields."""
        kind = type(record)
        copy = kind(*_fields(kind)(record))
        for name, value in changes.items():
            setattr(copy, name, value)
        return copy

    @cache
    def _fields(kind):
        """A function that returns the values of all fields."""
        get = attrgetter(*kind.__match_args__)
        return get if len(kind.__match_args__) > 1 else lambda record: (get(record),)


__all__ = ["dataclass", "replace"]
