# SPDX-License-Identifier: Apache-2.0
"""Programs of peers: what they must print, peers that are missing or fail, and lock files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from peer_bench.builds import measure_builds
from peer_bench.calls import measure_calls, take_turns
from peer_bench.catalogue import PEERS, Go, Peer, Place, Rust, Workshop, last_line, version_in
from peer_bench.instructions import VALGRIND, count_call
from peer_bench.peer import ANSWER, NotMeasured, RunningPeer, environment, wrong_answer

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmarks" / "peers"
LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="processor times of programs are read in Linux's way"
)

READY = "ready 197 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9 7 90c192cf-d3ac-44af-8f21-ddb66cad4a26"
PROGRAM = """\
import sys, time
print("{ready}", flush=True)
for line in sys.stdin:
    if {calls_left} < int(line):
        sys.exit(3)
    start = time.process_time_ns()
    while time.process_time_ns() - start < int(line) * 20000:
        pass
    print(int(line) * 20000, flush=True)
"""


def quiet(_: str) -> None:
    """Says nothing."""


@dataclass(frozen=True)
class Script(Peer):
    """A peer whose calls take 20 µs, until it is asked for too many at once."""

    ready: str = READY
    calls_left: int = 10**9

    def command(self, place: Place) -> list[str]:
        program = place.folder / "program.py"
        program.write_text(PROGRAM.format(ready=self.ready, calls_left=self.calls_left))
        return [sys.executable, str(program)]

    def size(self, place: Place) -> int:
        return len(str(place))

    def dependencies(self, place: Place) -> int:
        return len(place.compiler)


def script(title: str, **settings: object) -> Script:
    """A script; its folder of sources is any that exists."""
    return Script(title, "server", (), warm_up=10, compiled=False, **settings)  # type: ignore[arg-type]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path, "g++")


@LINUX
def test_peers_take_turns_and_have_a_figure_for_each_round(workshop: Workshop) -> None:
    part = measure_calls([script("one"), script("two")], workshop, False, 3, quiet)
    assert [(row.name, row.reason) for row in part.rows] == [("one", None), ("two", None)]
    for row in part.rows:
        assert len(row.rounds["processor"]) == len(row.rounds["wall"]) == 3
        # The program spends 20 µs on a call, and some time on reading its input.
        assert all(20000 <= value < 60000 for value in row.rounds["processor"])
        assert row.facts["warm_up"] == 10


@LINUX
def test_a_peer_that_stops_leaves_the_others_their_figures(workshop: Workshop) -> None:
    part = measure_calls([script("stops", calls_left=100), script("goes on")], workshop, False, 2, quiet)
    stopped, other = part.rows
    assert stopped.reason is not None
    assert "ended with status 3" in stopped.reason
    assert len(other.rounds["processor"]) == 2


@LINUX
def test_a_program_that_reads_another_answer_is_not_measured(workshop: Workshop) -> None:
    part = measure_calls([script("wrong", ready=READY.replace(" 7 ", " 6 "))], workshop, False, 1, quiet)
    assert part.rows[0].reason is not None
    assert "does not make the call: it read" in part.rows[0].reason


def test_the_first_line_must_be_that_of_the_call() -> None:
    assert wrong_answer(READY + "\n", canned=True) is None
    assert wrong_answer(READY.replace("197", "204"), canned=True) is None
    assert wrong_answer(READY.replace("197", "0"), canned=False) is None
    assert wrong_answer(READY.replace("197", "0"), canned=True) == "it sent 0 bytes, not 197"
    assert "first line" in str(wrong_answer("Traceback", canned=True))


def test_the_answer_has_the_size_that_the_page_says() -> None:
    assert len(ANSWER.read_bytes()) == 1123
    assert len(json.loads(ANSWER.read_text())["SpeakerSearchTask"]["SpeakerSearchDetails"]["Results"]) == 7


def test_a_peer_without_its_toolchain_is_a_row_with_the_reason(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(workshop.folder))
    peers = [Rust("Rust", "rust", ("cargo", "rustc")), Go("Go", "go", ("go",))]
    for part in (measure_calls(peers, workshop, False, 1, quiet), measure_builds(peers, workshop, quiet)):
        assert [row.reason for row in part.rows] == ["cargo is not installed", "go is not installed"]
    part = measure_calls(peers, workshop, True, 1, quiet)
    assert [row.reason for row in part.rows] == ["the server did not start: go is not installed"] * 2


def test_a_peer_that_is_left_out_is_a_row_that_says_so(workshop: Workshop) -> None:
    workshop.leave_out(PEERS[2])
    part = measure_builds([PEERS[2]], workshop, quiet)
    assert part.rows[0].reason == "it was left out of this run"


def test_a_toolchain_that_fails_is_a_reason_with_its_last_line(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cargo = tmp_path / "bin" / "cargo"
    cargo.parent.mkdir()
    cargo.write_text("#!/bin/sh\necho fetching >&2\necho '\033[31merror\033[0m: no registry' >&2\nexit 101\n")
    cargo.chmod(0o755)
    monkeypatch.setenv("PATH", f"{cargo.parent}:{os.environ['PATH']}")
    part = measure_builds([Rust("Rust", "rust", ("cargo",))], workshop, quiet)
    assert part.rows[0].reason == "`cargo fetch` failed: error: no registry"


def test_a_program_that_cannot_run_is_a_reason(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log, pytest.raises(NotMeasured, match="No such file"):
        RunningPeer([str(tmp_path / "absent")], "canned", None, {}, log)


def test_without_a_counter_there_is_a_reason(workshop: Workshop) -> None:
    with pytest.raises(NotMeasured, match="neither does perf"):
        count_call(None, script("any"), workshop)
    with pytest.raises(NotMeasured, match="compiling of the program as it runs"):
        count_call(VALGRIND, script("any"), workshop)


def test_no_programs_have_no_rows() -> None:
    assert take_turns({}, 2, lambda _: None) == {}


def test_settings_of_aws_and_proxies_do_not_reach_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("https_proxy", "http://proxy:1")
    found = environment({"NODE_NO_WARNINGS": "1"})
    assert "AWS_PROFILE" not in found
    assert "https_proxy" not in found
    assert found["NODE_NO_WARNINGS"] == "1"
    assert found["AWS_EC2_METADATA_DISABLED"] == "true"


def test_the_last_line_of_a_tool_has_no_colours() -> None:
    assert last_line("one\n\x1b[31mtwo\x1b[0m \n\n") == "two"
    assert last_line("\n") == "it printed nothing"


@pytest.mark.parametrize(
    ("file", "package"),
    [
        ("rust/Cargo.toml", "aws-sdk-chimesdkvoice"),
        ("rust/Cargo.toml", "tokio"),
        ("go/go.mod", "chimesdkvoice"),
        ("javascript/package.json", "client-chime-sdk-voice"),
        ("python/requirements.txt", "boto3"),
    ],
)
def test_manifests_name_one_version(file: str, package: str) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", version_in((FOLDER / file).read_text(), package))


def lock_files() -> Iterator[Path]:
    """The files that pin what programs of peers use."""
    names = ("rust/Cargo.lock", "go/go.sum", "javascript/package-lock.json", "python/requirements.txt")
    for name in (*names, "java/pom.xml"):
        yield FOLDER / name


PUBLIC = {
    "https://github.com/rust-lang/crates.io-index",
    "http://maven.apache.org/POM/4.0.0",
}
"""Names of registries and of formats. A lock file with an address of a download works in one place only."""


@pytest.mark.parametrize("path", list(lock_files()), ids=lambda path: path.name)
def test_lock_files_name_no_place_of_downloads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert '"resolved"' not in text
    found = set(re.findall(r"https?://[^\s\"<>]+", text))
    # A lock file of npm has addresses of people who accept donations.
    funding = set(re.findall(r'"url": "(https?://[^"]+)"', text))
    assert found - funding <= PUBLIC


def test_each_peer_has_sources() -> None:
    for peer in PEERS:
        files = subprocess.run(
            ["git", "ls-files", f"benchmarks/peers/{peer.source}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if files.returncode != 0:
            pytest.skip("this is not a checkout of the repository")
        assert len(files.stdout.splitlines()) >= 1
