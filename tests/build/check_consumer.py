# SPDX-License-Identifier: Apache-2.0
"""Builds and runs consumer/ as a user's project would: a fresh configure, its own build directory.

For `generated` the model is then edited, broken and mended: a plain rebuild has to notice each time. And the
advice of the installed tree is followed, command by command.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain import ROOT

CONSUMER = Path(__file__).resolve().parent / "consumer"


class Project:
    """One build directory of the consumer."""

    def __init__(self, folder: Path, cmake: str, compiler: str, optional: tuple[str, ...]) -> None:
        self.folder = folder
        self.optional = optional
        self._cmake = cmake
        self._compiler = compiler

    def run(self, *command: str, fails: bool = False) -> str:
        """Output of a command that must succeed, or must not."""
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if (done.returncode != 0) != fails:
            sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stdout[-6000:]}")
        return done.stdout

    def configure(self, **settings: str) -> None:
        """Runs CMake; the settings become cache entries."""
        generator = ["-G", "Ninja"] if shutil.which("ninja") else []
        entries = [f"-D{name}={value}" for name, value in settings.items()]
        self.run(
            self._cmake,
            *("-S", str(CONSUMER), "-B", str(self.folder)),
            *generator,
            f"-DCMAKE_CXX_COMPILER={self._compiler}",
            f"-DBELFRY_SOURCE={ROOT}",
            f"-DBELFRY_PYTHON={sys.executable}",
            *entries,
        )

    def build(self, fails: bool = False) -> str:
        """The output of the build."""
        return self.run(self._cmake, "--build", str(self.folder), fails=fails)

    def build_and_run(self) -> None:
        """Builds, and runs the program."""
        self.build()
        for program in ("consumer", "consumer_compiled", "with_socket", *self.optional):
            self.run(str(self.folder / program))


def has_header(compiler: str, name: str) -> bool:
    """Whether the compiler finds that header."""
    command = [compiler, "-x", "c++", "-fsyntax-only", "-"]
    include = f"#include <{name}>\n"
    return subprocess.run(command, input=include, text=True, capture_output=True, check=False).returncode == 0


def install(cmake: str, build_dir: str, prefix: Path) -> None:
    """Installs Belfry as `cmake --install` does."""
    done = subprocess.run(
        [cmake, "--install", build_dir, "--prefix", str(prefix)], capture_output=True, check=False
    )
    if done.returncode != 0:
        sys.exit(done.stderr.decode())


def link_installed(project: Project, cmake: str, compiler: str, scratch: Path) -> None:
    """Installs a library of the consumer, and links it in another project."""
    kit, folder = scratch / "kit", scratch / "installed"
    project.run(cmake, "--install", str(project.folder), "--prefix", str(kit))
    project.run(
        *(cmake, "-S", str(CONSUMER / "installed"), "-B", str(folder), f"-DKIT={kit}"),
        *(f"-DCMAKE_PREFIX_PATH={scratch / 'prefix'}", f"-DCMAKE_CXX_COMPILER={compiler}"),
    )
    project.run(cmake, "--build", str(folder))
    project.run(str(folder / "installed"))


def edit_models(project: Project, models: Path) -> None:
    """Adds a member, breaks the model, mends it; a rebuild must follow each step."""
    path = next((models / "chime-sdk-voice").glob("*/service-2.json"))
    original = path.read_text(encoding="utf-8")
    model = json.loads(original)
    shapes = model["shapes"]
    shapes["SpeakerSearchTask"]["members"]["AddedByTest"] = {"shape": "NonEmptyString"}
    path.write_text(json.dumps(model), encoding="utf-8")
    project.configure(BELFRY_DEFINITIONS="CONSUMER_USES_ADDED_MEMBER")
    # The configure step would generate; the next edits are only seen by the build.
    project.build_and_run()

    path.write_text(original, encoding="utf-8")
    said = project.build(fails=True)
    if "added_by_test" not in said:
        sys.exit(f"the build did not notice that the member is gone:\n{said}")

    del shapes["NonEmptyString"]
    path.write_text(json.dumps(model), encoding="utf-8")
    said = project.build(fails=True)
    if "NonEmptyString" not in said or path.name not in said:
        sys.exit(f"the message about a broken model names neither file nor shape:\n{said}")

    shapes["NonEmptyString"] = json.loads(original)["shapes"]["NonEmptyString"]
    path.write_text(json.dumps(model), encoding="utf-8")
    project.build_and_run()


ADVICE = re.compile(r"`(PYTHONPATH=[^`]+)`")


def follow_advice(cmake: str, compiler: str, scratch: Path) -> None:
    """Runs the commands that the installed tree names when a service or its documentation is missing."""
    folder, models = scratch / "advised", scratch / "copied models"
    folder.mkdir()
    project = Project(folder / "build", cmake, compiler, ())
    lines = "cmake_minimum_required(VERSION 3.20)\nproject(advised LANGUAGES CXX)\n"
    lines += "find_package(belfry REQUIRED)\n"

    def configure(arguments: str, fails: bool = False) -> str:
        (folder / "CMakeLists.txt").write_text(
            f"{lines}belfry_generate(TARGET headers SERVICE {arguments} OPERATIONS ListTables)\n"
        )
        shutil.rmtree(folder / "build", ignore_errors=True)
        return project.run(
            *(cmake, "-S", str(folder), "-B", str(folder / "build"), f"-DCMAKE_CXX_COMPILER={compiler}"),
            *(f"-DBELFRY_PYTHON={sys.executable}", f"-DCMAKE_PREFIX_PATH={scratch / 'prefix'}"),
            fails=fails,
        )

    def follow(said: str) -> None:
        advice = ADVICE.search(said)
        if advice is None:
            sys.exit(f"there is no command to run in this message:\n{said}")
        project.run("sh", "-c", advice[1].replace("DIR", shlex.quote(str(models))))

    if importlib.util.find_spec("botocore") is None:
        print("botocore is not installed: the advice is not followed")
        return
    follow(configure("dynamodb", fails=True))
    given = f'dynamodb MODELS_DIR "{models}"'
    if "Warning" in configure(given):
        sys.exit("there is a warning though all is there")
    said = configure(f"{given} DOCS")
    if "the model has no documentation" not in said:
        sys.exit(f"nothing says that the model has no documentation:\n{said}")
    follow(said)
    if "Warning" in configure(f"{given} DOCS"):
        sys.exit("there is a warning though the model has its documentation")
    header = next((folder / "build").rglob("types/list_tables_input.hpp")).read_text(encoding="utf-8")
    if "LastEvaluatedTableName" not in header:
        sys.exit(f"the documentation is not in the header:\n{header}")


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--how", required=True)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--build-dir", required=True)
    options = parser.parse_args()
    os.environ.pop("CMAKE_GENERATOR", None)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        reads_xml = options.how == "generated" and has_header(options.compiler, "pugixml.hpp")
        optional = ["with_socket_tls"] if has_header(options.compiler, "openssl/ssl.h") else []
        optional += ["with_xml"] if reads_xml else []
        if options.how == "generated":
            optional += ["consumer_header_only", "consumer_precompiled", "consumer_of_parts"]
        project = Project(scratch / "build", options.cmake, options.compiler, tuple(optional))
        settings = {"BELFRY_HOW": options.how}
        if options.how in ("find_package", "generated"):
            install(options.cmake, options.build_dir, scratch / "prefix")
            settings["CMAKE_PREFIX_PATH"] = str(scratch / "prefix")
        if options.how == "generated":
            models = scratch / "models"
            shutil.copytree(ROOT / "api-models", models)
            settings["BELFRY_MODELS"] = str(models)
        if options.how == "find_package":
            settings["BELFRY_COMPONENTS"] = "curl;json;socket_tls"
        project.configure(**settings)
        project.build_and_run()
        if options.how == "generated":
            link_installed(project, options.cmake, options.compiler, scratch)
            edit_models(project, models)
            follow_advice(options.cmake, options.compiler, scratch)
    print(f"{options.how}: the user's project builds and runs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
