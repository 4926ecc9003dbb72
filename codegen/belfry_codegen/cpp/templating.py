# SPDX-License-Identifier: Apache-2.0
"""Loads templates."""

from __future__ import annotations

from functools import cache

import jinja2

from belfry_codegen.cpp.text import declared, filled, hanging


@cache
def templates_of(package: str) -> jinja2.Environment:
    """The templates in a package's folder `templates`, which may use those of this package.

    A template that uses a name which the view does not have is an error.
    """
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(package), jinja2.PackageLoader("belfry_codegen.cpp")]
        ),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for function in (declared, filled, hanging):
        environment.globals[function.__name__] = function
    return environment
