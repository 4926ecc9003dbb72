# SPDX-License-Identifier: Apache-2.0
"""The progress bar is only for terminals and long runs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time

import pytest
from belfry_codegen.output import progress
from support import ROOT


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _run(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seconds_each: float) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    with progress.progress(4, "services") as bar:
        for _ in range(4):
            time.sleep(seconds_each)
            bar.update()
    return stream.getvalue()


def test_a_long_run_on_a_terminal_shows_a_bar_and_erases_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _run(monkeypatch, _Terminal(), 0.4)
    assert "| 2/4 [" in shown
    assert "services" in shown
    assert shown.rpartition("\r")[0].rpartition("\r")[2].strip() == ""


def test_a_short_run_or_a_file_as_stderr_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run(monkeypatch, _Terminal(), 0.001).strip() == ""
    assert _run(monkeypatch, io.StringIO(), 0.2) == ""


def test_without_a_terminal_tqdm_is_not_imported(tmp_path: os.PathLike[str]) -> None:
    """CMake generates with any Python that has Jinja2 and jmespath."""
    program = (
        "import sys; sys.modules['tqdm'] = None; "
        "from belfry_codegen.commands.cli import main; sys.exit(main())"
    )
    arguments = ["generate", "chime-sdk-voice", "--out", str(tmp_path), "--cache", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "codegen")}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
