# SPDX-License-Identifier: Apache-2.0
"""The overlay port for vcpkg: `port` checks it and runs the portfile without vcpkg; `install` uses vcpkg.

The rules are those of vcpkg's reference for vcpkg.json. vcpkg is looked for on the PATH and in VCPKG_ROOT.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from users import PROGRAMS, ROOT, SHARED, fail, run, skip, version

PORTS = ROOT / "tools" / "packages" / "vcpkg"
STAND_IN = ROOT / "tests" / "packages" / "programs" / "vcpkg_stand_in.cmake"
IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FIELDS = {"name", "version-semver", "description", "license", "dependencies", "features"}
# Features, each with the ports that bring the libraries of the component.
LIBRARIES = {
    "beast": {"boost-asio", "boost-beast", "openssl"},
    "curl": {"curl"},
    "json": {"nlohmann-json"},
    "nghttp2": {"nghttp2", "openssl"},
    "openssl": {"openssl"},
    "socket-tls": {"openssl"},
    "xml": {"pugixml"},
    "xxhash": {"xxhash"},
    "zlib": {"zlib"},
}
PROJECT = f"""\
cmake_minimum_required(VERSION 3.20)
project(user LANGUAGES CXX)
find_package(belfry CONFIG REQUIRED)
if(NOT COMMAND belfry_generate)
  message(FATAL_ERROR "the package does not define belfry_generate")
endif()
add_executable(user "{PROGRAMS}/main.cpp")
target_include_directories(user PRIVATE "{SHARED}")
target_link_libraries(user PRIVATE belfry::belfry)
"""


def names(dependencies: list[Any]) -> set[str]:
    """The ports that a list of dependencies names; fails for an entry that vcpkg would refuse."""
    found = set()
    for each in dependencies:
        entry = {"name": each} if isinstance(each, str) else each
        if unknown := set(entry) - {"name", "host", "default-features", "features", "platform", "version>="}:
            fail(f"vcpkg.json: a dependency has the fields {unknown}")
        if IDENTIFIER.fullmatch(entry["name"]) is None:
            fail(f"vcpkg.json: '{entry['name']}' is not the name of a port")
        found.add(entry["name"])
    return found


def check_manifest() -> None:
    """Checks vcpkg.json by vcpkg's rules, and compares it with CMake's components."""
    path = PORTS / "belfry" / "vcpkg.json"
    text = path.read_text(encoding="utf-8")
    manifest = json.loads(text)
    if unknown := {name for name in manifest if not name.startswith("$")} - FIELDS:
        fail(f"vcpkg.json: unknown fields {unknown}")
    if text != json.dumps(manifest, indent=2) + "\n":
        fail("vcpkg.json: not in the form of `vcpkg format-manifest`")
    if manifest["name"] != path.parent.name or manifest["version-semver"] != version():
        fail(f"vcpkg.json: it must be of {path.parent.name} {version()}")
    if names(manifest["dependencies"]) != {"vcpkg-cmake", "vcpkg-cmake-config"}:
        fail("vcpkg.json: the portfile needs the functions of vcpkg-cmake and vcpkg-cmake-config")
    features = manifest["features"]
    for name, feature in features.items():
        if IDENTIFIER.fullmatch(name) is None or set(feature) != {"description", "dependencies"}:
            fail(f"vcpkg.json: the feature '{name}' has a wrong name or wrong fields")
    if {name: names(feature["dependencies"]) for name, feature in features.items()} != LIBRARIES:
        fail("vcpkg.json: a feature has other libraries than this test expects")
    cmake = (ROOT / "cmake" / "BelfryComponents.cmake").read_text(encoding="utf-8")
    match = re.search(r"set\(belfry_component_names ([^)]*)\)", cmake)
    if match is None or sorted(features) != sorted(match[1].replace("_", "-").split()):
        fail("vcpkg.json has other features than cmake/BelfryComponents.cmake has components")


def build_user(cmake: str, compiler: str, folder: Path, *settings: str) -> None:
    """Builds and runs a user's project."""
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(PROJECT)
    run(cmake, "-S", folder, "-B", folder / "build", f"-DCMAKE_CXX_COMPILER={compiler}", *settings)
    run(cmake, "--build", folder / "build")
    run(folder / "build" / "user")


def check_port(cmake: str, compiler: str, scratch: Path) -> None:
    """Runs the portfile with functions that stand in for vcpkg's, and uses the package."""
    check_manifest()
    packages = scratch / "packages"
    run(cmake, f"-DPORTFILE={PORTS / 'belfry' / 'portfile.cmake'}", f"-DPACKAGES_DIR={packages}",
        f"-DCOMPILER={compiler}", "-P", STAND_IN)  # fmt: skip
    missing = [name for name in ("copyright", "usage", "belfryConfig.cmake", "api-models", "codegen")
               if not (packages / "share" / "belfry" / name).exists()]  # fmt: skip
    # vcpkg refuses packages with these folders.
    refused = [name for name in ("share/cmake", "share/doc", "debug") if (packages / name).exists()]
    if missing or refused:
        fail(f"missing in the package: {missing}; must not be there: {refused}")
    # vcpkg copies it to another place.
    shutil.copytree(packages, scratch / "installed")
    shutil.rmtree(packages)
    build_user(cmake, compiler, scratch / "user", f"-DCMAKE_PREFIX_PATH={scratch / 'installed'}")


def check_install(cmake: str, compiler: str, scratch: Path) -> None:
    """Installs the port by vcpkg, with the feature that needs the smallest library."""
    root = os.environ.get("VCPKG_ROOT", "")
    vcpkg = shutil.which("vcpkg") or shutil.which("vcpkg", path=root)
    if vcpkg is None:
        skip("vcpkg is not installed: neither on the PATH nor in VCPKG_ROOT")
    folders = [f"--x-install-root={scratch / 'installed'}", f"--x-buildtrees-root={scratch / 'trees'}",
               f"--x-packages-root={scratch / 'packages'}"]  # fmt: skip
    run(
        vcpkg,
        "install",
        "belfry[zlib]",
        f"--overlay-ports={PORTS}",
        "--no-binarycaching",
        *folders,
        folder=scratch,
    )
    [triplet] = [path for path in (scratch / "installed").iterdir() if (path / "share" / "belfry").is_dir()]
    build_user(cmake, compiler, scratch / "user", f"-DCMAKE_PREFIX_PATH={triplet}")


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", required=True, choices=("port", "install"))
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--compiler", required=True)
    options = parser.parse_args()
    os.environ.pop("CMAKE_GENERATOR", None)
    with tempfile.TemporaryDirectory() as name:
        check = check_port if options.part == "port" else check_install
        check(options.cmake, options.compiler, Path(name))
    print(f"vcpkg, {options.part}: the user's project builds and runs")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
