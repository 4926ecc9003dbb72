# SPDX-License-Identifier: Apache-2.0
"""The index of the search, which Pagefind makes: a browser loads only the parts that a search needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from belfry_codegen.model.errors import BelfryError

FOLDER = "pagefind"


_DEEP = "ul.entries ul.entries ul.entries"
"""Members of members of members."""


def index(site: Path, deep: bool) -> None:
    """Makes the index of all pages of a site, and replaces the index that is there.

    Without `deep` it leaves out members that are nested deeper than two levels. With them the index of all
    services of AWS takes more than 3 GB of memory and twice the time.
    """
    staging = site / f".{FOLDER}"
    shutil.rmtree(staging, ignore_errors=True)
    command = [
        *(sys.executable, "-m", "pagefind"),
        *("--site", str(site)),
        *("--output-path", str(staging)),
        *("--root-selector", "#furo-main-content"),
        *("--exclude-selectors", ".headerlink"),
        *(() if deep else ("--exclude-selectors", _DEEP)),
        *("--force-language", "en"),
        "--quiet",
    ]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0 or not (staging / "pagefind.js").is_file():
        shutil.rmtree(staging, ignore_errors=True)
        raise BelfryError(f"Pagefind could not make the search index: {done.stdout}{done.stderr}".strip())
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    staging.rename(site / FOLDER)
