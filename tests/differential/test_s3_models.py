# SPDX-License-Identifier: Apache-2.0
"""S3's XML from botocore's model and from the Smithy model that AWS publishes: the same bytes and values.

Botocore's model puts names, namespaces and flattening on other shapes than Smithy's. The Smithy model is the
older one: values are kept to what it knows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen import ir
from belfry_codegen.readers.models import read_service
from botocore_judge import Judge
from plain_values import to_wire
from random_rest_xml import RestXmlResponses, XmlValues
from runs import Run, seeds
from services import MODELS, REGION
from wire_program import Wire, request_line, request_of, response_line

SMITHY = Path(os.environ.get("BELFRY_SHARED", Path(__file__).parents[3] / "shared")) / "models" / "smithy"
WRITTEN = (
    *(
        "PutBucketAcl",
        "PutBucketCors",
        "PutBucketLifecycleConfiguration",
        "PutBucketTagging",
        "PutBucketWebsite",
    ),
    *("PutBucketNotificationConfiguration", "PutBucketReplication", "PutBucketInventoryConfiguration"),
    *("CompleteMultipartUpload", "DeleteObjects", "CreateBucket", "RestoreObject", "SelectObjectContent"),
)
READ = (
    *(
        "GetBucketAcl",
        "GetBucketCors",
        "GetBucketLifecycleConfiguration",
        "GetBucketNotificationConfiguration",
    ),
    *("GetBucketWebsite", "GetBucketReplication", "ListBuckets", "ListObjectsV2", "ListObjectVersions"),
    *("DeleteObjects", "CompleteMultipartUpload"),
)


class Models:
    """The two wire programs, and what makes values for them."""

    def __init__(self) -> None:
        operations = tuple(dict.fromkeys((*WRITTEN, *READ)))
        self.judge = Judge("s3", REGION)
        self.botocore = Wire("s3", REGION, MODELS, operations)
        self.smithy = Wire("s3", REGION, SMITHY, operations)
        self.known = read_service(SMITHY, "s3")

    def close(self) -> None:
        self.botocore.close()
        self.smithy.close()

    def kept(self, name: str | None, value: Any) -> Any:
        """The value without members that the Smithy model does not know."""
        if name is None:
            return value
        shape = self.known.shapes[name]
        if shape.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION):
            members = {member.name: member.target for member in shape.members}
            return {key: self.kept(members[key], item) for key, item in value.items() if key in members}
        if shape.element is not None:
            return [self.kept(shape.element.target, item) for item in value]
        if shape.value is not None:
            return {key: self.kept(shape.value.target, item) for key, item in value.items()}
        return value


@pytest.fixture(scope="module")
def models() -> Iterator[Models]:
    if not SMITHY.is_dir():
        pytest.skip(f"no Smithy models in {SMITHY}")
    made = Models()
    yield made
    made.close()


def test_requests(models: Models) -> None:
    for operation in WRITTEN:
        run = Run("s3", operation)
        shape = models.judge.model.operation_model(operation).input_shape
        made = 0
        for seed in seeds(40):
            params = to_wire(shape, XmlValues(f"s3.{operation}.{seed}").parameters(shape))
            params = models.kept(models.known.operations[operation].input, params | {"Bucket": "some-bucket"})
            line = request_line(run.name(seed), operation, params)
            one, other = models.botocore.ask(line), models.smithy.ask(line)
            if "request" not in one or "request" not in other:
                run.note(seed, line, [] if one == other else [f"{one}\n  Smithy's {other}"])
                continue
            made += 1
            ours, theirs = request_of(one), request_of(other)
            url = re.sub(r"[?&]x-id=\w+", "", theirs.url)
            differing = [
                f"{what} {a!r}\n  Smithy's {b!r}"
                for what, a, b in (("body", ours.body, theirs.body), ("URL", ours.url, url))
                if a != b
            ]
            run.note(seed, line, differing)
        run.finish()
        assert 2 * made >= len(seeds(40)), f"most parameters of {operation} are refused"


def test_responses(models: Models) -> None:
    for operation in READ:
        run = Run("s3", operation)
        model = models.judge.model.operation_model(operation)
        for seed in seeds(40):
            response = RestXmlResponses(f"s3.{operation}.{seed}").rest_success(model)
            line = response_line(run.name(seed), operation, response)
            one, other = models.botocore.ask(line), models.smithy.ask(line)
            known = models.kept(models.known.operations[operation].output, one.get("parsed", {}))
            run.note(seed, line, [] if known == other.get("parsed", {}) else [f"{known}\n  Smithy's {other}"])
        run.finish()
