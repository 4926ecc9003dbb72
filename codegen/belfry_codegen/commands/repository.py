# SPDX-License-Identifier: Apache-2.0
"""Finds the repository, for the defaults of command lines."""

from __future__ import annotations

from pathlib import Path


def repository_root(holds: str) -> Path:
    """The root of the repository if this is a checkout with that folder, otherwise the current folder."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / holds).is_dir() else Path()
