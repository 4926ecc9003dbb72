# SPDX-License-Identifier: Apache-2.0
"""Fills the templates of pages. They escape each text that is not `Markup`."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2

from belfry_codegen.commands.docs.prose import inline


def render(template: str, **values: Any) -> str:
    """The template with these values."""
    return _templates().get_template(template).render(values)


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("belfry_codegen.commands.docs"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ticked"] = inline
    return environment
