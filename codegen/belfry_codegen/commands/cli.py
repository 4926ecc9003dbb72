# SPDX-License-Identifier: Apache-2.0
"""The command line of `belfry-codegen`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from belfry_codegen import __version__
from belfry_codegen.commands.amalgamate.command import add_amalgamate
from belfry_codegen.commands.console import (
    BAD_INPUT,
    INTERRUPTED,
    MISFIT,
    STALE,
    print_fault,
    report_interruption,
)
from belfry_codegen.commands.diff.command import add_compile_commands, add_diff
from belfry_codegen.commands.explain.command import add_explain
from belfry_codegen.commands.generate_cli import run_generate
from belfry_codegen.commands.repository import cache_folder, check_include, repository_root
from belfry_codegen.model.errors import BelfryError
from belfry_codegen.readers.models import services

__all__ = ["BAD_INPUT", "INTERRUPTED", "MISFIT", "STALE", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command. Returns 0 for success, 1 if `--check` found stale files, 2 for bad input or usage.

    3 if it was done without entries of an overlay that do not fit the model, 130 if it was interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    own = _own_command_line(words[0]) if words else None
    if own is not None:
        return own(words[1:])
    options = _parser().parse_args(words)
    try:
        return int(options.run(options))
    except (BelfryError, OSError) as fault:
        print_fault(fault)
    except KeyboardInterrupt:
        return report_interruption()
    return BAD_INPUT


def _own_command_line(command: str) -> Callable[[Sequence[str]], int] | None:
    """The commands whose options are not in this parser, each imported only when it is used."""
    if command == "wire":
        from belfry_codegen.commands.wire.cli import main as wire

        return wire
    if command == "whoami":
        from belfry_codegen.commands.whoami.cli import main as whoami

        return whoami
    if command == "docs":
        from belfry_codegen.commands.docs.cli import main as docs

        return docs
    return None


def _parser() -> argparse.ArgumentParser:
    root = repository_root("api-models")
    parser = argparse.ArgumentParser(
        prog="belfry-codegen", description="Generates C++ headers from service models."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser(
        "generate",
        help="write the headers of services",
        description="Writes the headers of services; without names, of all in this project's api-models.",
    )
    _services(command)
    command.add_argument(
        "--all",
        action="store_true",
        help="every service in the folder of models; headers of services that left the folder stay",
    )
    _models(command, None)
    _add_manifest(command)
    command.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="the include folder in which to write belfry/SERVICE/; default: include",
    )
    command.add_argument(
        "--operations", metavar="A,B", help="only these operations and the shapes they need (for one service)"
    )
    command.add_argument(
        "--protocol",
        metavar="NAME",
        help="a protocol that the model lists, such as query (for one service); default: the best",
    )
    command.add_argument(
        "--namespace",
        metavar="NAME",
        default="",
        help="the namespace below belfry, such as mine::sts in the folder belfry/mine/sts (for one service)",
    )
    command.add_argument(
        "--compiled",
        action="store_true",
        help="also write source files for a library, as CMake's belfry_generate compiles; the headers only"
        " declare what these define",
    )
    command.add_argument(
        "--borrowed",
        action="store_true",
        help="also write headers whose outputs view the response in place of owning their strings",
    )
    command.add_argument(
        "--docs", action="store_true", help="copy the model's own documentation into the comments"
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if anything would change"
    )
    command.add_argument(
        "--cache",
        type=Path,
        default=cache_folder("generated"),
        metavar="DIR",
        help="a folder for records of what was generated, so that unchanged services are skipped",
    )
    command.set_defaults(run=run_generate)

    command = commands.add_parser(
        "update",
        help="copy a service's newest model from botocore",
        description="Copies the newest models from botocore; without names, of all services in the folder.",
    )
    _services(command)
    _add_manifest(command)
    command.add_argument(
        "--to",
        metavar="VERSION",
        help="with a manifest: the release of botocore to move to; default: the newest",
    )
    command.add_argument(
        "--check",
        type=Path,
        metavar="PATH",
        help="with a manifest: also list the lines of this C++ file or folder that name what breaks",
    )
    add_compile_commands(command)
    command.add_argument(
        "--from",
        dest="source",
        metavar="DIR",
        help="botocore's data folder, botocore==VERSION, or botocore for the newest release; default: the"
        " botocore that is installed",
    )
    command.add_argument(
        "--keep-docs",
        action=argparse.BooleanOptionalAction,
        help="copy AWS's documentation and examples for `generate --docs`; default: as in the copy before",
    )
    _models(command, None)
    command.set_defaults(run=_update)

    command = commands.add_parser("list", help="list the services in a folder of models")
    _models(command, root)
    command.set_defaults(run=_list)

    command = commands.add_parser(
        "include",
        help="print the folder with Belfry's headers, for the option -I of a compiler",
        description="Prints the folder with Belfry's headers that belongs to this generator.",
    )
    command.set_defaults(run=_include)

    # They have their own command lines, because programs start `belfry wire` often.
    commands.add_parser("wire", help="show a service's requests and read its responses, as JSON lines")
    commands.add_parser("whoami", help="print which region, endpoint and credentials a client would use")
    commands.add_parser("docs", help="make a reference of services as a static site")

    add_amalgamate(commands, lambda command: _models(command, root))
    add_diff(commands)
    add_explain(commands, lambda command: _models(command, root))
    return parser


def _services(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "services",
        nargs="*",
        metavar="SERVICE",
        help="such as chime-sdk-voice",
    )


def _models(command: argparse.ArgumentParser, root: Path | None) -> None:
    """Adds `--models`. Without a root it is not set by default, because a manifest may name the models."""
    command.add_argument(
        "--models",
        type=Path,
        default=root / "api-models" if root is not None else None,
        metavar="PATH",
        help="this project's api-models, botocore's data, a folder of Smithy JSON ASTs, or one model's file",
    )


def _add_manifest(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help="a belfry.toml to follow; without names of services and without --models that of this folder",
    )


def _update(options: argparse.Namespace) -> int:
    # Imported here, because the other commands must start without it.
    from belfry_codegen.commands.update_cli import run_update

    return run_update(options)


def _include(_: argparse.Namespace) -> int:
    folder = repository_root("include/belfry") / "include"
    check_include(folder)
    print(folder.resolve())
    return 0


def _list(options: argparse.Namespace) -> int:
    for name, version in services(options.models):
        print(f"{name} {version}")
    return 0
