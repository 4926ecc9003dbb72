# SPDX-License-Identifier: Apache-2.0
"""Finds a service's wire program in the cache, or builds it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.commands.compilers import find_compiler, identity
from belfry_codegen.commands.repository import check_include
from belfry_codegen.model.errors import BelfryError, ModelError
from belfry_codegen.output.fingerprint import digest, library_headers, package
from belfry_codegen.output.jobs import job_count
from belfry_codegen.readers.models import model_files

# -Og compiles faster than -O1, and also than -O0, which leaves every small function of the standard library.
_FLAGS = ("-std=c++20", "-Og", "-DBELFRY_SEPARATE_COMPILATION")
_RUNNER = Path(__file__).resolve().parent / "runner"
_PROGRAMS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Source:
    """The inputs of a program."""

    models: Path
    service: str
    operations: tuple[str, ...] | None
    protocol: str | None
    include: Path
    cache: Path
    borrowed: bool = False
    """Reads outputs as views of the response first, where the service has such types."""


class BuildError(BelfryError):
    """The program cannot be compiled."""


def find_or_build(source: Source) -> Path:
    """The program for a service. Builds it unless the cache holds it and nothing has changed."""
    check_include(source.include)
    compiler = find_compiler()
    runtime = digest([identity(compiler), *_FLAGS], [_RUNNER, *library_headers(source.include)])
    model = model_files(source.models, source.service)
    chosen = [source.service, source.protocol or "", str(source.borrowed), *(source.operations or ("*",))]
    key = digest([runtime, *chosen], [package(), *model])
    program = (source.cache / f"{source.service}-{key}").resolve()
    with contextlib.suppress(FileNotFoundError):
        os.utime(program)
        return program
    source.cache.mkdir(parents=True, exist_ok=True)
    with _locked(source.cache / ".lock"):
        if not program.exists():
            _build(source, compiler, runtime, program)
            _forget_old(source.cache)
    return program


def _build(source: Source, compiler: list[str], runtime: str, program: Path) -> None:
    # Imported here, because a cached program must start without loading Jinja2.
    from belfry_codegen.commands.wire.table import write_program
    from belfry_codegen.passes.pipeline import load_service

    started = time.monotonic()
    misfits: list[ModelError] = []
    service = load_service(
        source.models, source.service, source.operations, protocol=source.protocol, misfits=misfits
    )
    for fault in misfits:
        _say(f"Without this entry of an overlay, which does not fit the model: {fault}")
    parts = ["."]
    if service.protocol.xml:
        parts.append("xml")
        if not (source.cache / f"runtime-{runtime}xml").is_dir():
            _need_pugixml(compiler, source.service, service.protocol.name)
    _say(f"Generating {source.service}")
    with tempfile.TemporaryDirectory(dir=source.cache, prefix=".building-") as folder:
        room = Path(folder)
        tables = write_program(service, source.service, room, source.borrowed)
        count = len(service.operations)
        _say(f"Compiling {source.service}, {count} operation{'' if count == 1 else 's'} (only this time)")
        include = ["-I", str(_RUNNER), "-I", str(room / "include"), "-I", str(source.include)]
        objects = [(path, room / f"{path.stem}.o") for path in tables]
        shared = {part: source.cache / f"runtime-{runtime}{part.strip('.')}" for part in parts}
        missing = [part for part in parts if not shared[part].is_dir()]
        for part in missing:
            made = room / "runtime" / part
            made.mkdir(parents=True)
            objects += [(path, made / f"{path.stem}.o") for path in sorted((_RUNNER / part).glob("*.cpp"))]
        _compile_all([[*compiler, *_FLAGS, *include, "-c", str(path), "-o", str(to)] for path, to in objects])
        for part in reversed(missing):
            with contextlib.suppress(OSError):  # another process may have built it first
                (room / "runtime" / part).resolve().rename(shared[part])
        linked = sorted(str(path) for place in (room, *shared.values()) for path in place.glob("*.o"))
        libraries = ["-lpugixml"] if "xml" in parts else []
        _compile_all([[*compiler, "-o", str(room / "program"), *linked, *libraries]])
        (room / "program").replace(program)
    _say(f"Built in {time.monotonic() - started:.0f} s")


def _need_pugixml(compiler: list[str], service: str, protocol: str) -> None:
    """Fails with a short message if pugixml is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pugixml.cpp"
        source.write_text(
            "#include <pugixml.hpp>\nint main() { return pugi::xml_document().empty() ? 0 : 1; }\n"
        )
        done = _run([*compiler, str(source), "-o", str(Path(folder) / "program"), "-lpugixml"])
    if done.returncode != 0:
        raise BuildError(
            f"{service} uses {protocol}, whose XML is parsed by pugixml, which is not installed"
            " (its package is libpugixml-dev, pugixml-devel or pugixml)"
        )


def _compile_all(commands: Sequence[Sequence[str]]) -> None:
    """Runs compilers in parallel. The first failure's output becomes the error."""
    done = 0
    with ThreadPoolExecutor(job_count()) as pool:
        running = [
            pool.submit(subprocess.run, command, capture_output=True, text=True) for command in commands
        ]
        for task in running:
            result = task.result()
            if result.returncode != 0:
                for other in running:
                    other.cancel()
                raise BuildError(_failure(result))
            done += 1
            if len(commands) > 1:
                _say(f"  {done} of {len(commands)}")


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def _failure(result: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    telling = (" error: ", "undefined reference", "multiple definition")
    first = next((number for number, line in enumerate(lines) if any(word in line for word in telling)), 0)
    shown = "\n  | ".join(lines[first : first + 12])
    return f"the program could not be compiled:\n  | {shown}\n  command: {shlex.join(result.args)}"


def _say(text: str) -> None:
    print(f"==> {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Locks the cache, so that two processes that need the same program build it once."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _forget_old(cache: Path) -> None:
    programs = [path for path in cache.iterdir() if path.is_file() and path.name != ".lock"]
    runtimes = [path for path in cache.iterdir() if path.name.startswith("runtime-")]

    def used(path: Path) -> float:
        return path.stat().st_mtime

    for path in sorted(programs, key=used)[:-_PROGRAMS_KEPT]:
        path.unlink(missing_ok=True)
    for path in sorted(runtimes, key=used)[:-8]:
        shutil.rmtree(path, ignore_errors=True)
