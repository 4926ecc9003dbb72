# SPDX-License-Identifier: Apache-2.0
"""The command line of `belfry wire`."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from belfry_codegen.commands.console import BAD_INPUT, chosen_operations, report_interruption
from belfry_codegen.commands.repository import add_include_option, cache_folder, repository_root
from belfry_codegen.commands.wire.build import BuildError, Source, find_or_build
from belfry_codegen.model.errors import BelfryError, UsageError, error_text

CANNOT_BUILD = 1

_DESCRIPTION = """\
Builds a small program for a service and runs it. The program reads JSON lines and answers each with one line.

  {"id": 1, "operation": "GetVoiceConnector", "params": {"VoiceConnectorId": "abc"}}
      the answer is {"id": 1, "request": {"method", "url", "headers", "body_base64"}}, signed;
      "client" can replace options of the command for this line: {"region", "endpoint", "use_fips",
      "use_dual_stack", "account_id", "bearer_token", "endpoint_options": {the parameters of the endpoint
      rules}};
      with "presign": 60, the answer is a URL that is valid for 60 seconds;
  {"id": 2, "operation": "GetVoiceConnector", "response": {"status": 200, "headers": {}, "body_base64": ""}}
      the answer is {"id": 2, "parsed": {...}}, where the events of a stream are a list, or
      {"id": 2, "error": {"code", "message", "status"}, "modeled": {...}, "request_id"}.

Members have the model's names, not the names on the wire. Blobs are base64. Timestamps are seconds since 1970
with or without a fraction. Numbers that JSON does not have are the strings NaN, Infinity and -Infinity.
The answer to an error is {"id", "error": {"kind", "message"}}. The kind is "input" for an invalid line,
"validation" for invalid parameters, "credentials", "endpoint" or "signing"; for a response it is "response",
or "transport" if the response is incomplete.
"""
_VALUES = ("now", "region", "access_key", "secret_key", "session_token", "idempotency_token", "endpoint")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?\Z")


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds the program if needed and executes it. Returns 2 for bad input, 1 for a failed build."""
    options = _parser().parse_args(arguments)
    try:
        program = find_or_build(_source(options))
    except (BelfryError, OSError) as fault:
        print(f"belfry: {error_text(fault)}", file=sys.stderr)
        return CANNOT_BUILD if isinstance(fault, BuildError) else BAD_INPUT
    except KeyboardInterrupt:
        return report_interruption()
    if not options.build_only:
        sys.stderr.flush()
        os.execv(program, [str(program), *_passed_on(options)])
    print(program)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="belfry wire",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("service", metavar="SERVICE", help="such as chime-sdk-voice")
    add(
        "--models",
        type=Path,
        default=repository_root("api-models") / "api-models",
        metavar="PATH",
        help="api-models of this project (the default), botocore's data, Smithy ASTs, or one model's file",
    )
    add(
        "--protocol", metavar="NAME", help="a protocol that the model lists, such as query; default: the best"
    )
    add("--operations", metavar="A,B", help="only these operations, which is faster to build")
    add(
        "--now",
        metavar="TIME",
        help="the time of signing, such as 2026-01-02T03:04:05Z; default: the current time",
    )
    add("--region", metavar="NAME", help="default: AWS_REGION, AWS_DEFAULT_REGION")
    add(
        "--access-key",
        metavar="ID",
        help="default: AWS_ACCESS_KEY_ID and its secret key and session token",
    )
    add("--secret-key", metavar="KEY")
    add("--session-token", metavar="TOKEN")
    add(
        "--idempotency-token",
        metavar="TOKEN",
        help="the value where parameters leave it out; default: a random UUID",
    )
    add("--endpoint", metavar="URL", help="default: the service's own")
    add("--use-fips", action="store_true", help="use endpoints validated for FIPS 140")
    add("--use-dual-stack", action="store_true", help="use endpoints that also support IPv6")
    add_include_option(parser)
    add(
        "--cache",
        type=Path,
        default=cache_folder("wire"),
        metavar="DIR",
        help="a folder for built programs",
    )
    add(
        "--borrowed",
        action="store_true",
        help="read outputs as views of the response (`generate --borrowed`), where the service has them",
    )
    add("--build-only", action="store_true", help="build the program, print its path, and do not run it")
    return parser


def _source(options: argparse.Namespace) -> Source:
    operations = chosen_operations(options.operations)
    if operations is not None:
        operations = tuple(sorted(set(operations)))
    if options.now is not None and not _TIME.match(options.now):
        raise UsageError(f"--now {options.now}: expected a time such as 2026-01-02T03:04:05Z")
    if (options.access_key is None) != (options.secret_key is None):
        raise UsageError("--access-key and --secret-key must be given together")
    if options.session_token is not None and options.access_key is None:
        raise UsageError("--session-token needs --access-key and --secret-key")
    return Source(
        options.models,
        options.service,
        operations,
        options.protocol,
        options.include,
        options.cache,
        options.borrowed,
    )


def _passed_on(options: argparse.Namespace) -> list[str]:
    passed: list[str] = []
    for name in _VALUES:
        value = getattr(options, name)
        if value is not None:
            passed += ["--" + name.replace("_", "-"), value]
    passed += ["--use-fips"] if options.use_fips else []
    passed += ["--use-dual-stack"] if options.use_dual_stack else []
    return passed
