# SPDX-License-Identifier: Apache-2.0
"""The passes, each on a small model and on a real service that needs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.passes.overlay import apply_overlay
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.passes.prune import prune
from belfry_codegen.passes.recursion import mark_recursion
from belfry_codegen.readers.botocore.service import read_service
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.overlay import parse_overlay
from support import ROOT, botocore_data, model, operation, small_model, structure, write_model

DONE = {
    "delay": 1,
    "maxAttempts": 2,
    "acceptors": [{"state": "success", "matcher": "status", "expected": 200}],
}
SEEDS = ["StartSpeakerSearchTask", "GetSpeakerSearchTask"]


def _read(tmp_path: Path, service: dict[str, Any]) -> ir.Service:
    write_model(tmp_path, service)
    return read_service(tmp_path, "bell-tower")


def _overlay(service: ir.Service, content: dict[str, Any]) -> ir.Service:
    return apply_overlay(service, parse_overlay(Node.of("overlay.json", "", content), service.shapes))


# --- prune


def test_pruning_to_the_seed_operations_keeps_thirty_two_shapes() -> None:
    # The model's own 30, less the string that the task status was, and three enums of the overlay's members.
    whole = load_service(ROOT / "api-models", "chime-sdk-voice")
    seeds = load_service(ROOT / "api-models", "chime-sdk-voice", SEEDS)
    assert list(seeds.operations) == ["GetSpeakerSearchTask", "StartSpeakerSearchTask"]
    assert len(seeds.shapes) == 32
    assert len(whole.operations) == 96
    bare = prune(read_service(ROOT / "api-models", "chime-sdk-voice"), SEEDS)
    assert len(bare.shapes) == 30
    assert set(seeds.waiters) == {"SpeakerSearchTaskComplete"}
    for shape in seeds.shapes.values():
        assert all(member.target in seeds.shapes for member in shape.members)


def test_pruning_removes_the_waiters_of_removed_operations(tmp_path: Path) -> None:
    service = small_model()
    service["operations"]["Listen"] = operation("Listen")
    waiter = {
        "operation": "Listen",
        "delay": 1,
        "maxAttempts": 2,
        "acceptors": [{"state": "success", "matcher": "status", "expected": 200}],
    }
    write_model(tmp_path, service, waiters_2={"waiters": {"Heard": waiter}})
    read = read_service(tmp_path, "bell-tower")
    assert set(prune(read, ["Listen"]).waiters) == {"Heard"}
    pruned = prune(read, ["Ring"])
    assert pruned.waiters == {}
    assert set(pruned.shapes) == set(service["shapes"])


def test_an_unknown_operation_is_an_error_with_similar_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Bell Tower: no operation 'Rnig'; did you mean 'Ring'\\?"):
        prune(_read(tmp_path, small_model()), ["Ring", "Rnig"])


# --- recursion


def _recursive(tmp_path: Path, **shapes: Any) -> ir.Service:
    lists = {"List": {"type": "list", "member": {"shape": "A"}}, "S": {"type": "string"}}
    given = {**lists, **shapes}
    return mark_recursion(_read(tmp_path, model(given, Do=operation("Do", "A"))))


def _boxed(service: ir.Service, shape: str) -> list[str]:
    return [member.name for member in service.shapes[shape].members if member.needs_box]


def test_a_structure_that_contains_itself_needs_a_box(tmp_path: Path) -> None:
    # acm CertificateFilterStatement.Not
    service = _recursive(tmp_path, A=structure(Not="A", Name="S"))
    assert _boxed(service, "A") == ["Not"]
    assert service.shapes["A"].recursion_group == 0
    assert service.shapes["S"].recursion_group is None


def test_recursive_lists_and_maps_share_a_header_without_a_box(tmp_path: Path) -> None:
    # dynamodb AttributeValue.M
    kept = {"type": "map", "key": {"shape": "S"}, "value": {"shape": "A"}}
    service = _recursive(tmp_path, A=structure(L="List", M="Map"), Map=kept)
    assert _boxed(service, "A") == []
    assert {n for n, shape in service.shapes.items() if shape.recursion_group == 0} == {"A", "List", "Map"}


def test_a_cycle_of_structures_shares_a_header_with_boxes(tmp_path: Path) -> None:
    service = _recursive(tmp_path, A=structure(B="B", C="C"), B=structure(A="A"), C=structure(Name="S"))
    assert (_boxed(service, "A"), _boxed(service, "B"), _boxed(service, "C")) == (["B"], ["A"], [])
    assert service.shapes["A"].recursion_group == service.shapes["B"].recursion_group == 0
    assert service.shapes["C"].recursion_group is None


def test_a_cycle_through_a_list_has_no_box(tmp_path: Path) -> None:
    service = _recursive(tmp_path, A=structure(B="B"), B=structure(L="List"))
    assert (_boxed(service, "A"), _boxed(service, "B")) == ([], [])
    assert service.shapes["A"].recursion_group == service.shapes["B"].recursion_group == 0


def test_a_list_that_contains_only_itself_is_an_error(tmp_path: Path) -> None:
    shapes = {"In": structure(L="L"), "L": {"type": "list", "member": {"shape": "L"}}}
    with pytest.raises(ModelError, match="shape 'L': this shape contains only itself"):
        mark_recursion(_read(tmp_path, model(shapes, Do=operation("Do", "In"))))


def test_recursive_shapes_of_real_services_have_the_known_numbers() -> None:
    data = botocore_data()
    waf = mark_recursion(read_service(data, "wafv2"))
    named = [
        name
        for name, shape in waf.shapes.items()
        if shape.recursion_group is not None and shape.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION)
    ]
    assert "Statement" in named
    assert len(named) >= 6
    acm = mark_recursion(read_service(data, "acm"))
    assert "Not" in _boxed(acm, "CertificateFilterStatement")
    ui = mark_recursion(read_service(data, "amplifyuibuilder"))
    assert ui.shapes["Predicate"].recursion_group is not None
    assert _boxed(ui, "Predicate") == []


# --- overlay


def test_an_overlay_adds_and_changes_members(tmp_path: Path) -> None:
    service = _overlay(
        _read(tmp_path, small_model()),
        {
            "documentation": "A tower.",
            "newShapes": {"Tone": {"type": "string", "enum": ["low", "high"], "documentation": "A pitch."}},
            "exceptionMembers": {"Message": {"shape": "Name"}},
            "newMembers": {"RingResponse": {"Next": {"shape": "Name"}}},
            "operations": {"Ring": {"documentation": "Rings it."}},
            "shapes": {
                "RingRequest": {"members": {"Bell": {"shape": "Tone", "documentation": "Which."}}},
                "Cracked": {"retryable": {"throttling": True}},
                "Tone": {"enumDocumentation": {"low": "Bom."}},
            },
        },
    )
    bell = service.shapes["RingRequest"].member("Bell")
    assert bell is not None
    assert (bell.target, bell.documentation, bell.location) == ("Tone", "Which.", ir.Location.URI)
    assert [member.name for member in service.shapes["Cracked"].members] == ["Since", "Message"]
    assert [member.name for member in service.shapes["RingResponse"].members] == ["Tones", "Next"]
    assert service.shapes["Tone"].enum_values[0].documentation == "Bom."
    error = service.shapes["Cracked"].error
    assert error is not None
    assert (error.retryable, error.throttling) == (True, True)
    assert (service.documentation, service.operations["Ring"].documentation) == ("A tower.", "Rings it.")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"shaps": {}}, "unknown key 'shaps'; did you mean 'shapes'"),
        (
            {"shapes": {"RingReqest": {}}},
            "shapes.RingReqest: is not in the model; did you mean 'RingRequest'",
        ),
        (
            {"shapes": {"RingRequest": {"members": {"Bel": {}}}}},
            "shapes.RingRequest.members.Bel: is not in the model; did you mean 'Bell'?",
        ),
        ({"shapes": {"RingRequest": {"member": {}}}}, "unknown key 'member'"),
        (
            {"shapes": {"RingRequest": {"members": {"Bell": {"shape": "Nam"}}}}},
            "shapes.RingRequest.members.Bell: shape 'Nam' is not defined; did you mean 'Name'",
        ),
        (
            {"shapes": {"RingRequest": {"members": {"Bell": {"shape": "Count"}}}}},
            "'shape' cannot change the member's type from string to integer",
        ),
        (
            {"shapes": {"RingRequest": {"members": {"Times": {"idempotencyToken": True}}}}},
            "an idempotency token must be a string",
        ),
        (
            {"shapes": {"Name": {"enumDocumentation": {"x": "y"}}}},
            "the enumeration does not have the value 'x'",
        ),
        ({"shapes": {"Name": {"retryable": {}}}}, "'retryable' applies only to exceptions"),
        ({"newShapes": {"Name": {"type": "string"}}}, "newShapes.Name: is already in the model"),
        (
            {"newMembers": {"RingRequest": {"Bell": {"shape": "Name"}}}},
            "newMembers.RingRequest.Bell: is already in the model",
        ),
        ({"newMembers": {"Rung": {}}}, "newMembers.Rung: is not in the model"),
        ({"operations": {"Rang": {}}}, "operations.Rang: is not in the model; did you mean 'Ring'"),
        (
            {"pagination": {"Rang": {"input_token": "a", "output_token": "b"}}},
            "pagination.Rang: is not in the model; did you mean 'Ring'?",
        ),
        (
            {"pagination": {"Ring": {"input_token": "Bel", "output_token": "b"}}},
            "pagination.Ring: the input of 'Ring' has no member 'Bel'; did you mean 'Bell'?",
        ),
        (
            {"waiters": {"Done": {**DONE, "operation": "Rang"}}},
            "waiters.Done: operation 'Rang' is not defined; did you mean 'Ring'?",
        ),
    ],
)
def test_an_overlay_entry_that_does_not_fit_the_model_is_an_error(
    tmp_path: Path, content: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ModelError) as caught:
        _overlay(_read(tmp_path, small_model()), content)
    assert str(caught.value).startswith("overlay.json: ")
    assert expected in str(caught.value)


def test_a_paginator_or_waiter_that_the_model_already_has_is_an_error() -> None:
    service = load_service(ROOT / "api-models", "chime-sdk-voice")
    overlay = json.loads((ROOT / "api-models" / "chime-sdk-voice" / "overlay.json").read_text())
    for section in ("pagination", "waiters"):
        with pytest.raises(ModelError, match=f"is already in the model; remove it from '{section}'"):
            _overlay(service, {section: overlay[section]})


def test_chimes_overlay_lists_the_errors_of_the_reference_pages() -> None:
    service = load_service(ROOT / "api-models", "chime-sdk-voice")
    task = service.shapes["SpeakerSearchTask"]
    status = task.member("SpeakerSearchTaskStatus")
    assert status is not None
    assert [value.value for value in service.shapes[status.target].enum_values] == [
        "IN_QUEUE",
        "IN_PROGRESS",
        "PARTIAL_SUCCESS",
        "SUCCEEDED",
        "FAILED",
        "STOPPED",
    ]
    print_status = service.shapes["SpeakerSearchDetails"].member("VoiceprintGenerationStatus")
    assert print_status is not None
    assert [value.value for value in service.shapes[print_status.target].enum_values] == [
        "VoiceprintGenerationSuccess",
        "VoiceprintGenerationFailure",
    ]
    tokens = {
        name
        for name, shape in service.shapes.items()
        for member in shape.members
        if member.name == "ClientRequestToken" and member.idempotency_token
    }
    assert tokens == {
        "CreateVoiceProfileDomainRequest",
        "StartSpeakerSearchTaskRequest",
        "StartVoiceToneAnalysisTaskRequest",
    }
    for shape in service.shapes.values():
        if shape.error is not None:
            assert [member.name for member in shape.members] == ["Code", "Message"]


def test_every_list_operation_of_chime_that_has_pages_has_a_paginator() -> None:
    service = load_service(ROOT / "api-models", "chime-sdk-voice")
    for operation_ in service.operations.values():
        given = service.shapes[operation_.input] if operation_.input else None
        paged = given is not None and given.member("NextToken") is not None
        assert paged == (operation_.paginator is not None), operation_.name


def test_all_shapes_of_the_seed_operations_are_documented() -> None:
    service = load_service(ROOT / "api-models", "chime-sdk-voice", SEEDS)
    for operation_ in service.operations.values():
        assert operation_.documentation
    for shape in service.shapes.values():
        if shape.kind in (ir.Kind.STRUCTURE, ir.Kind.ENUM):
            assert shape.documentation, shape.name
        for member in shape.members:
            assert member.documentation, (shape.name, member.name)


# --- documentation, and messages that the model lacks


def test_the_models_documentation_is_left_out_by_default(tmp_path: Path) -> None:
    service = small_model()
    service["shapes"]["RingRequest"]["documentation"] = "<p>Theirs.</p>"
    service["shapes"]["RingRequest"]["members"]["Bell"]["documentation"] = "<p>Theirs.</p>"
    write_model(tmp_path, service)
    (tmp_path / "bell-tower" / "overlay.json").write_text(
        '{"operations": {"Ring": {"documentation": "Ours."}}}'
    )
    bare = load_service(tmp_path, "bell-tower")
    bell = bare.shapes["RingRequest"].member("Bell")
    assert bell is not None
    assert (bare.shapes["RingRequest"].documentation, bell.documentation) == ("", "")
    assert bare.operations["Ring"].documentation == "Ours."
    full = load_service(tmp_path, "bell-tower", documentation=True)
    assert full.shapes["RingRequest"].documentation == "<p>Theirs.</p>"


def test_an_operation_without_input_and_output_gets_empty_ones(tmp_path: Path) -> None:
    write_model(tmp_path, model({}, Do=operation("Do")))
    service = load_service(tmp_path, "bell-tower")
    assert (service.operations["Do"].input, service.operations["Do"].output) == ("DoRequest", "DoResponse")
    assert service.shapes["DoRequest"].members == ()
