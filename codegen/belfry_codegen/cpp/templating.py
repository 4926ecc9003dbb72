# SPDX-License-Identifier: Apache-2.0
"""Where templates come from, and how they are read."""

from __future__ import annotations

from functools import cache

import jinja2


@cache
def templates_of(package: str) -> jinja2.Environment:
    """The templates in a package's folder `templates`; a name that a view does not have is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
