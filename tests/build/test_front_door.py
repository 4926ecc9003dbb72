# SPDX-License-Identifier: Apache-2.0
"""./belfry with mistyped commands, and on a machine that lacks something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOOR = ROOT / "belfry"
COMMANDS = "demo test coverage bench soak generate update wire catalogue amalgamate help".split()


def run(*command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A command with nothing on its standard input."""
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("words", [["rign"], ["--demo"], [], ["demo "], ["../belfry"]])
def test_unknown_words_get_help_and_status_2(words: list[str]) -> None:
    done = run(str(DOOR), *words)
    assert done.returncode == 2
    assert not done.stdout
    assert all(command in done.stderr for command in COMMANDS)
    if words:
        assert words[0] in done.stderr.splitlines()[0]


@pytest.mark.parametrize("word", ["help", "--help", "-h"])
def test_help_has_status_0(word: str, tmp_path: Path) -> None:
    done = run(str(DOOR), word, folder=tmp_path)
    assert done.returncode == 0
    assert all(command in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("script", ["belfry", "tools/setup.sh", "tools/console.sh", "tools/run_tests.sh"])
def test_scripts_are_posix_shell(script: str) -> None:
    done = run("sh", "-n", script)
    assert done.returncode == 0, done.stderr


def shell(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs code with the front door's functions, in its own folder."""
    sources = "".join(f". '{ROOT}/tools/{name}.sh'; " for name in ("console", "setup", "run_tests"))
    return run("sh", "-c", sources + code, folder=folder)


def test_a_failing_step_shows_the_end_of_its_log(tmp_path: Path) -> None:
    done = shell("step trial 'Doing it' sh -c 'seq 100; echo broken; exit 3'", tmp_path)
    assert done.returncode == 3
    assert "==> Doing it" in done.stderr
    assert "| broken" in done.stderr
    assert "| 1\n" not in done.stderr
    assert (tmp_path / ".belfry" / "logs" / "trial.log").read_text().splitlines()[0] == "1"


def test_a_successful_step_prints_one_line(tmp_path: Path) -> None:
    done = shell("step trial 'Doing it' echo fine", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "==> Doing it\n")


def test_versions_compare_as_numbers(tmp_path: Path) -> None:
    code = "version_at_least 12.2.0 12 && version_at_least 3.20 3.20 && version_at_least 14 9.5"
    assert shell(code, tmp_path).returncode == 0
    for older, wanted in (("3.5", "3.20"), ("9.5", "12"), ("3.10.2", "3.11"), ("0", "1")):
        assert shell(f"version_at_least {older} {wanted}", tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("manager", "said"),
    [("dnf", "dnf install"), ("pacman", "pacman -S"), ("apk", "apk add"), ("none", "package manager")],
)
def test_a_system_without_a_known_package_manager_gets_a_list_of_packages(
    manager: str, said: str, tmp_path: Path
) -> None:
    lacking = "have_cmake() { return 1; }"
    code = f"find_package_manager() {{ package_manager={manager}; }}; {lacking}; install_packages demo"
    done = shell(code, tmp_path)
    assert done.returncode == 1
    assert "CMake 3.20" in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(("level", "wanted"), [("demo", False), ("test", False), ("coverage", True)])
def test_only_coverage_installs_llvm(level: str, wanted: bool, tmp_path: Path) -> None:
    done = shell(f"have() {{ return 1; }}; missing {level} apt", tmp_path)
    assert "must|CMake 3.20|cmake" in done.stdout
    assert ("must|llvm-cov-19|llvm-19" in done.stdout) == wanted


@pytest.mark.parametrize(("level", "wanted"), [("test", False), ("coverage", False), ("bench", True)])
def test_only_bench_installs_the_toolchains_of_other_languages(
    level: str, wanted: bool, tmp_path: Path
) -> None:
    done = shell(f"have() {{ return 1; }}; missing {level} apt", tmp_path)
    assert "must|OpenSSL|libssl-dev" in done.stdout
    for row in ("may|Rust|cargo", "may|Go|golang-go", "may|RapidJSON|rapidjson-dev"):
        assert (row in done.stdout) == wanted


@pytest.mark.parametrize("words", [["--only", "speed"], ["--quick", "--rounds", "3"], ["--qick"]])
def test_bench_refuses_unknown_options_with_status_2(words: list[str]) -> None:
    module = [sys.executable, "-m", "peer_bench", "--build", "build/release"]
    done = run("env", f"PYTHONPATH={ROOT / 'benchmarks' / 'peers'}", *module, *words)
    assert done.returncode == 2
    assert "usage: ./belfry bench" in done.stderr


@pytest.mark.parametrize(
    "words", [["--mode", "flood"], ["--sanitizer", "msan"], ["--calls", "many"], ["--qick"]]
)
def test_soak_refuses_unknown_options_with_status_2(words: list[str]) -> None:
    command = [sys.executable, str(ROOT / "tools" / "run_soak.py"), *words]
    done = run("env", f"PYTHONPATH={ROOT / 'codegen'}", *command)
    assert done.returncode == 2
    assert "usage: ./belfry soak" in done.stderr


def door_to_tests(folder: Path, words: str, fetches: str = "", before: str = "") -> list[str]:
    """Each command that `./belfry test WORDS` runs, in a clone with nothing beside it."""
    clone, programs, log = folder / "alone" / "clone", folder / "programs", folder / "commands"
    clone.mkdir(parents=True, exist_ok=True)
    (clone / "build" / "ci").mkdir(parents=True, exist_ok=True)
    programs.mkdir(exist_ok=True)
    log.unlink(missing_ok=True)
    for name in ("cmake", "ctest"):
        (programs / name).write_text(f"#!/bin/sh\necho {name} \"$@\" >>'{log}'\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    code = (
        f"PATH='{programs}':$PATH; unset BELFRY_SHARED; {before}"
        f"in_venv() {{ echo \"$1\" >>'{log}'; {fetches or 'return 1'}; }}; set_up() {{ :; }}; "
        f"configure() {{ echo configure >>'{log}'; }}; processors() {{ echo 2; }}; run_tests {words}"
    )
    done = shell(code, clone)
    assert done.returncode == 0, done.stderr
    return [*log.read_text(encoding="utf-8").splitlines(), done.stderr]


FETCHED = 'echo "skipped: some cases" >"$3"'


def test_all_tests_are_compiled_and_ctest_gets_the_arguments(tmp_path: Path) -> None:
    *commands, said = door_to_tests(tmp_path, "-R 'unit_ c'", FETCHED)
    assert commands == [
        "tools/fetch_suites.py",
        "configure",
        "cmake --build build/ci --parallel 2",
        "ctest --output-on-failure --parallel 2 -R unit_ c",
    ]
    assert said.index("skipped: some cases") < said.index("Running the tests")


def test_quick_tests_are_compiled_alone(tmp_path: Path) -> None:
    *commands, _ = door_to_tests(tmp_path, "--quick -R unit_", FETCHED)
    assert commands == [
        "tools/fetch_suites.py",
        "configure",
        "cmake --build build/ci --parallel 2 --target belfry_quick_tests",
        "ctest --output-on-failure --parallel 2 -L ^quick$ -R unit_",
    ]


def test_quick_tests_neither_fetch_nor_configure_twice(tmp_path: Path) -> None:
    door_to_tests(tmp_path, "--quick", FETCHED)
    (tmp_path / "alone" / "clone" / "build" / "ci" / "build.ninja").touch()
    *commands, said = door_to_tests(tmp_path, "--quick", FETCHED)
    assert [command.split()[0] for command in commands] == ["cmake", "ctest"]
    assert "skipped: some cases" in said


def test_a_fetcher_that_fails_stops_no_test(tmp_path: Path) -> None:
    *commands, said = door_to_tests(tmp_path, "")
    assert commands[-1].startswith("ctest")
    assert "the cases that others publish were not fetched; .belfry/logs/suites.log says why" in said


@pytest.mark.parametrize("before", ["mkdir -p ../shared; ", "BELFRY_SHARED=/elsewhere; "])
def test_cases_that_are_there_are_not_fetched(before: str, tmp_path: Path) -> None:
    *commands, said = door_to_tests(tmp_path, "", FETCHED, before)
    assert "tools/fetch_suites.py" not in commands
    assert "skipped" not in said


def test_coverage_is_an_error_without_a_known_package(tmp_path: Path) -> None:
    lacking = "missing() { echo 'must|llvm-cov-19|'; }"
    code = f"find_package_manager() {{ package_manager=dnf; }}; {lacking}; install_packages coverage"
    done = shell(code, tmp_path)
    assert done.returncode == 1
    assert "missing: llvm-cov-19." in done.stderr
    assert "dnf install" not in done.stderr


def test_a_user_without_root_or_terminal_gets_a_list_of_packages(tmp_path: Path) -> None:
    code = (
        "find_package_manager() { package_manager=apt; }; have_cmake() { return 1; }; id() { echo 1000; }; "
        "sudo() { echo must not be called; }; install_packages demo"
    )
    done = shell(code, tmp_path)
    assert done.returncode == 1
    assert "apt-get install cmake" in done.stderr
    assert "must not be called" not in done.stdout


def test_wire_and_generate_refuse_unknown_services_with_status_2() -> None:
    for module in ("belfry_codegen.commands.wire", "belfry_codegen"):
        words = ["nobody"] if module.endswith("wire") else ["generate", "nobody"]
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT / "codegen",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert "nobody" in done.stderr
