# SPDX-License-Identifier: Apache-2.0
"""The task of generating one service, and its outcome."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.model.errors import BelfryError, error_text
from belfry_codegen.model.ir import Spellings
from belfry_codegen.output.cache import Record
from belfry_codegen.readers.models import Entry
from belfry_codegen.readers.spellings import spellings_object


@dataclass(frozen=True, slots=True)
class Options:
    """The options for all services."""

    out: Path
    operations: tuple[str, ...] | None = None
    documentation: bool = False
    protocol: str | None = None
    """None for the best one that a model lists."""
    check: bool = False
    """Writes nothing, ignores records, and reports what would change."""
    namespace: str = ""
    """The namespace below `belfry`; empty for the one of the service's ID."""
    compiled: bool = False
    """Source files for a library, and headers that only declare what these define."""
    borrowed: bool = False
    """Headers with outputs that view the response, besides the others."""
    spellings: Spellings | None = None
    """The spellings that the headers keep of earlier models; None for those of the file beside the model."""

    def words(self) -> list[str]:
        """The options that the generated text depends on."""
        operations = "*" if self.operations is None else ",".join(self.operations)
        flags = (self.documentation, self.compiled, self.borrowed)
        kept = json.dumps(spellings_object(self.spellings)) if self.spellings is not None else ""
        return [operations, self.protocol or "", self.namespace, *map(str, flags), kept]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one service."""

    name: str
    fault: str = ""
    note: str = ""
    """Tells the user which option had no effect; empty if all had."""
    misfits: tuple[str, ...] = ()
    """Errors of overlays' entries that do not fit the model; the files were written without those entries."""
    namespace: str = ""
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    stale: tuple[str, ...] = ()
    """With `check`: files that would be written, and in `left_over` files that would be removed."""
    left_over: tuple[Path, ...] = ()
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A service that must be generated."""

    entry: Entry
    options: Options
    key: str
    service_id: str
    namespace: str


def fault_text(model: Path, fault: Exception) -> str:
    """The text of an error in the work on a service, whose model has that path, for the user.

    To be called where the error is handled, because the text of a fault of the generator is its traceback.
    """
    if isinstance(fault, (BelfryError, OSError)):
        return error_text(fault)
    if isinstance(fault, RecursionError):
        return f"{model}: the model is nested too deeply"
    return f"internal error in the generator:\n{traceback.format_exc().rstrip()}"
