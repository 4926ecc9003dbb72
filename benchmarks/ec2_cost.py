# SPDX-License-Identifier: Apache-2.0
"""The cost of a large service to a program that uses little of it: EC2 (800 operations) and Chime SDK Voice.

Generates all of EC2 from botocore's model, and compiles a program with two operations of each service in
turn: pairs whose inputs and outputs have 24 members in 6 and 8 structures. Prints processor time, ratios and
sizes, header-only and with Belfry compiled once elsewhere, with pugixml as a shared and as a static library,
and exits with 1 when a goal is missed. Without botocore, Jinja2 or pugixml it says so and measures nothing.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from build_cost import CALLS, IMPLEMENTATION, SEPARATE, Build, judge

ROOT = Path(__file__).resolve().parents[1]

EC2_CALLS = """
#include <belfry/ec2/allocate_address.hpp>
#include <belfry/ec2/release_address.hpp>
#include <cstdio>
namespace ec2 = belfry::ec2;
struct Refuse final : belfry::Transport {
    belfry::TransportResult send(const belfry::HttpRequest&, belfry::ResponseSink&) noexcept override {
        return {belfry::TransportStatus::connect_failed, {}};
    }
};
int main() {
    Refuse transport;
    const ec2::Client client{{.region = "us-east-1"}, transport};
    const auto allocated = client.allocate_address({.address = "a"});
    if (!allocated) std::puts(allocated.error().message.c_str());
    const auto released = client.release_address({.allocation_id = "a"});
    return released ? 0 : 1;
}
"""

IMPLEMENTATION_XML = """
#include <belfry/impl/src_xml.hpp>
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures what the size of a service costs.")
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--flags", default="-O2")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    missing = [name for name in ("botocore", "jinja2") if importlib.util.find_spec(name) is None]
    check = subprocess.run(
        [options.compiler, "-x", "c++", "-E", "-"],
        input="#include <pugixml.hpp>\n",
        text=True,
        capture_output=True,
    )
    missing += ["pugixml"] if check.returncode != 0 else []
    if missing:
        print(f"EC2 against Chime SDK Voice: left out, for there is no {', '.join(missing)}")
        return 0
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        generate(folder)
        flags = [*options.flags.split(), f"-I{folder}"]
        return measure(Build(options.compiler, flags, ROOT / "include", folder), options.rounds)


def generate(folder: Path) -> None:
    """Writes the headers of all of EC2."""
    import botocore

    models = Path(botocore.__file__).parent / "data"
    command = [sys.executable, "-m", "belfry_codegen", "generate", "ec2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "codegen"), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [*command, "--models", str(models), "--out", str(folder)],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def measure(build: Build, rounds: int) -> int:
    """Compiles and prints; returns 1 if a goal is missed."""
    sources = {
        (service, way): build.source(f"{service}_{way}", text)
        for service, text in (("chime", CALLS), ("ec2", EC2_CALLS))
        for way in ("header_only", "separate")
    }
    flags = {"header_only": (), "separate": (SEPARATE,)}
    seconds: dict[tuple[str, str], list[float]] = {key: [] for key in sources}
    for _ in range(rounds):
        for (service, way), source in sources.items():
            seconds[service, way].append(build.compile(source, *flags[way]))
    median = {key: statistics.median(times) for key, times in seconds.items()}
    objects = {key: source.with_suffix(".o") for key, source in sources.items()}
    shared = {}
    for name, text in (("once", IMPLEMENTATION), ("once_xml", IMPLEMENTATION_XML)):
        shared[name] = build.source(name, text)
        build.compile(shared[name], SEPARATE, "-ffunction-sections", "-fdata-sections")
    once, once_xml = (path.with_suffix(".o") for path in shared.values())
    dynamic, static = ("-lpugixml",), ("-Wl,-Bstatic", "-lpugixml", "-Wl,-Bdynamic")

    print("two operations of EC2 (800 operations) against two of Chime SDK Voice (96), 24 members each")
    passed = True
    for way, name in (("header_only", "header-only"), ("separate", "belfry::compiled")):
        chime, ec2 = median["chime", way], median["ec2", way]
        print(f"  {name:32} {chime:10.2f} s {ec2:8.2f} s")
        passed &= judge(f"compile time, {name}", ec2 / chime, 1.3)
    chime_size = build.stripped_size(objects["chime", "header_only"])
    ec2_size = build.stripped_size(objects["ec2", "header_only"], libraries=dynamic)
    print(f"  {'stripped, header-only':32} {chime_size / 1000:10.2f} kB {ec2_size / 1000:8.2f} kB")
    passed &= judge("size of the program", ec2_size / chime_size, 1.0)
    # Drop unused sections, as a user of belfry::compiled with this flag does.
    unused = "-Wl,--gc-sections"
    chime_size = build.stripped_size(objects["chime", "separate"], once, libraries=(unused,))
    ec2_size = build.stripped_size(objects["ec2", "separate"], once, once_xml, libraries=(unused, *dynamic))
    print(f"  {'stripped, belfry::compiled':32} {chime_size / 1000:10.2f} kB {ec2_size / 1000:8.2f} kB")
    passed &= judge("size of the program, belfry::compiled", ec2_size / chime_size, 1.0)
    try:
        size = build.stripped_size(objects["ec2", "header_only"], libraries=static)
        print(f"  {'EC2 with pugixml in the program':32} {size / 1000:10.2f} kB")
    except subprocess.CalledProcessError:
        print("  pugixml is not here as a static library")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
