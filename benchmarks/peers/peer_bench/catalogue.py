# SPDX-License-Identifier: Apache-2.0
"""The peers: how each program is built, started and counted."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from peer_bench.peer import ROOT, NotMeasured, environment

SOURCES = ROOT / "benchmarks" / "peers"
BELFRY = "Belfry"


def last_line(text: str) -> str:
    """The last line of a tool's output that says something, without colours."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    return lines[-1][:160] if lines else "it printed nothing"


def run(command: Sequence[str], folder: Path, extra: Mapping[str, str] | None = None) -> str:
    """Runs a tool and returns what it prints; a failure is a reason."""
    if shutil.which(command[0]) is None:
        raise NotMeasured(f"{command[0]} is not installed")
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(extra or {})}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        name = Path(command[0]).name
        raise NotMeasured(f"`{name} {command[1]}` failed: {last_line(done.stderr or done.stdout)}")
    return done.stdout


def bytes_below(*paths: Path) -> int:
    """The size of files, or of all files below folders."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc")


@dataclass(frozen=True)
class Place:
    """Where a peer is built."""

    folder: Path
    """A copy of its folder in the repository."""
    compiler: str


@dataclass(frozen=True)
class Peer:
    """A program that makes the call with one SDK."""

    title: str
    source: str
    """Its folder in benchmarks/peers."""
    tools: tuple[str, ...]
    warm_up: int = 5000
    """Calls before anything is measured."""
    kinds: tuple[str, ...] = ("canned", "loopback")
    native: bool = False
    """Whether valgrind can count its instructions."""
    compiled: bool = True
    builds_dependencies: bool = True
    """Whether dependencies come as sources that the user compiles."""

    def fetch(self, place: Place) -> None:
        """Downloads the dependencies."""

    def clean(self, place: Place) -> None:
        """Removes everything that was built."""

    def touch(self, place: Place) -> None:
        """Makes the user's program, without its dependencies, out of date."""

    def build(self, place: Place) -> None:
        """Builds what is out of date. Peers that are not compiled have nothing to do."""

    def command(self, place: Place) -> list[str]:
        """Starts the program."""
        raise NotImplementedError

    def environment(self, place: Place) -> dict[str, str]:  # noqa: ARG002 - some need it
        """Variables that the program needs."""
        return {}

    def size(self, place: Place) -> int:
        """Bytes of the program and of what must be there when it runs, without the language's own runtime."""
        raise NotImplementedError

    def dependencies(self, place: Place) -> int:
        """Packages that the program uses."""
        raise NotImplementedError

    def version(self, place: Place) -> str:
        """The versions of SDK and toolchain."""
        raise NotImplementedError


@dataclass(frozen=True)
class BelfryPeer(Peer):
    """Belfry on its own sockets."""

    flags: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ("-pthread",)
    builds_dependencies: bool = False

    def build(self, place: Place) -> None:
        run(
            [place.compiler, "-std=c++20", "-O2", *self.flags, f"-I{ROOT / 'include'}", "call_belfry.cpp",
             "-s", "-o", "peer", *self.libraries],
            place.folder,
        )  # fmt: skip

    def command(self, place: Place) -> list[str]:
        return [str(place.folder / "peer")]

    def size(self, place: Place) -> int:
        return bytes_below(place.folder / "peer")

    def dependencies(self, place: Place) -> int:  # noqa: ARG002
        return len(self.flags)

    def version(self, place: Place) -> str:
        header = (ROOT / "include/belfry/version.hpp").read_text(encoding="utf-8")
        numbers = re.findall(r"#define BELFRY_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header)
        return f"{'.'.join(numbers)}, {run([place.compiler, '--version'], place.folder).splitlines()[0]} -O2"


class Rust(Peer):
    """AWS SDK for Rust."""

    def fetch(self, place: Place) -> None:
        run(["cargo", "fetch", "--locked"], place.folder)

    def clean(self, place: Place) -> None:
        shutil.rmtree(place.folder / "target", ignore_errors=True)

    def touch(self, place: Place) -> None:
        (place.folder / "src/main.rs").touch()

    def build(self, place: Place) -> None:
        target = {"CARGO_TARGET_DIR": str(place.folder / "target")}
        run(["cargo", "build", "--release", "--locked", "--offline"], place.folder, target)

    def command(self, place: Place) -> list[str]:
        return [str(place.folder / "target/release/belfry-peer")]

    def size(self, place: Place) -> int:
        return bytes_below(place.folder / "target/release/belfry-peer")

    def dependencies(self, place: Place) -> int:
        tree = run(
            ["cargo", "tree", "--locked", "--offline", "--prefix", "none", "--edges", "normal"], place.folder
        )
        return len({" ".join(line.split()[:2]) for line in tree.splitlines() if line.strip()}) - 1

    def version(self, place: Place) -> str:
        manifest = (place.folder / "Cargo.toml").read_text(encoding="utf-8")
        rustc = run(["rustc", "--version"], place.folder).strip()
        return f"{version_in(manifest, 'aws-sdk-chimesdkvoice')}, {rustc}"


class Go(Peer):
    """AWS SDK for Go v2."""

    def _cache(self, place: Place) -> dict[str, str]:
        return {"GOCACHE": str(place.folder / "cache"), "GOFLAGS": "-buildvcs=false"}

    def fetch(self, place: Place) -> None:
        run(["go", "mod", "download"], place.folder)

    def clean(self, place: Place) -> None:
        shutil.rmtree(place.folder / "cache", ignore_errors=True)

    def touch(self, place: Place) -> None:
        # Go compares contents, not times.
        with (place.folder / "main.go").open("a", encoding="utf-8") as file:
            file.write("\nvar _ = 0\n")

    def build(self, place: Place) -> None:
        flags = ["-trimpath", "-ldflags", "-s -w", "-o", "peer", "."]
        run(["go", "build", *flags], place.folder, self._cache(place))

    def command(self, place: Place) -> list[str]:
        return [str(place.folder / "peer")]

    def size(self, place: Place) -> int:
        return bytes_below(place.folder / "peer")

    def dependencies(self, place: Place) -> int:
        listed = run(["go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "."], place.folder)
        return len({line for line in listed.splitlines() if line}) - 1

    def version(self, place: Place) -> str:
        manifest = (place.folder / "go.mod").read_text(encoding="utf-8")
        return f"{version_in(manifest, 'chimesdkvoice')}, {run(['go', 'version'], place.folder).strip()}"


class Java(Peer):
    """AWS SDK for Java v2."""

    def fetch(self, place: Place) -> None:
        self._maven(place, "compile", "dependency:copy-dependencies", "-DincludeScope=runtime",
                    f"-DoutputDirectory={place.folder / 'jars'}")  # fmt: skip

    def _maven(self, place: Place, *words: str) -> None:
        run(["mvn", "-q", "-B", *words], place.folder)

    def touch(self, place: Place) -> None:
        shutil.rmtree(place.folder / "target", ignore_errors=True)

    def build(self, place: Place) -> None:
        self._maven(place, "--offline", "compile")

    def command(self, place: Place) -> list[str]:
        return ["java", "-cp", f"{place.folder / 'target/classes'}:{place.folder / 'jars'}/*", "Peer"]

    def size(self, place: Place) -> int:
        return bytes_below(place.folder / "target/classes", place.folder / "jars")

    def dependencies(self, place: Place) -> int:
        return len(list((place.folder / "jars").glob("*.jar")))

    def version(self, place: Place) -> str:
        [jar] = (place.folder / "jars").glob("chimesdkvoice-*.jar")
        runtime = run(["java", "--version"], place.folder).splitlines()[0]
        return f"{jar.stem.removeprefix('chimesdkvoice-')}, {runtime}"


class JavaScript(Peer):
    """AWS SDK for JavaScript v3."""

    def fetch(self, place: Place) -> None:
        run(["npm", "ci", "--no-audit", "--no-fund"], place.folder)

    def command(self, place: Place) -> list[str]:
        return ["node", str(place.folder / "peer.mjs")]

    def environment(self, place: Place) -> dict[str, str]:  # noqa: ARG002
        return {"NODE_NO_WARNINGS": "1"}

    def size(self, place: Place) -> int:
        return bytes_below(place.folder / "node_modules", place.folder / "peer.mjs")

    def dependencies(self, place: Place) -> int:
        return len(run(["npm", "ls", "--all", "--parseable"], place.folder).splitlines()) - 1

    def version(self, place: Place) -> str:
        manifest = (place.folder / "package.json").read_text(encoding="utf-8")
        node = run(["node", "--version"], place.folder).strip()
        return f"{version_in(manifest, 'client-chime-sdk-voice')}, Node.js {node}"


class Boto3(Peer):
    """boto3, on the Python that runs this."""

    def _packages(self, place: Place) -> Path:
        return place.folder / "packages"

    def fetch(self, place: Place) -> None:
        run([sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps",
             "--upgrade", "--target", str(self._packages(place)), "-r", "requirements.txt"],
            place.folder)  # fmt: skip

    def command(self, place: Place) -> list[str]:
        return [sys.executable, str(place.folder / "call_boto3.py")]

    def environment(self, place: Place) -> dict[str, str]:
        return {"PYTHONPATH": str(self._packages(place))}

    def size(self, place: Place) -> int:
        return bytes_below(self._packages(place), place.folder / "call_boto3.py")

    def dependencies(self, place: Place) -> int:
        return len(list(self._packages(place).glob("*.dist-info")))

    def version(self, place: Place) -> str:
        listed = (place.folder / "requirements.txt").read_text(encoding="utf-8")
        return f"{version_in(listed, 'boto3')}, Python {sys.version.split()[0]}"


def version_in(manifest: str, package: str) -> str:
    """The version that a manifest asks for."""
    match = re.search(rf"{re.escape(package)}\"?\W[^\d\n]*([\d.]+\d)", manifest)
    if match is None:
        raise NotMeasured(f"the manifest has no version of {package}")
    return match[1]


PEERS: tuple[Peer, ...] = (
    BelfryPeer(BELFRY, "belfry", (), native=True),
    BelfryPeer("Belfry with libcurl", "belfry", (), kinds=("loopback",), flags=("-DBELFRY_PEER_CURL",),
               libraries=("-pthread", "-lcurl")),
    Rust("AWS SDK for Rust", "rust", ("cargo", "rustc"), native=True),
    Go("AWS SDK for Go v2", "go", ("go",), native=True),
    Java("AWS SDK for Java v2", "java", ("java", "javac", "mvn"), warm_up=20_000, builds_dependencies=False),
    JavaScript("AWS SDK for JavaScript v3", "javascript", ("node", "npm"), compiled=False),
    Boto3("boto3", "python", (), warm_up=1000, compiled=False, native=True),
)  # fmt: skip


@dataclass
class Workshop:
    """The folder where peers are built, each of them once."""

    folder: Path
    compiler: str
    _places: dict[str, Place] = field(default_factory=dict)
    _reasons: dict[str, str] = field(default_factory=dict)
    _built: set[str] = field(default_factory=set)

    def is_prepared(self, peer: Peer) -> bool:
        """Whether the peer's sources and dependencies are there."""
        return peer.title in self._places and peer.title not in self._reasons

    def leave_out(self, peer: Peer) -> None:
        """Makes the peer one that is not measured."""
        self._reasons[peer.title] = "it was left out of this run"

    def place(self, peer: Peer) -> Place:
        """Where the peer is built, with its sources and dependencies."""
        if peer.title in self._reasons:
            raise NotMeasured(self._reasons[peer.title])
        if peer.title not in self._places:
            try:
                self._places[peer.title] = self._prepare(peer)
            except NotMeasured as problem:
                self._reasons[peer.title] = str(problem)
                raise
        return self._places[peer.title]

    def _prepare(self, peer: Peer) -> Place:
        for tool in peer.tools:
            if shutil.which(tool) is None:
                raise NotMeasured(f"{tool} is not installed")
        place = Place(self.folder / re.sub(r"\W+", "-", peer.title.lower()), self.compiler)
        shutil.copytree(SOURCES / peer.source, place.folder, dirs_exist_ok=True)
        peer.fetch(place)
        return place

    def command(self, peer: Peer) -> list[str]:
        """The command that starts the peer, which is built for it."""
        place = self.place(peer)
        if peer.title not in self._built:
            try:
                peer.build(place)
            except NotMeasured as problem:
                self._reasons[peer.title] = str(problem)
                raise
            self._built.add(peer.title)
        return peer.command(place)

    def server(self) -> Path:
        """The program of the server for the calls over loopback."""
        program = self.folder / "server" / "server"
        program.parent.mkdir(parents=True, exist_ok=True)
        run(["go", "build", "-o", str(program), "."], SOURCES / "server", {"GOFLAGS": "-buildvcs=false"})
        return program


__all__ = ["BELFRY", "PEERS", "Peer", "Place", "Workshop", "environment", "run"]
