# SPDX-License-Identifier: Apache-2.0
"""Comments of members and methods: where a member travels, AWS's page of an operation; botocore judges."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.cpp.render import render_service
from belfry_codegen.passes.pipeline import load_service
from support import botocore_data, model, operation, structure, write_model

SMITHY = Path(os.environ.get("BELFRY_SHARED", "/nowhere")) / "models" / "smithy"
PLACES = {
    "uri": "Path: `{{{name}}}`.",
    "querystring": "Query: `{name}`.",
    "header": "Header: `{name}`.",
    "headers": "Headers: `{name}` and the key of each entry.",
    "statusCode": "Status of the response.",
}
"""The sentence for a member, by botocore's `location`."""
OPERATIONS = {
    "lambda": ("rest-json", ["CreateFunction", "Invoke", "ListFunctions"]),
    "s3": ("rest-xml", ["GetObject", "ListObjectsV2", "PutBucketAcl", "PutObject"]),
    "dynamodb": ("json", ["PutItem"]),
    "ec2": ("ec2", ["CreateTags", "DescribeInstances"]),
    "iam": ("query", ["CreateUser", "ListUsers"]),
}


def _render(models: Path, name: str, operations: list[str] | None = None) -> Mapping[str, str]:
    return render_service(load_service(models, name, operations), name)


def _comments(header: str) -> dict[str, str]:
    """The comment of each member of a header's first structure, by the member's name in C++."""
    body = re.search(r"^struct \w+ {$(.*?)^};$", header, re.MULTILINE | re.DOTALL)
    assert body is not None
    found: dict[str, str] = {}
    comment: list[str] = []
    for line in body[1].splitlines():
        line = line.strip()
        if line.startswith("///"):
            comment.append(line.removeprefix("///").strip())
        elif name := re.search(r"(\w+)(?:{.*})?;$", line):
            found[name[1]] = " ".join(comment)
            comment = []
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_comment_says_where_botocore_sends_the_member(name: str) -> None:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    protocol, operations = OPERATIONS[name]
    service = ServiceModel(Loader().load_service_model(name, "service-2"), name)
    loaded = load_service(botocore_data(), name, operations, protocol=protocol)
    headers = render_service(loaded, name)
    compared = 0
    for operation_name in operations:
        for shape in (
            service.operation_model(operation_name).input_shape,
            service.operation_model(operation_name).output_shape,
        ):
            if shape is None or not shape.members:
                continue
            [header] = [text for text in headers.values() if f"\nstruct {shape.name} {{\n" in text]
            comments = list(_comments(header).values())
            # Overlays add members behind the model's.
            assert len(comments) >= len(shape.members)
            for (member_name, member), comment in zip(shape.members.items(), comments, strict=False):
                expected = _expected(protocol, shape, member_name, member)
                assert expected in comment, (shape.name, member_name, comment)
                compared += 1
    assert compared >= 10


def _expected(protocol: str, shape: Any, name: str, member: Any) -> str:
    traits = member.serialization
    location = traits.get("location") if protocol.startswith("rest") else None
    if location is not None:
        return PLACES[location].format(name=traits.get("name", name))
    if protocol.startswith("rest") and shape.serialization.get("payload") == name:
        return "Body: all of it."
    # botocore.serialize.EC2Serializer: `queryName`, else the name with a capital letter.
    sent = name if protocol == "json" else traits.get("name", name)
    form = traits.get("queryName") or sent[:1].upper() + sent[1:]
    if protocol == "ec2" and form != sent:
        return f"Body: `{sent}` in XML, `{form}` in forms."
    return f"Body: `{sent}`."


def test_members_of_events_unions_and_query_maps(tmp_path: Path) -> None:
    shapes = {
        "In": structure(All={"shape": "Texts", "location": "querystring"}, Pick="Pick"),
        "Pick": {**structure(A="S", B="S"), "union": True},
        "Out": structure(Stream="Stream"),
        "Stream": {**structure(Rung="Rung"), "eventstream": True},
        "Rung": {
            **structure(
                Bell={"shape": "S", "eventheader": True}, Sound={"shape": "Blob", "eventpayload": True}
            ),
            "event": True,
        },
        "Texts": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "S"}},
        "S": {"type": "string"},
        "Blob": {"type": "blob"},
    }
    write_model(tmp_path, model(shapes, Ring=operation("Ring", "In", "Out")))
    headers = _render(tmp_path, "bell-tower")
    folder = "belfry/bell_tower/types"
    assert "/// Query: a parameter for each entry." in headers[f"{folder}/in.hpp"]
    assert "/// Holds `A`." in headers[f"{folder}/pick.hpp"]
    assert "/// Body: `A`." in headers[f"{folder}/pick.hpp"]
    assert "/// Event header: `Bell`." in headers[f"{folder}/rung.hpp"]
    assert "/// Payload of the event." in headers[f"{folder}/rung.hpp"]


@pytest.mark.parametrize("name", ["lambda", "cloudfront", "apigateway"])
def test_a_method_has_the_link_that_boto3_has(name: str) -> None:
    from botocore.docs.method import AWS_DOC_BASE
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    service = ServiceModel(Loader().load_service_model(name, "service-2"), name)
    loaded = load_service(botocore_data(), name)
    [client] = [text for path, text in render_service(loaded, name).items() if path.endswith("/client.hpp")]
    links = re.findall(r"^    /// (https://.+)$", client, re.MULTILINE)
    uid = service.metadata["uid"]
    assert sorted(links) == sorted(f"{AWS_DOC_BASE}/{uid}/{each}" for each in service.operation_names)


def test_smithys_models_have_the_same_links() -> None:
    if not SMITHY.is_dir():
        pytest.skip("there are no Smithy models")
    compared = 0
    for path in sorted(SMITHY.glob("*.json")):
        name = re.sub(r"-\d{4}-\d\d-\d\d$", "", path.stem)
        if not (botocore_data() / name).is_dir():
            continue
        theirs, ours = load_service(botocore_data(), name), load_service(SMITHY, name)
        assert ours.uid == theirs.uid
        compared += 1
    assert compared >= 8


def test_a_service_that_is_not_of_aws_has_no_links(tmp_path: Path) -> None:
    write_model(tmp_path, model({}, Ring=operation("Ring")))
    assert "https://" not in _render(tmp_path, "bell-tower")["belfry/bell_tower/client.hpp"]
