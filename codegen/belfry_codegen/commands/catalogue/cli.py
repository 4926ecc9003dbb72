# SPDX-License-Identifier: Apache-2.0
"""The command line of `belfry catalogue`."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from belfry_codegen.commands.catalogue.compile import BARE, FLAGS, Compilation, Result, known_result
from belfry_codegen.commands.catalogue.report import Row, row_of, table, write_report
from belfry_codegen.commands.catalogue.sample import sample, seed_of_today
from belfry_codegen.commands.catalogue.units import Preparation, Prepared, prepare
from belfry_codegen.commands.compilers import find_compiler, identity
from belfry_codegen.commands.console import BAD_INPUT, RUN_AGAIN, names_in, report_interruption
from belfry_codegen.commands.generate import Report, generate
from belfry_codegen.commands.repository import add_include_option, check_include, repository_root
from belfry_codegen.commands.task import Options
from belfry_codegen.model.errors import BelfryError, UsageError, error_text
from belfry_codegen.output.cache import generator_key
from belfry_codegen.output.fingerprint import digest, library_headers
from belfry_codegen.output.jobs import as_completed, job_count
from belfry_codegen.output.progress import counted, progress
from belfry_codegen.readers.models import Entry, find, survey

BAD = 1

_DESCRIPTION = """\
Generates services. Then compiles, with every warning, the umbrella header of each service and source files
that instantiate all of its calls, paginators, waiters and tables. Links and runs nothing.

Results are kept until models, generator, headers or compiler change, so that an interrupted run can be
continued. Exits with 1 if a service cannot be generated, does not compile, or has warnings.
"""
# The memory for one compiler; the largest file of AWS's catalogue takes 1.7 GB, most take less than 0.6.
_BYTES_A_JOB = 1_200_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns 1 if a service is bad, 2 for bad input or usage, 130 after an interrupt."""
    options = _parser().parse_args(arguments)
    if threading.current_thread() is threading.main_thread():
        # So that the compilers are stopped, too.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(options)
    except (BelfryError, OSError) as fault:
        print(f"belfry: {error_text(fault)}", file=sys.stderr)
    except KeyboardInterrupt:
        return report_interruption(RUN_AGAIN)
    return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    root = repository_root("include/belfry")
    parser = argparse.ArgumentParser(
        prog="belfry catalogue",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("services", nargs="*", metavar="SERVICE", help="default: every service in the folder of models")
    add("--models", type=Path, metavar="DIR", help="default: those of the botocore that is installed")
    add(
        "--out",
        type=Path,
        default=root / "build" / "catalogue",
        metavar="DIR",
        help="a folder for headers, sources and results; default: build/catalogue",
    )
    add("--sample", type=_count, metavar="N", help="only N services, different ones every day")
    add("--seed", type=int, metavar="N", help="draws the sample; default: the number of days since 1970")
    add("--always", default="", metavar="A,B", help="services that are in every sample")
    add("--umbrella-only", action="store_true", help="compile only the headers, without code that uses them")
    add("--compiler", metavar="COMMAND", help="default: BELFRY_CXX, CXX, g++ or clang++")
    add_include_option(parser)
    add(
        "--report",
        type=Path,
        metavar="FILE",
        help="a file for all figures, CSV if it ends in .csv, otherwise JSON; default: report.json in --out",
    )
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a number of 1 or more, not '{text}'")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    started = time.monotonic()
    check_include(options.include)
    compiler = find_compiler(options.compiler)
    services, rows = _chosen(options)
    print(f"==> Generating {counted(len(services), 'service')}", file=sys.stderr, flush=True)
    include = options.out.resolve() / "include"
    generated = generate(services, dict.fromkeys(services, Options(include)), options.out / "generated")
    if generated.interrupted:
        return report_interruption(RUN_AGAIN)
    rows += [Row(outcome.name, "refused", fault=outcome.fault) for outcome in generated.faults]
    for outcome in generated.misfits:
        for misfit in outcome.misfits:
            print(f"belfry: {outcome.name}: left out: {misfit}", file=sys.stderr)
    prepared = _prepare(options, compiler, services, generated)
    if not _has_xml(compiler):
        why = "pugixml.hpp was not found; its package is libpugixml-dev, pugixml-devel or pugixml"
        left_out = [service for service in prepared if service.facts.needs_xml]
        prepared = [service for service in prepared if not service.facts.needs_xml]
        rows += [
            Row(service.service, "left out", protocol=service.facts.protocol, fault=why)
            for service in left_out
        ]
        if left_out:
            print(f"belfry: {counted(len(left_out), 'service')} left out: {why}", file=sys.stderr)
    compilation = Compilation(compiler, [include, options.include.resolve()], _jobs())
    results, interrupted = _compile(compilation, prepared)
    rows = sorted([*rows, *(row_of(service, results) for service in prepared)], key=lambda row: row.service)
    print(table(rows))
    report = options.report or options.out / "report.json"
    about = {"compiler": shlex.join(compiler), "flags": [*FLAGS, *BARE], "seed": options.seed}
    write_report(report, rows, about)
    print(f"{time.monotonic() - started:.0f} s; every figure is in {report}")
    if interrupted:
        return report_interruption(RUN_AGAIN)
    return BAD if generated.misfits or any(row.is_bad for row in rows) else 0


def _chosen(options: argparse.Namespace) -> tuple[dict[str, Entry], list[Row]]:
    """The chosen services, and rows for models that cannot be read."""
    models = options.models or _botocore()
    if options.services:
        if options.sample is not None:
            raise UsageError("give either --sample or names of services, not both")
        return {name: find(models, name) for name in options.services}, []
    found, faults = survey(models, options.out / "generated")
    if not found and not faults:
        raise UsageError(f"{models}: this folder does not hold models")
    rows = [Row(Path(fault.file).name, "refused", fault=str(fault)) for fault in faults]
    if options.sample is None:
        return found, rows
    always = names_in(options.always)
    chosen = {name: find(models, name) for name in always}
    options.seed = seed_of_today() if options.seed is None else options.seed
    others = [name for name in found if name not in chosen]
    chosen |= {name: found[name] for name in sample(others, options.sample, options.seed)}
    print(f"==> Sample of {options.sample} besides {len(always)}; --seed {options.seed} repeats it")
    return dict(sorted(chosen.items())), rows


def _botocore() -> Path:
    spec = importlib.util.find_spec("botocore")
    if spec is None or spec.origin is None:
        raise UsageError("botocore is not installed; give a folder of models with --models")
    return Path(spec.origin).parent / "data"


def _prepare(
    options: argparse.Namespace, compiler: list[str], services: dict[str, Entry], generated: Report
) -> list[Prepared]:
    generator = generator_key()
    library = digest([identity(compiler), *FLAGS, *BARE], library_headers(options.include))
    # Keep the results of other compilers.
    suffix = digest([shlex.join(compiler)])[:8]
    out = options.out.resolve()
    todo = [
        Preparation(
            services[outcome.name],
            outcome.namespace,
            out,
            generator,
            library,
            suffix,
            options.umbrella_only,
        )
        for outcome in generated.outcomes
        if not outcome.fault
    ]
    with progress(len(todo), "services prepared") as bar:
        prepared = []
        for service in as_completed(prepare, todo, job_count()):
            prepared.append(service)
            bar.update()
    return sorted(prepared, key=lambda service: service.service)


def _compile(compilation: Compilation, prepared: Sequence[Prepared]) -> tuple[dict[Path, Result], bool]:
    """The result of each file, and whether an interrupt stopped the run."""
    units = [unit for service in prepared for unit in service.units]
    known = {unit.source: result for unit in units if (result := known_result(unit)) is not None}
    waiting = sorted(
        (unit for unit in units if unit.source not in known), key=lambda unit: (-unit.size, unit.source)
    )
    text = f"==> Compiling {counted(len(waiting), 'file')} of {counted(len(prepared), 'service')}"
    print(text + (f"; {len(known)} are up to date" if known else ""), file=sys.stderr, flush=True)
    results = dict(known)
    with progress(len(waiting), "files") as bar:
        try:
            for unit, result in compilation.run(waiting):
                results[unit.source] = result
                bar.update()
        except KeyboardInterrupt:
            return results, True
    return results, False


def _has_xml(compiler: Sequence[str]) -> bool:
    check = subprocess.run(
        [*compiler, "-x", "c++", "-fsyntax-only", "-"],
        input="#include <pugixml.hpp>\n",
        text=True,
        capture_output=True,
    )
    return check.returncode == 0


def _jobs() -> int:
    """The number of compilers to run at once: the number of jobs, or fewer if memory is short."""
    jobs = job_count()
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return jobs
    fitting = max(1, free // _BYTES_A_JOB)
    if fitting < jobs:
        print(
            f"belfry: little memory is free; compiling {fitting} files at once instead of {jobs}",
            file=sys.stderr,
        )
    return min(jobs, fitting)
