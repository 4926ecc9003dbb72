# SPDX-License-Identifier: Apache-2.0
"""docs/benchmarks.md: the page that a run writes, and the plots beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from peer_bench import page as pages
from peer_bench.catalogue import PEERS
from peer_bench.page import number, page, times
from peer_bench.plots import dots, draw_all
from peer_bench.results import Part, Results, Row
from peer_bench.spread import Spread

ROOT = Path(__file__).resolve().parents[2]


def call_row(name: str, processor: list[float]) -> Row:
    """A row of calls that take twice their processor time."""
    wall = [2 * value for value in processor]
    return Row(name, None, {"processor": processor, "wall": wall}, {"warm_up": 20000, "batch": 50})


def measured() -> Results:
    """Results in which one peer is faster than Belfry, one is slower and one is missing."""
    calls = [
        call_row("Belfry", [5000.0, 6000.0, 7000.0]),
        call_row("Slow", [50000.0, 66000.0, 63000.0]),
        call_row("Fast", [2500.0, 3000.0, 3500.0]),
        Row("Absent", "cargo is not installed"),
    ]
    build = [
        Row("Belfry", None, {"user": [2.0, 2.1]}, {"bytes": 140000, "dependencies": 0}),
        Row("Slow", None, {"user": [4.0, 4.2]}, {"all": 90.5, "bytes": 4500000, "dependencies": 81}),
        Row("Interpreted", None, {}, {"bytes": 19000000, "dependencies": 24}),
    ]
    counts = [
        Row("Belfry", None, {}, {"instructions": 120000.0}),
        Row("Slow", None, {}, {"instructions": 480000.0}),
    ]
    json = [
        Row("Belfry", None, {"processor": [1e5]}, {"allocations": 1000}),
        Row("RapidJSON DOM and copy", None, {"processor": [4e5]}, {"allocations": 994}),
    ]
    return Results(
        {"processor": "Example 9000", "processors": "2", "system": "Debian"},
        {"Belfry": "0.1.0, g++ 12"},
        {
            "canned": Part("2026-01-02", calls),
            "instructions": Part("2026-01-03", counts, {"counter": "valgrind"}),
            "build": Part("2026-01-04", build),
            "decode": Part("2026-01-05", json),
        },
    )


def row(text: str, name: str) -> list[str]:
    """The cells of the first row of that name."""
    [*found] = [line for line in text.splitlines() if re.match(rf"\| \**{re.escape(name)}\** \|", line)]
    return [cell.strip() for cell in found[0].strip("|").split("|")]


def section(text: str, title: str) -> str:
    """The part of the page below a heading."""
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_a_row_has_median_quartiles_and_ratio() -> None:
    cells = row(section(page(measured()), "A call on a canned transport"), "Slow")
    assert cells == [
        "Slow",
        "63.0 (56.5 to 64.5)",
        "10.0 (9.50 to 10.5)",
        "126 (113 to 129)",
        "20,000",
    ]


def test_a_peer_that_is_faster_than_belfry_is_named() -> None:
    text = section(page(measured()), "A call on a canned transport")
    assert "**Belfry's processor time is higher** than that of Fast (0.50 times Belfry's)." in text
    assert "Belfry's compile time is the lowest" in section(page(measured()), "The cost of a build")


def test_a_peer_that_cannot_be_built_has_a_row_with_the_reason() -> None:
    cells = row(page(measured()), "Absent")
    assert cells[1] == "not measured: cargo is not installed"
    assert cells[2:] == ["", "", ""]


def test_parts_that_have_not_run_say_so() -> None:
    text = page(measured())
    assert "Not measured yet." in section(text, "A call over loopback")
    assert "loopback.svg" not in text
    empty = page(Results())
    assert empty.count("Not measured yet.") == 6
    assert ".svg" not in empty


def test_each_table_names_its_date_and_command() -> None:
    text = page(measured())
    assert "Measured on 2026-01-02 in 3 rounds by `./belfry bench --only canned`." in text
    assert "Measured on 2026-01-05 in 1 round by `./belfry bench --only json`." in text
    assert "Measured on 2026-01-03 by `./belfry bench --only instructions`." in text
    assert "Example 9000, 2 processors" in text


def test_a_build_shows_which_programs_are_not_compiled() -> None:
    text = section(page(measured()), "The cost of a build")
    assert row(text, "Interpreted") == ["Interpreted", "not compiled", "", "", "19.0", "24"]
    assert row(text, "Slow")[1:] == ["4.10 (4.05 to 4.15)", "2.00 (2.00 to 2.00)", "90.5", "4.50", "81"]
    assert row(text, "Belfry")[3] == "the same"


def test_instructions_say_how_they_were_counted() -> None:
    text = section(page(measured()), "Instructions of a call")
    assert row(text, "Slow") == ["Slow", "480,000", "4.00"]
    assert "valgrind counted" in text


def test_recorded_figures_are_marked_and_dated() -> None:
    text = section(page(measured()), "Recorded figures")
    assert "recorded before 20" in text
    assert "3.8 times" in text
    assert row(page(measured()), pages.CPP)[1].startswith("not measured")


def test_without_belfry_there_are_figures_but_no_ratios() -> None:
    slow = call_row("Slow", [1000.0, 2000.0])
    part = Part("2026-01-02", [Row("Belfry", "the compiler failed"), slow])
    assert times(part, slow, "processor") is None
    text = page(Results(parts={"canned": part}))
    assert row(text, "Slow")[1:3] == ["1.50 (1.25 to 1.75)", ""]
    assert row(text, "Belfry")[1] == "not measured: the compiler failed"
    assert "No other processor time was measured." in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.50"), (9.994, "9.99"), (12.34, "12.3"), (123.4, "123"), (1234567, "1,234,567")],
)
def test_numbers_have_about_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_dots_are_sorted_and_leave_out_missing_rows() -> None:
    found = dots(measured().parts["canned"], "processor", 1e3)
    assert [dot.name for dot in found] == ["Fast", "Belfry", "Slow"]
    assert found[0].value == Spread(2.75, 3.0, 3.25)
    assert dots(None, "processor", 1) == []


def test_plots_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    first = draw_all(measured(), tmp_path / "a")
    second = draw_all(measured(), tmp_path / "b")
    assert [path.name for path in first] == ["canned.svg", "build.svg", "json.svg"]
    for one, other in zip(first, second, strict=True):
        text = one.read_text(encoding="utf-8")
        assert text == other.read_text(encoding="utf-8")
        assert "Belfry" in text


def test_the_page_in_the_repository_shows_every_peer() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    kinds = (("canned", "A call on a canned transport"), ("loopback", "A call over loopback"))
    measured_kinds = [
        (kind, section(text, title))
        for kind, title in kinds
        if "Not measured yet." not in section(text, title)
    ]
    assert measured_kinds
    for kind, table in measured_kinds:
        for peer in PEERS:
            if kind in peer.kinds:
                assert len(row(table, peer.title)) == 5
