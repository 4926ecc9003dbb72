# SPDX-License-Identifier: Apache-2.0
"""Programs generated from AWS's Smithy models are compared with botocore, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from by_protocol import check_everything, values_for
from services import SMITHY, Case, Service, opened


def _case(service: str, protocol: str, *operations: str) -> Case:
    return Case(service, "", operations, (), protocol, SMITHY, values_for(service, protocol))


CASES = (
    _case(
        "chime-sdk-voice", "rest-json", "CreateProxySession", "GetSpeakerSearchTask", "PutVoiceConnectorProxy"
    ),
    _case("cloudwatch", "query", "PutMetricData", "GetMetricData", "DescribeAlarms"),
    _case("dynamodb", "json", "PutItem", "Query", "TransactWriteItems", "CreateTable"),
    _case("iam", "query", "CreateRole", "GetAccountSummary", "SimulatePrincipalPolicy"),
    _case("kinesis", "json", "PutRecords", "GetRecords", "MergeShards"),
    _case("kms", "json", "Encrypt", "CreateKey", "ListKeys"),
    _case("lambda", "rest-json", "CreateFunction", "Invoke", "ListFunctions", "GetLayerVersion"),
    _case("polly", "rest-json", "SynthesizeSpeech", "ListLexicons"),
    # Smithy's model names and flattens lists where they are members, botocore's where they are defined.
    _case(
        "s3",
        "rest-xml",
        *("PutObject", "GetObject", "GetBucketAcl", "PutBucketAcl", "ListObjectsV2", "ListObjectVersions"),
        *("PutBucketCors", "PutBucketLifecycleConfiguration", "PutBucketNotificationConfiguration"),
        *("PutBucketReplication", "PutBucketWebsite", "PutBucketTagging", "RestoreObject", "DeleteObjects"),
        *("CompleteMultipartUpload", "GetBucketLifecycleConfiguration", "GetBucketReplication"),
        *("GetBucketNotificationConfiguration", "GetBucketWebsite", "ListBuckets", "CreateBucket"),
    ),
    _case("sqs", "json", "SendMessage", "ReceiveMessage", "GetQueueAttributes"),
    _case("sts", "query", "AssumeRole", "AssumeRoleWithSAML"),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case.service}-{case.protocol}")
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with opened(request.param, disable_request_compression=True) as made:
        yield made


def test_random_requests_outputs_and_errors_equal_botocores(service: Service) -> None:
    check_everything(service, 25, 25, 3)
