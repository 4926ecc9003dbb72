# SPDX-License-Identifier: Apache-2.0
"""Builds a user's Meson project that has Belfry as a subproject, by the wrap file in tools/packages/meson."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from users import PROGRAMS, ROOT, SHARED, fail, find_tool, has_header, run, skip, version

WRAP = ROOT / "tools" / "packages" / "meson"
PROJECT = """\
project('user', 'cpp', default_options: ['cpp_std=c++20', 'warning_level=3', 'werror=true'])
executable('header_only', 'main.cpp', dependencies: dependency('belfry', version: '>=0.1'))
executable('compiled', 'main.cpp', dependencies: dependency('belfry-compiled'))
curl = dependency('belfry-curl', required: false)
if curl.found()
  executable('with_curl', 'with_curl.cpp', dependencies: curl)
endif
"""


def check_names() -> None:
    """The components and sources are those of CMake, and the version is that of the headers."""
    text = (WRAP / "packagefiles" / "belfry" / "meson.build").read_text(encoding="utf-8")
    wrap = (WRAP / "belfry.wrap").read_text(encoding="utf-8")
    cmake = (ROOT / "cmake" / "BelfryComponents.cmake").read_text(encoding="utf-8")
    match = re.search(r"set\(belfry_component_names ([^)]*)\)", cmake)
    components = match[1].split() if match else []
    if not components or re.findall(r"^  '(\w+)': \[", text, re.MULTILINE) != components:
        fail("meson.build has other components than cmake/BelfryComponents.cmake")
    provided = {f"belfry-{name}" for name in [*components, "compiled", "compiled_xml"]} | {"belfry"}
    listed = re.search(r"^dependency_names = (.*)$", wrap, re.MULTILINE)
    if listed is None or set(listed[1].split(", ")) != provided:
        fail(f"belfry.wrap must provide {', '.join(sorted(provided))}")
    sources = {path.stem for path in (ROOT / "cmake" / "compiled").glob("*.cpp")} - {"xml"}
    match = re.search(r"foreach name : \[(.*)\]", text)
    if match is None or set(re.findall(r"'(\w+)'", match[1])) != sources:
        fail(f"meson.build must compile {', '.join(sorted(sources))}")
    if f"version: '{version()}'" not in text or wrap.count(f"belfry-{version()}") < 2:
        fail(f"the files in {WRAP} are not of version {version()}")


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    compiler: str = parser.parse_args().compiler
    check_names()
    # The one beside Python comes first: distributions have versions that are years old.
    beside = Path(sys.executable).with_name("meson")
    meson = str(beside) if beside.is_file() else find_tool("meson")
    find_tool("ninja")
    if subprocess.run(["git", "rev-parse"], cwd=ROOT, capture_output=True, check=False).returncode != 0:
        skip("this is not a checkout of the repository")
    with tempfile.TemporaryDirectory() as name:
        user = Path(name) / "user"
        shutil.copytree(WRAP, user / "subprojects")
        archive = user / "subprojects" / "packagefiles" / f"belfry-{version()}.tar.gz"
        # The working tree is packed, because it may have changes that are not committed.
        files = run("git", "ls-files", "include", "cmake/compiled", "LICENSE", folder=ROOT).split()
        run("tar", "-czf", archive, f"--transform=s,^,belfry-{version()}/,", *files, folder=ROOT)
        (user / "meson.build").write_text(PROJECT)
        for source in (PROGRAMS / "main.cpp", PROGRAMS / "with_curl.cpp", SHARED / "two_operations.hpp"):
            shutil.copy(source, user)
        # An installed Belfry must not be found in place of the subproject.
        environment = {"CXX": compiler, "PKG_CONFIG_PATH": ""}
        arguments = ["setup", "build", "--wrap-mode=forcefallback"]
        setup = run(meson, *arguments, folder=user, environment=environment)
        run(meson, "compile", "-C", "build", folder=user, environment=environment)
        programs = ["header_only", "compiled"]
        if has_header(compiler, "curl/curl.h") and shutil.which("pkg-config"):
            programs.append("with_curl")
        for program in programs:
            if not (user / "build" / program).is_file():
                fail(f"{program} was not built:\n{setup}")
            run(user / "build" / program)
    print(f"meson: the user's project builds and runs ({', '.join(programs)})")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
