# SPDX-License-Identifier: Apache-2.0
"""Makes the Conan package, offline, and lets Conan build the user's project beside the recipe.

Once without components; and once with components whose libraries are this system's.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from users import ROOT, fail, find_tool, has_header, run, skip, version

FOLDERS = ("CMakeLists.txt", "LICENSE", "NOTICE", "api-models", "cmake", "codegen", "include", "tools")
# Components whose libraries Conan takes from the system: the header, and what Conan calls the library.
SYSTEM = {"zlib": ("zlib.h", "zlib/1.2.13"), "json": ("nlohmann/json.hpp", "nlohmann_json/3.11.2")}


def check_names(recipe: Path) -> None:
    """The components are those of CMake."""
    cmake = (ROOT / "cmake" / "BelfryComponents.cmake").read_text(encoding="utf-8")
    match = re.search(r"set\(belfry_component_names ([^)]*)\)", cmake)
    names = re.findall(r'^    "(\w+)": \{', recipe.read_text(encoding="utf-8"), re.MULTILINE)
    if match is None or names != match[1].split():
        fail(f"the recipe has the components {names}")


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--compiler", required=True)
    options = parser.parse_args()
    check_names(ROOT / "tools" / "packages" / "conan" / "conanfile.py")
    beside = Path(sys.executable).with_name("conan")
    conan = str(beside) if beside.is_file() else find_tool("conan")
    if subprocess.run(["git", "rev-parse"], cwd=ROOT, capture_output=True, check=False).returncode != 0:
        skip("this is not a checkout of the repository")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        # A copy, because Conan writes beside the test project.
        for path in run("git", "ls-files", *FOLDERS, folder=ROOT).splitlines():
            (scratch / "clone" / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, scratch / "clone" / path)
        recipe = scratch / "clone" / "tools" / "packages" / "conan"
        cmake = str(Path(find_tool(options.cmake)).parent)
        environment = {
            "CONAN_HOME": str(scratch / "home"),
            "CXX": options.compiler,
            "PATH": os.pathsep.join([cmake, os.environ["PATH"]]),
        }
        os.environ.pop("CMAKE_GENERATOR", None)
        run(conan, "profile", "detect", folder=scratch, environment=environment)
        create: list[str | Path] = [conan, "create", recipe, "--no-remote", "-s", "compiler.cppstd=20"]
        said = run(*create, folder=scratch, environment=environment)
        started = f"belfry/{version()} (test package): Running test()"
        if started not in said or "voice-chime.us-east-1" not in said:
            fail(f"Conan did not run the user's program:\n{said[-4000:]}")

        chosen = {
            each: what for each, (header, what) in SYSTEM.items() if has_header(options.compiler, header)
        }
        if chosen:
            profile = scratch / "home" / "profiles" / "system"
            lines = ["include(default)", "[platform_requires]", *chosen.values()]
            profile.write_text("\n".join(lines) + "\n")
            components = [f"-o=&:with_{each}=True" for each in chosen]
            run(*create, "-pr", profile, *components, folder=scratch, environment=environment)
        too_old = subprocess.run(
            [*map(str, create[:-1]), "compiler.cppstd=17"],
            cwd=scratch,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if too_old.returncode == 0 or "20" not in too_old.stderr:
            fail(f"the recipe accepts C++17, or does not say what it needs:\n{too_old.stderr[-2000:]}")
    print(f"conan: the user's project builds and runs; with components: {', '.join(chosen) or 'not tried'}")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
