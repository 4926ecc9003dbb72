# SPDX-License-Identifier: Apache-2.0
"""Generates one service: loads its model, renders its headers and writes them.

Imports what that takes, Jinja2 above all, which a run that finds everything up to date does not need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from belfry_codegen.commands.repository import checkout, own_command, repository_root
from belfry_codegen.commands.task import Outcome, Task, fault_text
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.output.cache import Record, signature
from belfry_codegen.output.manifest import manifest, manifest_path
from belfry_codegen.output.write import locked, plan, refuse_others, write_all
from belfry_codegen.passes.documentation import has_documentation
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import Entry


def generate_service(task: Task) -> Outcome:
    """Generates one service. Every error becomes a result, so that the others are still generated."""
    name = task.entry.name
    try:
        return _generate_or_fail(task)
    except Exception as fault:
        return Outcome(name, fault_text(task.entry.path, fault))


def _generate_or_fail(task: Task) -> Outcome:
    name, options = task.entry.name, task.options
    faults: list[ModelError] = []
    model = task.entry.read()
    service = load_service(
        task.entry.models,
        name,
        options.operations,
        options.documentation,
        protocol=options.protocol,
        entry=task.entry,
        model=model,
        misfits=faults,
        spellings=options.spellings,
    )
    service = replace(service, chosen_namespace=options.namespace)
    misfits = tuple(map(str, faults))
    rendered = render_service(service, name, options.compiled, options.borrowed)
    texts = {**rendered, manifest_path(task.namespace): manifest(service, name, task.namespace, rendered)}
    files = {str(options.out / path): text for path, text in texts.items()}
    folder = options.out.joinpath("belfry", *task.namespace.split("::"))
    notes = [_documentation_note(task.entry, model)] if options.documentation else []
    notes += [_borrowed_note(task.entry, service, rendered)] if options.borrowed else []
    note = "; ".join(filter(None, notes))
    outcome = Outcome(name, note=note, misfits=misfits, namespace=task.namespace)
    if options.check:
        todo = plan(files, [folder])
        return replace(outcome, unchanged=todo.unchanged, stale=tuple(todo.changed), left_over=todo.removed)
    with locked(folder):
        todo = plan(files, [folder])
        refuse_others(todo)
        write_all(todo, folder)
        written = signature(options.out, task.namespace)
        record = Record(task.key, task.service_id, task.namespace, written, len(files), note, misfits)
    return replace(
        outcome,
        written=len(todo.changed),
        unchanged=todo.unchanged,
        removed=len(todo.removed),
        record=record,
    )


def _documentation_note(entry: Entry, model: ir.Service) -> str:
    """Says that the model has no documentation to copy; empty if it has some."""
    if has_documentation(model):
        return ""
    note = f"{entry.path}: the model has no documentation that --docs could copy"
    if not (entry.path / "source.json").is_file():
        return note
    if entry.models != repository_root("api-models") / "api-models":
        return f"{note}; `{_update_command(entry, '--models', str(entry.models))}` brings it"
    if checkout() is not None:
        return f"{note}; `{_update_command(entry)}` brings it"
    command = _update_command(entry, "--models", "DIR")
    return f"{note}; `{command}` brings it, then for --models DIR (MODELS_DIR in CMake)"


def _borrowed_note(entry: Entry, service: ir.Service, rendered: Mapping[str, str]) -> str:
    """Says that no operation has an output that views the response; empty if one has."""
    if any("/borrowed/" in path for path in rendered):
        return ""
    protocol = service.protocol
    why = "no operation answers with a JSON object"
    if not protocol.borrowed_outputs:
        why = f"outputs can only view JSON, and the protocol is {protocol.name}"
    return f"{entry.path}: --borrowed has no effect: {why}"


def _update_command(entry: Entry, *models: str) -> str:
    return own_command("update", entry.name, "--keep-docs", *models)
