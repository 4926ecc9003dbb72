# SPDX-License-Identifier: Apache-2.0
"""Sphinx with the theme Furo, into which pages are placed.

Sphinx takes 0.2 seconds to read and write a page of this size from reStructuredText, an hour for all of AWS.
So the pages of operations are HTML when they reach it: Sphinx places them into the theme, as it does with
pages of its extensions. It reads and writes only the pages of docs/.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from belfry_codegen import __version__
from belfry_codegen.model.errors import BelfryError

_HERE = Path(__file__).resolve().parent
_PACKAGES = ("sphinx", "furo", "myst-parser", "nh3", "pygments", "pagefind")


def versions() -> list[str]:
    """The names and versions of the packages that a page depends on."""
    return [f"{name} {version(name)}" for name in _PACKAGES]


class Shell:
    """A Sphinx project whose sources are Markdown, perhaps none but an empty start page."""

    def __init__(self, sources: Path, out: Path, work: Path, guide: Sequence[tuple[str, str]]) -> None:
        sources.mkdir(parents=True, exist_ok=True)
        (sources / "index.md").write_text("# Belfry\n", encoding="utf-8")
        self._warnings = io.StringIO()
        settings: dict[str, Any] = {
            "project": "Belfry",
            "html_title": f"Belfry {__version__}",
            "extensions": ["myst_parser"],
            "root_doc": "index",
            "html_theme": "furo",
            "templates_path": [str(_HERE / "templates" / "furo")],
            "html_static_path": [str(_HERE / "static")],
            "html_css_files": ["belfry.css"],
            "html_js_files": ["belfry.js"],
            "html_sidebars": {
                "**": [
                    "sidebar/brand.html",
                    "sidebar/belfry_search.html",
                    "sidebar/scroll-start.html",
                    "sidebar/belfry_navigation.html",
                    "sidebar/scroll-end.html",
                ]
            },
            "html_copy_source": False,
            "html_show_sourcelink": False,
            "html_use_index": False,
            "html_show_copyright": False,
            "html_theme_options": {"top_of_page_buttons": []},
            "html_context": {"belfry_guide": list(guide), "belfry_service": None},
            "language": "en",
            "myst_heading_anchors": 6,
            "suppress_warnings": [
                "toc.not_included",
                "myst.xref_missing",
                "myst.header",
                "misc.highlighting_failure",
            ],
        }
        with docutils_namespace():
            self._sphinx = Sphinx(
                str(sources),
                None,
                str(out),
                str(work),
                "html",
                confoverrides=settings,
                status=None,
                warning=self._warnings,
                freshenv=True,
            )
            # After the theme, which asks Sphinx for the contents of a page, and these pages are not Sphinx's.
            self._sphinx.connect("html-page-context", _show_contents, priority=900)
            self._sphinx.build()
        if self._sphinx.statuscode or self._warnings.getvalue():
            raise BelfryError(f"Sphinx could not make the pages of the guide: {self._warnings.getvalue()}")

    def page(
        self,
        name: str,
        title: str,
        body: str,
        sections: Sequence[tuple[str, str]] = (),
        around: Mapping[str, Any] | None = None,
    ) -> None:
        """Writes a page. `sections` are the anchors and titles of its contents, `around` more values."""
        label = escape(title)
        entries = "".join(
            f'<li><a class="reference internal" href="#{escape(anchor)}">{escape(heading)}</a></li>'
            for anchor, heading in sections
        )
        context = {
            "title": str(label),
            "body": body,
            # As Sphinx makes it: the title has the sections. The theme does not show the title.
            "toc": f'<ul><li><a class="reference internal" href="#">{label}</a><ul>{entries}</ul></li></ul>',
            "display_toc": bool(sections),
            "belfry_contents": bool(sections),
            "parents": [],
            "metatags": "",
            **(around or {}),
        }
        self._sphinx.builder.handle_page(name, context, "page.html")  # type: ignore[attr-defined]
        if warned := self._warnings.getvalue():
            raise BelfryError(f"Sphinx could not write the page {name}: {warned}")

    def paint(self, text: str, language: str) -> Markup:
        """The text with colours. A line of C++ is coloured once, since most lines are on several pages."""
        colour = _line if language == "cpp" else _block
        painted = (
            "\n".join(colour(self, line, language) for line in text.rstrip("\n").split("\n"))
            if language == "cpp"
            else colour(self, text, language)
        )
        return Markup(
            f'<div class="highlight-{language} notranslate"><div class="highlight"><pre tabindex="0">'
            f"{painted}\n</pre></div></div>"
        )

    def highlighted(self, text: str, language: str) -> str:
        """A text with Sphinx's colours, without the elements around it."""
        block = self._sphinx.builder.highlighter.highlight_block(text, language, opts={"stripnl": False})  # type: ignore[attr-defined]
        inner = str(block).partition("<pre>")[2].rpartition("</pre>")[0]
        return inner.replace("<span></span>", "").rstrip("\n")


def _show_contents(
    sphinx: Sphinx, page: str, template: str, context: dict[str, Any], document: object
) -> None:
    del sphinx, page, template, document
    if "belfry_contents" in context:
        context["furo_hide_toc"] = not context["belfry_contents"]


@lru_cache(maxsize=200_000)
def _line(shell: Shell, line: str, language: str) -> str:
    return shell.highlighted(line, language) if line else ""


def _block(shell: Shell, text: str, language: str) -> str:
    return shell.highlighted(text, language)
