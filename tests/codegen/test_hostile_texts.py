# SPDX-License-Identifier: Apache-2.0
"""Models with texts that could become code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.cpp.render import render_service
from belfry_codegen.cpp.text import comment, literal
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.passes.pipeline import load_service
from support import small_model, write_model


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of the texts in a JSON value."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*path, key))


def _with_texts_everywhere() -> dict[str, Any]:
    service = small_model()
    service["documentation"] = "Rings."
    service["operations"]["Ring"] |= {
        "documentation": "Rings.",
        "endpoint": {"hostPrefix": "a-"},
        "deprecated": True,
        "deprecatedMessage": "old",
    }
    service["shapes"]["RingRequest"]["members"] |= {
        "Mode": {"shape": "Mode", "location": "header", "locationName": "x-mode", "documentation": "How."},
        "Query": {"shape": "Pattern", "location": "querystring", "locationName": "q"},
        "Map": {"shape": "Map", "location": "headers", "locationName": "x-meta-"},
        "Since": {"shape": "Since"},
    }
    service["shapes"] |= {
        "Mode": {"type": "string", "enum": ["loud", "soft"]},
        "Pattern": {"type": "string", "pattern": "^a+$"},
        "Map": {"type": "map", "key": {"shape": "Pattern"}, "value": {"shape": "Pattern"}},
        "Since": {"type": "timestamp", "timestampFormat": "iso8601"},
    }
    return service


@pytest.mark.parametrize(
    "path", list(_texts(_with_texts_everywhere())), ids=lambda path: "-".join(map(str, path))
)
def test_no_text_of_a_model_becomes_code(path: tuple[str | int, ...], tmp_path: Path) -> None:
    for number, added in enumerate(("\n#error", "\r#error", '\\\n#error\n"', '"*/\n#error\n')):
        service: Any = _with_texts_everywhere()
        holder = service
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] += added
        folder = tmp_path / str(number)
        write_model(folder, service)
        try:
            loaded = load_service(folder, "bell-tower", documentation=True)
            files = render_service(loaded, "bell-tower")
        except (ModelError, UsageError):
            continue
        lines = [line for text in files.values() for line in re.split("[\r\n]", text)]
        assert not [line for line in lines if line.startswith("#error")]


@pytest.mark.parametrize(
    ("text", "written"),
    [("a?", '"a?"'), ("??/", '"?\\?/"'), ("???/", '"?\\?\\?/"'), ("é??/", '"\\303\\251\\?\\?/"')],
)
def test_a_literal_does_not_have_trigraphs(text: str, written: str) -> None:
    assert literal(text) == written


def test_a_comment_is_not_continued_by_a_trigraph() -> None:
    assert comment(["a ??/"], 0) == ("/// a ??/ .",)


def test_an_error_does_not_pass_control_characters_to_a_terminal() -> None:
    assert str(ModelError("a.json", "", "no \x1b[31m\u202e\ud800")) == "a.json: no \\x1b[31m\\u202e\\ud800"
    assert str(UsageError("one\ntwo é")) == "one\ntwo é"
