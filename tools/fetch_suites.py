# SPDX-License-Identifier: Apache-2.0
"""Fetches the cases that others publish, and that the tests read, to a folder.

tools/suites.toml lists them: the packages with their versions and sums, and the files of each. Cases that are
there are not fetched again. They appear complete or not at all: they are made beside their place and then
renamed. The output says what is there, what is not, why, and how to get it. The exit status is 1 if something
that a registry should have is not there.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import suite_files
from suite_packages import Package, SuiteError, fetch, package_of

ROOT = Path(__file__).resolve().parents[1]


class Suites:
    """The contents of a file such as tools/suites.toml."""

    def __init__(self, path: Path) -> None:
        self.data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        self.packages = {entry["id"]: package_of(entry) for entry in self.data.get("package", [])}
        self.suites = [Suite(entry, self) for entry in self.data.get("suite", [])]


@dataclass(frozen=True)
class Suite:
    """Cases that have one place, and are fetched together."""

    entry: dict[str, Any]
    all: Suites

    @property
    def name(self) -> str:
        return str(self.entry["name"])

    @property
    def path(self) -> Path:
        return Path(self.entry["path"])

    @property
    def packages(self) -> list[Package]:
        """The package with the cases, and then those that turn them into files."""
        ids = [self.entry["package"]]
        if "smithy" in self.entry:
            ids += self.all.data["smithy"]["command"] + self.all.data["smithy"]["models"]
        return [self.all.packages[name] for name in ids]

    @property
    def key(self) -> str:
        """Differs if other files would be made."""
        known = [self.entry, self.all.data.get("smithy"), [str(vars(package)) for package in self.packages]]
        code = "".join(sorted(Path(module).read_text(encoding="utf-8") for module in _CODE))
        return hashlib.sha256((json.dumps(known, sort_keys=True) + code).encode()).hexdigest()

    def make(self, archives: dict[str, Path], into: Path) -> None:
        """Writes the file or folder. Raises SuiteError."""
        archive = archives[self.entry["package"]]
        left_out = self.entry.get("leave_out", [])
        if "files" in self.entry:
            suite_files.write_files(archive, self.entry["files"], left_out, into)
        elif "endpoints" in self.entry:
            suite_files.write_endpoints(archive, self.entry["endpoints"], self.entry["services"], into)
        else:
            command, models = (
                [archives[name] for name in self.all.data["smithy"][kind]] for kind in ("command", "models")
            )
            suite_files.write_smithy(archive, command, models, self.entry["smithy"], left_out, into)


_CODE = (suite_files.__file__,)


class Folder:
    """Where the cases go. Used by one process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = (path / ".lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        # Another process was interrupted.
        for stale in path.glob(".new-*"):
            shutil.rmtree(stale)

    def _stamp(self, suite: Suite) -> Path:
        return self.path / ".stamps" / hashlib.sha256(str(suite.path).encode()).hexdigest()[:16]

    def has(self, suite: Suite) -> bool:
        """Whether the cases are there, made as the list now says."""
        stamp = self._stamp(suite)
        place = self.path / suite.path
        return place.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == suite.key

    def put(self, suite: Suite, made: Path, work: Path) -> None:
        """Moves what was made to its place; what was there goes away."""
        place, stamp = self.path / suite.path, self._stamp(suite)
        stamp.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            place.rename(work / "old")
        made.replace(place)
        stamp.parent.mkdir(exist_ok=True)
        made_stamp = work / "stamp"
        made_stamp.write_text(suite.key, encoding="utf-8")
        made_stamp.replace(stamp)

    def work(self) -> tempfile.TemporaryDirectory[str]:
        """A folder for what is not complete yet, on the same disk."""
        return tempfile.TemporaryDirectory(prefix=".new-", dir=self.path)


class Archives:
    """The packages of this run, each of which is fetched at most once."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self._found: dict[str, Path] = {}
        self._failed: dict[str, SuiteError] = {}

    def of(self, packages: Sequence[Package]) -> dict[str, Path]:
        """The archives by their packages' ids. Raises SuiteError, also for one that failed before."""
        for package in packages:
            if package.id in self._failed:
                raise self._failed[package.id]
        for client in dict.fromkeys(package.client for package in packages):
            lacking = [item for item in packages if item.client == client and item.id not in self._found]
            if not lacking:
                continue
            try:
                self._found |= fetch(lacking, self.work / f"{client}-{len(self._found)}")
            except SuiteError as error:
                at_fault = lacking if error.package is None else [error.package]
                self._failed |= {package.id: error for package in at_fault}
                raise
        return {package.id: self._found[package.id] for package in packages}


def fetch_all(suites: Suites, folder: Folder) -> list[tuple[Suite, str]]:
    """Fetches all that is not there. Returns what could not be fetched, and why."""
    failed = []
    with folder.work() as work:
        archives = Archives(Path(work))
        for number, suite in enumerate(suites.suites):
            if folder.has(suite):
                continue
            own = Path(work) / str(number)
            own.mkdir()
            try:
                found = archives.of(suite.packages)
                print(f"making {suite.name}", flush=True)
                suite.make(found, own / "made")
            except (SuiteError, OSError, ValueError) as error:
                failed.append((suite, str(error)))
                continue
            folder.put(suite, own / "made", own)
    return failed


def report(suites: Suites, folder: Folder, failed: Sequence[tuple[Suite, str]]) -> list[str]:
    """The cases that are there and those that are not, a line each."""
    why = {suite.path: reason for suite, reason in failed}
    there = [suite.name for suite in suites.suites if folder.has(suite)]
    lines = [f"published cases in {folder.path}: {', '.join(there) or 'none'}"]
    lines += [
        f"skipped: {suite.name} ({suite.path}): {why[suite.path]}"
        for suite in suites.suites
        if suite.path in why
    ]
    if failed:
        lines.append("run ./belfry test again to fetch those")
    lines += [
        f"skipped: {entry['holds']} ({entry['path']}): no pinned package has this; {entry['get']}"
        for entry in suites.data.get("unpublished", [])
        if not _is_there(folder.path / entry["path"], entry.get("text"))
    ]
    return lines


def _is_there(path: Path, text: str | None) -> bool:
    if text is None:
        return path.exists()
    return path.is_file() and text in path.read_text(encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--into", type=Path, default=ROOT / ".belfry" / "suites", help="the folder")
    parser.add_argument("--list", type=Path, default=ROOT / "tools" / "suites.toml", help="the list")
    parser.add_argument("--report", type=Path, help="also write the report to this file")
    options = parser.parse_args(arguments)
    suites = Suites(options.list)
    folder = Folder(options.into)
    failed = fetch_all(suites, folder)
    text = "\n".join(report(suites, folder, failed)) + "\n"
    if options.report:
        options.report.write_text(text, encoding="utf-8")
    print(text, end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
