# SPDX-License-Identifier: Apache-2.0
"""Builds a user's programs with the flags that pkg-config gives, from an installed tree that was moved."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from users import PROGRAMS, ROOT, SHARED, fail, find_tool, has_header, install, run, version

# The components of BelfryComponents.cmake: a header of the library that each needs, and a header of Belfry.
COMPONENTS = {
    "curl": ("curl/curl.h", "belfry/transport/curl.hpp"),
    "beast": ("boost/beast.hpp", "belfry/transport/beast_options.hpp"),
    "socket_tls": ("openssl/ssl.h", "belfry/transport/socket_tls.hpp"),
    "nghttp2": ("nghttp2/nghttp2.h", "belfry/transport/nghttp2.hpp"),
    "openssl": ("openssl/evp.h", "belfry/openssl.hpp"),
    "zlib": ("zlib.h", "belfry/zlib.hpp"),
    "xxhash": ("xxhash.h", "belfry/xxhash.hpp"),
    "json": ("nlohmann/json.hpp", "belfry/nlohmann.hpp"),
    "xml": ("pugixml.hpp", "belfry/codec/xml.hpp"),
}
# The components whose program is also linked and run: each has code that needs its library.
LINKED = {"curl": "with_curl.cpp", "socket_tls": "with_socket_tls.cpp"}


def main() -> int:
    """Ends with a message and status 1 at the first thing that does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--build-dir", required=True)
    options = parser.parse_args()
    pkg_config = find_tool("pkg-config")
    compiler: str = options.compiler
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        install(options.cmake, options.build_dir, scratch / "first")
        prefix = scratch / "moved"
        (scratch / "first").rename(prefix)
        # In front of other folders, which may hold an installed Belfry.
        path = os.pathsep.join(
            [str(prefix / "share" / "pkgconfig"), *filter(None, [os.environ.get("PKG_CONFIG_PATH")])]
        )
        environment = {"PKG_CONFIG_PATH": path}

        def ask(*words: str) -> list[str]:
            return shlex.split(run(pkg_config, *words, environment=environment))

        names = sorted(path.stem for path in (prefix / "share" / "pkgconfig").glob("*.pc"))
        if names != sorted(["belfry", *(f"belfry-{component}" for component in COMPONENTS)]):
            fail(f"these packages are installed: {names}")
        if ask("--modversion", "belfry") != [version()]:
            fail("pkg-config knows another version than include/belfry/version.hpp")
        [include] = ask("--cflags", "belfry")
        if Path(include.removeprefix("-I")).resolve() != (prefix / "include").resolve():
            fail(f"the headers are in {prefix / 'include'}, not in {include}")

        run(compiler, "-std=c++20", *ask("--cflags", "belfry"), f"-I{SHARED}", PROGRAMS / "main.cpp", "-o",
            scratch / "consumer")  # fmt: skip
        run(scratch / "consumer")

        [codegen], [models] = ask("--variable=codegen", "belfry"), ask("--variable=models", "belfry")
        run(sys.executable, "-m", "belfry_codegen", "list", "--models", models, folder=scratch,
            environment={"PYTHONPATH": codegen})  # fmt: skip

        for component, (library, header) in COMPONENTS.items():
            found = subprocess.run(
                [pkg_config, "--exists", f"belfry-{component}"],
                env={**os.environ, **environment},
                check=False,
            )
            if found.returncode != 0:
                # The package of a library that is installed must not be misspelt.
                if has_header(compiler, library) and has_package(pkg_config, component):
                    fail(f"pkg-config does not find what belfry-{component} requires")
                print(f"belfry-{component}: the library or its pkg-config file is not installed, not tested")
                continue
            flags = ask("--cflags", "--libs", f"belfry-{component}")
            source = scratch / f"{component}.cpp"
            source.write_text(f"#include <{header}>\nint main() {{}}\n")
            program = PROGRAMS / LINKED[component] if component in LINKED else source
            run(compiler, "-std=c++20", program, *flags, "-o", scratch / component)
            run(scratch / component)
    print("pkg-config: the user's programs build and run")
    return 0


def has_package(pkg_config: str, component: str) -> bool:
    """Whether pkg-config lists packages with such a name, though not the one that the component requires."""
    word = {"beast": "openssl", "socket_tls": "openssl", "json": "nlohmann"}.get(component, component)
    listed = run(pkg_config, "--list-all")
    return any(word in line.split()[0] for line in listed.splitlines() if not line.startswith("belfry"))


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
