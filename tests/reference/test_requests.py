# SPDX-License-Identifier: Apache-2.0
"""The request on each page is the one that botocore makes of the same input."""

from __future__ import annotations

import base64
import io
import re
from datetime import datetime
from typing import Any

import pytest
from belfry_codegen.commands.docs.message import Message, message, with_token
from belfry_codegen.commands.docs.samples import complete_sample, sample
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan, plan_service
from belfry_codegen.passes.pipeline import load_service
from botocore.parsers import BaseCBORParser
from botocore_requests import MODELS, body_of, expected_request, form_of, split_target, target_of

ONE_OF_EACH_PROTOCOL = ("chime-sdk-voice", "dynamodb", "ec2", "eventbridgev2", "s3", "sns", "sqs")
ALL = sorted(folder.name for folder in MODELS.iterdir() if any(folder.glob("*/service-2.json*")))
GROUPS = 40
FIXED_BY_HANDLERS = {"glacier", "importexport"}
"""botocore completes the requests of these outside of its serializers, Belfry by overlays."""


def tree_of(shown: Message, body: Any, form: bool) -> tuple[Any, Any]:
    """The bodies of the page and of botocore, in forms that can be compared."""
    if form:
        return form_of(shown.body), body_of(body, "text")
    if shown.note.startswith("The body is CBOR"):
        stream = io.BufferedReader(io.BytesIO(body))
        return body_of(shown.body, "json"), plain(BaseCBORParser().parse_data_item(stream))
    return body_of(shown.body, shown.language), body_of(body, shown.language)


def plain(value: Any) -> Any:
    """A CBOR value as the page's JSON has it: times in seconds, bytes in base64."""
    if isinstance(value, dict):
        return {key: plain(held) for key, held in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return int(value.timestamp()) if isinstance(value, datetime) else value


def faults(plan: ServicePlan, planned: OperationPlan, value: dict[str, Any]) -> list[str]:
    """The differences between the page's request and botocore's."""
    operation, protocol = planned.operation, plan.service.protocol
    filled = with_token(plan.types.shapes[planned.input], value)
    expected = expected_request(plan.folder, protocol.name, operation.name, filled)
    shown = message(plan, planned, value)
    found = []
    if shown.method != expected["method"]:
        found.append(f"{shown.method} is not {expected['method']}")
    # An overlay's rules put some labels into the URL's host.
    targets = split_target(shown.target), target_of(expected)
    if not operation.placed_labels and as_integers(targets[0]) != as_integers(targets[1]):
        found.append(f"{targets[0]} is not {targets[1]}")
    headers = {name.lower(): text for name, text in shown.headers}
    for name, text in expected["headers"].items():
        wanted = text.decode() if isinstance(text, bytes) else str(text)
        if headers.get(name.lower()) != wanted:
            found.append(f"header {name}: {headers.get(name.lower())} is not {wanted}")
    bodies = tree_of(shown, expected["body"], protocol.form)
    if as_integers(bodies[0]) != as_integers(bodies[1]):
        found.append(f"body {bodies[0]} is not {bodies[1]}")
    return [f"{plan.folder} {operation.name}: {each}" for each in found]


def as_integers(value: Any) -> Any:
    """The value with 123 for the text 123.0: botocore writes numbers of text formats as Python does."""
    if isinstance(value, dict):
        return {key: as_integers(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_integers(each) for each in value]
    return re.sub(r"^(-?\d+)\.0$", r"\1", value) if isinstance(value, str) else value


def compare(service: str) -> tuple[int, list[str]]:
    """Compares both samples of each operation. Returns how many were compared, and the differences."""
    plan = plan_service(load_service(MODELS, service, misfits=[]), service)
    count, found = 0, []
    for planned in plan.operations:
        if planned.operation.input_events is not None:
            continue
        shapes = plan.types.shapes
        for value in (sample(shapes, planned.input), complete_sample(shapes, planned.input, 300)):
            found += faults(plan, planned, value)
            count += 1
    return count, found


@pytest.mark.parametrize("service", ONE_OF_EACH_PROTOCOL)
def test_the_request_on_a_page_is_that_of_botocore(service: str) -> None:
    count, found = compare(service)
    assert count >= 30
    assert found == []


@pytest.mark.takes_turns
@pytest.mark.parametrize("group", range(GROUPS))
def test_the_requests_of_all_services_are_those_of_botocore(group: int) -> None:
    services = [name for name in ALL[group::GROUPS] if name not in FIXED_BY_HANDLERS]
    assert len(services) >= 8
    assert [fault for service in services for fault in compare(service)[1]] == []


def test_a_request_that_differs_is_reported() -> None:
    plan = plan_service(load_service(MODELS, "sqs", ["DeleteQueue"], misfits=[]), "sqs")
    [planned] = plan.operations
    assert faults(plan, planned, {"QueueUrl": "a"}) == []
    shown = message(plan, planned, {"QueueUrl": "a"})
    assert tree_of(shown, b'{"QueueUrl": "b"}', False) == ({"QueueUrl": "a"}, {"QueueUrl": "b"})
