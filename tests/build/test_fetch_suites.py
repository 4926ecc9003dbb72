# SPDX-License-Identifier: Apache-2.0
"""The fetcher of published cases, with clients that stand in for those of the registries, and with Go."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import suite_files
import suite_packages
from suite_packages import SuiteError

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "fetch_suites.py"
LIST = ROOT / "tools" / "suites.toml"
CRATE = "cases-1.2.3.crate"


def crate(files: dict[str, str]) -> bytes:
    """A crate's archive."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"cases-1.2.3/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


class Machine:
    """A machine with one client, which counts its calls, and a list of cases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "suites"
        self.list = folder / "suites.toml"
        self.calls = folder / "calls"
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.home = folder / "cargo"
        self.more: dict[str, str] = {}

    def client(self, name: str, script: str) -> None:
        """A program that is found before others of its name."""
        path = self.programs / name
        path.write_text(f"#!/bin/sh\necho {name} >>'{self.calls}'\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def crates(self, files: dict[str, str]) -> str:
        """Lets cargo find a crate of those files. Returns its sum."""
        data = crate(files)
        cache = self.home / "registry" / "cache" / "index"
        source = self.folder / CRATE
        source.write_bytes(data)
        self.client("cargo", f"mkdir -p '{cache}' && cp '{source}' '{cache}'")
        return hashlib.sha256(data).hexdigest()

    def write_list(self, total: str, files: str = '{ "data" = "." }', more: str = "") -> None:
        self.list.write_text(
            '[[package]]\nid = "cases"\nclient = "cargo"\nname = "cases"\nversion = "1.2.3"\n'
            f'sha256 = "{total}"\n[[suite]]\nname = "trial"\npath = "conformance/trial"\npackage = "cases"\n'
            f"files = {files}\n{more}",
            encoding="utf-8",
        )

    def run(self) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "CARGO_HOME": str(self.home),
            "PYTHONPATH": str(ROOT / "tools"),
        }
        return subprocess.run(
            [sys.executable, str(SCRIPT), "--list", str(self.list), "--into", str(self.out)],
            env=environment | self.more,
            capture_output=True,
            text=True,
            check=False,
        )

    def made(self) -> dict[str, str]:
        """All files that are not the fetcher's own."""
        return {
            str(path.relative_to(self.out)): path.read_text(encoding="utf-8")
            for path in sorted(self.out.rglob("*"))
            if path.is_file() and not path.relative_to(self.out).parts[0].startswith(".")
        }

    def leftovers(self) -> list[Path]:
        return list(self.out.glob(".new-*"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_cases_are_fetched_once(machine: Machine) -> None:
    total = machine.crates({"data/a.json": "1", "data/deep/b.json": "2", "other/c.json": "3"})
    machine.write_list(total)
    first = machine.run()
    assert first.returncode == 0, first.stderr
    assert machine.made() == {"conformance/trial/a.json": "1", "conformance/trial/deep/b.json": "2"}
    assert "trial" in first.stdout.splitlines()[-1]
    again = machine.run()
    assert again.returncode == 0
    assert machine.calls.read_text(encoding="utf-8") == "cargo\n"
    assert not machine.leftovers()


def test_a_changed_list_replaces_cases(machine: Machine) -> None:
    total = machine.crates({"data/a.json": "1", "data/b.json": "2"})
    machine.write_list(total)
    assert machine.run().returncode == 0
    machine.write_list(total, more='leave_out = ["b.json"]\n')
    assert machine.run().returncode == 0
    assert machine.made() == {"conformance/trial/a.json": "1"}


def test_a_wrong_sum_is_an_error_and_leaves_nothing(machine: Machine) -> None:
    total = machine.crates({"data/a.json": "1"})
    machine.write_list("0" * 64)
    done = machine.run()
    assert done.returncode == 1
    assert "skipped: trial (conformance/trial)" in done.stdout
    assert f"cases 1.2.3: the SHA-256 is {total}, but tools/suites.toml says {'0' * 64}" in done.stdout
    assert machine.made() == {}
    assert not machine.leftovers()
    assert "Traceback" not in done.stderr


def test_cases_that_were_there_survive_a_wrong_sum(machine: Machine) -> None:
    machine.write_list(machine.crates({"data/a.json": "1"}))
    assert machine.run().returncode == 0
    machine.write_list("0" * 64)
    assert machine.run().returncode == 1
    assert machine.made() == {"conformance/trial/a.json": "1"}


def test_a_client_that_fails_is_named_with_its_error(machine: Machine) -> None:
    machine.client("cargo", "echo 'error: could not resolve host' >&2; exit 101")
    machine.write_list("0" * 64)
    done = machine.run()
    assert done.returncode == 1
    assert "trial (conformance/trial): cargo failed: error: could not resolve host" in done.stdout
    assert machine.made() == {}
    assert not machine.leftovers()


def test_a_client_that_is_absent_is_named(machine: Machine) -> None:
    machine.write_list("0" * 64)
    machine.more = {"PATH": str(machine.programs)}
    done = machine.run()
    assert done.returncode == 1
    assert "trial (conformance/trial): Rust's cargo is not installed; install it" in done.stdout


def test_one_failure_does_not_stop_the_others(machine: Machine) -> None:
    total = machine.crates({"data/a.json": "1"})
    other = '[[suite]]\nname = "absent"\npath = "absent"\npackage = "cases"\nfiles = { "nowhere" = "." }\n'
    machine.write_list(total, more=other)
    done = machine.run()
    assert done.returncode == 1
    assert "skipped: absent (absent): cases-1.2.3.crate has no nowhere" in done.stdout
    assert machine.made() == {"conformance/trial/a.json": "1"}


def test_leftovers_of_an_interrupted_run_are_never_used(machine: Machine) -> None:
    half = machine.out / ".new-interrupted" / "0" / "made"
    half.mkdir(parents=True)
    (half / "a.json").write_text("half", encoding="utf-8")
    # Moved to its place, but not stamped.
    place = machine.out / "conformance" / "trial"
    place.mkdir(parents=True)
    (place / "stale.json").write_text("old", encoding="utf-8")
    machine.write_list(machine.crates({"data/a.json": "1"}))
    assert machine.run().returncode == 0
    assert machine.made() == {"conformance/trial/a.json": "1"}
    assert not machine.leftovers()


def test_a_path_that_leaves_the_folder_is_not_written(machine: Machine) -> None:
    total = machine.crates({"data/a.json": "1", "data/../../../../escaped.json": "2"})
    machine.write_list(total)
    assert machine.run().returncode == 0
    assert machine.made() == {"conformance/trial/a.json": "1"}
    assert not list(machine.folder.rglob("escaped.json"))


def test_unpublished_cases_are_listed_until_they_are_copied(machine: Machine) -> None:
    entry = (
        '[[unpublished]]\npath = "conformance/more.json"\ntext = "later"\nholds = "more cases"\n'
        'get = "copy them"\n'
    )
    machine.write_list(machine.crates({"data/a.json": "1"}), more=entry)
    line = "skipped: more cases (conformance/more.json): no pinned package has this; copy them"
    done = machine.run()
    assert done.returncode == 0
    assert line in done.stdout
    path = machine.out / "conformance" / "more.json"
    path.write_text("earlier ones", encoding="utf-8")
    assert line in machine.run().stdout
    path.write_text("the later ones", encoding="utf-8")
    assert line not in machine.run().stdout


def smithy_machine(machine: Machine, ast: dict[str, Any]) -> None:
    """Maven and Java for a list with one suite of Smithy."""
    jar = b"a jar"
    (machine.folder / "jar").write_bytes(jar)
    (machine.folder / "ast.json").write_text(json.dumps(ast), encoding="utf-8")
    machine.client(
        "mvn",
        'for word; do case "$word" in -DoutputDirectory=*) out=${word#*=} ;; esac; done; mkdir -p "$out"; '
        f"for name in tests command; do cp '{machine.folder}/jar' \"$out/$name-1.jar\"; done",
    )
    machine.client("java", f"cat '{machine.folder}/ast.json'")
    packages = "".join(
        f'[[package]]\nid = "{name}"\nclient = "mvn"\nname = "group:{name}"\nversion = "1"\n'
        f'sha256 = "{hashlib.sha256(jar).hexdigest()}"\n'
        for name in ("tests", "command")
    )
    machine.list.write_text(
        packages + '[[suite]]\nname = "smithy"\npath = "tests.json"\npackage = "tests"\nsmithy = ["kept"]\n'
        'leave_out = ["Wrong"]\n[smithy]\ncommand = ["command"]\nmodels = []\n',
        encoding="utf-8",
    )


def test_smithy_models_keep_their_namespaces_and_lose_the_cases_left_out(machine: Machine) -> None:
    cases = [{"id": "Right"}, {"id": "Wrong"}]
    shapes = {
        "kept.inner#A": {"traits": {"smithy.test#httpRequestTests": cases}},
        "kept#B": {"type": "string"},
        "keptnot#C": {"type": "string"},
    }
    smithy_machine(machine, {"smithy": "2.0", "shapes": shapes})
    done = machine.run()
    assert done.returncode == 0, done.stdout
    made = json.loads(machine.made()["tests.json"])
    assert list(made["shapes"]) == ["kept.inner#A", "kept#B"]
    assert made["shapes"]["kept.inner#A"]["traits"]["smithy.test#httpRequestTests"] == [{"id": "Right"}]
    assert machine.calls.read_text(encoding="utf-8").split() == ["mvn", "java"]


def test_a_client_that_fails_is_asked_once_for_the_same_packages(machine: Machine) -> None:
    smithy_machine(machine, {"smithy": "2.0", "shapes": {"kept#B": {"type": "string"}}})
    machine.client("mvn", "echo '[ERROR] no network' >&2; exit 1")
    text = machine.list.read_text(encoding="utf-8").replace("tests.json", "again.json")
    more = text[text.index("[[suite]]") : text.index("[smithy]")]
    machine.list.write_text(machine.list.read_text(encoding="utf-8") + more, encoding="utf-8")
    done = machine.run()
    assert done.returncode == 1
    assert done.stdout.count("mvn failed: [ERROR] no network") == 2
    assert "run ./belfry test again to fetch those" in done.stdout
    assert machine.calls.read_text(encoding="utf-8") == "mvn\n"


def test_a_case_to_leave_out_that_is_absent_is_an_error(machine: Machine) -> None:
    smithy_machine(machine, {"smithy": "2.0", "shapes": {"kept#B": {"type": "string"}}})
    done = machine.run()
    assert done.returncode == 1
    assert "tests-1.jar has no Wrong" in done.stdout
    assert machine.made() == {}


def test_endpoint_rules_of_services_and_of_functions_become_one_model(tmp_path: Path) -> None:
    places = {"rules": "unit/rules", "cases": "unit/cases", "models": "data", "tests": "services"}
    files = {
        "unit/rules/substring.json": {"rules": [1]},
        "unit/rules/without-cases.json": {"rules": [2]},
        "unit/cases/substring.json": {"testCases": [3]},
        "data/s3/2006-03-01/endpoint-rule-set-1.json": {"rules": [4]},
        "data/other/2006-03-01/endpoint-rule-set-1.json": {"rules": [5]},
        "services/s3/endpoint-tests-1.json": {"testCases": [6]},
        "services/other/endpoint-tests-1.json": {"testCases": [7]},
    }
    archive = tmp_path / "cases-1.2.3.tar.gz"
    archive.write_bytes(crate({name: json.dumps(data) for name, data in files.items()}))
    suite_files.write_endpoints(archive, places, ["s3"], tmp_path / "made")
    made = json.loads((tmp_path / "made" / "published.json").read_text(encoding="utf-8"))
    assert {name: list(shape["traits"].values()) for name, shape in made["shapes"].items()} == {
        "endpoints#s3": [{"rules": [4]}, {"testCases": [6]}],
        "endpoints#substring": [{"rules": [1]}, {"testCases": [3]}],
    }
    with pytest.raises(SuiteError, match="no rules or no cases for sqs"):
        suite_files.write_endpoints(archive, places, ["s3", "sqs"], tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_go_fetches_from_its_configured_proxy(machine: Machine) -> None:
    if shutil.which("go") is None:
        pytest.skip("Go is not installed")
    module, version = "example.test/cases", "v1.0.0"
    proxy = machine.folder / "proxy" / module / "@v"
    proxy.mkdir(parents=True)
    (proxy / f"{version}.info").write_text(json.dumps({"Version": version}), encoding="utf-8")
    (proxy / f"{version}.mod").write_text(f"module {module}\n", encoding="utf-8")
    files = {"go.mod": f"module {module}\n", "testdata/a": "1", "testdata/b/c": "2"}
    lines = []
    with zipfile.ZipFile(proxy / f"{version}.zip", "w") as archive:
        for name, text in files.items():
            path = f"{module}@{version}/{name}"
            archive.writestr(path, text)
            lines.append(f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n")
    total = base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()
    machine.list.write_text(
        f'[[package]]\nid = "m"\nclient = "go"\nname = "{module}"\nversion = "{version}"\nh1 = "{total}"\n'
        '[[suite]]\nname = "streams"\npath = "streams"\npackage = "m"\nfiles = { "testdata" = "." }\n',
        encoding="utf-8",
    )
    machine.more = {"GOPROXY": (machine.folder / "proxy").as_uri(), "GONOSUMDB": "*", "GOSUMDB": "off"}
    done = machine.run()
    assert done.returncode == 0, done.stdout
    assert machine.made() == {"streams/a": "1", "streams/b/c": "2"}


def test_the_sum_of_a_module_is_the_one_of_go_sum(tmp_path: Path) -> None:
    # The `h1:` that Go gives for this module.
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        archive.writestr("m@v1/b", "")
        archive.writestr("m@v1/a", "x")
    lines = "".join(
        f"{hashlib.sha256(data).hexdigest()}  m@v1/{name}\n" for name, data in (("a", b"x"), ("b", b""))
    )
    expected = base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()
    assert suite_packages.module_sum(tmp_path / "m.zip") == expected


def test_the_list_is_complete() -> None:
    data = tomllib.loads(LIST.read_text(encoding="utf-8"))
    packages = {entry["id"]: entry for entry in data["package"]}
    assert len(packages) == len(data["package"])
    for entry in packages.values():
        if entry["client"] == "go":
            assert len(base64.b64decode(entry["h1"])) == 32
        else:
            assert len(bytes.fromhex(entry["sha256"])) == 32
    used = {entry["package"] for entry in data["suite"]}
    used |= set(data["smithy"]["command"]) | set(data["smithy"]["models"])
    assert used == packages.keys()
    paths = [Path(entry["path"]) for entry in data["suite"]]
    assert not [(a, b) for a in paths for b in paths if a != b and a.is_relative_to(b)]
    assert len(set(paths)) == len(paths)
