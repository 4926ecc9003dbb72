# SPDX-License-Identifier: Apache-2.0
"""Belfry as a module of Bazel: `files` checks the files of the module, `build` builds a user's module.

`build` needs Bazel 7 or newer and a registry of modules that it can reach.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from users import PROGRAMS, ROOT, SHARED, fail, run, skip, version

USER = ROOT / "tests" / "packages" / "programs" / "bazel"
OLDEST = 7


def calls(path: Path) -> list[ast.Call]:
    """The calls at the top of a file. Starlark of this kind is also Python."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    values = [node.value for node in tree.body if isinstance(node, ast.Expr)]
    return [value for value in values if isinstance(value, ast.Call)]


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}


def text_of(node: ast.expr | None) -> str:
    return str(ast.literal_eval(node)) if node is not None else ""


def check_files() -> None:
    """The module has the version and all files of the headers, and its user names what exists."""
    module = {text_of(keywords(call).get("name")): call for call in calls(ROOT / "include" / "MODULE.bazel")}
    user = {text_of(keywords(call).get("name")): call for call in calls(USER / "MODULE.bazel")}
    for place, found in (("include", module.get("belfry")), (str(USER), user.get("belfry"))):
        if found is None or text_of(keywords(found).get("version")) != version():
            fail(f"{place}/MODULE.bazel must name belfry {version()}")
    if text_of(keywords(module["rules_cc"])["version"]) != text_of(keywords(user["rules_cc"])["version"]):
        fail("the modules name different versions of rules_cc")
    targets = {
        text_of(keywords(call).get("name")): keywords(call)
        for call in calls(ROOT / "include" / "BUILD.bazel")
    }
    globs = targets["belfry"]["hdrs"]
    if not isinstance(globs, ast.Call):
        fail("include/BUILD.bazel: expected a glob of headers")
    found_headers = {
        path for pattern in ast.literal_eval(globs.args[0]) for path in (ROOT / "include").glob(pattern)
    }
    headers = set((ROOT / "include").rglob("*.?pp"))
    if found_headers != headers or len(headers) < 500:
        fail(f"include/BUILD.bazel does not list {sorted(headers - found_headers)[:5]}")
    # This header has the code that CMake compiles for belfry::compiled.
    command = text_of(targets["compiled_source"]["cmd"])
    if (
        "#include <belfry/impl/src.hpp>" not in command
        or not (ROOT / "include/belfry/impl/src.hpp").is_file()
    ):
        fail("include/BUILD.bazel: //:compiled must compile belfry/impl/src.hpp")
    used = set(re.findall(r'"@belfry(?://:(\w+))?"', (USER / "BUILD.bazel").read_text(encoding="utf-8")))
    if {name or "belfry" for name in used} != {"belfry", "compiled"} or not set(targets) >= {
        "belfry",
        "compiled",
    }:
        fail("the user's BUILD.bazel does not name the targets of the module")


def check_build(scratch: Path) -> None:
    """Builds the user's module by Bazel."""
    bazel = shutil.which("bazel") or shutil.which("bazelisk")
    if bazel is None:
        skip("neither bazel nor bazelisk is installed")
    said = subprocess.run([bazel, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"bazel (\d+)\.", said.stdout)
    if match is None or int(match[1]) < OLDEST:
        skip(f"modules need Bazel {OLDEST}: {(said.stdout + said.stderr).strip()[:300]}")
    user = scratch / "user"
    shutil.copytree(USER, user)
    for source in (PROGRAMS / "main.cpp", SHARED / "two_operations.hpp"):
        shutil.copy(source, user)
    module = user / "MODULE.bazel"
    module.write_text(module.read_text(encoding="utf-8").replace('"BELFRY"', f'"{ROOT / "include"}"'))
    command = [bazel, f"--output_user_root={scratch / 'output'}"]
    try:
        done = subprocess.run(
            [*command, "build", "//..."], cwd=user, capture_output=True, text=True, check=False
        )
        if "Error accessing registry" in done.stderr:
            skip(f"Bazel does not reach the registry of modules:\n{done.stderr[-600:]}")
        if done.returncode != 0:
            fail(f"bazel build: status {done.returncode}\n{done.stderr[-6000:]}")
        for program in ("header_only", "compiled"):
            run(user / "bazel-bin" / program)
    finally:
        subprocess.run([*command, "shutdown"], cwd=user, capture_output=True, check=False)


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", required=True, choices=("files", "build"))
    part = parser.parse_args().part
    if part == "files":
        check_files()
    else:
        with tempfile.TemporaryDirectory() as name:
            check_build(Path(name))
    print(f"bazel, {part}: as it should be")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
