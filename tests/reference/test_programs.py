# SPDX-License-Identifier: Apache-2.0
"""The program on each page compiles without a warning, and so does the call with every member."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from belfry_codegen.commands.docs.programs import call, program
from belfry_codegen.commands.docs.samples import complete_sample, sample
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan, plan_service
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model.protocols import PROTOCOLS
from belfry_codegen.passes.pipeline import load_service
from site_pages import ROOT

botocore = pytest.importorskip("botocore", reason="botocore, whose models are read, is not installed")
MODELS = Path(botocore.__file__).parent / "data"
FLAGS = (
    "-std=c++20",
    "-fsyntax-only",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wshadow",
    "-Werror",
)

EACH_DAY = {
    "rest-json": ("chime-sdk-voice", "StartSpeakerSearchTask"),
    "json": ("dynamodb", "PutItem"),
    "rest-xml": ("s3", "PutObject"),
    "query": ("sns", "Publish"),
    "ec2": ("ec2", "CreateVolume"),
    "smithy-rpc-v2-cbor": ("eventbridgev2", "PutRawEvents"),
}
"""An operation of each protocol that a service of AWS has."""
ON_SOME_DAYS = (
    ("bedrock-runtime", "ConverseStream"),
    ("bedrock-runtime", "Converse"),
    ("lexv2-runtime", "StartConversation"),
    ("apigateway", "CreateRestApi"),
    ("ec2", "RunInstances"),
    ("glue", "CreateJob"),
    ("iotsitewise", "CreateAssetModel"),
    ("kinesis", "SubscribeToShard"),
    ("lambda", "CreateFunction"),
    ("mediaconvert", "CreateJob"),
    ("route53", "ChangeResourceRecordSets"),
    ("s3control", "CreateJob"),
    ("sagemaker", "CreateTrainingJob"),
    ("verifiedpermissions", "IsAuthorized"),
    ("wafv2", "CreateWebACL"),
)
"""Recursion, unions, documents, events, lists of lists, bearer tokens, hundreds of members."""


def compiler() -> str:
    """The compiler of the build, or the first that is there."""
    command = os.environ.get("BELFRY_CXX") or os.environ.get("CXX") or "g++"
    if shutil.which(command) is None:
        pytest.skip(f"there is no compiler {command}")
    return command


def has_header(name: str) -> bool:
    """Whether the compiler finds the header of a library."""
    text = f"#if !__has_include(<{name}>)\n#error missing\n#endif\n"
    command = [compiler(), "-x", "c++", "-fsyntax-only", "-"]
    return subprocess.run(command, input=text, text=True, capture_output=True).returncode == 0


def compiled(plan: ServicePlan, text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Compiles a program with the headers of the service."""
    for path, header in render_service(plan.service, plan.folder).items():
        file = folder / "include" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(header, encoding="utf-8")
    source = folder / "program.cpp"
    source.write_text(text, encoding="utf-8")
    # Members that are deprecated are shown, too.
    flags = [
        *FLAGS,
        "-Wno-deprecated-declarations",
        "-I",
        str(folder / "include"),
        "-I",
        str(ROOT / "include"),
    ]
    return subprocess.run([compiler(), *flags, str(source)], capture_output=True, text=True)


def one(service: str, operation: str) -> tuple[ServicePlan, OperationPlan]:
    """The plan of a service with one operation."""
    plan = plan_service(load_service(MODELS, service, [operation], misfits=[]), service)
    [planned] = plan.operations
    return plan, planned


def with_every_member(plan: ServicePlan, planned: OperationPlan) -> str:
    """A function with the request syntax of a page."""
    value = complete_sample(plan.types.shapes, planned.input, 500)
    duplex = planned.operation.input_events is not None
    transport = ", belfry::DuplexTransport& transport" if duplex else ""
    lines = call(plan, planned, value, True)
    head = f"void every_member(const api::Client& client{transport})"
    result = "stream" if duplex else "result"
    return "\n".join([f"{head};", f"{head} {{", *lines, f"(void){result};", "}", ""])


def check(service: str, operation: str, folder: Path) -> None:
    """Compiles what the page of an operation shows."""
    for header in ("curl/curl.h", "pugixml.hpp", "nghttp2/nghttp2.h"):
        if not has_header(header):
            pytest.skip(f"{header} is not installed")
    plan, planned = one(service, operation)
    text = program(plan, planned, sample(plan.types.shapes, planned.input))
    done = compiled(plan, f"{text}\n{with_every_member(plan, planned)}", folder)
    assert done.returncode == 0, done.stderr[:3000]


@pytest.mark.parametrize("protocol", EACH_DAY)
def test_the_program_of_a_page_compiles(protocol: str, tmp_path: Path) -> None:
    service, operation = EACH_DAY[protocol]
    plan, _ = one(service, operation)
    assert plan.service.protocol.name == protocol
    check(service, operation, tmp_path)


@pytest.mark.takes_turns
@pytest.mark.parametrize(("service", "operation"), ON_SOME_DAYS)
def test_programs_with_unusual_members_compile(service: str, operation: str, tmp_path: Path) -> None:
    check(service, operation, tmp_path)


def test_a_program_without_a_required_member_does_not_compile(tmp_path: Path) -> None:
    plan, planned = one("chime-sdk-voice", "StartSpeakerSearchTask")
    value = sample(plan.types.shapes, planned.input)
    assert set(value) == {"VoiceConnectorId", "TransactionId", "VoiceProfileDomainId"}
    del value["TransactionId"]
    done = compiled(plan, program(plan, planned, value), tmp_path)
    assert done.returncode != 0
    assert "transaction_id" in done.stderr


def test_each_protocol_has_a_program() -> None:
    # No service of AWS speaks this one only.
    assert set(EACH_DAY) == {protocol.name for protocol in PROTOCOLS} - {"smithy-rpc-v2-json"}
