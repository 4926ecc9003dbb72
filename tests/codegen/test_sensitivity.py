# SPDX-License-Identifier: Apache-2.0
"""Sensitive values are hidden wherever they are reached, in small models and in those of botocore."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.model import ir
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.passes.sensitivity import NOT_SECRET, SECRET_ENDINGS, SECRET_MEMBERS, is_secret
from support import botocore_data, model, operation, structure, write_model

SECRET = {"type": "string", "sensitive": True}
SPELLED = {
    "apikeyvalue": "ApiKeyValue",
    "hectoken": "HECToken",
    "onetimepassword": "OneTimePassword",
    "personalpin": "PersonalPIN",
    "presharedkey": "PreSharedKey",
    "privatekeybase64": "PrivateKeyBase64",
    "samlassertion": "SAMLAssertion",
    "secretaccesskey": "SecretAccessKey",
    "passphrase": "Passphrase",
    "passwordverifier": "PasswordVerifier",
}
LAST_WORDS = ("token", "code", "key", "secret", "binary", "string", "assertion", "password")
SAMPLE = 25
"""Every so-many-th service of botocore is read in full, beside those named below. All are read for names."""
SUSPICIOUS = re.compile(
    r"secret|password|passphrase|private.?key|token|credential|api.?key|pre.?shared.?key|assertion"
)
"""Texts in a name, in lower case, that a secret may have."""
JUDGED = Path(__file__).parent / "judged_secrets.txt"


def _spelled(ending: str) -> str:
    """The ending in PascalCase."""
    if ending in SPELLED:
        return SPELLED[ending]
    last = next((word for word in LAST_WORDS if ending.endswith(word) and ending != word), "")
    return (ending.removesuffix(last).capitalize() + last.capitalize()) if last else ending.capitalize()


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
    spelled = _spelled(ending)
    name = f"Old{spelled}"
    service = _load(
        tmp_path,
        {
            "RingRequest": structure(
                **{
                    name: "Text",
                    f"{name}Id": "Text",
                    f"Other{spelled}": "Count",
                    f"X{ending}": "Text",
                }
            ),
            "Text": {"type": "string"},
            "Count": {"type": "integer"},
        },
    )
    assert _marks(service, "RingRequest") == {name} | ({"Xpassword", "Xonetimepassword"} & {f"X{ending}"})


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


@cache
def _members() -> tuple[tuple[str, str, str, bool], ...]:
    """Service, shape and name of each text and blob in botocore's models, and whether the model hides it."""
    return tuple(found for service in sorted(botocore_data().iterdir()) for found in _members_of(service))


def _members_of(service: Path) -> Iterator[tuple[str, str, str, bool]]:
    if not service.is_dir():
        return
    newest = max(service.iterdir())
    packed, plain = newest / "service-2.json.gz", newest / "service-2.json"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else plain.read_bytes()
    shapes = json.loads(text)["shapes"]
    for key, shape in shapes.items():
        for name, member in shape.get("members", {}).items():
            target = shapes[member["shape"]]
            if target["type"] in ("string", "blob") and "enum" not in target:
                hidden = any(part.get("sensitive") for part in (shape, member, target))
                yield service.name, key, name, hidden


def _is_suspicious(name: str) -> bool:
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)
    return SUSPICIOUS.search(name.lower()) is not None or not {"pin", "otp"}.isdisjoint(map(str.lower, words))


def test_each_listed_name_is_one_of_a_model() -> None:
    names = {f"{shape}.{name}" for _, shape, name, _ in _members()}
    letters = {name.lower().replace("_", "").replace("-", "") for _, _, name, _ in _members()}
    assert names >= SECRET_MEMBERS.keys() | NOT_SECRET.keys()
    assert [ending for ending in SECRET_ENDINGS if not any(name.endswith(ending) for name in letters)] == []


def test_each_name_that_looks_secret_and_is_printed_was_judged() -> None:
    """A model with one more of them fails this test, until it is judged."""
    judged = {line.split(" ")[0] for line in JUDGED.read_text().splitlines() if line[:1] not in ("#", "")}
    found = {
        (name, f"{shape}.{name}")
        for _, shape, name, hidden in _members()
        if not (hidden or is_secret(shape, name) or f"{shape}.{name}" in NOT_SECRET) and _is_suspicious(name)
    }
    assert [full for name, full in sorted(found) if name not in judged and full not in judged] == []
    # Nor does the list have others.
    assert judged <= {text for both in found for text in both}


@pytest.mark.parametrize(
    "place",
    [
        "appflow DynatraceConnectorProfileCredentials.apiToken",
        "chime User.PersonalPIN",
        "codebuild Webhook.secret",
        "codepipeline WebhookAuthConfiguration.SecretToken",
        "connect ParticipantTokenCredentials.ParticipantToken",
        "connectparticipant ConnectionCredentials.ConnectionToken",
        "datazone AuthorizationCodeProperties.authorizationCode",
        "directconnect BGPPeer.authKey",
        "firehose SplunkDestinationConfiguration.HECToken",
        "invoicing ProcurementPortalPreference.ProcurementPortalSharedSecret",
        "lakeformation AssumeDecoratedRoleWithSAMLRequest.SAMLAssertion",
        "license-manager CreateTokenResponse.Token",
        "lightsail CreateKeyPairResult.privateKeyBase64",
        "lightsail DownloadDefaultKeyPairResult.privateKeyBase64",
        "pinpoint BaiduChannelRequest.SecretKey",
        "pinpoint GCMChannelRequest.ApiKey",
        "securityhub AwsEc2VpnConnectionOptionsTunnelOptionsDetails.PreSharedKey",
        "securitylake HttpsNotificationConfiguration.authorizationApiKeyValue",
    ],
)
def test_secrets_of_services_whose_models_do_not_say_so_are_marked(place: str) -> None:
    service, _, member = place.partition(" ")
    assert any((service, member) == (of, f"{shape}.{name}") for of, shape, name, _ in _members())
    assert is_secret(*member.split("."))


@pytest.mark.parametrize(
    ("shape", "member"),
    [
        ("ListResponse", "NextToken"),
        ("CreateRequest", "ClientToken"),
        ("SecretListEntry", "ARN"),
        ("GetSecretValueRequest", "SecretId"),
        ("AccessKeyMetadata", "AccessKeyId"),
        ("DatabaseSecret", "secretArn"),
        ("APNSChannelRequest", "TokenKeyId"),
        ("GetAppsRequest", "Token"),
        ("Request", "PasswordArn"),
        ("ListenerTlsFileCertificate", "privateKey"),
        ("InfluxDBDestinationSummary", "secretKey"),
    ],
)
def test_ids_addresses_and_handles_are_printed(shape: str, member: str) -> None:
    assert not is_secret(shape, member)


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
