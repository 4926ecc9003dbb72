# SPDX-License-Identifier: Apache-2.0
"""Features of rest-json that Chime SDK Voice does not use, in services that do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import botocore
import pytest
from botocore_judge import Judge
from comparison import compare_request, compare_response
from plain_values import to_wire
from random_responses import Responses
from random_values import Values
from runs import Run, seeds
from wire_program import Wire, request_line, response_line

MODELS = Path(botocore.__file__).parent / "data"
REGION = "us-west-2"


@dataclass(frozen=True)
class Case:
    """Operations of a service, and what is special about them."""

    service: str
    operations: tuple[str, ...]
    why: str


CASES = (
    Case(
        "dataexchange", ("SendApiAsset", "CreateJob"), "query map, headers without a prefix, string payload"
    ),
    Case("lex-runtime", ("PostContent", "PutSession"), "JSON in headers, streams, unsigned body"),
    Case("iot-data", ("Publish", "ListNamedShadowsForThing"), "JSON in headers, blob payload"),
    Case(
        "lambda", ("Invoke", "GetLayerVersion", "CreateFunction"), "number label, status member, blob payload"
    ),
    Case("ebs", ("PutSnapshotBlock", "GetSnapshotBlock"), "number headers, unsigned body, streams"),
    Case("connect", ("UpdateUserNotificationStatus",), "timestamp header"),
    Case("entityresolution", ("BatchDeleteUniqueId", "CreateMatchingWorkflow"), "list header"),
    Case("geo-maps", ("GetStaticMap",), "float and boolean in the query"),
    Case("groundstation", ("ListGroundStationReservations", "ListContacts"), "epoch seconds in the query"),
    Case("route53globalresolver", ("ListAccessSources",), "query map of lists"),
    Case(
        "iot",
        ("ListAuditTasks", "ConfirmTopicRuleDestination", "CreateTopicRule"),
        "greedy label, query times",
    ),
    Case(
        "mediastore-data", ("PutObject", "DescribeObject", "GetObject"), "greedy label, header times, streams"
    ),
    Case("medical-imaging", ("UpdateImageSetMetadata", "SearchImageSets"), "union payload, host prefix"),
    Case("bedrock-runtime", ("Converse", "CountTokens"), "documents, unions, recursion"),
    Case("neptune-graph", ("ExecuteQuery", "GetGraphSummary"), "host label, documents"),
    Case("appconfig", ("StopDeployment", "CreateHostedConfigurationVersion"), "boolean header, blob payload"),
    Case("apigateway", ("GetExport", "ImportRestApi", "GetResources"), "query map, literal query"),
    Case("amplifyuibuilder", ("CreateComponent", "GetComponent"), "recursion, structure payload"),
    Case("sso", ("GetRoleCredentials",), "no signature"),
    Case("efs", ("DescribeAccountPreferences", "CreateFileSystem"), "GET with a body"),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.service)
def service(request: pytest.FixtureRequest) -> Iterator[tuple[Case, Judge, Wire]]:
    case: Case = request.param
    program = Wire(case.service, REGION, MODELS, case.operations)
    yield case, Judge(case.service, REGION), program
    program.close()


def test_random_requests_equal_botocores(service: tuple[Case, Judge, Wire]) -> None:
    case, judge, wire = service
    for operation in case.operations:
        shape = judge.model.operation_model(operation).input_shape
        run = Run(case.service, operation)
        for seed in seeds(60):
            params = Values(f"{case.service}.{operation}.{seed}").parameters(shape)
            line = request_line(run.name(seed), operation, to_wire(shape, params))
            run.note(seed, line, compare_request(judge, operation, params, wire.ask(line)))
        run.finish()


def test_random_outputs_are_read_as_by_botocore(service: tuple[Case, Judge, Wire]) -> None:
    case, judge, wire = service
    for operation in case.operations:
        model = judge.model.operation_model(operation)
        params = Values("any", optional=0).parameters(model.input_shape)
        run = Run(case.service, operation)
        for seed in seeds(60):
            response = Responses(f"{case.service}.{operation}.{seed}").success(model)
            line = response_line(run.name(seed), operation, response)
            theirs = judge.parse(operation, params, response)
            run.note(seed, line, compare_response(judge, operation, theirs, wire.ask(line)))
        run.finish()


def test_modelled_errors_are_read_as_by_botocore(service: tuple[Case, Judge, Wire]) -> None:
    case, judge, wire = service
    for operation in case.operations:
        model = judge.model.operation_model(operation)
        params = Values("any", optional=0).parameters(model.input_shape)
        run = Run(case.service, operation)
        for seed in seeds(5):
            for shape in model.error_shapes:
                values = Responses(f"{case.service}.{operation}.{shape.name}.{seed}")
                status = shape.metadata.get("error", {}).get("httpStatusCode", 400)
                response = values.failure(shape, status, shape.error_code)
                line = response_line(run.name(seed), operation, response)
                theirs = judge.parse(operation, params, response)
                run.note(seed, line, compare_response(judge, operation, theirs, wire.ask(line)))
        run.finish()
