# SPDX-License-Identifier: Apache-2.0
"""Numbers that are out of range and shapes that are nested too deeply: refused, with their place."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import BAD_INPUT, main
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model.errors import ModelError
from belfry_codegen.passes.pipeline import load_service
from smithy_support import load, ring, traits
from smithy_support import member as smithy_member
from smithy_support import structure as smithy_structure
from support import RULES, small_model, structure, write_model


def _fault(service: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], **files: Any) -> str:
    """The one line that the generator prints; it has written nothing."""
    write_model(tmp_path / "models", service, **files)
    out = tmp_path / "out"
    assert (
        main(["generate", "bell-tower", "--models", str(tmp_path / "models"), "--out", str(out)]) == BAD_INPUT
    )
    assert not out.exists()
    line: str = capsys.readouterr().err
    assert line.count("\n") == 1
    return line


DEFAULTS = [
    ("byte", 127, True),
    ("byte", 128, False),
    ("short", -(2**15), True),
    ("short", -(2**15) - 1, False),
    ("integer", 2**31 - 1, True),
    ("integer", 2**31, False),
    ("integer", 1e30, False),
    ("integer", 1.5, False),
    ("integer", True, False),
    ("integer", "1", False),
    ("long", -(2**63), True),
    ("long", 2**63, False),
    ("long", 9.3e18, False),
    ("long", 10**400, False),
    ("float", 3e38, True),
    ("float", 1e39, False),
    ("float", False, False),
    ("double", 1e308, True),
    ("double", 10**400, False),
    ("double", "NaN", False),
    ("timestamp", "yesterday", False),
    ("timestamp", 0, True),
    ("timestamp", -62135596800, True),
    ("timestamp", -62135596801, False),
    ("timestamp", 253402300799.999, True),
    ("timestamp", 253402300800, False),
    ("timestamp", 9.3e18, False),
    ("timestamp", 1e300, False),
    ("timestamp", 10**30, False),
    ("timestamp", True, False),
    ("timestamp", [1], False),
    ("timestamp", "9999-12-31T23:59:59Z", True),
    ("timestamp", "10000-01-01T00:00:00Z", False),
    ("blob", "YmVsbA==", True),
    ("blob", "not base64", False),
    ("blob", 1, False),
    ("boolean", 1, False),
    ("boolean", "true", False),
    ("string", 1, False),
]
"""Types, and defaults that are values of them or not."""


def _is_refused(line: str, kind: str) -> None:
    assert re.search("'Ring(Response|Output)', member 'Value': the default ", line)
    assert f"is not a value of type {kind}" in line


def _is_generated(text: str) -> None:
    assert "value{" in text
    # C++ does not have this literal, and a fraction is less than a second.
    assert "(-9223372036854775808" not in text
    assert "1000000000}" not in text


@pytest.mark.parametrize(("kind", "default", "fits"), DEFAULTS)
def test_a_default_fits_its_type(
    kind: str, default: Any, fits: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = small_model()
    service["shapes"]["Value"] = {"type": kind}
    service["shapes"]["RingResponse"]["members"]["Value"] = {"shape": "Value", "default": default}
    if not fits:
        _is_refused(_fault(service, tmp_path, capsys), kind)
        return
    write_model(tmp_path, service)
    _is_generated("".join(render_service(load_service(tmp_path, "bell-tower"), "bell-tower").values()))


@pytest.mark.parametrize(("kind", "default", "fits"), DEFAULTS)
def test_a_default_in_a_smithy_model_fits_its_type(
    kind: str, default: Any, fits: bool, tmp_path: Path
) -> None:
    value = smithy_member("bell.tower#Value", default=default)
    shapes = {"RingOutput": smithy_structure({"Value": value}, output={}), "Value": {"type": kind}}
    service = load(tmp_path, shapes)
    if fits:
        _is_generated("".join(render_service(service, "bell-tower").values()))
        return
    with pytest.raises(ModelError) as raised:
        render_service(service, "bell-tower")
    _is_refused(str(raised.value), kind)


def test_a_number_beyond_those_of_a_double_is_refused(tmp_path: Path) -> None:
    for kind in ("double", "timestamp", "document"):
        service = small_model()
        service["shapes"]["Value"] = (
            {"type": "structure", "document": True} if kind == "document" else {"type": kind}
        )
        service["shapes"]["RingResponse"]["members"]["Value"] = {"shape": "Value", "default": 123456789}
        write_model(tmp_path, service)
        path = next(tmp_path.rglob("service-2.json"))
        path.write_text(path.read_text().replace("123456789", "1e999"))
        with pytest.raises(
            ModelError, match=f"member 'Value': the default Infinity is not a value of type {kind}"
        ):
            render_service(load_service(tmp_path, "bell-tower"), "bell-tower")


@pytest.mark.parametrize("where", ["required", "union"])
def test_a_default_that_only_a_comment_has_fits_its_type(
    where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = small_model()
    service["shapes"]["Value"] = {"type": "integer"}
    holder = structure(Value="Value")
    holder["members"]["Value"]["default"] = 1e30
    if where == "required":
        request = service["shapes"]["RingRequest"]
        request["members"] |= holder["members"]
        request["required"] = [*request.get("required", ()), "Value"]
    else:
        service["shapes"]["Either"] = holder | {"union": True}
        service["shapes"]["RingRequest"]["members"]["Either"] = {"shape": "Either"}
    line = _fault(service, tmp_path, capsys)
    assert "member 'Value': the default 1e+30 is not a value of type integer" in line


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 10**30])
def test_the_values_of_an_enum_of_integers_fit_32_bits(value: int, tmp_path: Path) -> None:
    shapes = {
        "RingInput": smithy_structure({"Size": smithy_member("bell.tower#Size")}, input={}),
        "Size": {"type": "intEnum", "members": {"BIG": smithy_member("smithy.api#Unit", enumValue=value)}},
    }
    with pytest.raises(ModelError, match=f"member 'BIG'.*'enumValue' does not fit 32 bits: {value}"):
        load(tmp_path, shapes)


@pytest.mark.parametrize("value", [10**400, -(10**400)])
@pytest.mark.parametrize("key", ["min", "max"])
def test_a_limit_is_a_finite_number(
    key: str, value: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = small_model()
    service["shapes"]["Name"][key] = value
    assert f"shape 'Name': '{key}' is out of range" in _fault(service, tmp_path, capsys)
    shapes = {
        "RingInput": smithy_structure({"Name": smithy_member("bell.tower#Name")}, input={}),
        "Name": {"type": "integer", "traits": traits(range={key: value})},
    }
    with pytest.raises(ModelError, match=f"'{key}' is out of range"):
        load(tmp_path / "smithy", shapes)


@pytest.mark.parametrize("number", [2**15, -(2**15), 10**30, 1.5, 1e300])
def test_a_number_of_endpoint_rules_fits_16_bits(
    number: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy.deepcopy(RULES)
    part = {"fn": "substring", "argv": [{"ref": "Region"}, 0, number, False]}
    rules["rules"][0]["conditions"] = [{"fn": "isSet", "argv": [{"ref": "Region"}]}, part]
    line = _fault(small_model(), tmp_path, capsys, endpoint_rule_set_1=rules)
    assert "rules[0].conditions[1].argv[2]: " in line


@pytest.mark.parametrize("trait", [{"minDelay": 2**31}, {"maxDelay": 10**30}, {"minDelay": -1}])
def test_the_numbers_of_a_smithy_waiter_are_bounded(trait: dict[str, int], tmp_path: Path) -> None:
    acceptors = [{"state": "success", "matcher": {"success": True}}]
    operation = ring(smithy__waiters__waitable={"Rung": {"acceptors": acceptors, **trait}})
    (key,) = trait
    with pytest.raises(ModelError, match=f"waiter 'Rung'.*'{key}' must be from 0 to 2147483647"):
        load(tmp_path, {"Ring": operation})


@pytest.mark.parametrize("status", [0, 600, 10**20])
def test_a_status_in_a_smithy_model_is_one_of_http(status: int, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="must be from 100 to 599"):
        load(tmp_path, {"Cracked": smithy_structure(error="client", httpError=status)})


@pytest.mark.parametrize("status", [0, 99, 600, -1, 10**20])
def test_a_status_is_one_of_http(status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = small_model()
    service["operations"]["Ring"]["http"]["responseCode"] = status
    line = _fault(service, tmp_path, capsys)
    assert f"operation 'Ring': 'responseCode' must be from 100 to 599, not {status}" in line
    service = small_model()
    service["shapes"]["Cracked"]["error"] = {"httpStatusCode": status}
    line = _fault(service, tmp_path, capsys)
    assert f"shape 'Cracked': 'httpStatusCode' must be from 100 to 599, not {status}" in line


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"delay": 0}, "'delay' must be from 1 to 2147483647, not 0"),
        ({"delay": 2**31}, "'delay' must be from 1 to 2147483647, not 2147483648"),
        ({"maxAttempts": 10**30}, "'maxAttempts' must be from 1 to 2147483647, not 1"),
        ({"expected": 2000}, "'expected' must be from 100 to 599, not 2000"),
        ({"expected": 2**63}, "'expected' does not fit 64 bits: 9223372036854775808"),
    ],
)
def test_the_numbers_of_a_waiter_are_bounded(
    changes: dict[str, int], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acceptor = {"state": "success", "matcher": "status", "expected": 200}
    waiter = {"operation": "Ring", "delay": 1, "maxAttempts": 2, "acceptors": [acceptor]}
    for key, value in changes.items():
        (acceptor if key == "expected" else waiter)[key] = value
    line = _fault(small_model(), tmp_path, capsys, waiters_2={"version": 2, "waiters": {"Rung": waiter}})
    assert f"waiter 'Rung': {expected}" in line


@pytest.mark.parametrize("kind", ["list", "map"])
@pytest.mark.parametrize("depth", [65, 900, 20_000])
def test_containers_that_nest_too_deeply_are_refused(
    kind: str, depth: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = small_model()
    for number in range(depth):
        target = {"shape": f"Deep{number + 1}" if number + 1 < depth else "Name"}
        service["shapes"][f"Deep{number}"] = (
            {"type": "list", "member": target}
            if kind == "list"
            else {"type": "map", "key": {"shape": "Name"}, "value": target}
        )
    service["shapes"]["RingRequest"]["members"]["Deep"] = {"shape": "Deep0"}
    line = _fault(service, tmp_path, capsys)
    assert "shape 'Deep0': lists and maps are nested more than 64 deep" in line


def test_containers_of_the_largest_depth_are_generated(tmp_path: Path) -> None:
    service = small_model()
    for number in range(64):
        target = f"Deep{number + 1}" if number < 63 else "Name"
        service["shapes"][f"Deep{number}"] = {"type": "list", "member": {"shape": target}}
    service["shapes"]["RingRequest"]["members"]["Deep"] = {"shape": "Deep0"}
    write_model(tmp_path, service)
    files = render_service(load_service(tmp_path, "bell-tower"), "bell-tower")
    assert files["belfry/bell_tower/types/ring_request.hpp"].count("::belfry::List<") >= 64


def test_a_long_chain_of_structures_is_generated(tmp_path: Path) -> None:
    service = small_model()
    for number in range(2000):
        target = f"Link{number + 1}" if number < 1999 else "Name"
        service["shapes"][f"Link{number}"] = structure(Next=target)
    service["shapes"]["RingRequest"]["members"]["Chain"] = {"shape": "Link0"}
    write_model(tmp_path, service)
    assert len(render_service(load_service(tmp_path, "bell-tower"), "bell-tower")) > 2000
