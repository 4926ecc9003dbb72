# SPDX-License-Identifier: Apache-2.0
"""Makes the Debian package by CPack, unpacks it into a folder, and builds a user's project with it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from users import PROGRAMS, ROOT, SHARED, fail, find_tool, run, version

PROJECT = f"""\
cmake_minimum_required(VERSION 3.20)
project(user LANGUAGES CXX)
find_package(belfry {version()} REQUIRED)
belfry_generate(TARGET my_voice SERVICE chime-sdk-voice HEADER_ONLY
                OPERATIONS StartSpeakerSearchTask GetSpeakerSearchTask)
add_executable(user "{PROGRAMS}/main.cpp")
target_include_directories(user PRIVATE "{SHARED}")
target_link_libraries(user PRIVATE my_voice)
"""


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--compiler", required=True)
    options = parser.parse_args()
    dpkg = find_tool("dpkg-deb")
    cpack = Path(options.cmake).with_name("cpack") if os.sep in options.cmake else Path("cpack")
    cpack = Path(find_tool(str(cpack)))
    os.environ.pop("CMAKE_GENERATOR", None)
    compiler = f"-DCMAKE_CXX_COMPILER={options.compiler}"
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        parts = [f"-DBELFRY_BUILD_{part}=OFF" for part in ("TESTS", "EXAMPLES", "BENCHMARKS")]
        run(options.cmake, "-S", ROOT, "-B", scratch / "build", compiler, *parts)
        run(cpack, "-G", "DEB", "-B", scratch / "packages", folder=scratch / "build")
        package = scratch / "packages" / f"libbelfry-dev_{version()}_all.deb"
        if not package.is_file():
            fail(f"cpack made {[path.name for path in (scratch / 'packages').iterdir()]}")
        fields = [
            run(dpkg, "--field", package, field).strip() for field in ("Architecture", "Section", "Depends")
        ]
        if fields != ["all", "libdevel", ""]:
            fail(f"architecture, section and dependencies are {fields}")
        root = scratch / "root"
        run(dpkg, "--extract", package, root)
        if sorted(path.name for path in root.iterdir()) != ["usr"]:
            fail(f"the package installs to {sorted(path.name for path in root.iterdir())}")
        user = scratch / "user"
        user.mkdir()
        (user / "CMakeLists.txt").write_text(PROJECT)
        run(options.cmake, "-S", user, "-B", user / "build", compiler, f"-DCMAKE_PREFIX_PATH={root / 'usr'}",
            f"-DBELFRY_PYTHON={sys.executable}")  # fmt: skip
        cache = (user / "build" / "CMakeCache.txt").read_text(encoding="utf-8")
        if f"belfry_DIR:PATH={root / 'usr'}" not in cache:
            fail("CMake found another Belfry than that of the package")
        run(options.cmake, "--build", user / "build")
        run(user / "build" / "user")
    print("deb: the user's project builds and runs with the package")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
