# SPDX-License-Identifier: Apache-2.0
"""Event streams are removed from messages, in the same way for both model formats."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.passes.event_streams import split_event_streams
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.botocore.service import read_service
from smithy_support import member, read
from smithy_support import structure as smithy_structure
from support import ROOT, model, operation, structure, write_model

SMITHY = {
    "RingOutput": smithy_structure(
        {
            "Hall": member("String", httpHeader="x-hall"),
            "Events": member("bell.tower#Events", httpPayload={}),
        },
        output={},
    ),
    "Events": {
        "type": "union",
        "members": {"Toll": member("bell.tower#Toll"), "Cracked": member("bell.tower#Cracked")},
        "traits": {"smithy.api#streaming": {}},
    },
    "Toll": smithy_structure(
        {"Kind": member("String", eventHeader={}), "Sound": member("Blob", eventPayload={})}
    ),
    "Cracked": smithy_structure({"message": member("String")}, error="server"),
}


def tower(**shapes: Any) -> dict[str, Any]:
    """A botocore model whose one operation answers with a stream of tolls."""
    hall = {"shape": "Text", "location": "header", "locationName": "x-hall"}
    toll = structure(
        Kind={"shape": "Text", "eventheader": True}, Sound={"shape": "Bytes", "eventpayload": True}
    )
    parts = {
        "Text": {"type": "string"},
        "Bytes": {"type": "blob"},
        "RingOutput": structure(Hall=hall, Events="Events") | {"payload": "Events"},
        "Events": structure(Toll="Toll", Cracked="Cracked") | {"eventstream": True},
        "Toll": toll | {"event": True},
        "Cracked": structure(message="Text") | {"exception": True},
    }
    return model(parts | shapes, Ring=operation("Ring", None, "RingOutput"))


def read_botocore(folder: Path, service: dict[str, Any]) -> ir.Service:
    """The service of such a model, as it is read."""
    write_model(folder, service)
    return read_service(folder, "bell-tower")


def placed(service: ir.Service) -> dict[str, list[tuple[str, ir.Location, str]]]:
    """The locations and wire names of the members of messages and events."""
    return {
        name: [(found.name, found.location, found.wire_name) for found in service.shapes[name].members]
        for name in ("RingOutput", "Events", "Toll", "Cracked")
    }


def test_both_formats_give_the_same_event_streams(tmp_path: Path) -> None:
    """The stream leaves its message; its events know their headers and their payload."""
    botocore = split_event_streams(read_botocore(tmp_path / "botocore", tower()))
    smithy = split_event_streams(read(tmp_path / "smithy", SMITHY))
    for service in (botocore, smithy):
        assert service.operations["Ring"].output_events == "Events"
        assert service.operations["Ring"].input_events is None
        assert service.shapes["Toll"].event
        assert not service.shapes["Cracked"].event
    assert placed(botocore) == placed(smithy)
    assert placed(botocore)["RingOutput"] == [("Hall", ir.Location.HEADER, "x-hall")]
    assert placed(botocore)["Toll"] == [
        ("Kind", ir.Location.HEADER, "Kind"),
        ("Sound", ir.Location.PAYLOAD, "Sound"),
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"Toll": {"type": "structure", "members": {"K": {"shape": "Events", "eventheader": True}}}},
            "member 'K': a value of type union cannot be an event's header",
        ),
        (
            {"Toll": {"type": "list", "member": {"shape": "Text"}}},
            "event 'Toll' must be a structure, but its type is list",
        ),
        (
            {
                "Toll": {
                    "type": "structure",
                    "members": {
                        "A": {"shape": "Text", "eventpayload": True},
                        "B": {"shape": "Bytes", "eventpayload": True},
                    },
                }
            },
            "an event can have only one payload",
        ),
        (
            {
                "RingOutput": {
                    "type": "structure",
                    "members": {"A": {"shape": "Events"}, "B": {"shape": "Events"}},
                }
            },
            "an input or output can have only one event stream",
        ),
    ],
)
def test_a_broken_event_stream_is_an_error_with_its_place(
    tmp_path: Path, change: dict[str, Any], fault: str
) -> None:
    """An invalid event stream is an error with its place."""
    with pytest.raises(ModelError, match=fault):
        split_event_streams(read_botocore(tmp_path, tower(**change)))


def test_an_event_stream_with_the_query_protocol_is_an_error(tmp_path: Path) -> None:
    """A protocol without event streams does not drop them silently."""
    service = tower()
    service["metadata"] |= {"protocol": "query", "protocols": ["query"]}
    write_model(tmp_path, service)
    with pytest.raises(UsageError, match="'Ring': the protocol 'query' does not support event streams"):
        render_service(load_service(tmp_path, "bell-tower"), "bell-tower")


@pytest.mark.parametrize(
    ("service", "name", "given", "returned", "codec"),
    [
        ("transcribe-streaming", "StartStreamTranscription", "AudioStream", "TranscriptResultStream", "json"),
        ("kinesis", "SubscribeToShard", None, "SubscribeToShardEventStream", "json"),
        ("s3", "SelectObjectContent", None, "SelectObjectContentEventStream", "xml"),
        ("lambda", "InvokeWithResponseStream", None, "InvokeWithResponseStreamResponseEvent", "json"),
    ],
)
def test_each_kind_of_event_stream_of_aws_is_read(
    service: str, name: str, given: str | None, returned: str, codec: str
) -> None:
    """AWS's event streams, one of each kind."""
    models = Path(os.environ.get("BELFRY_SHARED") or ROOT.parent / "shared") / "models" / "smithy"
    if not models.is_dir():
        pytest.skip(f"{models} is not there; BELFRY_SHARED names the folder of the conformance data")
    loaded = load_service(models, service, [name])
    operation = loaded.operations[name]
    assert (operation.input_events, operation.output_events) == (given, returned)
    for message in (operation.input, operation.output):
        assert message is not None
        assert all(not loaded.shapes[found.target].event_stream for found in loaded.shapes[message].members)
    rendered = "".join(render_service(loaded, service).values())
    assert f"&::belfry::{codec}_event_codec" in rendered
    assert ("initial_messages" in rendered) == (service == "kinesis")
