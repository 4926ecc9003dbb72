# SPDX-License-Identifier: Apache-2.0
"""The sources of `belfry::compiled` have each body that headers leave to it, once."""

from __future__ import annotations

import re

import pytest
from toolchain import INCLUDE, ROOT

SOURCES = ROOT / "cmake" / "compiled"
BODY = re.compile(r"#include <(\S+\.ipp)>")


def _bodies(text: str) -> list[str]:
    return BODY.findall(text)


@pytest.mark.parametrize("is_xml", [False, True])
def test_each_body_is_in_one_source(is_xml: bool) -> None:
    name = "src_xml.hpp" if is_xml else "src.hpp"
    listed = _bodies((INCLUDE / "belfry" / "impl" / name).read_text(encoding="utf-8"))
    sources = [path for path in SOURCES.glob("*.cpp") if (path.name == "xml.cpp") == is_xml]
    found = [body for path in sources for body in _bodies(path.read_text(encoding="utf-8"))]
    assert len(listed) > 3
    assert sorted(found) == sorted(listed)


def test_cmake_compiles_each_source() -> None:
    text = (ROOT / "cmake" / "BelfryCompiled.cmake").read_text(encoding="utf-8")
    calls = re.findall(r'_belfry_add_compiled\(compiled\w* (?:"[^"]*"|\S+) ([^)]*)\)', text)
    named = [name for call in calls for name in call.split()]
    assert sorted(named) == sorted(path.stem for path in SOURCES.glob("*.cpp"))
