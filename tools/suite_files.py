# SPDX-License-Identifier: Apache-2.0
"""Makes the files that the tests read from packages that hold published cases."""

from __future__ import annotations

import json
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from suite_packages import SuiteError, run

RULES = "smithy.rules#endpointRuleSet"
TESTS = "smithy.rules#endpointTests"
_CASES = (
    "smithy.test#httpRequestTests",
    "smithy.test#httpResponseTests",
    "smithy.test#httpMalformedRequestTests",
)


def contents(archive: Path) -> Iterator[tuple[str, bytes]]:
    """The files of an archive: their paths below the folder that all of them are in, and their bytes."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as files:
            for name in files.namelist():
                # A Go module's archive: MODULE@VERSION/PATH.
                yield name.partition("@")[2].partition("/")[2], files.read(name)
        return
    with tarfile.open(archive, "r:gz") as members:
        for member in members:
            stream = members.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield member.name.partition("/")[2], stream.read()


def write_files(archive: Path, files: Mapping[str, str], leave_out: Iterable[str], into: Path) -> None:
    """Writes those files and folders of an archive to `into`. Raises SuiteError if one of them is absent."""
    wanted = {PurePosixPath(source): PurePosixPath(place) for source, place in files.items()}
    seen = set()
    for name, data in contents(archive):
        path = PurePosixPath(name)
        for source, place in wanted.items():
            if not path.is_relative_to(source) or ".." in path.parts:
                continue
            seen.add(source)
            found = place / path.relative_to(source)
            if not any(found.is_relative_to(left_out) for left_out in leave_out):
                target = into / found
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    for source in wanted:
        if source not in seen:
            raise SuiteError(f"{archive.name} has no {source}")


def write_smithy(
    jar: Path,
    jars: Sequence[Path],
    models: Sequence[Path],
    namespaces: Sequence[str],
    leave_out: Sequence[str],
    into: Path,
) -> None:
    """Has Smithy write the tests of a jar as JSON, and keeps what belongs to `namespaces`.

    `jars` are Smithy's command and its libraries, `models` what the tests refer to. Cases that are to be left
    out have to be there.
    """
    path = ":".join(str(library) for library in jars)
    command = ["java", "-cp", path, "software.amazon.smithy.cli.SmithyCli", "ast", "--no-config", str(jar)]
    model = json.loads(run([*command, *map(str, models)], into.parent))
    shapes = {
        name: shape
        for name, shape in model["shapes"].items()
        if any(_is_within(name.partition("#")[0], namespace) for namespace in namespaces)
    }
    absent = set(leave_out)
    for shape in shapes.values():
        traits = shape.get("traits") or {}
        for trait in _CASES:
            absent -= {case["id"] for case in traits.get(trait) or ()}
            if trait in traits:
                traits[trait] = [case for case in traits[trait] if case["id"] not in leave_out]
    if absent or not shapes:
        raise SuiteError(f"{jar.name} has no {', '.join(sorted(absent)) or 'tests'}")
    into.write_text(json.dumps({"smithy": model["smithy"], "shapes": shapes}, indent=1), encoding="utf-8")


def _is_within(namespace: str, outer: str) -> bool:
    return namespace == outer or namespace.startswith(f"{outer}.")


def write_endpoints(archive: Path, places: Mapping[str, str], services: Sequence[str], into: Path) -> None:
    """Writes rules and cases of an archive of botocore as Smithy models with the traits of endpoints.

    `places` says where in the archive they are: rules and cases that belong together by the names of their
    files, and those of `services`.
    """
    rules: dict[str, Any] = {}
    cases: dict[str, Any] = {}
    for name, data in contents(archive):
        path = PurePosixPath(name)
        if path.suffix != ".json":
            continue
        if path.parent == PurePosixPath(places["rules"]):
            rules[path.stem] = json.loads(data)
        elif path.parent == PurePosixPath(places["cases"]):
            cases[path.stem] = json.loads(data)
        elif path.is_relative_to(places["tests"]) and path.parent.name in services:
            cases[path.parent.name] = json.loads(data)
        elif path.name == "endpoint-rule-set-1.json" and path.is_relative_to(places["models"]):
            service = path.relative_to(places["models"]).parts[0]
            if service in services:
                rules[service] = json.loads(data)
    absent = (set(services) | cases.keys()) - (rules.keys() & cases.keys())
    if absent or not cases:
        raise SuiteError(f"{archive.name} has no rules or no cases for {', '.join(sorted(absent))}")
    shapes = {
        f"endpoints#{name}": {"type": "service", "traits": {RULES: rules[name], TESTS: cases[name]}}
        for name in sorted(cases)
    }
    into.mkdir(parents=True, exist_ok=True)
    (into / "published.json").write_text(json.dumps({"smithy": "2.0", "shapes": shapes}), encoding="utf-8")
