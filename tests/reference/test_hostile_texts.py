# SPDX-License-Identifier: Apache-2.0
"""Texts of a model cannot become scripts, styles or addresses of a page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from site_pages import ROOT, Page, run_docs

pytest.importorskip("nh3", reason="nh3 is not installed: tools/requirements-docs.txt")
from belfry_codegen.commands.docs.prose import documentation, inline, summary

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">a</a>',
    '<a href=" JaVaScRiPt:alert(1)">a</a>',
    '<a href="data:text/html,<script>alert(1)</script>">a</a>',
    '<p onclick="alert(1)">a</p>',
    '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    '<iframe src="https://example.com"></iframe>',
    '<p style="background: url(https://example.com)">a</p>',
    "<style>p { background: url(https://example.com) }</style>",
    "</p></div></article><script>alert(1)</script>",
    '<note class="x" onclick="alert(1)">a</note>',
    "<h1 onclick=alert(1)>a</h1>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "{{ 7 * 7 }}{% raw %}",
    '<meta http-equiv="refresh" content="0; url=https://example.com">',
    '<base href="https://example.com/">',
    '<form action="https://example.com"><input></form>',
)
REFUSED = ("script", "img", "iframe", "svg", "style", "form", "input", "meta", "base", "object", "math")


def check(tree: Any) -> None:
    """Fails for an element or an attribute that could do something."""
    assert tree.find_all(REFUSED) == []
    for element in tree.find_all(True):
        assert set(element.attrs) <= {"href", "rel", "class"}, element
        assert str(element.get("href", "https://")).startswith(("https://", "http://")), element


@pytest.mark.parametrize("text", HOSTILE)
def test_documentation_has_only_harmless_elements(text: str) -> None:
    bs4 = pytest.importorskip("bs4")
    for written in (text, f"<p>Before {text} behind</p>", f"`{text}`"):
        check(bs4.BeautifulSoup(str(documentation(written)), "html.parser"))
        check(bs4.BeautifulSoup(str(inline(written)), "html.parser"))
        assert "onerror" not in summary(written) or "<" not in summary(written)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("A <b>bold</b> word.", "<p>A <b>bold</b> word.</p>"),
        ("<p>A.</p><p>B.</p>", "<p>A.</p><p>B.</p>"),
        ("less < more & `code`", "<p>less &lt; more &amp; <code>code</code></p>"),
        (
            "<p>See <a href='API_Other.html'>this</a>.</p>",
            '<p>See <a rel="noopener noreferrer">this</a>.</p>',
        ),
        ("<h2>Title</h2><p>Text.</p>", "<p><strong>Title</strong></p><p>Text.</p>"),
        ("<note><p>Beware.</p></note>", None),
        ("<fullname>Service</fullname><p>Text.</p>", "<p>Text.</p>"),
        ("<p></p><p> </p><p>Text.</p>", "<p>Text.</p>"),
    ],
)
def test_documentation_keeps_what_it_says(text: str, html: str | None) -> None:
    found = str(documentation(text))
    if html is not None:
        assert found == html
    else:
        assert (
            found == '<div class="admonition note"><p class="admonition-title">Note</p><p>Beware.</p></div>'
        )


def test_a_summary_is_the_first_sentence_as_plain_text() -> None:
    assert summary("<p>Starts <i>it</i>. Then ends it.</p>") == "Starts it."
    assert summary("no end") == "no end"


def planted(model: Any, text: str) -> Any:
    """The model with the text as each documentation, and in the titles."""
    if isinstance(model, dict):
        return {
            key: text
            if key in ("documentation", "serviceFullName", "deprecatedMessage")
            else planted(held, text)
            for key, held in model.items()
        }
    return [planted(each, text) for each in model] if isinstance(model, list) else model


def test_pages_of_a_hostile_model_have_no_script_of_it(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="Sphinx is not installed: tools/requirements-docs.txt")
    source = ROOT / "tests" / "golden" / "models" / "golden-tower"
    models = tmp_path / "models"
    shutil.copytree(source, models / "golden-tower")
    (models / "golden-tower" / "overlay.json").unlink(missing_ok=True)
    [file] = (models / "golden-tower").glob("*/service-2.json")
    text = "".join(HOSTILE)
    file.write_text(json.dumps(planted(json.loads(file.read_text(encoding="utf-8")), text)), encoding="utf-8")
    out = tmp_path / "site"
    done = run_docs("golden-tower", "--models", str(models), "--out", str(out))
    assert done.returncode in (0, 3), done.stderr
    pages = sorted((out / "golden-tower").glob("*.html"))
    assert len(pages) >= 5
    for path in pages:
        page = Page(path)
        assert "alert(1)" not in "".join(str(each) for each in page.tree.find_all("script"))
        article = page.tree.find("article")
        # The page's own: a field that filters a list.
        fields = article.find_all("input", attrs={"data-filters": True})
        assert article.find_all(REFUSED) == fields
        for element in page.tree.find_all(True):
            assert [name for name in element.attrs if name.startswith("on")] == [], element
            assert not str(element.get("href", "")).strip().lower().startswith(("javascript:", "data:text"))
        assert page.tree.find("base") is None
        assert "example.com" not in " ".join(page.loaded)
