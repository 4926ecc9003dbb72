# SPDX-License-Identifier: Apache-2.0
"""Checks that headers include each other only in the direction that `BELOW` allows.

A folder may include itself and the folders below it; headers are included by their full path in angle
brackets. The declaration of a type of another folder counts as an include of its definition. Also checked:
each header starts with the licence line and has `#pragma once`, what separate compilation compiles once is
defined in an .ipp, and the headers that every service includes stay free of the expensive standard ones.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The folders of include/belfry from the bottom up, and the folders that each may include besides itself.
BELOW: dict[str, frozenset[str]] = {
    folder: frozenset(below.split())
    for folder, below in {
        "util": "",
        "core": "util",
        "schema": "util core",
        "http": "util core",
        "codec": "util core schema",
        "jmespath": "util core schema",
        "operation": "util core schema http",
        "retry": "util core http",
        "endpoint": "util core http",
        "auth": "util core http operation endpoint",
        "protocol": "util core schema http codec operation",
        "call": "util core schema http jmespath operation retry endpoint auth protocol",
        "body": "util core schema http auth protocol call",
        "client": "util core schema operation endpoint call",
        "borrowed": "util core schema codec operation protocol client",
        "events": "util core schema http codec operation retry auth protocol call client async",
        "paging": "util core schema retry jmespath call client async",
        "async": "util core http operation call",
        "presign": "util core schema http operation endpoint auth protocol call",
        "settings": "util core schema http operation auth call",
        "identity": "util core schema http codec endpoint operation auth protocol call client settings async",
        "testing": "util core schema http codec operation auth protocol call events interop",
        "transport": "util core http",
        "interop": "util core schema http codec operation auth call async",
    }.items()
}
# Separate compilation lists all bodies.
BELOW["impl"] = frozenset(BELOW)
# A service may include every folder except the opt-in ones.
SERVICE_SEES = frozenset(BELOW) - {"settings", "identity", "transport", "interop", "impl"}

# The names that may be declared below or beside the folder that defines them, and why.
DECLARED_BELOW = {
    "EndpointRules": "a service points to its endpoint rules, which only the pipeline evaluates; their"
    " definition costs each file that includes a client some of its compile time",
    "OperationHooks": "an operation points to what the pipeline does for it, and protocols, which stand below"
    " the pipeline, read operations",
}

# Headers that cost more to compile than a service's own declarations. <span> costs a little too, but the
# transport's signature is worth it.
EXPENSIVE = frozenset(
    "algorithm any array atomic bitset chrono cmath condition_variable deque filesystem format "
    "fstream functional future iomanip ios iostream istream list map memory mutex numeric ostream "
    "queue random ranges regex set shared_mutex source_location sstream stack stop_token "
    "streambuf thread tuple typeindex unordered_map unordered_set valarray variant".split()
)

# Headers of a service that neither its client nor its operations include.
OPT_IN = ("/async.hpp", "/fake.hpp")

# Conditions that are true only on other systems.
ELSEWHERE = ("#ifdefined(_WIN32)", "#if!BELFRY_HAS_GNU_EXTENSIONS")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def includes(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line number, quote and name of each include directive that g++ and clang see on a POSIX system."""
    conditions: list[bool] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        directive = line.replace(" ", "")
        if directive.startswith("#if"):
            conditions.append(directive.startswith(ELSEWHERE))
        elif directive.startswith("#el") and conditions:
            conditions[-1] = False
        elif directive.startswith("#endif") and conditions:
            conditions.pop()
        match = INCLUDE.match(line)
        if match and not any(conditions):
            yield number, match[1], match[2]


def folder_of(relative: Path) -> str:
    """`core` for `core/error.hpp`, `` for a flat header such as `presign.hpp`."""
    return relative.parts[0] if len(relative.parts) > 1 else ""


def faults_of_header(path: Path, root: Path) -> Iterator[str]:
    """The faults of one header, each as `file:line: text`."""
    relative = path.relative_to(root / "belfry")
    folder = folder_of(relative)
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != "// SPDX-License-Identifier: Apache-2.0":
        yield f"{path}:1: the first line must be the licence line"
    if "#pragma once" not in lines:
        yield f"{path}:1: no #pragma once"
    first = next(includes(path), None)
    # A header has included it before it includes an .ipp.
    checks_standard = path.suffix == ".ipp" or relative.as_posix() == "util/config.hpp"
    if first and not first[2].startswith("belfry/") and not checks_standard:
        yield f"{path}:{first[0]}: include <belfry/util/config.hpp> first: it checks the standard of C++"
    for number, quote, name in includes(path):
        if quote == '"':
            yield f'{path}:{number}: include Belfry\'s headers as <belfry/...>, not "{name}"'
            continue
        if not name.startswith("belfry/"):
            continue
        if not (root / name).is_file():
            yield f"{path}:{number}: <{name}> does not exist"
        target = folder_of(Path(name).relative_to("belfry"))
        if folder in BELOW:
            # Flat headers and services are above every folder.
            if target == "" and name != "belfry/version.hpp":
                yield f"{path}:{number}: {folder}/ must not include <{name}>, which is for users"
            elif target and target not in BELOW[folder] | {folder}:
                yield f"{path}:{number}: {folder}/ must not include {target}/ (<{name}>)"
        elif folder and target not in SERVICE_SEES | {folder, ""}:
            yield f"{path}:{number}: the service {folder}/ must not include {target}/ (<{name}>)"


COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
TYPE = re.compile(
    r"^[ \t]*(?:template\s*<(?:[^<>;{}]|<[^<>;{}]*>)*>\s*)?"
    r"(?:class|struct|union|enum(?:\s+(?:class|struct))?)\s+(?:\[\[[^\]]*\]\]\s*)?(?P<name>\w+)(?:\s+final)?\s*(?::[^;{}]*)?(?P<end>[;{])",
    re.MULTILINE,
)
FUNCTION = re.compile(r"\bBELFRY_INLINE\b[^;{}()]*?(?P<name>~?\w+)\s*\([^;{}]*(?P<end>[;{])")
OBJECT = re.compile(
    r"\bextern\s[^;{}()]*?(?P<declared>\w+)\s*;|\bBELFRY_INLINE\s+constexpr\s[^;{}()]*?(?P<defined>\w+)\s*[{=]"
)


@dataclass(frozen=True)
class Mention:
    """A name that a header declares or defines at some line."""

    name: str
    line: int
    defines: bool
    is_function: bool = False


def mentions(text: str) -> Iterator[Mention]:
    """The types, the separately compiled functions and the constants that a header declares or defines."""
    code = COMMENT_OR_TEXT.sub(lambda match: "\n" * match[0].count("\n"), text)
    for pattern in (TYPE, FUNCTION):
        for match in pattern.finditer(code):
            line = code.count("\n", 0, match.start("name")) + 1
            yield Mention(match["name"], line, match["end"] == "{", pattern is FUNCTION)
    for match in OBJECT.finditer(code):
        name = match["declared"] or match["defined"]
        yield Mention(name, code.count("\n", 0, match.start()) + 1, match["declared"] is None)


def foreign_declarations(root: Path, headers: list[Path]) -> Iterator[str]:
    """Declarations of types of a folder above, and definitions that belong in an .ipp."""
    found = [
        (header, folder_of(header.relative_to(root / "belfry")), mention)
        for header in headers
        for mention in mentions(header.read_text(encoding="utf-8"))
    ]
    homes: dict[str, set[str]] = {}
    for _, folder, mention in found:
        if mention.defines:
            homes.setdefault(mention.name, set()).add(folder)
    used = set()
    floors = list(BELOW)
    for header, folder, mention in found:
        where = f"{header}:{mention.line}"
        if mention.defines and mention.is_function and header.suffix == ".hpp":
            yield f"{where}: {mention.name} must be defined in an .ipp"
        defining = homes.get(mention.name, set())
        if folder not in BELOW or mention.defines or not defining or defining & (BELOW[folder] | {folder}):
            continue
        if mention.name in DECLARED_BELOW:
            used.add(mention.name)
        else:
            # The lowest folder, because those above may have types of the same name for views.
            owner = min(defining, key=lambda one: floors.index(one) if one in floors else len(floors))
            yield f"{where}: {folder}/ must not declare {mention.name}, which {owner}/ defines"
    for name in DECLARED_BELOW.keys() - used:
        yield f"{__file__}:1: DECLARED_BELOW need not allow {name}"


def headers_of(root: Path) -> list[Path]:
    """Every header, and the bodies in `impl/` that headers include where they are not compiled separately."""
    return sorted(path for path in (root / "belfry").rglob("*.?pp") if path.suffix in (".hpp", ".ipp"))


def graph_of(root: Path) -> dict[str, list[str]]:
    """Each header and the Belfry headers that it includes."""
    return {
        str(path.relative_to(root)): [name for _, _, name in includes(path) if name.startswith("belfry/")]
        for path in headers_of(root)
    }


def cycles(graph: dict[str, list[str]]) -> Iterator[str]:
    """Each cycle of headers. Recursive shapes share a header, so that there need not be any."""
    state: dict[str, int] = {}
    for start in graph:
        if state.get(start):
            continue
        stack = [(start, iter(graph[start]))]
        state[start] = 1
        while stack:
            node, following = stack[-1]
            for name in following:
                if state.get(name) == 1:
                    chain = [entry for entry, _ in stack]
                    yield " -> ".join([*chain[chain.index(name) :], name])
                elif name in graph and not state.get(name):
                    state[name] = 1
                    stack.append((name, iter(graph[name])))
                    break
            else:
                state[node] = 2
                stack.pop()


def expensive_headers(root: Path, graph: dict[str, list[str]]) -> Iterator[str]:
    """Expensive standard headers that a service header reaches, with the header that brings them in.

    A service's fake is left out: only tests include it, and no other header of the service may.
    """
    reached: set[str] = set()
    waiting = [
        name
        for name in graph
        if name.count("/") > 1 and name.split("/")[1] not in BELOW and not name.endswith(OPT_IN)
    ]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in graph:
            reached.add(name)
            waiting.extend(graph[name])
    for name in sorted(reached):
        for number, _, included in includes(root / name):
            if included in EXPENSIVE:
                yield f"{root / name}:{number}: every service pays for <{included}>"


def unlisted_bodies(root: Path, graph: dict[str, list[str]]) -> Iterator[str]:
    """Bodies that separate compilation would not define, or would define twice."""
    lists = [graph.get(f"belfry/impl/{name}.hpp", []) for name in ("src", "src_xml")]
    for name in graph:
        if name.endswith(".ipp") and sum(listed.count(name) for listed in lists) != 1:
            yield f"{root / name}:1: must be listed once, in belfry/impl/src.hpp or src_xml.hpp"


def main() -> int:
    """Prints every fault. Returns 1 if there is one."""
    parser = argparse.ArgumentParser(description="Check the direction of includes.")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent / "include")
    root: Path = parser.parse_args().root
    headers = headers_of(root)
    if not headers:
        print(f"no headers in {root / 'belfry'}")
        return 1
    faults = [fault for header in headers for fault in faults_of_header(header, root)]
    graph = graph_of(root)
    faults += [f"include cycle: {cycle}" for cycle in cycles(graph)]
    faults += expensive_headers(root, graph)
    faults += unlisted_bodies(root, graph)
    faults += foreign_declarations(root, headers)
    for fault in faults:
        print(fault)
    print(f"{len(headers)} headers, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
