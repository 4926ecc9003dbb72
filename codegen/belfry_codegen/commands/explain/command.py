# SPDX-License-Identifier: Apache-2.0
"""The command line of `explain`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any


def add_explain(commands: Any, add_models: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds the command to those of `belfry-codegen`."""
    explain = commands.add_parser("explain", help="print a service's endpoint rules as text")
    subjects = explain.add_subparsers(required=True, metavar="SUBJECT")
    command = subjects.add_parser(
        "endpoint",
        help="how a service's endpoint is found",
        description="Prints a service's endpoint rules as text; with --parameter, which of them decide.",
    )
    command.add_argument(
        "service",
        nargs="?",
        metavar="SERVICE",
        help="such as chime-sdk-voice; not needed if there is only one among the models",
    )
    add_models(command)
    command.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="evaluate the rules, with this value of a parameter (again for more; items of a list: A,B)",
    )
    command.add_argument(
        "--program",
        action="store_true",
        help="print the compiled program instead, instruction by instruction",
    )
    command.add_argument(
        "--bdd",
        action="store_true",
        help="explain the model's decision diagram (endpointBdd) instead of its rule set",
    )
    command.add_argument(
        "--partitions",
        type=Path,
        metavar="FILE",
        help="botocore's partitions.json; default: the partitions that the library knows",
    )
    command.set_defaults(run=_explain_endpoint)


def _explain_endpoint(options: argparse.Namespace) -> int:
    # Imported here, because the other commands must start without it.
    from belfry_codegen.commands.explain.endpoint import explain_endpoint

    return explain_endpoint(options)
