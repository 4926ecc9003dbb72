# SPDX-License-Identifier: Apache-2.0
"""The command line of `belfry whoami`."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from belfry_codegen.commands.compilers import find_compiler, identity
from belfry_codegen.commands.console import BAD_INPUT, report_interruption
from belfry_codegen.commands.endpoints import endpoint_url
from belfry_codegen.commands.repository import (
    add_include_option,
    cache_folder,
    check_include,
    repository_root,
)
from belfry_codegen.cpp.auth import bearer_tokens
from belfry_codegen.model import ir
from belfry_codegen.model.errors import BelfryError, UsageError, error_text
from belfry_codegen.output.fingerprint import digest, library_headers
from belfry_codegen.readers.models import Entry, find

NO_CREDENTIALS = 1

_RUNNER = Path(__file__).resolve().parent / "runner.cpp"
_FLAGS = ("-std=c++20", "-O0")
_LIBRARIES = {
    "CURL": ("curl/curl.h", "-lcurl"),
    "PUGIXML": ("pugixml.hpp", "-lpugixml"),
    "OPENSSL": ("openssl/evp.h", "-lcrypto"),
}
"""The header and the linker's option of each library that the program uses if it is there. Without libcurl it
sends its requests over sockets, without pugixml it assumes no roles, without OpenSSL it reads no logins.
"""


@dataclass
class Findings:
    """The output of the program."""

    settings: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The value of each setting that is set, and where it is."""
    sources: list[tuple[str, str]] = field(default_factory=list)
    """Each source of credentials that gave none, and why."""
    credentials: tuple[str, str, str] | None = None
    """The source, the key and the time of expiry."""
    problem: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what a client would use. Returns 0, 1 without credentials or for wrong ones, 2 for bad input."""
    options = _parser().parse_args(arguments)
    try:
        entry = find(options.models, options.service) if options.service else None
        program = _find_or_build(options.include, options.cache)
        findings = _run(program, options.profile, entry.read() if entry else None)
        lines = [*_lines(findings, entry)]
    except (BelfryError, OSError) as fault:
        print(f"belfry: {error_text(fault)}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return report_interruption()
    for line in lines:
        print(line)
    return 0 if findings.credentials else NO_CREDENTIALS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="belfry whoami",
        description="Prints the region, the endpoint and the credentials that a client would use, and where"
        " each comes from. Shortens keys and hides secrets. Exits with 1 if no source has credentials.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--profile", metavar="NAME", default="", help="default: AWS_DEFAULT_PROFILE, AWS_PROFILE, 'default'"
    )
    parser.add_argument(
        "--service", metavar="SERVICE", help="such as chime-sdk-voice: prints the endpoint of its client, too"
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=repository_root("api-models") / "api-models",
        metavar="PATH",
        help="the models that have the service; default: this project's api-models",
    )
    add_include_option(parser)
    parser.add_argument(
        "--cache",
        type=Path,
        default=cache_folder("whoami"),
        metavar="DIR",
        help="where the program is kept; default: .belfry/whoami",
    )
    return parser


def _find_or_build(include: Path, cache: Path) -> Path:
    """The program that asks the library, compiled unless nothing has changed since."""
    check_include(include)
    compiler = find_compiler()
    headers = [*library_headers(include), include / "belfry" / "transport"]
    program = (cache / f"whoami-{digest([identity(compiler), *_FLAGS], [_RUNNER, *headers])}").resolve()
    if program.exists():
        return program
    cache.mkdir(parents=True, exist_ok=True)
    print("==> Compiling the program that asks (only this time)", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".building-") as folder:
        made = Path(folder) / "program"
        libraries = [option for name in _LIBRARIES for option in _library_options(compiler, name)]
        inputs = ["-I", str(include), str(_RUNNER), "-pthread", *libraries]
        command = [*compiler, *_FLAGS, *inputs, "-o", str(made)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise UsageError(
                f"the program could not be compiled:\n{done.stderr}\n  command: {shlex.join(command)}"
            )
        for old in cache.glob("whoami-*"):
            with contextlib.suppress(OSError):
                old.unlink()
        made.replace(program)
    return program


def _library_options(compiler: Sequence[str], name: str) -> list[str]:
    """The options that compile and link the program with a library; empty if it is not installed."""
    header, link = _LIBRARIES[name]
    with tempfile.TemporaryDirectory() as folder:
        command = [*compiler, "-x", "c++", "-", "-x", "none", "-o", str(Path(folder) / "program"), link]
        source = f"#include <{header}>\nint main() {{}}\n"
        done = subprocess.run(command, input=source, capture_output=True, text=True)
    return [f"-DWITH_{name}=1", link] if done.returncode == 0 else []


def _run(program: Path, profile: str, service: ir.Service | None) -> Findings:
    facts = [service.id, service.signing_name, bearer_tokens(service) or "none"] if service else []
    done = subprocess.run([str(program), profile, *facts], capture_output=True, text=True, env=os.environ)
    findings = Findings()
    for line in done.stdout.splitlines():
        word, *fields = line.split("\t")
        match word:
            case "setting":
                findings.settings[fields[0]] = (fields[1], fields[2])
            case "passed" | "error":
                findings.sources.append((fields[0], fields[1]))
            case "credentials":
                findings.credentials = (fields[0], fields[1], fields[2])
            case "failed":
                findings.problem = fields[0]
    if done.returncode not in (0, 1):
        raise UsageError(f"{program} ended with status {done.returncode}: {done.stderr}")
    return findings


def _lines(findings: Findings, entry: Entry | None) -> Iterator[str]:
    rows = [
        (name.removesuffix("_url"), *findings.settings[name])
        for name in ("profile", "region", "use_fips_endpoint", "use_dualstack_endpoint", "endpoint_url")
        if name in findings.settings
    ]
    if entry is not None:
        url, error = endpoint_url(entry, _built_ins(findings.settings))
        rows = [row for row in rows if row[0] != "endpoint"]
        rows.append(("endpoint", url or f"error: {error}", f"the endpoint rules of {entry.name}"))
        if "auth_scheme" in findings.settings:
            scheme, place = findings.settings["auth_scheme"]
            rows.append(("auth scheme", scheme, place or f"the model of {entry.name}"))
    if findings.credentials is not None:
        source, key, expiry = findings.credentials
        rows.append(("credentials", key, f"{source}{_until(expiry)}"))
    name_width = max((len(row[0]) for row in rows), default=0)
    value_width = max((len(row[1]) for row in rows), default=0)
    for name, value, place in rows:
        yield f"{name:{name_width}}  {value:{value_width}}  {place}".rstrip()
    if findings.problem:
        yield f"error: {findings.problem}"
    elif findings.sources:
        yield "Asked for credentials before:" if findings.credentials else "There are no credentials:"
        yield from (f"   {source}: {reason}" for source, reason in findings.sources)


def _until(expiry: str) -> str:
    if not expiry:
        return ""
    time = datetime.datetime.fromtimestamp(int(expiry), datetime.UTC)
    return f", until {time:%Y-%m-%dT%H:%M:%SZ}"


def _built_ins(settings: dict[str, tuple[str, str]]) -> dict[str, str | bool]:
    """The values that a client gives to its service's endpoint rules."""
    texts = {"AWS::Region": "region", "SDK::Endpoint": "endpoint_url"}
    flags = {"AWS::UseFIPS": "use_fips_endpoint", "AWS::UseDualStack": "use_dualstack_endpoint"}
    found: dict[str, str | bool] = {
        name: settings[setting][0] for name, setting in texts.items() if setting in settings
    }
    return found | {name: True for name, setting in flags.items() if setting in settings}
