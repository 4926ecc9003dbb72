# SPDX-License-Identifier: Apache-2.0
"""Prints the results of a catalogue, and writes them as JSON or CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from belfry_codegen.commands.catalogue.compile import Result
from belfry_codegen.commands.catalogue.units import Prepared
from belfry_codegen.output.progress import counted

_ROWS_SHOWN = 60
_LINES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A service in the report."""

    service: str
    status: str
    """`good`, `warnings`, `failed` to compile, `refused` by the generator, `left out` or `not done`."""
    namespace: str = ""
    protocol: str = ""
    needs_xml: bool = False
    operations: int = 0
    shapes: int = 0
    members: int = 0
    files: int = 0
    """The number of source files that were compiled."""
    seconds: float = 0
    """Processor time for all of its source files."""
    umbrella_seconds: float = 0
    peak_mebibytes: int = 0
    warnings: int = 0
    fault: str = ""
    """The first lines of the errors."""

    @property
    def is_bad(self) -> bool:
        return self.status in ("warnings", "failed", "refused")


def row_of(prepared: Prepared, results: dict[Path, Result]) -> Row:
    """The row of a service, from the results of its source files."""
    found = {unit.source: results[unit.source] for unit in prepared.units if unit.source in results}
    if len(found) < len(prepared.units):
        status = "not done"
    elif any(result.status != 0 for result in found.values()):
        status = "failed"
    else:
        status = "good" if all(result.is_good for result in found.values()) else "warnings"
    umbrella = next((result for source, result in found.items() if source.name == "umbrella.cpp"), None)
    bad = next((result.words for result in found.values() if not result.is_good), "")
    return Row(
        prepared.service,
        status,
        **asdict(prepared.facts),
        files=len(found),
        seconds=round(sum(result.seconds for result in found.values()), 2),
        umbrella_seconds=umbrella.seconds if umbrella else 0,
        peak_mebibytes=max((result.peak_mebibytes for result in found.values()), default=0),
        warnings=sum(result.warnings for result in found.values()),
        fault=_telling_lines(bad) if status in ("failed", "warnings") else "",
    )


def _telling_lines(words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    telling = ("error: ", "warning: ")
    first = next((number for number, line in enumerate(lines) if any(word in line for word in telling)), 0)
    return "\n".join(lines[first : first + _LINES_SHOWN])


def table(rows: Sequence[Row]) -> str:
    """The services that took longest, and the totals."""
    shown = sorted(rows, key=lambda row: -row.seconds)[:_ROWS_SHOWN]
    lines = [
        f"{'service':40} {'protocol':18} {'seconds':>8} {'umbrella':>8} {'operations':>10} {'members':>8} "
        f"{'MiB':>6} {'warnings':>8}"
    ]
    lines += [
        f"{row.service:40} {row.protocol:18} {row.seconds:8.1f} {row.umbrella_seconds:8.1f} "
        f"{row.operations:10} {row.members:8} {row.peak_mebibytes:6} {row.warnings:8}"
        for row in shown
    ]
    if len(rows) > len(shown):
        lines.append(f"... and {len(rows) - len(shown)} services that took less time")
    total = _totals(rows)
    lines.append(
        f"{counted(len(rows), 'service')}: {total['good']} good, {total['bad']} bad, "
        f"{total['other']} not compiled; {total['operations']} operations, {total['members']} members, "
        f"{total['warnings']} warnings; "
        f"{total['seconds']} s of a processor, at most {total['peak_mebibytes']} MiB"
    )
    for row in rows:
        if row.is_bad:
            lines.append(f"\n{row.service}: {row.status}")
            lines += [f"  {line}" for line in row.fault.splitlines()]
    return "\n".join(lines)


def _totals(rows: Sequence[Row]) -> dict[str, float]:
    bad = sum(row.is_bad for row in rows)
    good = sum(row.status == "good" for row in rows)
    return {
        "good": good,
        "bad": bad,
        "other": len(rows) - good - bad,
        "operations": sum(row.operations for row in rows),
        "members": sum(row.members for row in rows),
        "warnings": sum(row.warnings for row in rows),
        "seconds": round(sum(row.seconds for row in rows)),
        "peak_mebibytes": max((row.peak_mebibytes for row in rows), default=0),
    }


def write_report(path: Path, rows: Sequence[Row], about: dict[str, object]) -> None:
    """Writes every row as CSV or, for any other suffix, rows, totals and `about` as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(asdict(Row("", ""))))
            writer.writeheader()
            writer.writerows(asdict(row) for row in rows)
        return
    content = {**about, "totals": _totals(rows), "services": [asdict(row) for row in rows]}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
