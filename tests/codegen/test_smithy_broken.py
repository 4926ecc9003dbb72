# SPDX-License-Identifier: Apache-2.0
"""Errors in Smithy models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import main
from belfry_codegen.model.errors import ModelError
from belfry_codegen.readers.models import services
from smithy_support import member, read, ring, smithy, structure, traits, write


@pytest.mark.parametrize(
    ("shapes", "service", "message"),
    [
        (
            {"RingInput": structure({"a": member("bell.tower#No")})},
            {},
            "shape 'RingInput', member 'a': .*not defined",
        ),
        ({"RingInput": {"type": "structur"}}, {}, "unknown type 'structur'; did you mean 'structure'"),
        (
            {"RingInput": {"type": "string"}},
            {},
            "operation 'Ring': 'input': .* must be a structure, but its type is string",
        ),
        ({"Ring": {"type": "operation"}}, {}, "operation 'Ring': the trait 'http' is missing"),
        (
            {"Ring": ring({"method": "get", "uri": "/"})},
            {},
            "'method' must be an HTTP method in upper case, not 'get'",
        ),
        ({"Ring": ring({"method": "GET", "uri": "x"})}, {}, "'uri' must begin with '/'"),
        ({"Ring": ring({"method": "GET", "uri": "/{a}"})}, {}, "no member is bound to the label '{a}'"),
        (
            {"RingInput": structure({"a": member("String", httpLabel={})}, input={})},
            {},
            "operation 'Ring': '/ring' does not have a label for member 'a'",
        ),
        (
            {"RingInput": structure({"a": member("bell.tower#RingOutput", httpHeader="X")})},
            {},
            "shape 'RingInput', member 'a': a value of type structure cannot be bound to the header",
        ),
        (
            {"RingInput": structure({"a": member("Timestamp", timestampFormat="iso")})},
            {},
            "member 'a': unknown timestamp format 'iso'",
        ),
        (
            {"Cracked": structure()},
            {},
            "operation 'Ring': error shape .*Cracked' does not have the trait 'error'",
        ),
        ({"Cracked": structure(error="ours")}, {}, "must be 'client' or 'server', not 'ours'"),
        (
            {"Ring": ring(endpoint={"hostPrefix": "{a}."})},
            {},
            "no member with 'hostLabel' for the label '{a}'",
        ),
        (
            {"Ring": ring(paginated={"inputToken": "a", "outputToken": "b"})},
            {},
            "'paginated': the input has no member 'a'",
        ),
        (
            {"Ring": ring(smithy__waiters__waitable={"W": {"acceptors": [{"state": "no", "matcher": {}}]}})},
            {},
            "waiter 'W': unknown state 'no'",
        ),
        (
            {},
            {"traits": {}},
            "service 'BellTower': the service has none of the protocols that belfry supports",
        ),
        (
            {},
            {"traits": traits(aws__protocols__restJson1={}, httpApiKeyAuth={"name": "k", "in": "body"})},
            "'in' must be 'header' or 'query', not 'body'",
        ),
        (
            {},
            {"operations": [{"target": "bell.tower#RingInput"}]},
            "must be an operation, but its type is structure",
        ),
        ({"A$b": {"type": "apply"}}, {}, "shape 'bell.tower#A\\$b' is not defined"),
        ({"RingInput$b": {"type": "apply"}}, {}, "its member 'b', which is not defined"),
        (
            {"RingInput": {"type": "structure", "mixins": [{"target": "bell.tower#RingInput"}]}},
            {},
            "mixin of itself",
        ),
        (
            {"RingInput": structure({"e": member("bell.tower#E")}), "E": {"type": "enum", "members": {}}},
            {},
            "the enumeration must have at least one value",
        ),
    ],
)
def test_an_error_names_file_and_place(
    tmp_path: Path, shapes: dict[str, Any], service: dict[str, Any], message: str
) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        read(tmp_path, shapes, **service)
    assert caught.value.file.endswith("tower.json")
    assert "\n" not in str(caught.value)


def test_an_unknown_version_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"version '3\.0' of the Smithy JSON AST is not supported"):
        read(tmp_path, version="3.0")


def test_the_command_line_takes_a_folder_of_asts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "models" / "deep", smithy(), "any-name.json")
    write(tmp_path / "models", {"version": "2.0", "about": '"smithy"'}, "other.json")
    assert services(tmp_path / "models") == [("bell-tower", "2020-01-02")]
    out = tmp_path / "include"
    assert main(["generate", "bell-tower", "--models", str(tmp_path / "models"), "--out", str(out)]) == 0
    assert (out / "belfry" / "bell_tower" / "ring.hpp").is_file()
    broken = smithy({"RingInput": structure({"a": member("bell.tower#No")})})
    write(tmp_path / "models" / "deep", broken, "any-name.json")
    capsys.readouterr()
    assert main(["generate", "bell-tower", "--models", str(tmp_path / "models"), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "any-name.json" in said
    assert "shape 'RingInput', member 'a'" in said
