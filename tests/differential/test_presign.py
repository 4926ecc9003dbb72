# SPDX-License-Identifier: Apache-2.0
"""Presigned URLs against botocore's `generate_presigned_url`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import botocore
import botocore.auth
import botocore.signers
import pytest
from botocore_judge import NOW, Judge, Refused
from plain_values import to_wire
from random_values import Values
from runs import Run, seeds
from test_s3_addressing import BUCKETS, CLIENTS, OPERATIONS, parameters
from wire_program import Wire, request_line

MODELS = Path(botocore.__file__).parent / "data"
REGION = "us-west-2"
METHODS = {"GetObject": "GET", "HeadObject": "HEAD", "DeleteObject": "DELETE", "ListObjectsV2": "GET"}


def presigned(judge: Judge, operation: str, params: dict[str, Any], seconds: int, **more: Any) -> str:
    """botocore's URL."""
    with (
        mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: NOW),
        mock.patch.dict(
            botocore.auth.AUTH_TYPE_MAPS,
            {"v4-query": botocore.auth.SigV4QueryAuth, "s3v4-query": botocore.auth.S3SigV4QueryAuth},
        ),
        # As its clients used to be, presigned URLs are for S3's global endpoint; we have the usual one.
        mock.patch.object(botocore.signers, "_should_use_global_endpoint", lambda _: False),
    ):
        method = botocore.xform_name(operation)
        return str(
            judge.client.generate_presigned_url(method, Params=dict(params), ExpiresIn=seconds, **more)
        )


def compare(ours: str, theirs: str) -> Iterator[str]:
    """The differences, without the order of parameters, which the signature does not cover."""
    mine, other = urlsplit(ours), urlsplit(theirs)
    if mine[:3] != other[:3]:
        yield f"URL {ours}\n  botocore {theirs}"
    mine_of, other_of = (sorted(parse_qsl(url.query, keep_blank_values=True)) for url in (mine, other))
    if mine_of != other_of:
        yield f"query {mine_of}\n  botocore {other_of}"


@pytest.fixture(scope="module")
def s3() -> Iterator[Wire]:
    program = Wire("s3", REGION, MODELS, tuple(OPERATIONS))
    yield program
    program.close()


def test_presigned_s3_urls_equal_botocores(s3: Wire) -> None:
    """S3's own path, whatever is in it, from every kind of client."""
    run = Run("s3", "presign")
    made = 0
    for number, client in enumerate(CLIENTS):
        judge = client.judge({})
        # Without a configured signature version, botocore falls back to an older one in some regions.
        judge.client.meta.events.register("choose-signer.s3.*", lambda **_: "s3v4-query")
        for place, bucket in enumerate(BUCKETS):
            if bucket.startswith("arn:"):
                continue
            for seed in seeds(2):
                dice = random.Random(f"{number}.{place}.{seed}")
                operation = dice.choice(tuple(METHODS))
                params = parameters(operation, bucket, dice)
                if operation == "GetObject":
                    params["ResponseContentType"] = "text/plain; charset=utf-8"
                if operation.startswith("ListObjects"):
                    # botocore asks for it here, too. Belfry's caller chooses what the URL's receiver reads.
                    params["EncodingType"] = "url"
                seconds = dice.choice((1, 3600, 604_800))
                line = request_line(run.name(seed), operation, params)
                line |= {"client": client.line(), "presign": seconds}
                answer = s3.ask(line)
                if "request" not in answer:
                    assert isinstance(judge.request(operation, params), Refused)
                    continue
                made += 1
                theirs = presigned(judge, operation, params, seconds)
                run.note(seed, line, compare(answer["request"]["url"], theirs))
                assert answer["request"]["method"] == METHODS[operation]
    run.finish()
    assert made > 300


def test_presigned_form_data_is_in_the_url_like_botocores() -> None:
    """The URL alone is enough for its receiver, as AWS IAM authenticators require."""
    wire = Wire("sts", REGION, MODELS, ("AssumeRole", "GetCallerIdentity"))
    judge = Judge("sts", REGION)
    run = Run("sts", "presign")
    for operation in ("GetCallerIdentity", "AssumeRole"):
        shape = judge.model.operation_model(operation).input_shape
        for seed in seeds(10):
            params = Values(f"presign.{operation}.{seed}").parameters(shape)
            line = request_line(run.name(seed), operation, to_wire(shape, params)) | {"presign": 60}
            answer = wire.ask(line)
            assert answer["request"]["method"] == "GET"
            assert answer["request"]["body_base64"] == ""
            theirs = presigned(judge, operation, params, 60, HttpMethod="GET")
            run.note(seed, line, compare(answer["request"]["url"], theirs))
    wire.close()
    run.finish()


def test_presigned_speech_has_its_text_in_the_url_like_botocores() -> None:
    wire = Wire("polly", REGION, MODELS, ("SynthesizeSpeech",))
    judge = Judge("polly", REGION)
    shape = judge.model.operation_model("SynthesizeSpeech").input_shape
    run = Run("polly", "presign")
    for seed in seeds(20):
        params = Values(f"presign.SynthesizeSpeech.{seed}").parameters(shape)
        line = request_line(run.name(seed), "SynthesizeSpeech", to_wire(shape, params)) | {"presign": 60}
        answer = wire.ask(line)
        assert answer["request"]["method"] == "GET"
        assert answer["request"]["body_base64"] == ""
        theirs = presigned(judge, "SynthesizeSpeech", params, 60, HttpMethod="GET")
        run.note(seed, line, compare(answer["request"]["url"], theirs))
    wire.close()
    run.finish()


@pytest.mark.parametrize("seconds", [0, -1, 604_801])
def test_an_expiry_out_of_range_is_an_error(s3: Wire, seconds: int) -> None:
    line = request_line("x", "GetObject", {"Bucket": "b", "Key": "k"}) | {"presign": seconds}
    assert s3.ask(line)["error"]["code"] == "InvalidExpiry"
