# SPDX-License-Identifier: Apache-2.0
"""Programs for old models, and the headers of newer ones: the verdict of `diff` against a compiler.

A program that names everything of a release of botocore compiles with the headers of a newer one exactly if
`diff` says that no source breaks. Where it says so, the same program without those parts compiles. The
headers are those of the newer release alone, or those of a project that `update` moved to it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from belfry_codegen.commands.catalogue.sample import seed_of_today
from belfry_codegen.commands.changes import all_changes, changes_of_update
from belfry_codegen.commands.cli import main
from belfry_codegen.commands.diff.records import Change, Key
from belfry_codegen.commands.diff.sources import DownloadError, botocore_data
from belfry_codegen.cpp.surface import surface_of
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.passes.pipeline import load_service
from everything import program_with_everything

ROOT = Path(__file__).resolve().parents[2]
RELEASES = (
    *("1.35.70", "1.36.10", "1.37.20", "1.38.30", "1.39.10"),
    *("1.40.50", "1.42.40", "1.43.20", "1.43.100", "1.44.5"),
)
"""From November 2024 to November 2026."""
PAIRS = tuple(itertools.combinations(RELEASES, 2))
SERVICES = ("chime-sdk-voice", "s3", "dynamodb", "ec2", "lambda", "iam")
QUICK = ("chime-sdk-voice", "dynamodb", "lambda")
"""The services of which a pair is compiled each day. The others take minutes for one."""
ALL = os.environ.get("BELFRY_TEST_ALL_TURNS") == "ON"
FLAGS = ("-std=c++20", "-fsyntax-only", "-w")


def chosen() -> Iterator[tuple[str, str, str, bool]]:
    """The services and pairs of releases of this day, or all of them, and whether a project is updated."""
    if ALL:
        everything = itertools.product(SERVICES, PAIRS, (True, False))
        yield from ((service, *pair, kept) for service, pair, kept in everything)
        return
    day = seed_of_today()
    for number, service in enumerate(QUICK):
        yield (service, *PAIRS[(day * len(QUICK) + number) * 7 % len(PAIRS)], (day + number) % 2 == 0)


class Releases:
    """Releases of botocore, each fetched when it is first asked for."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self._folder = folder
        self._data: dict[str, Path] = {}

    def data(self, version: str) -> Path:
        """The folder of its models."""
        if version not in self._data:
            try:
                self._data[version] = self._stack.enter_context(botocore_data(version))
            except DownloadError as fault:
                pytest.skip(str(fault))
        return self._data[version]

    def service(self, version: str, name: str) -> ir.Service:
        """A service of the release, as it is generated."""
        misfits: list[ModelError] = []
        return load_service(self.data(version), name, misfits=misfits)

    def headers(self, version: str, name: str) -> Path:
        """The generated headers of a service of the release."""
        out = self._folder / "headers" / version
        arguments = ["generate", name, "--models", str(self.data(version)), "--out", str(out)]
        assert main([*arguments, "--cache", str(out / "cache")]) in (0, 3)
        return out

    def updated_headers(self, old: str, new: str, name: str) -> Path:
        """The generated headers of a project that `update` moved from one release to the other."""
        self.data(old), self.data(new)
        folder = self._folder / f"{name}-{old}-{new}"
        folder.mkdir()
        manifest = folder / "belfry.toml"
        manifest.write_text(f'[models]\nbotocore = "{old}"\n[services.{name}]\n')
        assert main(["update", "--manifest", str(manifest), "--to", new]) == 0
        assert main(["generate", "--manifest", str(manifest), "--cache", str(folder / "cache")]) in (0, 3)
        return folder / "include"


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Releases]:
    with ExitStack() as stack:
        yield Releases(stack, tmp_path_factory.mktemp("releases"))


def compiles(source: str, headers: Path, folder: Path) -> tuple[bool, str]:
    """Whether a compiler takes the program, and its output."""
    compiler = os.environ.get("CXX") or "c++"
    if shutil.which(compiler) is None:
        pytest.skip("there is no C++ compiler")
    file = folder / "everything.cpp"
    file.write_text(source)
    includes = ["-I", str(headers), "-I", str(ROOT / "include")]
    command = [compiler, *FLAGS, *includes, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr[:4000]


def broken_parts(changes: list[Change]) -> set[Key]:
    """The keys of what no longer compiles; the braces of a structure have their own key."""
    found: set[Key] = set()
    for change in changes:
        if change.source:
            found.add(change.key)
            if change.key[0] in ("member", "order"):
                found.add(("braces", change.key[1]))
    return found


@pytest.mark.parametrize(("service", "old", "new", "kept"), list(chosen()))
def test_the_verdict_on_source_code_is_the_compilers(
    releases: Releases, service: str, old: str, new: str, kept: bool, tmp_path: Path
) -> None:
    before, after = releases.service(old, service), releases.service(new, service)
    surface = surface_of(before, service)
    if kept:
        changes, _ = changes_of_update(before, after, service)
        headers = releases.updated_headers(old, new, service)
    else:
        changes = all_changes(before, after, service)
        headers = releases.headers(new, service)
    broken = broken_parts(changes)
    accepted, output = compiles(program_with_everything(surface), headers, tmp_path)
    assert accepted == (not broken), (output, sorted(broken))
    if broken:
        accepted, output = compiles(program_with_everything(surface, broken), headers, tmp_path)
        assert accepted, (output, sorted(broken))
