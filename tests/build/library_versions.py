# SPDX-License-Identifier: Apache-2.0
"""Tests the adapters with the oldest or the newest libcurl and nghttp2 that a package registry has.

Their sources come in crates, which cargo fetches from wherever it is configured to. Without cargo, or without
a network, this program ends as skipped. To try one version, for example one that a user has:

    python tests/build/library_versions.py --age oldest
    python tests/build/library_versions.py --age newest --curl 0.4.52+curl-7.81.0
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from toolchain import ROOT, skip


@dataclass(frozen=True)
class Crate:
    """The sources of a library in a package registry."""

    name: str
    version: str
    # The checksum of the .crate file; without one, any file is taken.
    sha256: str | None
    # The version of the library; "" for the one that the crate's version tells.
    library: str
    folder: str

    @property
    def tested(self) -> str:
        """The library's version: 8.22.0."""
        return self.library or self.version.partition("+")[2].removeprefix("curl-")


PINNED = {
    "oldest": (
        Crate(
            "curl-sys",
            "0.4.23",
            "f71cd2dbddb49c744c1c9e0b96106f50a634e8759ec51bcd5399a578700a3ab3",
            "7.66.0",
            "curl",
        ),
        # Its configuration calls the sources before 1.34.0 so.
        Crate(
            "libnghttp2-sys",
            "0.1.0",
            "4ffbfb81475cc9f625e44f3a8f8b9cf7173815ae1c7cc2fa91853ec009e38198",
            "1.33.90",
            "nghttp2",
        ),
    ),
    "newest": (
        Crate(
            "curl-sys",
            "0.4.91+curl-8.22.0",
            "cd39579123e45bf762716bb893d43886ed1cabe6289455be29a4f1d4e37afb06",
            "",
            "curl",
        ),
        Crate(
            "libnghttp2-sys",
            "0.1.13+1.68.1",
            "492e00167f1418c15648144f42bbfc63099806ecee9bf8d09a6353d6b4856b3c",
            "",
            "nghttp2",
        ),
    ),
}
PROGRAMS = (
    *("tested_versions", "kit_curl", "kit_async_curl", "kit_clean_up", "kit_proxy", "kit_tls_options"),
    "unit_http2",
)


def run(*command: str) -> None:
    """Runs a command whose output goes to ours; ends this program when it fails."""
    print("+", " ".join(command), flush=True)
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        sys.exit(1)


def fetch(crate: Crate) -> Path:
    """The .crate file; ends this program as skipped if cargo cannot reach its registry."""
    cached = find(crate)
    if cached is not None:
        return cached
    cargo = shutil.which("cargo")
    if cargo is None:
        skip("cargo is not installed")
    about = subprocess.run([cargo, "-vV"], capture_output=True, text=True, check=False)
    host = re.search(r"^host: (.*)$", about.stdout, re.MULTILINE)
    if host is None:
        skip(f"cargo does not tell its version: {about.stderr}")
    with tempfile.TemporaryDirectory(prefix="belfry-crate-") as scratch:
        folder = Path(scratch)
        (folder / "src").mkdir()
        (folder / "src" / "lib.rs").touch()
        (folder / "Cargo.toml").write_text(
            '[package]\nname = "sources"\nversion = "0.0.0"\nedition = "2021"\n\n'
            f'[dependencies]\n{crate.name} = "={crate.version.partition("+")[0]}"\n'
        )
        # Other systems need crates that are ten times as large.
        command = [cargo, "fetch", "--target", host.group(1)]
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, check=False, timeout=300
            )
        except subprocess.TimeoutExpired:
            skip(f"cargo has not fetched {crate.name} {crate.version} within 300 seconds")
    # An old cargo may fail to read one of the crates that this one depends on.
    fetched = find(crate)
    if fetched is None:
        print(done.stderr)
        if "failed to select a version" in done.stderr and "offline" not in done.stderr:
            sys.exit(f"the registry has no {crate.name} {crate.version}")
        skip(f"cargo cannot fetch {crate.name} {crate.version} into its cache")
    return fetched


def find(crate: Crate) -> Path | None:
    """The .crate file in cargo's cache."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    found = sorted((home / "registry" / "cache").glob(f"*/{crate.name}-{crate.version}.crate"))
    return found[0] if found else None


def unpack(crate: Crate, into: Path) -> Path:
    """Unpacks the library's sources, if that was not done before; the folder that has them."""
    file = fetch(crate).read_bytes()
    digest = hashlib.sha256(file).hexdigest()
    if crate.sha256 is None:
        print(f"{crate.name} {crate.version} is not pinned; its SHA-256 is {digest}")
    elif digest != crate.sha256:
        sys.exit(f"{crate.name} {crate.version} has the SHA-256 {digest} instead of {crate.sha256}")
    sources = into / f"{crate.name}-{crate.version}" / crate.folder
    complete = sources / f"unpacked-{digest}"
    if complete.is_file():
        return sources
    shutil.rmtree(sources, ignore_errors=True)
    with tempfile.TemporaryFile() as whole:
        whole.write(file)
        whole.seek(0)
        with tarfile.open(fileobj=whole) as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                wanted = path.parts[1:2] == (crate.folder,) and path.parts[2:3] in (("lib",), ("include",))
                if not wanted or not member.isfile() or ".." in path.parts:
                    continue
                content = archive.extractfile(member)
                assert content is not None
                target = sources / PurePosixPath(*path.parts[2:])
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
    complete.touch()
    return sources


def main() -> int:
    """The exit status is 1 when a build or a test fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--age", choices=PINNED, required=True)
    parser.add_argument("--curl", metavar="VERSION", help="another version of the crate curl-sys")
    parser.add_argument("--nghttp2", metavar="VERSION", help="another version of the crate libnghttp2-sys")
    parser.add_argument("--build-dir", type=Path, default=ROOT / "build")
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("--ctest", default="ctest")
    parser.add_argument("--jobs", default="2")
    options = parser.parse_args()
    if sys.platform != "linux" or sys.maxsize < 2**32:
        skip("the libraries are configured for Linux with 64 bits")
    curl, nghttp2 = PINNED[options.age]
    if options.curl:
        curl = replace(curl, version=options.curl, sha256=None, library="")
    if options.nghttp2:
        nghttp2 = replace(nghttp2, version=options.nghttp2, sha256=None, library="")
    if not curl.tested or not nghttp2.tested:
        parser.error("give the whole version, which tells the library's: 0.4.52+curl-7.81.0")
    base = options.build_dir.resolve() / "library-versions"
    curl_sources = unpack(curl, base)
    nghttp2_sources = unpack(nghttp2, base)
    # The same for all versions: most of the kit is compiled once.
    folder = base / "programs"
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    project = ROOT / "tests" / "build" / "library_versions"
    run(options.cmake, "-S", str(project), "-B", str(folder), *generator,
        f"-DCURL_SOURCES={curl_sources}", f"-DCURL_TESTED={curl.tested}",
        f"-DNGHTTP2_SOURCES={nghttp2_sources}", f"-DNGHTTP2_TESTED={nghttp2.tested}")  # fmt: skip
    run(options.cmake, "--build", str(folder), "--target", "tested_programs", "--parallel", options.jobs)
    run(options.ctest, "--test-dir", str(folder), "-R", f"^({'|'.join(PROGRAMS)})$", "--output-on-failure",
        "--no-tests=error", "--parallel", options.jobs)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
