# SPDX-License-Identifier: Apache-2.0
"""The generator's overlays: each adds facts to its service's model."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.model.protocols import BY_NAME
from belfry_codegen.passes.overlay import apply_overlay
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.botocore.service import read_service
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.overlay import BUILT_IN, parse_overlay, read_overlay
from botocore.retries import standard
from support import botocore_data, model, operation, structure, write_model

OVERLAYS = sorted(path.stem for path in BUILT_IN.glob("*.json"))
SMITHY = Path(os.environ.get("BELFRY_SHARED", "/nowhere")) / "models" / "smithy"


_FOLDERS = {"sfn": "stepfunctions"}
"""Folders that do not have the SDK id as their name."""


def _folder(name: str) -> str:
    """botocore's folder of the service with that SDK id."""
    known = {path.name for path in botocore_data().iterdir()}
    candidates = (name, name.replace("-", ""), name.removeprefix("cloudwatch-"), _FOLDERS.get(name))
    found = [folder for folder in candidates if folder in known]
    assert found, f"no service for the overlay '{name}'"
    return found[0]


def _overlay(service: ir.Service, content: dict[str, Any]) -> ir.Service:
    return apply_overlay(service, parse_overlay(Node.of("overlay.json", "", content), service.shapes))


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_fits_its_service_and_changes_it(name: str) -> None:
    """Every operation, shape and member that it names exists; otherwise the entry is obsolete."""
    path = BUILT_IN / f"{name}.json"
    service = read_service(botocore_data(), _folder(name))
    assert service.id.lower().replace(" ", "-") == name
    overlay = read_overlay(path, service.shapes)
    assert overlay.any_model, "it must not stop somebody whose model is another"
    laid = apply_overlay(service, replace(overlay, any_model=False))
    # botocore's models of STS and Cognito have a fact that AWS's Smithy models do not have.
    assert laid != service or name in ("sts", "cognito-identity")


def test_every_request_of_glacier_has_a_version_header() -> None:
    service = load_service(botocore_data(), "glacier", ["ListVaults", "UploadArchive"])
    for operation_ in service.operations.values():
        assert operation_.headers == (("x-amz-glacier-version", "2012-06-01"),)
        account = service.shapes[str(operation_.input)].member("accountId")
        assert account is not None
        assert (account.fallback, account.default, account.required) == ("-", "-", False)
    assert service.operations["UploadArchive"].tree_hash
    assert not service.operations["ListVaults"].tree_hash
    header = render_service(service, "glacier")["belfry/glacier/types/list_vaults_input.hpp"]
    assert '::belfry::Optional<::std::string> account_id{"-"};' in header


def test_operations_for_first_credentials_are_unsigned_in_both_formats() -> None:
    chosen = ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetCallerIdentity"]
    models = [botocore_data(), *([SMITHY] if SMITHY.is_dir() else [])]
    for folder in models:
        service = load_service(folder, "sts", chosen)
        found = {name: each.auth for name, each in service.operations.items()}
        assert found["AssumeRoleWithSAML"] == found["AssumeRoleWithWebIdentity"] == (ir.Auth.NONE,)
        assert found["GetCallerIdentity"] is None


def test_ids_of_route_53_lose_their_path() -> None:
    service = load_service(botocore_data(), "route53", ["GetHostedZone", "ChangeTagsForResource"])
    zone = service.shapes["GetHostedZoneRequest"].member("Id")
    assert zone is not None and zone.last_segment
    # This one is the id of a health check as well, which has none.
    tagged = service.shapes["ChangeTagsForResourceRequest"].member("ResourceId")
    assert tagged is not None and not tagged.last_segment


def test_the_pages_of_log_events_end_at_a_repeated_token_in_both_formats() -> None:
    service = load_service(botocore_data(), "logs", ["GetLogEvents", "DescribeLogGroups"])
    paginator = service.operations["GetLogEvents"].paginator
    assert paginator is not None and paginator.ends_on_repeated_token
    assert paginator.input_tokens == ("nextToken",)
    assert [token.text for token in paginator.output_tokens] == ["nextForwardToken"]
    others = service.operations["DescribeLogGroups"].paginator
    assert others is not None and not others.ends_on_repeated_token
    header = render_service(service, "logs")["belfry/cloudwatch_logs/get_log_events.hpp"]
    assert ".ends_on_repeated_token = true," in header

    # AWS's Smithy model has the paginator itself.
    own = replace(paginator, ends_on_repeated_token=False, limit_key=None)
    with_own = replace(
        service, operations={"GetLogEvents": replace(service.operations["GetLogEvents"], paginator=own)}
    )
    laid = apply_overlay(with_own, read_overlay(BUILT_IN / "cloudwatch-logs.json", service.shapes))
    found = laid.operations["GetLogEvents"].paginator
    assert found == replace(own, ends_on_repeated_token=True)


def test_the_operations_of_sqs_with_digests_compare_them() -> None:
    service = load_service(botocore_data(), "sqs")
    found = {name for name, each in service.operations.items() if each.message_digests}
    assert found == {"ReceiveMessage", "SendMessage", "SendMessageBatch"}
    # They are the operations whose output has a digest.
    shapes = {
        name for name, shape in service.shapes.items() for m in shape.members if m.name.startswith("MD5")
    }
    assert shapes == {"Message", "SendMessageResult", "SendMessageBatchResultEntry"}
    headers = render_service(service, "sqs")
    for path, text in headers.items():
        name = path.removeprefix("belfry/sqs/").removesuffix(".hpp")
        expected = name in ("receive_message", "send_message", "send_message_batch")
        assert (".make_body = &::belfry::detail::make_message_digests," in text) == expected, path


def test_each_response_of_dynamodb_is_compared_with_its_checksum() -> None:
    service = load_service(botocore_data(), "dynamodb")
    headers = render_service(service, "dynamodb")
    compared = [text for text in headers.values() if "&::belfry::detail::make_response_crc32," in text]
    assert len(compared) == len(service.operations)
    # botocore compares those of DynamoDB alone.
    for other in ("dynamodbstreams", "dax"):
        assert not load_service(botocore_data(), other).response_crc32


def test_dynamodb_tries_four_times_and_sooner_as_botocore_does() -> None:
    for folder in ("dynamodb", "dynamodbstreams"):
        service = load_service(botocore_data(), folder)
        hyphenated = service.id.lower().replace(" ", "-")
        assert service.max_attempts == standard._SERVICE_MAX_ATTEMPTS[hyphenated]
        backoff = standard.ExponentialBackoff._SERVICE_BACKOFF_CONFIG[hyphenated]
        assert service.retry_delay_milliseconds == backoff["non_throttling_base_scale"] * 1000
        headers = render_service(service, folder)
        (table,) = (text for path, text in headers.items() if path.endswith("/service.hpp"))
        assert ".max_attempts = 4," in table
        assert ".base_delay = ::belfry::Duration::milliseconds(25)," in table
    others = load_service(botocore_data(), "sqs")
    assert others.max_attempts is None and others.retry_delay_milliseconds is None
    assert set(standard._SERVICE_MAX_ATTEMPTS) == {"dynamodb", "dynamodb-streams"}


def test_the_long_polls_are_those_of_botocore() -> None:
    folders = {"sqs": "sqs", "sfn": "stepfunctions", "swf": "swf", "kinesis": "kinesis"}
    polls = standard.RetryHandler._LONG_POLLING_OPERATIONS
    assert set(polls) == set(folders)
    for name, folder in folders.items():
        service = load_service(botocore_data(), folder)
        found = {each for each, operation in service.operations.items() if operation.long_poll}
        assert found == polls[name] & set(service.operations)
        for path, text in render_service(service, folder).items():
            if ".long_poll = true," in text:
                found.discard(next(each for each in found if f"struct {each} {{" in text))
                assert "/types/" not in path
        assert not found


def test_an_event_stream_has_no_message_digests(tmp_path: Path) -> None:
    shapes = {
        "Out": structure(Stream="Stream"),
        "Stream": {**structure(Rung="Rung"), "eventstream": True},
        "Rung": {**structure(), "event": True},
    }
    write_model(tmp_path, model(shapes, Ring=operation("Ring", None, "Out")))
    overlay = {"operations": {"Ring": {"messageDigests": True}}}
    (tmp_path / "bell-tower" / "overlay.json").write_text(json.dumps(overlay))
    with pytest.raises(UsageError, match=r"operation 'Ring': an event stream, .* exclude each other"):
        render_service(load_service(tmp_path, "bell-tower"), "bell-tower")


def test_only_an_operation_with_pages_can_end_them(tmp_path: Path) -> None:
    write_model(tmp_path, _tower())
    service = read_service(tmp_path, "bell-tower")
    content: dict[str, Any] = {"operations": {"Ring": {"endsOnRepeatedToken": True}}}
    with pytest.raises(ModelError, match=r"operations\.Ring: 'endsOnRepeatedToken' applies only"):
        _overlay(service, content)
    assert _overlay(service, {"anyModel": True, **content}) == service
    content["pagination"] = {"Ring": {"input_token": "Bell", "output_token": "Bell"}}
    paginator = _overlay(service, content).operations["Ring"].paginator
    assert paginator is not None and paginator.ends_on_repeated_token


def test_only_services_with_json_errors_and_oauth_names_have_a_table_of_error_members() -> None:
    def service_header(service: ir.Service) -> str:
        return render_service(service, "sso-oidc")["belfry/sso_oidc/service.hpp"]

    service = load_service(botocore_data(), "sso-oidc", ["CreateToken"])
    header = service_header(service)
    assert ".error_body = &::belfry::structure_of<::belfry::detail::OauthErrorBody>," in header
    assert "#include <belfry/protocol/json_error_body.hpp>" in header
    assert "#include <belfry/protocol/rest_json.hpp>" in header
    for other in (
        replace(service, oauth_errors=False),
        replace(service, chosen_protocol=BY_NAME["rest-xml"]),
    ):
        assert "error_body" not in service_header(other)


def _tower() -> dict[str, Any]:
    return model(
        {
            "RingRequest": structure("Bell", Bell={"shape": "Name", "location": "uri"}, Count="Number"),
            "Name": {"type": "string"},
            "Number": {"type": "integer"},
        },
        Ring=operation("Ring", "RingRequest", http={"method": "POST", "requestUri": "/bells/{Bell}"}),
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"inputs": {"Bel": {"fallback": "-"}}}, "no operation's input has this member"),
        ({"inputs": {"Bell": {}}}, "'fallback' is missing"),
        ({"inputs": {"Bell": {"default": "-"}}}, "unknown key 'default'"),
        ({"service": {"header": {}}}, "unknown key 'header'; did you mean 'headers'"),
        ({"service": {"headers": {"accept": 1}}}, "'accept' must be a string"),
        ({"shapes": {"Number": {"lastSegment": True}}}, "'lastSegment' applies only to strings"),
        ({"shapes": {"Number": {"xmlName": "N"}}}, "'xmlName' applies only to structures and unions"),
        ({"operations": {"Rung": {"treeHash": True}}}, "operations.Rung: is not in the model"),
    ],
)
def test_an_entry_that_does_not_fit_the_model_is_an_error(
    tmp_path: Path, content: dict[str, Any], message: str
) -> None:
    write_model(tmp_path, _tower())
    service = read_service(tmp_path, "bell-tower")
    with pytest.raises(ModelError) as fault:
        _overlay(service, content)
    assert message in str(fault.value)


def test_with_any_model_an_entry_for_an_absent_part_is_ignored(tmp_path: Path) -> None:
    write_model(tmp_path, _tower())
    service = read_service(tmp_path, "bell-tower")
    content = {
        "anyModel": True,
        "inputs": {"Account": {"fallback": "-"}},
        "operations": {"Rung": {"treeHash": True}},
        "shapes": {"Id": {"lastSegment": True}, "RingRequest": {"members": {"At": {"contextParam": "At"}}}},
    }
    assert _overlay(service, content) == service


def test_with_any_model_an_entry_for_a_present_part_is_ignored(tmp_path: Path) -> None:
    waiter = {
        "operation": "Ring",
        "delay": 1,
        "maxAttempts": 2,
        "acceptors": [{"state": "success", "matcher": "status", "expected": 200}],
    }
    content = {
        "newShapes": {"Name": {"type": "string"}},
        "newMembers": {"RingRequest": {"Bell": {"shape": "Number"}}},
        "pagination": {"Ring": {"input_token": "Bell", "output_token": "Bell"}},
        "waiters": {"Rung": waiter},
    }
    write_model(tmp_path, _tower())
    service = read_service(tmp_path, "bell-tower")
    follow_ups = {key: content[key] for key in ("pagination", "waiters")}
    once = _overlay(service, follow_ups)
    assert _overlay(once, {"anyModel": True, **content}) == once
    for key in content:
        with pytest.raises(ModelError, match="is already in the model; remove it"):
            _overlay(once, {key: content[key]})


def test_with_any_model_a_waiter_for_an_absent_operation_is_ignored(
    tmp_path: Path,
) -> None:
    accept = [{"state": "success", "matcher": "status", "expected": 200}]
    waiter = {"operation": "Toll", "delay": 1, "maxAttempts": 2, "acceptors": accept}
    write_model(tmp_path, _tower())
    service = read_service(tmp_path, "bell-tower")
    assert _overlay(service, {"anyModel": True, "waiters": {"Tolled": waiter}}) == service
    with pytest.raises(ModelError, match=r"waiters\.Tolled: operation 'Toll' is not defined"):
        _overlay(service, {"waiters": {"Tolled": waiter}})


def test_a_flag_can_be_cleared(tmp_path: Path) -> None:
    write_model(tmp_path, _tower())
    service = read_service(tmp_path, "bell-tower")
    marked = _overlay(service, {"operations": {"Ring": {"deprecated": True, "treeHash": True}}})
    assert marked.operations["Ring"].deprecated and marked.operations["Ring"].tree_hash
    cleared = {"operations": {"Ring": {"deprecated": False, "treeHash": False}}}
    assert _overlay(marked, cleared) == service


def test_a_header_of_the_input_replaces_a_constant_one(tmp_path: Path) -> None:
    """The table of constants is used last; `encode_by_rules` looks whether the header is there."""
    write_model(tmp_path, _tower())
    service = _overlay(read_service(tmp_path, "bell-tower"), {"service": {"headers": {"accept": "x/y"}}})
    assert service.operations["Ring"].headers == (("accept", "x/y"),)


def test_the_elements_of_s3_have_the_names_of_the_model_that_has_them() -> None:
    """botocore's model does not name the root elements of outputs. Smithy's does."""
    if not SMITHY.exists():
        pytest.skip("BELFRY_SHARED does not name a folder with Smithy models")
    entries = read_overlay(BUILT_IN / "s3.json", {}).shapes
    ast = json.loads(next(SMITHY.glob("s3-*.json")).read_text())["shapes"]
    named = {
        name.partition("#")[2]: shape["traits"]["smithy.api#xmlName"]
        for name, shape in ast.items()
        if "Output" in name and "smithy.api#xmlName" in shape.get("traits", {})
    }
    known = {name.partition("#")[2] for name in ast}
    ours = {name: entry.xml_name for name, entry in entries.items() if entry.xml_name and name in known}
    del ours["ListBucketIntelligentTieringConfigurationsOutput"]
    assert len(named) > 20
    assert ours == named


def test_listings_of_s3_that_can_be_encoded_are() -> None:
    service = load_service(botocore_data(), "s3")
    operations = service.operations.values()
    encodable = {
        each.name for each in operations if each.input and service.shapes[each.input].member("EncodingType")
    }
    assert encodable == {each.name for each in operations if each.url_encoded_members}
    uploads = service.operations["ListMultipartUploads"]
    assert set(uploads.url_encoded_members) == {
        *("KeyMarker", "NextKeyMarker", "Prefix", "Delimiter", "Uploads.Key", "CommonPrefixes.Prefix")
    }
