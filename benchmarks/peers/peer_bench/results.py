# SPDX-License-Identifier: Apache-2.0
"""The results of a run, which a file of JSON keeps: each part has rows, each row rounds and single facts."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

Fact = float | str


@dataclass(frozen=True)
class Row:
    """A contender's figures, or the reason why it was not measured."""

    name: str
    reason: str | None = None
    rounds: dict[str, list[float]] = field(default_factory=dict)
    """Values of each round: `processor` and `wall` in nanoseconds for one run of the task."""
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """The figures of one part of the run."""

    date: str
    rows: list[Row]
    notes: dict[str, Fact] = field(default_factory=dict)

    def row(self, name: str) -> Row | None:
        """The row of that name."""
        return next((row for row in self.rows if row.name == name), None)


@dataclass
class Results:
    """All parts that were run, and where."""

    machine: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    """The versions of each peer's SDK and of its toolchain."""
    parts: dict[str, Part] = field(default_factory=dict)


def to_json(results: Results) -> str:
    """The text of the file."""
    return json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n"


def from_json(text: str) -> Results:
    """The reverse of `to_json`."""
    document = json.loads(text)
    return Results(
        document["machine"],
        document["versions"],
        {
            name: Part(part["date"], [Row(**row) for row in part["rows"]], part["notes"])
            for name, part in document["parts"].items()
        },
    )


def load(path: Path) -> Results:
    """The results in the file; empty ones if there is none."""
    return from_json(path.read_text(encoding="utf-8")) if path.is_file() else Results()


def save(path: Path, results: Results) -> None:
    """Writes the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_json(results), encoding="utf-8")
