# SPDX-License-Identifier: Apache-2.0
"""Runs the examples. Each prints what the comment at its top says, or calls a server that checks it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pages import ROOT, code_blocks

EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.cpp"))
# Those that need a server. The first is called here, the second in tests/servers/test_example.py.
WITH_SERVER = {"first_call", "streaming_s3"}
BUILD = Path(os.environ.get("BELFRY_BUILD_DIR", ROOT / "build" / "ci"))
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}


def program(name: str) -> Path:
    """A program of examples/; skips the test when examples/CMakeLists.txt says why it is not built."""
    path = BUILD / "examples" / name
    reason = path.with_suffix(".skipped")
    if reason.is_file():
        pytest.skip(f"{name} is not built: {reason.read_text()}")
    assert path.is_file(), f"{path} is not built; does examples/CMakeLists.txt list it?"
    return path


def run(path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in the environment of the test, with these variables in place of its credentials."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [str(path), *arguments],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def promised(name: str) -> str | None:
    """The expected output in the comment after `Prints:`; None for an example without."""
    text = (ROOT / "examples" / f"{name}.cpp").read_text(encoding="utf-8")
    match = re.search(r"^// Prints:\n((?://.*\n)+)", text, re.MULTILINE)
    return "".join(line[5:] + "\n" for line in match[1].splitlines()) if match else None


def matches(printed: str, expected: str) -> bool:
    """Whether they are the same; `...` in what is expected stands for anything within a line."""
    pattern = ".*".join(re.escape(part) for part in expected.split("..."))
    return re.fullmatch(pattern, printed) is not None


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_prints_what_its_comment_says(name: str) -> None:
    path = program(f"example_{name}")
    expected = promised(name)
    if name in WITH_SERVER:
        assert expected is None
        return
    assert expected is not None, f"examples/{name}.cpp has no comment `Prints:`"
    done = run(path)
    assert (done.returncode, done.stderr) == (0, "")
    assert matches(done.stdout, expected), done.stdout


def test_demo_succeeds_against_the_stand_in() -> None:
    demo = program("belfry_demo")
    program("belfry_demo_service")
    done = run(Path(sys.executable), str(ROOT / "tools" / "run_demo.py"), str(demo))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as NotFoundException" in done.stdout


@contextmanager
def stand_in() -> Iterator[str]:
    """The stand-in endpoint of the demo, which verifies signatures."""
    command = [str(program("belfry_demo_service")), "--region", "us-east-1"]
    environment = {**os.environ, **KEYS}
    environment.pop("AWS_SESSION_TOKEN", None)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()
            process.wait(timeout=10)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with stand_in() as url:
        yield url


def test_own_transport_calls_the_server_that_it_is_given(endpoint: str) -> None:
    done = run(program("example_own_transport"), endpoint)
    assert (done.returncode, done.stderr) == (0, "")
    expected = "from the network: NotFoundException: There is no speaker search task "
    assert done.stdout.splitlines()[-1].startswith(expected)


# --- the sample at the top of README.md ---------------------------------------------------------------------


def test_first_sample_of_the_readme_is_the_example() -> None:
    lines = (ROOT / "examples" / "first_call.cpp").read_text(encoding="utf-8").splitlines(keepends=True)
    while lines[0].startswith("//"):
        del lines[0]
    assert code_blocks("README.md", "cpp")[0].text == "".join(lines)


def test_first_sample_fits_on_a_slide() -> None:
    lines = code_blocks("README.md", "cpp")[0].text.splitlines()
    main = lines[lines.index("int main() {") :]
    assert len(main) <= 28
    assert max(len(line) for line in lines) <= 110


def first_sample() -> Path:
    """The sample, with a transport that leads to BELFRY_TEST_ENDPOINT (docs.cmake)."""
    path = BUILD / "tests" / "docs_first_call"
    assert path.is_file(), f"{path} is not built"
    return path


def run_first_sample(endpoint: str, home: Path, **keys: str) -> subprocess.CompletedProcess[str]:
    """Runs it with these keys, and a home directory without files."""
    settings = {"HOME": str(home), "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
    return run(first_sample(), BELFRY_TEST_ENDPOINT=endpoint, **settings, **keys)


def test_first_sample_starts_a_search(endpoint: str, tmp_path: Path) -> None:
    done = run_first_sample(endpoint, tmp_path, **KEYS)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"started the search [0-9a-f]{8}-[0-9a-f-]{27}\n", done.stdout)


def test_first_sample_uses_the_profile_and_its_region(endpoint: str, tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    keys = "".join(f"{name.lower()} = {value}\n" for name, value in KEYS.items())
    (tmp_path / ".aws/config").write_text(f"[profile work]\nregion = us-east-1\n{keys}")
    variables = {"HOME": str(tmp_path), "AWS_PROFILE": "work"}
    done = run(first_sample(), BELFRY_TEST_ENDPOINT=endpoint, **variables)
    assert (done.returncode, done.stderr) == (0, "")


def test_first_sample_explains_missing_credentials(endpoint: str, tmp_path: Path) -> None:
    done = run_first_sample(endpoint, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    first, *rest = done.stderr.splitlines()
    assert first == "StartSpeakerSearchTask of Chime SDK Voice failed before a request was sent."
    assert "NotConfigured: no source has credentials; the environment: AWS_ACCESS_KEY_ID" in rest[0]


def test_first_sample_explains_a_wrong_key(endpoint: str, tmp_path: Path) -> None:
    wrong = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
    done = run_first_sample(endpoint, tmp_path, **wrong)
    assert (done.returncode, done.stdout) == (1, "")
    assert "InvalidSignatureException: " in done.stderr
    assert "credentials" in done.stderr and "the environment" in done.stderr
    assert "what to do" in done.stderr and "check the secret access key" in done.stderr


def test_first_sample_explains_a_wrong_setting(endpoint: str, tmp_path: Path) -> None:
    done = run(first_sample(), BELFRY_TEST_ENDPOINT=endpoint, HOME=str(tmp_path), AWS_MAX_ATTEMPTS="many")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the environment variable AWS_MAX_ATTEMPTS: max_attempts: expected a number" in done.stderr
