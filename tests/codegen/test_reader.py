# SPDX-License-Identifier: Apache-2.0
"""Compares the reader with botocore's loader, and tests rare facts."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.expressions import Expression
from belfry_codegen.readers.botocore.service import read_service
from belfry_codegen.readers.files import services
from support import VERSION, botocore_data, model, operation, small_model, structure, write_model


@pytest.fixture(scope="module")
def everything() -> dict[str, ir.Service]:
    data = botocore_data()
    return {name: read_service(data, name) for name, _ in services(data)}


def test_all_services_equal_those_of_botocores_loader(everything: dict[str, ir.Service]) -> None:
    from botocore.loaders import Loader

    loader = Loader()
    names = loader.list_available_services("service-2")
    assert sorted(everything) == sorted(names)
    for name in names:
        raw = loader.load_service_model(name, "service-2")
        service = everything[name]
        assert service.id == raw["metadata"]["serviceId"]
        assert list(service.operations) == list(raw["operations"])
        assert set(service.shapes) == set(raw["shapes"])
        for shape_name, shape in raw["shapes"].items():
            own = service.shapes[shape_name]
            if own.kind is not ir.Kind.DOCUMENT:
                assert [member.name for member in own.members] == list(shape.get("members", {}))
                assert {m.name for m in own.members if m.required} == set(shape.get("required", []))
            assert [value.value for value in own.enum_values] == list(shape.get("enum", []))


def test_paginators_and_waiters_equal_those_of_botocores_loader(everything: dict[str, ir.Service]) -> None:
    from botocore.exceptions import UnknownServiceError
    from botocore.loaders import Loader

    loader = Loader()
    pages = waits = 0
    for name, service in everything.items():
        try:
            expected = set(loader.load_service_model(name, "paginators-1")["pagination"])
        except UnknownServiceError:
            expected = set()
        assert {op.name for op in service.operations.values() if op.paginator} == expected, name
        pages += len(expected)
        try:
            expected = set(loader.load_service_model(name, "waiters-2")["waiters"])
        except UnknownServiceError:
            expected = set()
        assert set(service.waiters) == expected, name
        waits += len(expected)
    assert pages > 3_000
    assert waits > 300


def test_members_agree_with_botocores_model_classes(everything: dict[str, ir.Service]) -> None:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    for name in ("chime-sdk-voice", "s3", "dynamodb", "lambda", "iot", "ec2", "glacier", "lexv2-models"):
        theirs = ServiceModel(Loader().load_service_model(name, "service-2"), name)
        for shape_name in theirs.shape_names:
            shape = theirs.shape_for(shape_name)
            if shape.type_name != "structure" or shape.is_document_type:
                continue
            for member_name, member in shape.members.items():
                ours = everything[name].shapes[shape_name].member(member_name)
                assert ours is not None
                place = member.serialization.get("location")
                if place is not None and ours.location is not ir.Location.PAYLOAD:
                    assert ours.location.value.startswith(_PLACES[place]), (name, shape_name, member_name)
                assert ours.wire_name == member.serialization.get("name", member_name)
                assert ours.idempotency_token == member.metadata.get("idempotencyToken", False)
                assert (ours.location is ir.Location.PAYLOAD) == (
                    shape.serialization.get("payload") == member_name
                )


_PLACES = {
    "uri": "uri",
    "querystring": "query",
    "header": "header",
    "headers": "prefixed",
    "statusCode": "status",
}


def test_rare_traits_of_real_services_are_read(everything: dict[str, ir.Service]) -> None:
    asset = everything["dataexchange"].shapes["SendApiAssetResponse"]
    headers = next(member for member in asset.members if member.location is ir.Location.HEADERS)
    assert headers.wire_name == ""  # an empty prefix takes all headers
    assert everything["cloudfront"].operations["TagResource"].wire_name == "TagResource2020_05_31"
    assert everything["s3"].shapes["Expires"].kind is ir.Kind.TIMESTAMP  # from service-2.sdk-extras
    events = everything["s3"].shapes["TopicConfigurationDeprecated"]
    assert [m.name for m in events.members if m.wire_name == "Event"] == ["Events", "Event"]
    stream = everything["lexv2-runtime"].operations["StartConversation"].input
    assert stream is not None
    payload = everything["lexv2-runtime"].shapes[stream].payload
    assert payload is not None
    assert everything["lexv2-runtime"].shapes[payload.target].event_stream
    assert everything["sqs"].query_compatible
    assert everything["cloudwatch"].protocols == ("smithy-rpc-v2-cbor", "json", "query")
    quota = everything["rds"].shapes["DBSecurityGroupQuotaExceededFault"].error
    assert quota is not None
    assert quota.code == "QuotaExceeded.DBSecurityGroup"
    assert everything["bedrock-runtime"].shapes["ContentBlock"].kind is ir.Kind.UNION
    assert ir.Auth.NONE in (everything["cognito-identity"].operations["GetId"].auth or ())


def test_gzipped_and_plain_files_are_read_equal(tmp_path: Path) -> None:
    path = write_model(tmp_path / "plain", small_model())
    packed = tmp_path / "packed" / "bell-tower" / VERSION
    packed.mkdir(parents=True)
    (packed / "service-2.json.gz").write_bytes(gzip.compress(path.read_bytes()))
    plain = read_service(tmp_path / "plain", "bell-tower")
    assert read_service(tmp_path / "packed", "bell-tower").shapes == plain.shapes


def test_the_newest_version_is_read_by_default(tmp_path: Path) -> None:
    path = write_model(tmp_path, small_model())
    newer: dict[str, Any] = json.loads(path.read_text())
    newer["metadata"]["apiVersion"] = "2021-01-01"
    (tmp_path / "bell-tower" / "2021-01-01").mkdir()
    (tmp_path / "bell-tower" / "2021-01-01" / "service-2.json").write_text(json.dumps(newer))
    assert read_service(tmp_path, "bell-tower").api_version == "2021-01-01"
    assert read_service(tmp_path, "bell-tower", VERSION).api_version == VERSION
    with pytest.raises(UsageError, match="no version '2022-01-01'; it has 2020-01-02, 2021-01-01"):
        read_service(tmp_path, "bell-tower", "2022-01-01")


def test_an_unknown_service_is_an_error_with_similar_names(tmp_path: Path) -> None:
    write_model(tmp_path, small_model())
    with pytest.raises(UsageError, match="no service 'bell-towr'; did you mean 'bell-tower'\\?"):
        read_service(tmp_path, "bell-towr")


def test_an_error_that_is_listed_twice_is_kept_once(tmp_path: Path) -> None:
    service = small_model()
    service["operations"]["Ring"]["errors"] = [{"shape": "Cracked"}, {"shape": "Cracked"}]
    write_model(tmp_path, service)
    assert read_service(tmp_path, "bell-tower").operations["Ring"].errors == ("Cracked",)


def test_extras_are_merged_into_the_model(tmp_path: Path) -> None:
    extras = {"version": 1.0, "merge": {"shapes": {"Count": {"type": "long"}}}}
    path = write_model(tmp_path, small_model())
    (path.parent / "service-2.sdk-extras.json").write_text(json.dumps(extras))
    assert read_service(tmp_path, "bell-tower").shapes["Count"].kind is ir.Kind.LONG


def test_every_trait_is_read(tmp_path: Path) -> None:
    shapes = {
        "In": structure(
            "Q",
            Q={"shape": "M", "location": "querystring"},
            H={"shape": "S", "location": "header", "locationName": "x-h", "jsonvalue": True},
            J={"shape": "S", "jsonvalue": True},
            T={"shape": "T", "timestampFormat": "rfc822"},
            B={"shape": "B"},
            K={"shape": "S", "idempotencyToken": True, "contextParam": {"name": "Key"}},
            X={"shape": "S", "xmlAttribute": True, "locationName": "xsi:type", "hostLabel": True},
        )
        | {"payload": "B"},
        "M": {
            "type": "map",
            "key": {"shape": "S"},
            "value": {"shape": "S"},
            "sparse": True,
            "flattened": True,
        },
        "S": {"type": "string", "sensitive": True, "pattern": "x+", "deprecated": True},
        "T": {"type": "timestamp"},
        "B": {"type": "blob", "streaming": True, "requiresLength": True},
    }
    service = model(
        shapes,
        Do=operation(
            "Do",
            "In",
            authtype="none",
            idempotent=True,
            endpoint={"hostPrefix": "{X}."},
            requestcompression={"encodings": ["gzip"]},
            httpChecksumRequired=True,
            staticContextParams={"P": {"value": True}},
            operationContextParams={"R": {"path": "keys(Q)"}},
        ),
    )
    write_model(tmp_path, service)
    read = read_service(tmp_path, "bell-tower")
    members = {member.name: member for member in read.shapes["In"].members}
    assert members["Q"].location is ir.Location.QUERY_MAP
    assert members["Q"].required
    assert (members["H"].wire_name, members["H"].json_value) == ("x-h", True)
    # In a body, JSON is the text of a string.
    assert not members["J"].json_value
    assert members["T"].timestamp_format is ir.TimestampFormat.HTTP_DATE
    assert members["B"].location is ir.Location.PAYLOAD
    assert (members["K"].idempotency_token, members["K"].context_param) == (True, "Key")
    assert (members["X"].xml.attribute, members["X"].host_label) == (True, True)
    assert (read.shapes["M"].sparse, read.shapes["M"].xml.flattened) == (True, True)
    assert (read.shapes["S"].sensitive, read.shapes["S"].pattern) == (True, "x+")
    assert (read.shapes["B"].streaming, read.shapes["B"].requires_length) == (True, True)
    do = read.operations["Do"]
    assert (do.auth, do.idempotent, do.host_prefix) == ((ir.Auth.NONE,), True, "{X}.")
    assert (do.compression, do.checksum.required) == (("gzip",), True)
    assert (do.static_context, do.operation_context) == ((("P", True),), (("R", Expression("keys(Q)")),))
