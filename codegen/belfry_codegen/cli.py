# SPDX-License-Identifier: Apache-2.0
"""The command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from belfry_codegen import __version__
from belfry_codegen.errors import BelfryError, UsageError
from belfry_codegen.generate import generate
from belfry_codegen.output import carry_out
from belfry_codegen.pipeline import load_service
from belfry_codegen.readers.models import services
from belfry_codegen.update import update

STALE = 1
BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 0 when all is well, 1 when a check found something stale, 2 for bad input or usage."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BelfryError as fault:
        print(f"belfry: {fault}", file=sys.stderr)
    except OSError as fault:
        print(f"belfry: {fault.filename or ''}: {fault.strerror or fault}", file=sys.stderr)
    except KeyboardInterrupt:
        print("belfry: interrupted, nothing written", file=sys.stderr)
    return BAD_INPUT


def _tree() -> Path:
    """The root of the repository when this runs from a checkout, else the current folder."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "api-models").is_dir() else Path()


def _parser() -> argparse.ArgumentParser:
    root = _tree()
    parser = argparse.ArgumentParser(prog="belfry-codegen", description="Service models to C++ headers.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("generate", help="write the headers of services")
    _services(command)
    _models(command, root)
    command.add_argument(
        "--out",
        type=Path,
        default=root / "include",
        metavar="DIR",
        help="include folder that gets belfry/SERVICE/",
    )
    command.add_argument(
        "--operations", metavar="A,B", help="only these operations and what they need (one service at a time)"
    )
    command.add_argument(
        "--docs", action="store_true", help="take the model's own documentation into the comments"
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if anything would change"
    )
    command.set_defaults(run=_generate)

    command = commands.add_parser("update", help="take over a service's newest model from botocore")
    _services(command)
    command.add_argument("--from", dest="source", type=Path, metavar="DIR", help="botocore's data folder")
    _models(command, root)
    command.set_defaults(run=_update)

    command = commands.add_parser("list", help="list the services in a folder of models")
    _models(command, root)
    command.set_defaults(run=_list)
    return parser


def _services(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "services",
        nargs="*",
        metavar="SERVICE",
        help="such as chime-sdk-voice; all that there are if none is named",
    )


def _named(options: argparse.Namespace) -> list[str]:
    return list(options.services) or [name for name, _ in services(options.models)]


def _models(command: argparse.ArgumentParser, root: Path) -> None:
    command.add_argument(
        "--models",
        type=Path,
        default=root / "api-models",
        metavar="DIR",
        help="folder of models: this project's api-models, botocore's data, or Smithy JSON ASTs",
    )


def _generate(options: argparse.Namespace) -> int:
    names = _named(options)
    operations = None
    if options.operations is not None:
        operations = [name.strip() for name in options.operations.split(",") if name.strip()]
        if not operations:
            raise UsageError("--operations names none")
        if len(names) != 1:
            raise UsageError("--operations goes with one service at a time")
    todo = generate(options.models, names, options.out, operations, options.docs)
    if options.check:
        for path in todo.changed:
            print(f"stale: {path}", file=sys.stderr)
        for path in todo.removed:
            print(f"no longer generated: {path}", file=sys.stderr)
        return 0 if todo.empty else STALE
    carry_out(todo)
    print(
        f"{len(todo.changed)} written, {todo.unchanged} unchanged, {len(todo.removed)} removed",
        file=sys.stderr,
    )
    return 0


def _update(options: argparse.Namespace) -> int:
    for name in _named(options):
        done = update(options.models, name, options.source)
        print(f"{done.folder}: from {done.source}, {done.written} files written")
        for change in done.changes:
            print(("BREAKING: " if change.breaking else "  ") + change.text)
        if done.first:
            print("first version here")
        elif not done.changes:
            print("nothing that users could see has changed")
        # An overlay entry may have had its day; the model is in place, and this says what to mend.
        load_service(options.models, name)
    return 0


def _list(options: argparse.Namespace) -> int:
    for name, version in services(options.models):
        print(f"{name} {version}")
    return 0
