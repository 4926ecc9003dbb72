# SPDX-License-Identifier: Apache-2.0
"""The tables for hooks, which few operations have."""

from __future__ import annotations

from pathlib import Path

import pytest
from belfry_codegen.cpp.render import render_service
from belfry_codegen.passes.pipeline import load_service
from support import model, operation, structure, write_model


def _ring(tmp_path: Path, protocol: str, **member: str) -> str:
    shapes = {"Name": {"type": "string"}, "RingRequest": structure(Bell={"shape": "Name", **member})}
    service = model(shapes, Ring=operation("Ring", "RingRequest"))
    service["metadata"] |= {"protocol": protocol, "jsonVersion": "1.0", "targetPrefix": "Tower"}
    write_model(tmp_path, service)
    return render_service(load_service(tmp_path, "bell-tower"), "bell-tower")["belfry/bell_tower/ring.hpp"]


@pytest.mark.parametrize(
    ("protocol", "member", "expected"),
    [
        ("rest-json", {"location": "querystring", "locationName": "bell"}, True),
        ("rest-json", {"location": "header", "locationName": "bell"}, True),
        ("rest-json", {}, False),
        ("json", {"location": "header", "locationName": "bell"}, False),
    ],
)
def test_query_and_headers_are_encoded_only_if_a_member_is_bound_to_them(
    tmp_path: Path, protocol: str, member: dict[str, str], expected: bool
) -> None:
    found = _ring(tmp_path, protocol, **member)
    assert (".encode_query_and_headers = &::belfry::detail::encode_query_and_headers," in found) == expected
    assert ("#include <belfry/protocol/query_and_headers.hpp>" in found) == expected


def test_an_operation_without_hooks_does_not_include_them(tmp_path: Path) -> None:
    found = _ring(tmp_path, "rest-json")
    assert "hooks" not in found
