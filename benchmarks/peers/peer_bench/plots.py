# SPDX-License-Identifier: Apache-2.0
"""The plots of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from peer_bench.catalogue import BELFRY
from peer_bench.page import number
from peer_bench.results import Part, Results
from peer_bench.spread import Spread, spread


@dataclass(frozen=True)
class Dot:
    """A line of a plot."""

    name: str
    value: Spread


def dots(part: Part | None, metric: str, unit: float, prefix: str = "") -> list[Dot]:
    """A part's values, from the lowest to the highest; rows without figures are left out."""
    if part is None:
        return []
    found = []
    for row in part.rows:
        if row.reason is None and row.rounds.get(metric):
            values = spread(row.rounds[metric])
            found.append(
                Dot(prefix + row.name, Spread(values.low / unit, values.median / unit, values.high / unit))
            )
    return sorted(found, key=lambda dot: dot.value.median)


def draw(path: Path, title: str, label: str, lines: Sequence[Dot]) -> None:
    """Writes a plot with a logarithmic axis: a dot for the median, a line between the quartiles."""
    import matplotlib as mpl

    mpl.use("svg")
    # Without these, each run would write other identifiers and outlines of letters.
    mpl.rcParams.update({"svg.hashsalt": "belfry", "svg.fonttype": "none", "font.family": "sans-serif"})
    from matplotlib import pyplot as plt
    from matplotlib.ticker import FuncFormatter, NullFormatter

    figure, axes = plt.subplots(figsize=(7.2, 0.9 + 0.34 * len(lines)), layout="constrained")
    for place, dot in enumerate(reversed(lines)):
        color = "#c2410c" if BELFRY.lower() in dot.name.lower() else "#334155"
        value = dot.value
        axes.plot([value.low, value.high], [place, place], color=color, linewidth=3, solid_capstyle="butt")
        axes.plot([value.median], [place], "o", color=color, markersize=6)
        axes.annotate(number(value.median), (value.median, place), xytext=(0, 6), textcoords="offset points",
                      ha="center", fontsize=8, color=color)  # fmt: skip
    axes.set_xscale("log")
    axes.set_yticks(range(len(lines)), [dot.name for dot in reversed(lines)])
    axes.set_ylim(-0.6, len(lines) - 0.3)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(min(dot.value.low for dot in lines) / 1.6, max(dot.value.high for dot in lines) * 1.6)
    axes.set_xlabel(f"{label} (logarithmic; a line spans the quartiles)", fontsize=9)
    axes.set_title(title, fontsize=10, loc="left")
    axes.grid(axis="x", color="#e2e8f0", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)
    # matplotlib ends some lines with spaces.
    text = path.read_text(encoding="utf-8")
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")


def draw_all(results: Results, folder: Path) -> list[Path]:
    """Writes every plot that has something to show."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = results.parts
    read = dots(parts.get("decode"), "processor", 1e3, "read: ")
    write = dots(parts.get("encode"), "processor", 1e3, "write: ")
    call = "processor time, µs"
    plots = {
        "canned": ("A call on a canned transport", call, dots(parts.get("canned"), "processor", 1e3)),
        "loopback": ("A call over loopback", call, dots(parts.get("loopback"), "processor", 1e3)),
        "build": ("Compiling after a change", "processor time, s", dots(parts.get("build"), "user", 1)),
        "json": ("94.9 kB of JSON", "processor time, µs", read + write),
    }
    written = []
    for name, (title, label, lines) in plots.items():
        path = folder / f"{name}.svg"
        if lines:
            draw(path, title, label, lines)
            written.append(path)
        else:
            path.unlink(missing_ok=True)
    return written
