# SPDX-License-Identifier: Apache-2.0
"""docs/benchmarks.md from the results; its text is in page.md.j2."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import jinja2

from peer_bench.catalogue import BELFRY
from peer_bench.results import Part, Results, Row
from peer_bench.spread import Spread, ratios, spread

HERE = Path(__file__).resolve().parent
CPP = "AWS SDK for C++"


def number(value: float) -> str:
    """A number with about three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def with_quartiles(values: Spread, unit: float = 1) -> str:
    """A median, with the quartiles in brackets."""
    return f"{number(values.median / unit)} ({number(values.low / unit)} to {number(values.high / unit)})"


def times(part: Part, row: Row, metric: str) -> Spread | None:
    """How many times Belfry's value a row's value is; None without one of them."""
    base = part.row(BELFRY)
    values = row.rounds.get(metric)
    others = base.rounds.get(metric) if base is not None else None
    if not values or not others or len(values) != len(others):
        return None
    return ratios(values, others)


def ratio_cell(part: Part, row: Row, metric: str) -> str:
    """The text of `times`."""
    ratio = times(part, row, metric)
    if ratio is None:
        return ""
    return "1" if row.name == BELFRY else with_quartiles(ratio)


def table(header: list[str], rows: Iterable[list[str]], right: bool = True) -> str:
    """A table of Markdown; the first column holds names, the others are aligned to the right."""
    lines = ["| " + " | ".join(header) + " |", "|---|" + ("---:|" if right else "---|") * (len(header) - 1)]
    lines += ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join(lines)


def rows_of(part: Part, width: int, cells: Callable[[Row], list[str]]) -> Iterator[list[str]]:
    """The cells of each row; a row without figures says why."""
    for row in part.rows:
        if row.reason is not None:
            yield [row.name, f"not measured: {row.reason}", *[""] * (width - 2)]
        else:
            yield [f"**{row.name}**" if row.name == BELFRY else row.name, *cells(row)]


def slower(part: Part, metric: str, subject: str) -> str:
    """A sentence that names every row of others whose value is below Belfry's."""
    compared = [
        (row.name, ratio.median)
        for row in part.rows
        if not row.name.startswith(BELFRY) and (ratio := times(part, row, metric)) is not None
    ]
    if not compared:
        return f"No other {subject} was measured."
    better = [f"{name} ({number(ratio)} times Belfry's)" for name, ratio in compared if ratio < 1]
    if not better:
        return f"Belfry's {subject} is the lowest that was measured."
    return f"**Belfry's {subject} is higher** than that of {', '.join(better)}."


def call_table(part: Part) -> str:
    """The cost of a call."""

    def cells(row: Row) -> list[str]:
        return [
            with_quartiles(spread(row.rounds["processor"]), 1e3),
            ratio_cell(part, row, "processor"),
            with_quartiles(spread(row.rounds["wall"]), 1e3),
            f"{row.facts['warm_up']:,}",
        ]

    header = ["", "processor time, µs", "times Belfry's", "elapsed time, µs", "calls before"]
    recorded = [CPP, "not measured: see [recorded figures](#recorded-figures)", "", "", ""]
    text = table(header, [*rows_of(part, len(header), cells), recorded])
    return f"{text}\n\n{slower(part, 'processor', 'processor time')}"


def instructions_table(part: Part) -> str:
    """The instructions of a call."""
    base = part.row(BELFRY)
    belfry = float(base.facts["instructions"]) if base is not None and base.reason is None else None

    def cells(row: Row) -> list[str]:
        count = float(row.facts["instructions"])
        return [number(count), number(count / belfry) if belfry else ""]

    header = ["", "instructions", "times Belfry's"]
    counters = {
        "perf": "The processor counted, by `perf stat -e instructions:u`.",
        "valgrind": "valgrind counted. Programs see a processor without instructions for SHA-256 in it,\n"
        "so hashing is a larger part of each figure than it is of the time.",
    }
    text = table(header, rows_of(part, len(header), cells))
    return f"{text}\n\n{counters.get(str(part.notes.get('counter')), 'There was no counter.')}"


def build_table(part: Part) -> str:
    """The cost of a build."""

    def cells(row: Row) -> list[str]:
        user = row.rounds.get("user")
        everything = number(float(row.facts["all"])) if "all" in row.facts else "the same"
        return [
            with_quartiles(spread(user)) if user else "not compiled",
            ratio_cell(part, row, "user"),
            everything if user else "",
            number(float(row.facts["bytes"]) / 1e6),
            str(row.facts["dependencies"]),
        ]

    header = ["", "the program, s", "times Belfry's", "with dependencies, s", "size, MB", "packages"]
    text = table(header, rows_of(part, len(header), cells))
    return f"{text}\n\n{slower(part, 'user', 'compile time')}"


def json_table(part: Part) -> str:
    """The cost of reading or writing JSON."""

    def cells(row: Row) -> list[str]:
        # RapidJSON allocates with malloc, which the benchmarks do not count.
        counted = not row.name.startswith("RapidJSON")
        return [
            with_quartiles(spread(row.rounds["processor"]), 1e3),
            ratio_cell(part, row, "processor"),
            f"{row.facts['allocations']:,}" if counted else "not counted",
        ]

    header = ["", "processor time, µs", "times Belfry's", "allocations"]
    text = table(header, rows_of(part, len(header), cells))
    return f"{text}\n\n{slower(part, 'processor', 'processor time')}"


TABLES: dict[str, Callable[[Part], str]] = {
    "canned": call_table,
    "loopback": call_table,
    "instructions": instructions_table,
    "build": build_table,
    "decode": json_table,
    "encode": json_table,
}


def rounds_of(part: Part) -> str:
    """The number of rounds in words; nothing for a part without rounds."""
    count = max((len(values) for row in part.rows for values in row.rounds.values()), default=0)
    return f" in {count} round{'s' * (count > 1)}" if count else ""


def recorded_table(rows: list[dict[str, str]]) -> str:
    """Figures from before, which the run does not measure."""
    header = ["", "of", "recorded", "times Belfry's"]
    keys = ("task", "name", "figure", "times_belfry")
    return table(header, [[row[key] for key in keys] for row in rows], right=False)


def machine_table(results: Results) -> str:
    """Where it was measured, and with what."""
    machine = results.machine
    rows = [
        ["processor", f"{machine.get('processor', '?')}, {machine.get('processors', '?')} processors"],
        ["system", machine.get("system", "?")],
        *([name, version] for name, version in results.versions.items()),
    ]
    return table(["", "version"], rows, right=False)


def page(results: Results) -> str:
    """The whole page."""
    recorded = json.loads((HERE / "recorded.json").read_text(encoding="utf-8"))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), undefined=jinja2.StrictUndefined, autoescape=False,
        keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template("page.md.j2").render(
        parts=results.parts,
        tables={name: TABLES[name](part) for name, part in results.parts.items()},
        rounds={name: rounds_of(part) for name, part in results.parts.items()},
        machine=machine_table(results),
        recorded=recorded,
        recorded_table=recorded_table(recorded["rows"]),
    )
