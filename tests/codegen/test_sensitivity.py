# SPDX-License-Identifier: Apache-2.0
"""Sensitive values are hidden wherever they are reached, in small models and in those of botocore."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.model import ir
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.passes.sensitivity import NOT_SECRET, SECRET_ENDINGS
from support import botocore_data, model, operation, structure, write_model

SECRET = {"type": "string", "sensitive": True}
SPELLED = {
    "accesstoken": "AccessToken",
    "authorizationtoken": "AuthorizationToken",
    "authtoken": "AuthToken",
    "bearertoken": "BearerToken",
    "clientsecret": "ClientSecret",
    "idtoken": "IdToken",
    "passphrase": "Passphrase",
    "password": "Password",
    "privatekey": "PrivateKey",
    "refreshtoken": "RefreshToken",
    "secretaccesskey": "SecretAccessKey",
    "secretbinary": "SecretBinary",
    "secretstring": "SecretString",
    "sessiontoken": "SessionToken",
}
SAMPLE = 25
"""Every so-many-th service of botocore is checked, beside those named below."""


def _marks(service: ir.Service, shape: str) -> set[str]:
    return {member.name for member in service.shapes[shape].members if member.sensitive}


def _load(tmp_path: Path, shapes: dict[str, Any]) -> ir.Service:
    write_model(tmp_path, model(shapes, Ring=operation("Ring", "RingRequest")))
    return load_service(tmp_path, "bell-tower")


def test_all_members_of_a_sensitive_structure_are_marked(tmp_path: Path) -> None:
    keys = structure(Id="Text", Value="Text") | {"sensitive": True}
    service = _load(
        tmp_path,
        {"RingRequest": structure(Keys="Keys", Plain="Text"), "Keys": keys, "Text": {"type": "string"}},
    )
    assert _marks(service, "Keys") == {"Id", "Value"}
    assert _marks(service, "RingRequest") == {"Keys"}


def test_a_list_or_map_that_holds_something_sensitive_is_marked_at_any_depth(tmp_path: Path) -> None:
    service = _load(
        tmp_path,
        {
            "RingRequest": structure(Deep="ListOfMaps", Keyed="ByName", Whole="Hidden", Plain="Texts"),
            "ListOfMaps": {"type": "list", "member": {"shape": "Map"}},
            "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Secret"}},
            "ByName": {"type": "map", "key": {"shape": "Secret"}, "value": {"shape": "Text"}},
            "Hidden": {"type": "list", "member": {"shape": "Text"}, "sensitive": True},
            "Texts": {"type": "list", "member": {"shape": "Text"}},
            "Secret": SECRET,
            "Text": {"type": "string"},
        },
    )
    assert _marks(service, "RingRequest") == {"Deep", "Keyed", "Whole"}


@pytest.mark.parametrize("ending", SECRET_ENDINGS)
def test_a_name_that_means_a_secret_is_marked_for_texts_only(tmp_path: Path, ending: str) -> None:
    name = f"Old{SPELLED[ending]}"
    service = _load(
        tmp_path,
        {
            "RingRequest": structure(
                **{
                    name: "Text",
                    f"{name}Id": "Text",
                    f"Other{SPELLED[ending]}": "Count",
                    f"X{ending}": "Text",
                }
            ),
            "Text": {"type": "string"},
            "Count": {"type": "integer"},
        },
    )
    assert _marks(service, "RingRequest") == {name} | ({"Xpassword"} & {f"X{ending}"})


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("InvalidToken", False),
        ("AndroidToken", False),
        ("idToken", True),
        ("IDToken", True),
        ("aws_secret_access_key", True),
        ("KdcAdminPassword", True),
        ("ADDomainJoinPassword", True),
        ("adminpassword", True),
        ("NextToken", False),
        ("PasswordHint", False),
    ],
)
def test_an_ending_begins_with_a_word(tmp_path: Path, name: str, secret: bool) -> None:
    service = _load(tmp_path, {"RingRequest": structure(**{name: "Text"}), "Text": {"type": "string"}})
    assert _marks(service, "RingRequest") == ({name} if secret else set())


def test_names_that_are_excepted_still_exist() -> None:
    names = {member for shapes in _models("iam") for shape in shapes.values() for member in shape["members"]}
    assert names >= NOT_SECRET


def _models(*names: str) -> Iterator[Mapping[str, Any]]:
    """The structures of services of botocore."""
    for name in names:
        newest = max((botocore_data() / name).iterdir())
        packed, plain = newest / "service-2.json.gz", newest / "service-2.json"
        text = gzip.decompress(packed.read_bytes()) if packed.exists() else plain.read_bytes()
        shapes = json.loads(text)["shapes"]
        yield {key: shape for key, shape in shapes.items() if shape["type"] == "structure"}


def _services() -> list[str]:
    every = sorted(path.name for path in botocore_data().iterdir() if path.is_dir())
    named = ["sts", "cognito-identity", "codeartifact", "ecr", "gamelift", "lakeformation", "redshift", "iam"]
    return sorted({*named, *every[::SAMPLE]})


def test_no_sensitive_value_of_a_model_is_reached_past_the_marks() -> None:
    """No sensitive shape can be reached from a structure through unmarked members."""
    checked = 0
    for name in _services():
        service = load_service(botocore_data(), name)
        for shape in service.shapes.values():
            for member in shape.members:
                checked += 1
                if not member.sensitive:
                    assert not _holds_sensitive(service, member.target), f"{name}: {shape.name}.{member.name}"
                    assert not shape.sensitive, f"{name}: {shape.name}"
    assert checked > 10_000


def _holds_sensitive(service: ir.Service, name: str) -> bool:
    """Whether a value of that shape is sensitive, up to the structures in it."""
    shape = service.shapes[name]
    if shape.sensitive:
        return True
    held = [part.target for part in (shape.element, shape.key, shape.value) if part is not None]
    return any(_holds_sensitive(service, target) for target in held)


def test_temporary_credentials_are_marked_though_the_model_of_sts_does_not() -> None:
    service = load_service(botocore_data(), "sts")
    assert _marks(service, "Credentials") == {"SecretAccessKey", "SessionToken"}
