# SPDX-License-Identifier: Apache-2.0
"""`./belfry soak`: the table, the plot and the progress that it makes of the test's output."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import run_soak

ROOT = Path(__file__).resolve().parents[2]


def a_run(problems: int = 0, curve: tuple[tuple[int, int, int], ...] = ()) -> run_soak.Run:
    figures: dict[str, Any] = {
        "calls": 1234, "failed": 5, "requests": 1300, "slowest_ms": 1001, "seconds": 2.5,
        "problems": problems, "resident_growth": 2048, "allocated_growth": 0, "curve": curve,
    }  # fmt: skip
    return run_soak.Run("tsan", "mixture", "loop", figures)


def test_too_few_calls_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_soak.parse(["--calls", "500"])
    assert ended.value.code == 2
    assert "--calls must be 2400 or more" in capsys.readouterr().err
    assert run_soak.parse(["--calls", "2400"]).calls == 2_400


def test_the_table_has_a_line_for_each_run_and_says_which_is_wrong() -> None:
    lines = run_soak.table([a_run(curve=((600, 1, 1), (1234, 5120, 1))), a_run(problems=2)]).splitlines()
    assert len(lines) == 3
    assert lines[1].split() == [
        "tsan",
        "mixture",
        "loop",
        "1,234",
        "5",
        "1,300",
        "1,001",
        "2.5",
        "5",
        "2",
        "right",
    ]
    assert lines[2].split() == ["tsan", "mixture", "loop", "1,234", "5", "1,300", "1,001", "2.5", "WRONG"]


def test_progress_is_not_printed_and_everything_else_is(capsys: pytest.CaptureFixture[str]) -> None:
    program = "print('seed 1\\nbegin cuts loop 4\\ndone 2\\ndone 4\\ncuts: right\\nbegin a b 1\\n    text')"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        run_soak.watch(process)
    assert capsys.readouterr().out == "seed 1\ncuts: right\n    text\n"


def test_a_mode_of_libcurl_needs_its_transports(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_soak.parse(["--mode", "allocations", "--transport", "sockets"])
    assert ended.value.code == 2
    assert "--mode allocations is for --transport curl" in capsys.readouterr().err
    assert run_soak.parse(["--mode", "cuts", "--transport", "beast"]).transport == "beast"


def test_the_transports_are_those_of_the_program() -> None:
    source = (ROOT / "tests" / "soak" / "transports.hpp").read_text(encoding="utf-8")
    assert tuple(re.findall(r'return "(\w+)"', source)) == run_soak.TRANSPORTS
    modes = (ROOT / "tests" / "soak" / "soak.cpp").read_text(encoding="utf-8")
    assert tuple(re.findall(r"true, run_(\w+)}", modes)) == run_soak.CURL_ONLY


def test_the_modes_are_those_of_the_program() -> None:
    source = (ROOT / "tests" / "soak" / "soak.cpp").read_text(encoding="utf-8")
    table = source[source.index("constexpr Mode modes[]") : source.index("};")]
    assert tuple(re.findall(r'\{"(\w+)"', table)) == run_soak.MODES


def test_the_plot_has_a_line_for_each_run(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    curve = tuple((i * 100, 15_000_000 + i, 800_000) for i in range(10))
    path = tmp_path / "memory.svg"
    run_soak.draw(path, [a_run(curve=curve)])
    assert "loop, tsan" in path.read_text(encoding="utf-8")
