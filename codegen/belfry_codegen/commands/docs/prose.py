# SPDX-License-Identifier: Apache-2.0
"""Documentation of models and overlays as HTML that cannot contain a script, and cannot load anything."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markupsafe import Markup, escape

from belfry_codegen.cpp.text import prose

_TAGS = {
    *("a", "b", "br", "code", "dd", "div", "dl", "dt", "em", "i", "li", "ol", "p", "pre", "strong", "sub"),
    *("sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_HEADING = re.compile(r"<(/?)h[1-6]\b[^>]*>", re.IGNORECASE)
_NOTE = re.compile(r"<(note|important|caution|tip|warning)\b[^>]*>", re.IGNORECASE)
_NOTE_END = re.compile(r"</(note|important|caution|tip|warning)\b[^>]*>", re.IGNORECASE)
_EMPTY = re.compile(r"<(p|li|div|b|strong|ul|ol)(?: class=\"[^\"]*\")?>\s*</\1>")
_MARKUP = re.compile(r"<[a-zA-Z/!]")
_TICKED = re.compile(r"`([^`\n]+)`")
_BLOCK = re.compile(r"<(?:p|ul|ol|dl|div|pre|table)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)
_LONGEST_SUMMARY = 200


@lru_cache(maxsize=4096)
def documentation(text: str) -> Markup:
    """The text as blocks of HTML; empty for an empty text. Models have HTML, overlays plain text."""
    if not text.strip():
        return Markup()
    if not _MARKUP.search(text):
        return Markup(f"<p>{inline(_unescaped(text))}</p>")
    text = _HEADING.sub(lambda found: "</strong></p>" if found[1] else "<p><strong>", text)
    # The words in the pattern are the only ones that a class may be.
    text = _NOTE.sub(_admonition, text)
    text = _NOTE_END.sub("</div>", text)
    clean = nh3.clean(
        text,
        tags=_TAGS,
        clean_content_tags={"script", "style", "fullname"},
        attributes={"a": {"href"}},
        attribute_filter=_only_addresses,
        allowed_classes={
            "div": {"admonition", "note", "important", "caution", "tip", "warning"},
            "p": {"admonition-title"},
        },
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )
    while clean != (fewer := _EMPTY.sub("", clean)):
        clean = fewer
    clean = clean.strip()
    return Markup(clean if _BLOCK.match(clean) or not clean else f"<p>{clean}</p>")


def _admonition(found: re.Match[str]) -> str:
    kind = found[1].lower()
    return f'<div class="admonition {kind}"><p class="admonition-title">{kind.capitalize()}</p>'


def _only_addresses(tag: str, attribute: str, value: str) -> str | None:
    del tag
    # A relative link would lead to a page that is not part of this site.
    return None if attribute == "href" and not _ADDRESS.match(value) else value


def inline(text: str) -> Markup:
    """Plain text, in which a part in backquotes is code."""
    parts: list[str] = []
    end = 0
    for found in _TICKED.finditer(text):
        parts += [str(escape(text[end : found.start()])), f"<code>{escape(found[1])}</code>"]
        end = found.end()
    return Markup("".join(parts) + str(escape(text[end:])))


def _unescaped(text: str) -> str:
    # Models without a tag may still have `&amp;`.
    return str(Markup(escape(text)).unescape()) if "&" not in text else str(Markup(text).unescape())


@lru_cache(maxsize=4096)
def summary(text: str) -> str:
    """The first sentence, as plain text."""
    plain = prose(str(documentation(text)))
    found = _SENTENCE.match(plain)
    first = found[1] if found else plain
    return first if len(first) <= _LONGEST_SUMMARY else first[:_LONGEST_SUMMARY].rsplit(" ", 1)[0] + " ..."
