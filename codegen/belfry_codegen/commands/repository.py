# SPDX-License-Identifier: Apache-2.0
"""Finds the repository, for the defaults of command lines."""

from __future__ import annotations

import argparse
from pathlib import Path


def repository_root(holds: str) -> Path:
    """The root of the repository if this is a checkout with that folder, otherwise the current folder."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / holds).is_dir() else Path()


def add_include_option(parser: argparse.ArgumentParser, root: Path) -> None:
    """Adds the option `--include`, whose default is the folder of headers in the repository."""
    parser.add_argument(
        "--include",
        type=Path,
        default=root / "include",
        metavar="DIR",
        help="the folder with belfry's headers",
    )
