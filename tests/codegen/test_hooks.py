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


def _head(tmp_path: Path, protocol: str, method: str, **statuses: int | None) -> str:
    shapes = {
        name: {
            **structure(),
            "exception": True,
            **({"error": {"httpStatusCode": status}} if status is not None else {}),
        }
        for name, status in statuses.items()
    }
    http = {"method": method, "requestUri": "/"}
    errors = [{"shape": name} for name in statuses]
    service = model(shapes, Ring=operation("Ring", http=http, errors=errors))
    service["metadata"] |= {"protocol": protocol, "jsonVersion": "1.0", "targetPrefix": "Tower"}
    write_model(tmp_path, service)
    return render_service(load_service(tmp_path, "bell-tower"), "bell-tower")["belfry/bell_tower/ring.hpp"]


def test_an_error_of_head_is_known_by_a_status_that_no_other_has(tmp_path: Path) -> None:
    found = _head(tmp_path, "rest-json", "HEAD", Gone=404, Locked=423, Shut=409, Closed=409, Broken=None)
    assert '{.status = 404, .code = "Gone"},' in found
    assert '{.status = 423, .code = "Locked"},' in found
    assert "409" not in found.partition("namespace operations")[0]
    assert ".is_error_of_status = &::belfry::detail::is_error_of_status<Ring_status_errors>," in found
    assert "#include <belfry/call/status_error.hpp>" in found


@pytest.mark.parametrize(
    ("protocol", "method", "statuses"),
    [
        ("rest-json", "GET", {"Gone": 404}),
        ("json", "HEAD", {"Gone": 404}),
        # Any failure may have the statuses that Smithy gives to errors without one.
        ("rest-json", "HEAD", {"Wrong": 400, "Broken": 500}),
        ("rest-json", "HEAD", {"Gone": 404, "Lost": 404}),
        ("rest-json", "HEAD", {"Gone": None}),
    ],
)
def test_an_error_is_not_known_by_its_status_if_that_does_not_tell_it_apart(
    tmp_path: Path, protocol: str, method: str, statuses: dict[str, int | None]
) -> None:
    assert "is_error_of_status" not in _head(tmp_path, protocol, method, **statuses)
