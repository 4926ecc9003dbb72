# SPDX-License-Identifier: Apache-2.0
"""The judgement of benchmarks/baselines.py; ctest's entry `baselines` runs the measurements."""

from __future__ import annotations

import json

import baselines
import pytest


def figures() -> dict[str, float]:
    return {cost.name: 1000.0 for cost in baselines.COSTS}


def test_equal_figures_are_good() -> None:
    lines, good = baselines.report(figures(), figures())
    assert good
    assert len(lines) == len(baselines.COSTS)
    assert all("as before" in line for line in lines)


@pytest.mark.parametrize("cost", baselines.COSTS, ids=lambda cost: str(cost.name))
def test_a_figure_may_differ_by_its_noise_only(cost: baselines.Cost) -> None:
    within, worse, better = figures(), figures(), figures()
    within[cost.name] *= 1 + cost.noise * 0.9
    worse[cost.name] *= 1 + cost.noise * 1.1 + 0.001
    better[cost.name] *= 1 - cost.noise * 1.1 - 0.001
    assert baselines.report(within, figures())[1]
    lines, good = baselines.report(worse, figures())
    assert not good
    assert [cost.name in line for line in lines if "WORSE" in line] == [True]
    lines, good = baselines.report(better, figures())
    assert good
    assert sum("update" in line for line in lines) == 1


def test_a_figure_without_a_baseline_is_not_good() -> None:
    committed = figures()
    del committed[baselines.COSTS[0].name]
    lines, good = baselines.report(figures(), committed)
    assert not good
    assert "no baseline" in lines[0]


def test_the_committed_figures_are_those_that_are_measured() -> None:
    committed = json.loads(baselines.BASELINES.read_text(encoding="utf-8"))
    assert set(committed["costs"]) == set(figures())
    assert all(value > 0 for value in committed["costs"].values())


def test_numbers_are_read_from_what_valgrind_prints() -> None:
    text = "==1== Collected : 12,345\n==1==   total heap usage: 3,563 allocs, 3,563 frees\n"
    assert baselines.number(r"Collected : ([\d,]+)", text) == 12345
    assert baselines.number(r"total heap usage: ([\d,]+) allocs", text) == 3563
    with pytest.raises(SystemExit, match="valgrind printed nothing"):
        baselines.number(r"Collected : ([\d,]+)", "")
