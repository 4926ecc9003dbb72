# SPDX-License-Identifier: Apache-2.0
"""The command line of `belfry-codegen`."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from belfry_codegen import __version__
from belfry_codegen.commands.amalgamate.command import add_amalgamate
from belfry_codegen.commands.diff.command import add_diff
from belfry_codegen.commands.explain.command import add_explain
from belfry_codegen.commands.generate import Report, generate
from belfry_codegen.commands.repository import (
    cache_folder,
    check_include,
    checkout,
    own_command,
    repository_root,
)
from belfry_codegen.commands.task import Options
from belfry_codegen.model.errors import BelfryError, ModelError, UsageError, error_text
from belfry_codegen.output.progress import counted
from belfry_codegen.readers.models import Entry, find, nothing_in, services, survey

if TYPE_CHECKING:
    from belfry_codegen.commands.update import Update

STALE = 1
BAD_INPUT = 2
MISFIT = 3
INTERRUPTED = 130

_NAMESPACE = re.compile(r"[a-z][a-z0-9_]*(::[a-z][a-z0-9_]*)*")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command. Returns 0 for success, 1 if `--check` found stale files, 2 for bad input or usage.

    3 if it was done without entries of an overlay that do not fit the model, 130 if it was interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["wire"]:
        from belfry_codegen.commands.wire.cli import main as wire

        return wire(words[1:])
    if words[:1] == ["whoami"]:
        from belfry_codegen.commands.whoami.cli import main as whoami

        return whoami(words[1:])
    options = _parser().parse_args(words)
    try:
        return int(options.run(options))
    except (BelfryError, OSError) as fault:
        _print_fault(fault)
    except KeyboardInterrupt:
        print("belfry: interrupted", file=sys.stderr)
        return INTERRUPTED
    return BAD_INPUT


def _print_fault(fault: BelfryError | OSError, prefix: str = "") -> None:
    _print_faults(error_text(fault).splitlines(), prefix)


def _print_faults(lines: Sequence[str], prefix: str = "") -> None:
    for line in lines:
        print(f"belfry: {prefix}{line}", file=sys.stderr)


def _print_misfits(lines: Sequence[str], prefix: str = "") -> None:
    _print_faults(lines, prefix)
    entries = "this entry of an overlay does" if len(lines) == 1 else "these entries of overlays do"
    print(f"belfry: {prefix}{entries} not fit the model and had no effect; change or remove", file=sys.stderr)


def _own_models() -> Path:
    return repository_root("api-models") / "api-models"


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
    command.set_defaults(run=_generate)

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
    command.add_argument("--from", dest="source", type=Path, metavar="DIR", help="botocore's data folder")
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

    add_amalgamate(commands, lambda command: _models(command, root))
    add_diff(commands, cache_folder("generated").parent)
    add_explain(commands, lambda command: _models(command, root))
    return parser


def _services(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "services",
        nargs="*",
        metavar="SERVICE",
        help="such as chime-sdk-voice",
    )


def _named(options: argparse.Namespace) -> list[str]:
    return list(options.services) or [name for name, _ in services(options.models)]


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


def _generate(options: argparse.Namespace) -> int:
    started = time.monotonic()
    manifest = _manifest(options)
    if manifest is not None:
        return _generate_project(manifest, options, started)
    options.models = options.models or _own_models()
    operations = None
    if options.operations is not None:
        operations = tuple(name.strip() for name in options.operations.split(",") if name.strip())
        if not operations:
            raise UsageError("--operations must name at least one operation")
        if len(options.services) != 1:
            raise UsageError("--operations can be used with one service only")
    if options.protocol is not None and len(options.services) != 1:
        raise UsageError("--protocol can be used with one service only")
    if options.namespace and len(options.services) != 1:
        raise UsageError("--namespace can be used with one service only")
    if options.namespace and not _NAMESPACE.fullmatch(options.namespace):
        raise UsageError(
            f"--namespace: expected lower-case names with '::' between them, not '{options.namespace}'"
        )
    services, unreadable = _chosen(options)
    wanted = Options(
        options.out or (checkout() or Path()) / "include",
        operations,
        options.docs,
        options.protocol,
        options.check,
        namespace=options.namespace,
        compiled=options.compiled,
    )
    return _finish(services, unreadable, dict.fromkeys(services, wanted), options, started)


def _finish(
    services: Mapping[str, Entry],
    unreadable: Sequence[ModelError],
    wanted: Mapping[str, Options],
    options: argparse.Namespace,
    started: float,
) -> int:
    """Generates services, and tells the outcome."""
    report = generate(services, wanted, options.cache) if services else Report()
    several = len(services) + len(unreadable) > 1
    for outcome in report.outcomes:
        for path in outcome.stale:
            print(f"stale: {path}", file=sys.stderr)
        for left_over in outcome.left_over:
            print(f"no longer generated: {left_over}", file=sys.stderr)
        prefix = f"{outcome.name}: " if several else ""
        if outcome.fault:
            _print_faults(outcome.fault.splitlines(), prefix)
        if outcome.note:
            print(f"belfry: {prefix}{outcome.note}", file=sys.stderr)
        if outcome.misfits:
            _print_misfits(outcome.misfits, prefix)
    for fault in unreadable:
        print(f"belfry: {fault}", file=sys.stderr)
    failed = len(report.faults) + len(unreadable)
    if not options.check and len(report.outcomes) > len(report.faults):
        _print_summary(report, failed, several, time.monotonic() - started)
    if report.interrupted:
        print("belfry: interrupted; each service was written completely or not at all", file=sys.stderr)
        return INTERRUPTED
    if failed:
        return BAD_INPUT
    if report.misfits:
        return MISFIT
    return 0 if report.is_fresh else STALE


def _manifest(options: argparse.Namespace) -> Path | None:
    """The project's file that a command follows: the one that is named, or that of the current folder."""
    from belfry_codegen.commands.project import FILE

    asks_otherwise = options.services or options.models is not None or getattr(options, "all", False)
    if options.manifest is None:
        return Path(FILE) if not asks_otherwise and Path(FILE).is_file() else None
    if asks_otherwise:
        raise UsageError(f"--manifest: {options.manifest} says which services and models are used")
    return Path(options.manifest)


def _generate_project(path: Path, options: argparse.Namespace, started: float) -> int:
    # Imported here, because the other commands must start without it.
    from belfry_codegen.commands.project import read_lock, read_project, write_lock
    from belfry_codegen.commands.project_models import (
        new_lock,
        project_entries,
        project_models,
        project_options,
        require_locked,
    )

    for name in ("operations", "protocol", "namespace", "out", "docs", "compiled"):
        if getattr(options, name):
            raise UsageError(f"--{name}: {path} says this; change it there")
    project = read_project(path)
    with project_models(project, cache_folder("generated").parent) as models:
        entries = project_entries(project, models)
        lock, found = read_lock(project.lock), new_lock(entries, project.botocore)
        require_locked(project, lock, found)
        status = _finish(entries, [], project_options(project, options.check), options, started)
    if lock == found or status not in (0, MISFIT):
        return status
    if options.check:
        print(f"stale: {project.lock}", file=sys.stderr)
        return STALE
    write_lock(project.lock, found)
    return status


def _chosen(options: argparse.Namespace) -> tuple[dict[str, Entry], list[ModelError]]:
    """The services to generate, and errors for model files that cannot be read."""
    if options.services and options.all:
        raise UsageError("give either --all or names of services, not both")
    if options.services:
        return {name: _find(options.models, name) for name in options.services}, []
    found, faults = survey(options.models, options.cache)
    if not found and not faults:
        raise nothing_in(options.models)
    if not options.all and options.models != _own_models() and not options.models.is_file():
        raise UsageError(f"give names of services, or --all for all {len(found)} in {options.models}")
    return found, faults


def _find(models: Path, name: str) -> Entry:
    try:
        return find(models, name)
    except UsageError as fault:
        if models != _own_models():
            raise
        raise UsageError(f"{fault}; {_advice_to_copy(name)}") from None


def _advice_to_copy(name: str) -> str:
    """How to get a model. The folder of models that CMake installs is not the user's to write to."""
    if checkout() is not None:
        return f"`{own_command('update', name)}` copies its model from botocore"
    command = own_command("update", name, "--models", "DIR")
    return f"`{command}` copies its model from botocore; then give --models DIR (MODELS_DIR in CMake)"


def _print_summary(report: Report, failed: int, several: bool, seconds: float) -> None:
    written = sum(outcome.written for outcome in report.outcomes)
    unchanged = sum(outcome.unchanged for outcome in report.outcomes)
    removed = sum(outcome.removed for outcome in report.outcomes)
    text = f"{written} written, {unchanged} unchanged, {removed} removed"
    if several:
        done = len(report.outcomes) - len(report.faults)
        text += f"; {counted(done, 'service')} in {seconds:.1f} s" + (f", {failed} failed" if failed else "")
    print(text, file=sys.stderr)


def _update(options: argparse.Namespace) -> int:
    # Imported here, because the other commands must start without it.
    from belfry_codegen.commands.update import update
    from belfry_codegen.passes.pipeline import load_service

    manifest = None if options.source is not None else _manifest(options)
    if manifest is not None:
        return _update_project(manifest, options)
    if options.to is not None or options.check is not None:
        raise UsageError(
            f"--to and --check are for a project with a belfry.toml; `{own_command('diff')}` compares"
        )
    options.models = options.models or _own_models()
    # Those that pip or CMake installed: an update would be lost with the next version.
    if options.models == _own_models() and options.models.is_absolute() and checkout() is None:
        raise UsageError(
            f"{options.models}: these models belong to the installation; give yours with --models DIR"
        )
    names = _named(options)
    failed = misfits = False
    for name in names:
        prefix = f"{name}: " if len(names) > 1 else ""
        try:
            done = update(options.models, name, options.source, options.keep_docs)
            _print_update(name, done)
            # The model is written; what the overlay says of the old one is for its author to settle.
            faults: list[ModelError] = []
            load_service(options.models, name, misfits=faults)
            _print_repeats(find(options.models, name), prefix)
        except (BelfryError, OSError) as fault:
            _print_fault(fault, prefix)
            failed = True
            continue
        if faults:
            _print_misfits([str(fault) for fault in faults], prefix)
            misfits = True
    if failed:
        return BAD_INPUT
    return MISFIT if misfits else 0


def _update_project(path: Path, options: argparse.Namespace) -> int:
    from belfry_codegen.commands.diff.report import Report as Changes
    from belfry_codegen.commands.diff.report import text_lines
    from belfry_codegen.commands.project import read_project
    from belfry_codegen.commands.project_models import update_project

    done = update_project(read_project(path), options.to, options.check, cache_folder("generated").parent)
    faults = [(one.name, line) for one in done.compared for line in one.fault.splitlines()]
    for name, line in faults:
        print(f"belfry: {name}: {line}", file=sys.stderr)
    if faults:
        print(f"belfry: {path} stays as it is", file=sys.stderr)
        return BAD_INPUT
    reports = [one.report for one in done.compared if one.report is not None]
    if reports:
        for line in text_lines(Changes(done.old, done.new, reports, options.check)):
            print(line)
    for name in done.relocked:
        print(f"{name}: the model or its overlay is not the one that was locked before")
    print(f"{path}: the models of {done.new} are locked; `{own_command('generate')}` writes the headers")
    return 0


def _print_repeats(entry: Entry, prefix: str) -> None:
    """Proposes to remove what the overlay beside a model no longer needs to say."""
    from belfry_codegen.commands.overlay_repeats import repeated_entries

    if entry.overlay.is_file():
        for line in repeated_entries(entry.read(), entry.overlay):
            print(f"belfry: {prefix}{line}: the model says this by itself; remove the entry", file=sys.stderr)


def _print_update(name: str, done: Update) -> None:
    from belfry_codegen.commands.diff.report import change_lines

    dropped = f", {counted(done.removed, 'file')} removed" if done.removed else ""
    print(f"{done.folder}: from {done.source}, {counted(done.written, 'file')} written{dropped}")
    for change in done.changes:
        for line in change_lines(change):
            print(line)
    if done.first:
        print(f"this is the service's first version; `{own_command('generate', name)}` writes its headers")
    elif done.unknown:
        print(f"what changed cannot be told: {done.unknown}")
    elif not done.changes:
        print("no change that users can see")


def _include(_: argparse.Namespace) -> int:
    folder = repository_root("include/belfry") / "include"
    check_include(folder)
    print(folder.resolve())
    return 0


def _list(options: argparse.Namespace) -> int:
    for name, version in services(options.models):
        print(f"{name} {version}")
    return 0
