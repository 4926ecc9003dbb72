# SPDX-License-Identifier: Apache-2.0
"""Builds the generator's wheel, installs it in a new environment, and uses it where no clone is.

Its results are compared with those of this checkout.
"""

from __future__ import annotations

import argparse
import filecmp
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path

from users import PROGRAMS, ROOT, SHARED, fail, run, skip, version

SETUPTOOLS = 77
OPERATIONS = "StartSpeakerSearchTask,GetSpeakerSearchTask"
BUILD = "import sys; from setuptools import build_meta; print(getattr(build_meta, sys.argv[1])(sys.argv[2]))"


def build(kind: str, source: Path, out: Path) -> Path:
    """Builds a distribution as pip does, in the folder with pyproject.toml."""
    out.mkdir(exist_ok=True)
    said = run(sys.executable, "-c", BUILD, f"build_{kind}", out, folder=source)
    return out / said.splitlines()[-1]


def names_in(wheel: Path) -> set[str]:
    """The files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def tracked(folder: str) -> list[str]:
    """The files that Git knows in a folder of the repository."""
    return run("git", "ls-files", folder, folder=ROOT).splitlines()


def check_contents(wheel: Path) -> None:
    """The wheel has each module, template and list of the generator, each header and each model."""
    expected = {path.removeprefix("codegen/") for path in tracked("codegen/belfry_codegen")}
    for folder in ("include", "api-models"):
        expected |= {
            f"belfry_codegen/share/{path}"
            for path in tracked(folder)
            if not path.endswith(("manifest.json", ".bazel"))
        }
    expected |= {"belfry_codegen/share/LICENSE", "belfry_codegen/share/NOTICE"}
    actual = {name for name in names_in(wheel) if ".dist-info/" not in name}
    if actual != expected:
        fail(f"missing in the wheel: {sorted(expected - actual)}; not expected: {sorted(actual - expected)}")


def differences(left: Path, right: Path) -> list[str]:
    """The files that are not the same in two folders."""
    compared = filecmp.dircmp(left, right)
    _, changed, unreadable = filecmp.cmpfiles(left, right, compared.common_files, shallow=False)
    found = [*compared.left_only, *compared.right_only, *changed, *unreadable]
    for name in compared.common_dirs:
        found += differences(left / name, right / name)
    return found


class Installed:
    """The wheel in an environment that does not know the checkout."""

    def __init__(self, wheel: Path, scratch: Path) -> None:
        self.folder = scratch / "user"
        self.folder.mkdir()
        self._python = scratch / "venv" / "bin" / "python"
        run(sys.executable, "-m", "venv", "--without-pip", scratch / "venv")
        pip = ["--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps"]
        run(sys.executable, "-m", "pip", "--python", self._python, *pip, wheel)
        # Jinja2 and jmespath, without a download.
        where = run(self._python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        (Path(where) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
        self._environment = {"HOME": str(scratch / "home"), "XDG_CACHE_HOME": "", "PYTHONPATH": ""}
        here = self.run("-c", "import belfry_codegen; print(belfry_codegen.__file__)", program=self._python)
        if not Path(here.strip()).is_relative_to(scratch):
            fail(f"the package is {here}, not what was installed")

    def run(self, *arguments: str | Path, program: Path | None = None, fails: bool = False) -> str:
        """The output of `belfry-codegen`, or of another program of the environment."""
        command = program or self._python.with_name("belfry-codegen")
        said = run(command, *arguments, folder=self.folder, environment=self._environment, fails=fails)
        if str(ROOT) in said:
            fail(f"{command} {arguments[0]} uses the checkout:\n{said}")
        return said

    def wire(self, line: str, *arguments: str) -> str:
        """The answer of `belfry-codegen wire` to a line."""
        done = subprocess.run(
            [str(self._python.with_name("belfry-codegen")), "wire", *arguments],
            input=line + "\n",
            cwd=self.folder,
            env={**os.environ, **self._environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            fail(f"belfry-codegen wire: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout


def compare_with_checkout(installed: Installed, scratch: Path) -> None:
    """Fails unless the installed generator writes the same as that of this checkout."""

    def own(*arguments: str | Path) -> str:
        return run(sys.executable, "-m", "belfry_codegen", *arguments)

    installed.run("generate", "chime-sdk-voice", "--out", scratch / "generated")
    wrong = differences(
        scratch / "generated" / "belfry" / "chime_sdk_voice", ROOT / "include/belfry/chime_sdk_voice"
    )
    if wrong or not filecmp.cmp(
        scratch / "generated" / "belfry" / "chime_sdk_voice.hpp",
        ROOT / "include/belfry/chime_sdk_voice.hpp",
        False,
    ):
        fail(f"the installed generator writes other headers: {wrong}")
    chosen = ["chime-sdk-voice", "--operations", OPERATIONS]
    installed.run("generate", *chosen, "--compiled", "--out", scratch / "theirs")
    own("generate", *chosen, "--compiled", "--out", scratch / "ours", "--cache", scratch / "cache")
    if wrong := differences(scratch / "theirs", scratch / "ours"):
        fail(f"the installed generator writes other source files: {wrong}")
    installed.run("amalgamate", *chosen, "--out", scratch / "theirs.hpp")
    own("amalgamate", *chosen, "--out", scratch / "ours.hpp")
    if not filecmp.cmp(scratch / "theirs.hpp", scratch / "ours.hpp", False):
        fail("the installed generator amalgamates another header")
    if all(map(importlib.util.find_spec, ("sphinx", "furo", "nh3", "pagefind"))):
        installed.run("docs", "chime-sdk-voice", "--out", scratch / "site")
        if not (scratch / "site" / "chime-sdk-voice" / "start_speaker_search_task.html").is_file():
            fail("the installed generator makes no page of start_speaker_search_task")
    else:
        print("left out: docs, because Sphinx or what it needs is not installed")
    explain = ["explain", "endpoint", "chime-sdk-voice", "--parameter", "Region=eu-west-1"]
    if installed.run(*explain) != own(*explain):
        fail("the installed generator explains endpoints in other words")


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    compiler = parser.parse_args().compiler
    try:
        setuptools = version_of("setuptools")
    except PackageNotFoundError:
        skip(f"{sys.executable} has no setuptools")
    if int(setuptools.partition(".")[0]) < SETUPTOOLS:
        skip(f"the wheel is built by setuptools {SETUPTOOLS} or newer, and {sys.executable} has {setuptools}")
    if subprocess.run(["git", "rev-parse"], cwd=ROOT, capture_output=True, check=False).returncode != 0:
        skip("this is not a checkout of the repository")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        clone = scratch / "clone"
        for path in tracked("."):
            if path.startswith(("codegen/", "include/", "api-models/", "LICENSE", "NOTICE")):
                (clone / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / path, clone / path)
        source = build("sdist", clone / "codegen", scratch / "dist")
        wheel = build("wheel", clone / "codegen", scratch / "dist")
        check_contents(wheel)
        with tarfile.open(source) as archive:
            archive.extractall(scratch / "unpacked", filter="data")
        second = build("wheel", next((scratch / "unpacked").iterdir()), scratch / "second")
        if names_in(second) != names_in(wheel):
            fail(f"a wheel of the source distribution differs: {sorted(names_in(second) ^ names_in(wheel))}")
        shutil.rmtree(clone)

        installed = Installed(second, scratch)
        if installed.run("--version").strip() != version():
            fail("the installed generator has another version than include/belfry/version.hpp")
        compare_with_checkout(installed, scratch)

        include = installed.run("include").strip()
        run(
            compiler,
            "-std=c++20",
            f"-I{include}",
            f"-I{SHARED}",
            PROGRAMS / "main.cpp",
            "-o",
            scratch / "main",
        )
        run(scratch / "main")
        models = scratch / "models"
        models.mkdir()
        installed.run("update", "chime-sdk-voice", "--models", models)
        said = installed.run("update", "chime-sdk-voice", fails=True)
        if "--models DIR" not in said:
            fail(f"belfry-codegen would change its own models, or does not say why it does not:\n{said}")
        line = {
            "operation": "GetSpeakerSearchTask",
            "params": {"VoiceConnectorId": "a", "SpeakerSearchTaskId": "b"},
        }
        answer = installed.wire(
            json.dumps(line),
            *("chime-sdk-voice", "--operations", "GetSpeakerSearchTask", "--region", "eu-west-1"),
            *("--access-key", "AKIDTEST", "--secret-key", "secret"),
        )
        if json.loads(answer)["request"]["method"] != "GET":
            fail(f"belfry-codegen wire answers: {answer}")
    print("wheel: the installed generator does what the checkout's does")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
