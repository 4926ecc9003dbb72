# SPDX-License-Identifier: Apache-2.0
"""The generated headers have all names of boto3's reference pages for two operations."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from belfry_codegen.cpp import naming
from support import ROOT

HEADERS = ROOT / "include" / "belfry" / "chime_sdk_voice"


def _page(operation: str) -> str:
    shared = Path(os.environ.get("BELFRY_SHARED", ROOT.parent / "shared"))
    page = shared / "seeds" / f"{operation}.txt"
    if not page.is_file():
        pytest.skip(f"{page} is not there; BELFRY_SHARED names the folder of the conformance data")
    return page.read_text(encoding="utf-8")


def _types(*names: str) -> str:
    return "".join((HEADERS / "types" / f"{name}.hpp").read_text(encoding="utf-8") for name in names)


@pytest.mark.parametrize("operation", ["start_speaker_search_task", "get_speaker_search_task"])
def test_every_parameter_field_status_and_exception_of_a_page_is_generated(operation: str) -> None:
    page = _page(operation)
    request, response = (" ".join(part.split()) for part in page.split("Response Syntax", 1))
    given = _types(f"{operation}_request")
    returned = _types(
        f"{operation}_response",
        "speaker_search_task",
        "call_details",
        "speaker_search_details",
        "speaker_search_result",
        "speaker_search_task_status",
        "voiceprint_generation_status",
    )
    parameters = re.findall(r"(\w+)='", request)
    assert len(parameters) == {"start_speaker_search_task": 5, "get_speaker_search_task": 2}[operation]
    for name in parameters:
        assert f'{{"{name}", ' in given
        assert re.search(rf"\b{naming.snake_case(name)}(;|{{}};)", given), name
    required = re.findall(r"(\w+) \(string\)\W+REQUIRED", request + response)
    assert len(required) == {"start_speaker_search_task": 3, "get_speaker_search_task": 2}[operation]
    for name in required:
        assert f"required::{naming.snake_case(name)}>" in given

    fields = set(re.findall(r"'(\w+)':", response))
    assert len(fields) == 16
    for name in fields:
        assert re.search(rf"\b{naming.snake_case(name)}{{}};", returned), name
    statuses = "IN_QUEUE IN_PROGRESS PARTIAL_SUCCESS SUCCEEDED FAILED STOPPED"
    for status in f"{statuses} VoiceprintGenerationSuccess VoiceprintGenerationFailure".split():
        assert status in response
        assert f"        {status},\n" in returned

    header = (HEADERS / f"{operation}.hpp").read_text(encoding="utf-8")
    exceptions = set(re.findall(r"Client\.exceptions\.(\w+Exception)(?=ChimeSDKVoice|[\s-]|$)", page))
    listed = (HEADERS / "errors.hpp").read_text(encoding="utf-8")
    assert operation.startswith("start") or len(exceptions) == 9
    for name in exceptions:
        assert re.search(rf"^        {name}(,|>;) ", header, re.MULTILINE)
        assert f"types/{naming.snake_case(name)}.hpp" in listed
