# SPDX-License-Identifier: Apache-2.0
"""botocore as the client of fakes that are served over HTTP, in two protocols."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from served_fakes import Connect, code_of, served_fakes

TASK = {"VoiceConnectorId": "abc / def", "SpeakerSearchTaskId": "t-1"}


@pytest.fixture
def connect() -> Any:
    """Makes a client of a service, whose requests go to its fake."""
    with served_fakes("fake_servers", 2) as served:
        yield served.connect


def test_an_input_arrives_and_an_output_returns(connect: Connect) -> None:
    response = connect("chime-sdk-voice").create_voice_connector(
        Name="ü/ & <x>", AwsRegion="us-east-1", RequireEncryption=True
    )
    made = datetime.datetime(2023, 11, 14, 22, 13, 20, 5000, tzinfo=datetime.UTC)
    connector = response["VoiceConnector"]
    assert connector["CreatedTimestamp"] == made
    assert connector["Name"] == "ü/ & <x>"
    assert connector["RequireEncryption"] is True
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert response["ResponseMetadata"]["RequestId"] == "00000000-0000-4000-8000-000000000001"


def test_pages_follow_each_other(connect: Connect) -> None:
    client = connect("chime-sdk-voice")
    first = client.list_voice_connectors(MaxResults=1)
    second = client.list_voice_connectors(MaxResults=1, NextToken=first["NextToken"])
    assert [page["VoiceConnectors"][0]["Name"] for page in (first, second)] == ["first", "second & last"]
    assert "NextToken" not in second


def test_a_script_of_failures_precedes_the_handler(connect: Connect) -> None:
    client = connect("chime-sdk-voice")
    with pytest.raises(ConnectionClosedError):
        client.get_speaker_search_task(**TASK)
    assert code_of(lambda: client.get_speaker_search_task(**TASK)) == ("ThrottledClientException", 429)
    with pytest.raises(client.exceptions.NotFoundException) as caught:
        client.get_speaker_search_task(**TASK)
    assert caught.value.response["Error"]["Message"] == "no task t-1"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_other_keys_and_unknown_operations_are_refused(connect: Connect) -> None:
    wrong = connect("chime-sdk-voice", aws_secret_access_key="other")
    assert code_of(wrong.list_voice_connectors) == ("InvalidSignatureException", 403)
    unknown = connect("chime-sdk-voice", aws_access_key_id="AKIDOTHER")
    assert code_of(unknown.list_voice_connectors) == ("UnrecognizedClientException", 403)
    assert code_of(connect("chime-sdk-voice").get_global_settings) == ("UnknownOperationException", 404)


def test_a_value_that_the_model_does_not_allow_is_refused(connect: Connect) -> None:
    client = connect("chime-sdk-voice")
    values = {"Name": "x", "AwsRegion": "moon-1", "RequireEncryption": True}
    assert code_of(lambda: client.create_voice_connector(**values)) == ("ValidationException", 400)


def test_form_data_arrives_and_a_document_returns(connect: Connect) -> None:
    client = connect("sts")
    role = "arn:aws:iam::123456789012:role/a+b"
    response = client.assume_role(RoleArn=role, RoleSessionName="me", ExternalId="ü & <x>")
    assert response["Credentials"]["SecretAccessKey"] == "ü & <x>"
    assert response["Credentials"]["SessionToken"] == role
    assert response["Credentials"]["Expiration"].timestamp() == 1_700_000_000
    with pytest.raises(ClientError) as caught:
        client.assume_role(RoleArn=role, RoleSessionName="none")
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    assert caught.value.response["Error"]["Message"] == "not <this> role"
    assert code_of(client.get_caller_identity) == ("InvalidAction", 400)
    wrong = connect("sts", aws_secret_access_key="other")
    assert code_of(lambda: wrong.assume_role(RoleArn=role, RoleSessionName="me")) == (
        "SignatureDoesNotMatch",
        403,
    )
