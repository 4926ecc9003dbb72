# SPDX-License-Identifier: Apache-2.0
"""The benchmarks of C++ compile, and Belfry's own peer makes the call."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from peer_bench.calls import measure_calls
from peer_bench.catalogue import PEERS, Peer, Workshop

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "benchmarks"
COMPILER = "g++"
LIBRARIES = {
    "call": (),
    "call_cost": (),
    "stream": ("pugixml.hpp",),
    "events": (),
    "measure": (),
    "signing": ("openssl/evp.h",),
    "checksums": ("openssl/evp.h", "zlib.h"),
    "encode": ("nlohmann/json.hpp", "rapidjson/document.h"),
    "decode_xml": ("pugixml.hpp", "tinyxml2.h"),
    "decode_cbor": ("cbor.h",),
    "decode": ("nlohmann/json.hpp", "simdjson.h", "rapidjson/document.h"),
}
"""The headers of other libraries that a benchmark includes."""
OPTIONAL = ("rapidjson/document.h",)

pytestmark = pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"{COMPILER} is not installed")


def compiles(text: str) -> bool:
    """Whether the compiler accepts a program."""
    command = [COMPILER, "-std=c++20", "-fsyntax-only", "-x", "c++", "-"]
    return subprocess.run(command, input=text, text=True, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def has_header() -> Callable[[str], bool]:
    """Whether a header is there."""
    return lambda name: compiles(f"#if !__has_include(<{name}>)\n#error missing\n#endif\n")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The headers of services that benchmarks include."""
    folder = tmp_path_factory.mktemp("include")
    botocore = pytest.importorskip("botocore")
    others = Path(botocore.__path__[0]) / "data"
    for service, models, more in (
        ("lambda", BENCHMARKS / "models", ("--borrowed",)),
        ("s3", others, ()),
        ("bedrock-runtime", others, ()),
        ("cloudwatch", others, ("--protocol", "smithy-rpc-v2-cbor")),
    ):
        words = ["generate", service, "--models", str(models), "--out", str(folder), *more]
        subprocess.run([sys.executable, "-m", "belfry_codegen", *words], cwd=ROOT / "codegen", check=True)
    return folder


def test_each_benchmark_is_in_the_list() -> None:
    assert {path.stem for path in BENCHMARKS.glob("*.cpp")} == set(LIBRARIES)


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_benchmark_compiles(name: str, generated: Path, has_header: Callable[[str], bool]) -> None:
    missing = [header for header in LIBRARIES[name] if not has_header(header)]
    if needed := [header for header in missing if header not in OPTIONAL]:
        pytest.skip(f"not installed: {', '.join(needed)}")
    flags = ['-DBELFRY_BENCHMARK_DATA="data"']
    if OPTIONAL[0] in LIBRARIES[name] and not missing:
        flags.append("-DBELFRY_BENCHMARK_RAPIDJSON")
    command = [COMPILER, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *flags,
               f"-I{ROOT / 'include'}", f"-I{generated}", str(BENCHMARKS / f"{name}.cpp")]  # fmt: skip
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[:4000]


@pytest.mark.skipif(sys.platform != "linux", reason="processor times of programs are read in Linux's way")
def test_belfrys_peer_makes_the_call(tmp_path: Path) -> None:
    belfry: Peer = PEERS[0]
    workshop = Workshop(tmp_path, COMPILER)
    part = measure_calls([belfry], workshop, False, 1, lambda _: None)
    [row] = part.rows
    assert row.reason is None
    assert row.rounds["processor"][0] > 0
    place = workshop.place(belfry)
    assert 50_000 < belfry.size(place) < 1_000_000
    assert belfry.version(place).startswith("0.")
