# SPDX-License-Identifier: Apache-2.0
"""Medians, quartiles and ratios, the file of results, and reports of instruction counters."""

from __future__ import annotations

import random
import statistics

import pytest
from peer_bench import results
from peer_bench.calls import turns
from peer_bench.instructions import PERF, VALGRIND
from peer_bench.json_parts import part_of
from peer_bench.page import slower
from peer_bench.peer import NotMeasured
from peer_bench.results import Part, Results, Row
from peer_bench.spread import Spread, ratios, spread

PERF_REPORT = "124559;;instructions:u;1203044;100.00;;\n"
VALGRIND_REPORT = "==30616== Cachegrind, a profiler\n==30616== \n==30616== I   refs:      14,621,978\n"


def test_quartiles_are_those_between_which_half_of_the_values_lie() -> None:
    assert spread([5, 1, 4, 2, 3]) == Spread(2, 3, 4)
    assert spread([7]) == Spread(7, 7, 7)


def test_a_median_is_that_of_the_standard_library() -> None:
    generator = random.Random(1)
    for count in range(2, 40):
        values = [generator.uniform(1, 100) for _ in range(count)]
        found = spread(values)
        assert found.median == pytest.approx(statistics.median(values))
        assert min(values) <= found.low <= found.median <= found.high <= max(values)


def test_a_ratio_is_not_changed_by_load_that_affects_a_whole_round() -> None:
    base = [10.0, 10.0, 10.0, 10.0]
    load = [1.0, 3.0, 1.0, 2.0]
    slow = [40.0 * factor for factor in load]
    assert ratios(slow, [value * factor for value, factor in zip(base, load, strict=True)]) == Spread(4, 4, 4)


def test_ratios_of_different_rounds_are_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        ratios([1.0], [1.0, 2.0])


def test_everyone_takes_one_turn_in_a_round_and_each_place_in_some_round() -> None:
    names = ["a", "b", "c", "d"]
    orders = [turns(names, number) for number in range(8)]
    assert all(sorted(order) == names for order in orders)
    assert {order[0] for order in orders} == set(names)
    assert orders[0] != orders[1]
    assert turns([], 3) == []


def test_results_survive_the_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("results") / "deeper" / "results.json"
    rows = [
        Row("Belfry", None, {"processor": [1.5, 2.5]}, {"warm_up": 5000}),
        Row("é", "cargo is not installed"),
    ]
    original = Results(
        {"processor": "x"}, {"Belfry": "1"}, {"canned": Part("2026-01-02", rows, {"counter": "perf"})}
    )
    assert results.load(path) == Results()
    results.save(path, original)
    assert results.load(path) == original


def test_reports_of_counters_are_read() -> None:
    assert PERF.count(PERF_REPORT) == 124559
    assert VALGRIND.count(VALGRIND_REPORT) == 14621978


def test_a_counter_that_the_processor_does_not_have_is_a_reason() -> None:
    with pytest.raises(NotMeasured, match="counted nothing: <not supported>"):
        PERF.count("<not supported>;;instructions:u;0;100.00;;\n")


def test_libraries_that_the_json_benchmarks_lack_get_rows_with_a_reason() -> None:
    text = (
        '[{"name": "belfry", "nanoseconds": 2.0, "allocations": 10, "allocated_bytes": 99,'
        ' "rounds": [1.0, 3.0]},'
        '{"name": "nlohmann DOM and dump", "nanoseconds": 8.0, "allocations": 50, "allocated_bytes": 999,'
        ' "rounds": [7.0, 9.0]}]'
    )
    part = part_of("encode", text)
    assert [row.name for row in part.rows][:2] == ["Belfry", "nlohmann DOM and dump"]
    belfry = part.row("Belfry")
    assert belfry is not None
    assert belfry.rounds == {"processor": [1.0, 3.0]}
    assert belfry.facts["allocations"] == 10
    rapidjson, glaze = part.row("RapidJSON Writer"), part.row("glaze")
    assert rapidjson is not None
    assert rapidjson.reason == "RapidJSON is not installed"
    assert glaze is not None
    assert glaze.reason is not None


def test_outputs_as_views_are_a_row_of_belfrys() -> None:
    text = (
        '[{"name": "belfry", "allocations": 10, "allocated_bytes": 9, "rounds": [4.0]},'
        '{"name": "belfry, borrowed", "allocations": 2, "allocated_bytes": 9, "rounds": [2.0]},'
        '{"name": "simdjson on-demand", "allocations": 9, "allocated_bytes": 9, "rounds": [5.0]}]'
    )
    part = part_of("decode", text)
    assert [row.name for row in part.rows][:2] == ["Belfry", "Belfry, outputs as views"]
    # It is not another library that is faster.
    assert slower(part, "processor", "time") == "Belfry's time is the lowest that was measured."
