# SPDX-License-Identifier: Apache-2.0
"""Round trips with moto: every protocol that its services speak."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

botocore_session = pytest.importorskip("botocore.session", reason="botocore is not installed")

ROLE = "bell-ringer"


@pytest.fixture(scope="module")
def account(moto: str) -> str:
    """Moto with the role that functions run as."""
    iam = botocore_session.get_session().create_client(
        "iam",
        "us-east-1",
        endpoint_url=moto,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
    )
    lambda_may = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policy = {"Version": "2012-10-17", "Statement": [lambda_may]}
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(policy))
    return moto


PROGRAMS = (
    *("lambda", "dynamodb", "kms", "logs", "sqs", "sts", "iam", "ec2", "s3_select"),
    *("cloudwatch_json", "cloudwatch_query"),
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_moto_accepts_the_calls(program: str, account: str, run_program: Callable[..., None]) -> None:
    run_program(program, account)
