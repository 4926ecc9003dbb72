# SPDX-License-Identifier: Apache-2.0
"""Fills the templates with views."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from belfry_codegen.cpp.code import name
from belfry_codegen.cpp.endpoint.rules import CompiledRules
from belfry_codegen.cpp.files import FileView
from belfry_codegen.cpp.templating import CompiledTemplates, templates_of
from belfry_codegen.cpp.view import ServiceView, service_view
from belfry_codegen.model import ir


def _values(view: Any) -> dict[str, Any]:
    return {field.name: getattr(view, field.name) for field in fields(view)}


def load_templates(kept: Path | None) -> None:
    """Loads all templates. They are compiled, which takes as long as a small service, unless `kept` has them.

    `kept` is a folder for what they are compiled to. Another version of the generator, of Jinja2 or of Python
    needs another folder.
    """
    environment = templates_of("belfry_codegen.cpp")
    if kept is not None:
        environment.bytecode_cache = CompiledTemplates(kept)
    for template in environment.list_templates():
        environment.get_template(template)


def _render(template: str, view: Any) -> str:
    values = _values(view) if is_dataclass(view) else view
    return str(templates_of("belfry_codegen.cpp").get_template(template).render(values))


def render_service(
    service: ir.Service, folder: str, is_compiled: bool = False, borrowed: bool = False
) -> dict[str, str]:
    """The generated files of a service, by their path below the include folder.

    With `is_compiled` there are source files for a library, and headers without what they have. With
    `borrowed` there are also headers with outputs that view the response.
    """
    return render_view(service_view(service, folder, borrowed), is_compiled)


def render_view(view: ServiceView, is_compiled: bool = False) -> dict[str, str]:
    """The files that a view describes, by their path."""
    files: dict[str, str] = {}

    def add(template: str, file: FileView, content: Any) -> None:
        files[file.path] = _render(template, content)

    def add_includes(file: FileView) -> None:
        files[file.path] = _render("includes.hpp.j2", {"file": file})

    for types in view.types:
        add("types.hpp.j2", types.file, types)
    for forward in (*view.forwards, view.errors, view.umbrella):
        add_includes(forward)
    add("endpoint_rules.hpp.j2", view.rules.file, view.rules)
    add("fwd.hpp.j2", view.fwd.file, view.fwd)
    add("client.hpp.j2", view.client.file, _values(view.client) | {"is_compiled": is_compiled})
    service = _values(view.service) | {"view": view.service}
    if is_compiled:
        add("service_declared.hpp.j2", view.service.declared, service)
        add("service.cpp.j2", view.service.source, service)
        add("module.cppm.j2", view.module.file, view.module)
    else:
        add("service.hpp.j2", view.service.file, service)
    add("async.hpp.j2", view.async_client.file, view.async_client)
    if view.fake is not None:
        add("fake.hpp.j2", view.fake.file, view.fake)
    for operation in view.operations:
        # An operation with events is compiled where it is called, with the caller's handler.
        if is_compiled and not operation.operation.has_events:
            add("operation_declared.hpp.j2", operation.declared, operation)
            add("operation.cpp.j2", operation.source, operation)
        else:
            add("operation.hpp.j2", operation.file, operation)
    if view.borrowed is not None:
        for group in view.borrowed.types:
            add("borrowed_types.hpp.j2", group.file, group)
        for borrowed in view.borrowed.operations:
            add("borrowed_operation.hpp.j2", borrowed.file, borrowed)
    return files


def render_rules(rules: CompiledRules, prefix: str) -> str:
    """The tables of a rule set, without includes and a namespace around them."""
    module = templates_of("belfry_codegen.cpp").get_template("endpoint_rules.j2").module
    return str(getattr(module, "tables")(name(prefix), rules))  # noqa: B009 - mypy knows no macros
