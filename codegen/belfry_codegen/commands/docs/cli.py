# SPDX-License-Identifier: Apache-2.0
"""The command line of `belfry docs`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from belfry_codegen.commands.console import BAD_INPUT, MISFIT, RUN_AGAIN, print_fault, report_interruption
from belfry_codegen.commands.repository import checkout, own_command, repository_root
from belfry_codegen.model.errors import BelfryError, ModelError, UsageError
from belfry_codegen.output.progress import counted
from belfry_codegen.readers.models import Entry, find, nothing_in, survey

_DESCRIPTION = """\
Makes a reference of services as a static site, from the models that the headers are made from: for each
service an index of operations, paginators, waiters, exceptions and endpoints, and for each operation a page
with its request, parameters, response, errors, a complete program and the request on the wire. Documentation
is the model's own where it has some, and an overlay's otherwise.

A run makes again what has changed. Services that earlier runs made stay in the site.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes the site. Returns 2 for bad input, 3 if entries of an overlay do not fit a model."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (BelfryError, OSError) as fault:
        print_fault(fault)
    except KeyboardInterrupt:
        return report_interruption(RUN_AGAIN)
    return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    root = repository_root("api-models")
    parser = argparse.ArgumentParser(
        prog="belfry docs",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("services", nargs="*", metavar="SERVICE", help="default: every service of this project's api-models")
    add("--all", action="store_true", help="every service in the folder of models")
    add(
        "--models",
        type=Path,
        default=root / "api-models",
        metavar="PATH",
        help="api-models of this project (the default), botocore's data, Smithy ASTs, or one model's file",
    )
    add(
        "--out",
        type=Path,
        default=root / "build" / "docs",
        metavar="DIR",
        help="the folder of the site; default: build/docs",
    )
    add(
        "--serve",
        nargs="?",
        type=_port,
        const=0,
        metavar="PORT",
        help="then serve the site on this machine, at that port or any free one, and open it in a browser",
    )
    add("--no-open", action="store_true", help="with --serve: do not open a browser")
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 65535, not '{text}'")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    started = time.monotonic()
    services, unreadable = _chosen(options)
    # Imported here, so that bad input is reported without loading Sphinx.
    try:
        from belfry_codegen.commands.docs.run import make_site
    except ModuleNotFoundError as fault:
        advice = (
            "run pip install 'belfry-codegen[docs]'"
            if checkout() is None
            else "`./belfry docs` installs it, or run pip install -r tools/requirements-docs.txt"
        )
        raise UsageError(f"the Python package {fault.name} is missing; {advice}") from None

    report = make_site(services, options.out)
    several = len(services) + len(unreadable) > 1
    for outcome in report.outcomes:
        prefix = f"{outcome.name}: " if several else ""
        for line in (*outcome.fault.splitlines(), *outcome.misfits):
            print(f"belfry: {prefix}{line}", file=sys.stderr)
    for unread in unreadable:
        print(f"belfry: {unread}", file=sys.stderr)
    failed = [outcome for outcome in report.outcomes if outcome.fault]
    made = len(report.outcomes) - len(failed)
    text = f"{counted(made, 'service')} made, {report.unchanged} unchanged"
    if failed or unreadable:
        text += f", {len(failed) + len(unreadable)} failed"
    print(f"{text}, in {time.monotonic() - started:.1f} s: {options.out / 'index.html'}", file=sys.stderr)
    if report.interrupted:
        return report_interruption(RUN_AGAIN)
    if failed or unreadable:
        return BAD_INPUT
    if options.serve is not None:
        from belfry_codegen.commands.docs.serve import serve

        serve(options.out, options.serve, not options.no_open)
    return MISFIT if any(outcome.misfits for outcome in report.outcomes) else 0


def _chosen(options: argparse.Namespace) -> tuple[dict[str, Entry], list[ModelError]]:
    """The services, and errors for model files that cannot be read."""
    if options.no_open and options.serve is None:
        raise UsageError("--no-open can be used with --serve only")
    if options.services and options.all:
        raise UsageError("give either --all or names of services, not both")
    own = repository_root("api-models") / "api-models"
    if options.services:
        return {name: _find(options.models, name, own) for name in options.services}, []
    found, faults = survey(options.models)
    if not found and not faults:
        raise nothing_in(options.models)
    if not options.all and options.models != own and not options.models.is_file():
        raise UsageError(f"give names of services, or --all for all {len(found)} in {options.models}")
    return found, faults


def _find(models: Path, name: str, own: Path) -> Entry:
    try:
        return find(models, name)
    except UsageError as fault:
        if models != own or checkout() is None:
            raise
        command = own_command("update", name, "--keep-docs")
        raise UsageError(
            f"{fault}; `{command}` copies its model from botocore, or give --models DIR"
        ) from None
