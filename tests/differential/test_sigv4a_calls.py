# SPDX-License-Identifier: Apache-2.0
"""Calls whose endpoint or model asks for Signature Version 4a, compared with botocore's.

tests/conformance/sigv4a_test.cpp verifies signatures. These tests are about which of the two signatures a
call has, and for which regions.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from belfry_codegen.commands.compilers import find_compiler
from botocore_judge import Judge, Request
from wire_program import ROOT

pytest.importorskip("awscrt", reason="awscrt, which signs by Signature Version 4a, is not installed")

REGION = "us-west-2"
MRAP = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap"
ENTRIES = [{"Source": "s", "DetailType": "t", "Detail": "{}"}]
KEY = {"KvsARN": "arn:aws:cloudfront::123456789012:key-value-store/abc", "Key": "a key"}
# The names in sigv4a_calls.cpp: service, operation and parameters.
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "cloudfront-keyvaluestore": (
        "cloudfront-keyvaluestore",
        "PutKey",
        {**KEY, "Value": "v", "IfMatch": "x"},
    ),
    "events": ("events", "PutEvents", {"Entries": ENTRIES, "EndpointId": "abc.def"}),
    "events-regional": ("events", "PutEvents", {"Entries": ENTRIES}),
    "sesv2": (
        "sesv2",
        "SendEmail",
        {"FromEmailAddress": "a@b.test", "Content": {}, "EndpointId": "abc.def"},
    ),
    "s3": ("s3", "GetObject", {"Bucket": MRAP, "Key": "a key"}),
    "s3-regional": ("s3", "GetObject", {"Bucket": "bucket", "Key": "a key"}),
    "partnercentral-channel": ("partnercentral-channel", "ListRelationships", {"catalog": "AWS"}),
}
# The configurations of sigv4a_calls.cpp, as botocore has them.
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "regions": {"sigv4a_signing_region_set": "eu-west-1,us-west-2"},
    "sigv4-first": {"auth_scheme_preference": "sigv4,sigv4a"},
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[str]]]:
    """The lines that sigv4a_calls.cpp prints for each call."""
    folder = tmp_path_factory.mktemp("sigv4a")
    models = Path(botocore.__file__).parent / "data"
    for service, operation in {(service, operation) for service, operation, _ in CALLS.values()}:
        command = [sys.executable, "-m", "belfry_codegen", "generate", service, "--operations", operation]
        where = ["--models", str(models), "--out", str(folder)]
        subprocess.run([*command, *where], check=True, cwd=ROOT / "codegen", stdout=subprocess.DEVNULL)
    program = folder / "calls"
    build = [*find_compiler(), "-std=c++20", "-O0", f"-I{ROOT / 'include'}", f"-I{folder}"]
    source = str(ROOT / "tests" / "differential" / "sigv4a_calls.cpp")
    subprocess.run([*build, source, "-lcrypto", "-lpugixml", "-o", str(program)], check=True)
    output = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    found: dict[str, list[str]] = {}
    for part in re.split(r"^= ", output, flags=re.MULTILINE)[1:]:
        name, *lines = part.splitlines()
        found[name] = lines
    yield found


def _request(lines: list[str]) -> Request:
    method, url = lines[0].split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    return Request(method, url, headers, b"")


def _scheme(headers: dict[str, str]) -> tuple[str, list[str], str | None]:
    """The algorithm, the scope without its date, and the set of regions."""
    algorithm, _, rest = headers["authorization"].partition(" Credential=")
    key, _, *scope = rest.split(",")[0].split("/")
    return algorithm, [key, *scope], headers.get("x-amz-region-set")


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
@pytest.mark.parametrize("name", CALLS)
def test_a_call_has_the_signature_that_botocores_has(
    answers: dict[str, list[str]], name: str, configuration: str
) -> None:
    service, operation, params = CALLS[name]
    judge = Judge(service, REGION, **CONFIGURATIONS[configuration])
    theirs = judge.request(operation, dict(params))
    assert isinstance(theirs, Request), theirs
    ours = _request(answers[f"{name} {configuration}"])
    assert (ours.method, ours.url) == (theirs.method, theirs.url)
    assert _scheme(ours.headers) == _scheme(theirs.headers)


@pytest.mark.parametrize("configuration", ["plain", "sigv4-first"])
def test_a_presigned_url_has_the_parameters_that_botocores_has(
    answers: dict[str, list[str]], configuration: str
) -> None:
    judge = Judge("s3", REGION, **CONFIGURATIONS[configuration])
    theirs = judge.client.generate_presigned_url("get_object", {"Bucket": MRAP, "Key": "a key"})
    ours = _request(answers[f"s3-presigned {configuration}"]).url
    varying = re.compile(r"(?<=X-Amz-Date=)\w+|(?<=X-Amz-Signature=)\w+|(?<=%2F)\d{8}(?=%2F)")
    of_ours, of_theirs = (sorted(varying.sub("", url).split("?")[1].split("&")) for url in (ours, theirs))
    assert of_ours == of_theirs
    assert ours.split("?")[0] == theirs.split("?")[0]


def test_a_presigned_url_is_for_the_regions_of_the_settings(answers: dict[str, list[str]]) -> None:
    """botocore applies the setting only to calls."""
    url = _request(answers["s3-presigned regions"]).url
    assert "&X-Amz-Region-Set=eu-west-1%2Cus-west-2&" in url


@pytest.mark.parametrize("name", [*CALLS, "s3-presigned"])
def test_without_a_provider_a_call_is_signed_by_sigv4_or_is_an_error(
    answers: dict[str, list[str]], name: str
) -> None:
    lines = answers[f"{name} none"]
    if name in ("events-regional", "s3-regional", "partnercentral-channel"):
        headers = _request(lines).headers
        assert headers["authorization"].startswith("AWS4-HMAC-SHA256 ")
        assert "x-amz-region-set" not in headers
    else:
        assert lines == ["UnsupportedAuthScheme"]
