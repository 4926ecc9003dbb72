# SPDX-License-Identifier: Apache-2.0
"""Fetches the packages that hold published cases, with the client of each registry, and checks their sums.

The clients know the registries, and how to reach them: pip.conf, Maven's settings.xml, GOPROXY and cargo's
config.toml count here as anywhere else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT = 900
"""Seconds that a client gets; it gives up by itself where a network is absent."""


class SuiteError(Exception):
    """Cases that are not to be had, and why, in one line.

    `package` is the one that is at fault, or None if its client is.
    """

    def __init__(self, text: str, package: Package | None = None) -> None:
        super().__init__(text)
        self.package = package


@dataclass(frozen=True)
class Package:
    """A package of a registry, in one version."""

    id: str
    client: str
    """`cargo`, `go`, `mvn` or `pip`."""
    name: str
    version: str
    sum: str
    """SHA-256 of the file in hexadecimal digits, or what go.sum says of a Go module."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def package_of(entry: dict[str, Any]) -> Package:
    """A package as tools/suites.toml writes it."""
    total = entry["h1"] if entry["client"] == "go" else entry["sha256"]
    return Package(entry["id"], entry["client"], entry["name"], entry["version"], total)


def fetch(packages: Sequence[Package], folder: Path) -> dict[str, Path]:
    """The archives of packages by their ids, in `folder`, once their sums are right.

    All packages are of the same client. Raises SuiteError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    client = packages[0].client
    _need(client)
    found = _CLIENTS[client](packages, folder)
    for package in packages:
        check(package, found[package.id])
    return found


def check(package: Package, archive: Path) -> None:
    """Raises SuiteError if the archive is not the one that tools/suites.toml means."""
    if package.client == "go":
        total, kind = module_sum(archive), "h1"
    else:
        total, kind = hashlib.sha256(archive.read_bytes()).hexdigest(), "SHA-256"
    if total != package.sum:
        text = f"{package}: the {kind} is {total}, but tools/suites.toml says {package.sum}"
        raise SuiteError(text, package)


def module_sum(archive: Path) -> str:
    """The sum of a Go module as go.sum has it: of the names and sums of its files, whatever packs them."""
    with zipfile.ZipFile(archive) as files:
        lines = [f"{hashlib.sha256(files.read(name)).hexdigest()}  {name}\n" for name in files.namelist()]
    lines.sort(key=lambda line: line.partition("  ")[2])
    return base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()


def run(command: Sequence[str], folder: Path, more: dict[str, str] | None = None) -> str:
    """The output of a command. Raises SuiteError with the last lines of what it said if it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | (more or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise SuiteError(f"{Path(command[0]).name} did not end in {TIMEOUT} seconds") from error
    if done.returncode != 0:
        said = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        errors = [line for line in said if "error" in line.lower()] or said
        raise SuiteError(f"{Path(command[0]).name} failed: {(errors or ['it said nothing'])[0][:300]}")
    return done.stdout


_NEEDS = {
    "cargo": (("cargo",), "Rust's cargo"),
    "go": (("go",), "Go"),
    "mvn": (("mvn", "java"), "Java with Maven"),
    "pip": ((), "pip"),
}
"""The programs of each client, and what to install for them."""


def _need(client: str) -> None:
    programs, title = _NEEDS[client]
    if not all(shutil.which(program) for program in programs):
        raise SuiteError(f"{title} is not installed; install it")


def _cargo(packages: Sequence[Package], folder: Path) -> dict[str, Path]:
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    found = {}
    for package in packages:
        project = folder / package.name
        (project / "src").mkdir(parents=True)
        (project / "src" / "lib.rs").write_text("", encoding="utf-8")
        (project / "Cargo.toml").write_text(
            '[package]\nname = "suites"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n'
            f'{package.name} = {{ version = "={package.version}", default-features = false }}\n',
            encoding="utf-8",
        )
        run(["cargo", "fetch", "--quiet"], project)
        file = f"{package.name}-{package.version}.crate"
        caches = sorted((home / "registry" / "cache").glob(f"*/{file}"))
        if not caches:
            raise SuiteError(f"{package}: cargo left no {file} below {home}/registry/cache")
        found[package.id] = caches[-1]
    return found


def _go(packages: Sequence[Package], folder: Path) -> dict[str, Path]:
    found = {}
    for package in packages:
        text = run(
            ["go", "mod", "download", "-json", "-modcacherw", f"{package.name}@{package.version}"],
            folder,
            {"GOMODCACHE": str(folder / "go"), "GOFLAGS": ""},
        )
        found[package.id] = Path(json.loads(text)["Zip"])
    return found


def _maven(packages: Sequence[Package], folder: Path) -> dict[str, Path]:
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{package.version}</version>"
        # Each one is named, so that each has a sum.
        "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
        "</dependency>"
        for package in packages
        for group, _, artifact in [package.name.partition(":")]
    )
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>belfry.tests</groupId><artifactId>suites</artifactId><version>1</version>"
        f"<packaging>pom</packaging><dependencies>{dependencies}</dependencies></project>\n",
        encoding="utf-8",
    )
    jars = folder / "jars"
    run(["mvn", "-q", "-B", "-U", "dependency:copy-dependencies", f"-DoutputDirectory={jars}"], folder)
    return {
        package.id: jars / f"{package.name.partition(':')[2]}-{package.version}.jar" for package in packages
    }


def _pip(packages: Sequence[Package], folder: Path) -> dict[str, Path]:
    found = {}
    for package in packages:
        into = folder / package.name
        # The source distribution has the tests, which a wheel does not have.
        run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
                *("--no-input", "--no-deps", "--no-binary", package.name, "--dest", str(into)),
                f"{package.name}=={package.version}",
            ],
            folder,
        )
        found[package.id] = next(into.iterdir())
    return found


_CLIENTS = {"cargo": _cargo, "go": _go, "mvn": _maven, "pip": _pip}
