# SPDX-License-Identifier: Apache-2.0
"""The result of each trait of a Smithy model, and errors in traits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.cpp import naming
from belfry_codegen.cpp.facts import facts
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.expressions import Expression
from belfry_codegen.model.protocols import BY_NAME
from belfry_codegen.passes.normalize import normalize
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import services
from belfry_codegen.readers.smithy.service import read_smithy
from smithy_support import load, member, read, ring, smithy, structure, traits, write


def members(service: ir.Service, shape: str) -> dict[str, ir.Member]:
    return {found.name: found for found in service.shapes[shape].members}


def test_a_services_names_come_from_its_traits(tmp_path: Path) -> None:
    service = read(tmp_path)
    assert (service.id, naming.namespace_of(service), service.api_version) == (
        "Bell Tower",
        "bell_tower",
        "2020-01-02",
    )
    assert (service.full_name, service.endpoint_prefix) == ("Bell Tower Service", "bell")
    assert (service.signing_name, service.protocols) == ("bell", ("rest-json",))
    operation = service.operations["Ring"]
    assert operation.http == ir.HttpBinding("POST", "/ring", 201)
    assert (operation.input, operation.output, operation.errors) == ("RingInput", "RingOutput", ("Cracked",))


@pytest.mark.parametrize(
    ("trait", "protocol", "json_version"),
    [
        ("aws__protocols__awsJson1_0", "json", "1.0"),
        ("aws__protocols__awsJson1_1", "json", "1.1"),
        ("aws__protocols__awsQuery", "query", ""),
        ("aws__protocols__ec2Query", "ec2", ""),
        ("aws__protocols__restXml", "rest-xml", ""),
        ("smithy__protocols__rpcv2Cbor", "smithy-rpc-v2-cbor", ""),
        ("smithy__protocols__rpcv2Json", "smithy-rpc-v2-json", ""),
    ],
)
def test_the_protocol_trait_gives_the_protocol(
    tmp_path: Path, trait: str, protocol: str, json_version: str
) -> None:
    service = read(tmp_path, traits=traits(**{trait: {}}))
    assert service.protocols == (protocol,)
    assert (service.json_version, service.shape_name) == (json_version, "BellTower")


def test_a_service_of_two_protocols_has_the_wire_names_of_the_chosen_one(
    tmp_path: Path,
) -> None:
    shapes = {
        "Ring": ring({"method": "PUT", "uri": "/ring/{tower}"})
        | {"errors": [{"target": "bell.tower#Cracked"}]},
        "RingInput": structure(
            {
                "tower": member("String", required={}, httpLabel={}),
                "a": member("String", jsonName="A"),
                "b": member("String", httpHeader="X-B"),
            },
            input={},
        ),
        "Cracked": structure(error="client", aws__protocols__awsQueryError={"code": "Bell.Cracked"}),
    }
    both = traits(aws__protocols__restJson1={}, aws__protocols__awsQuery={})
    path = write(tmp_path, smithy(shapes, traits=both))

    def settled(protocol: str | None) -> tuple[object, ...]:
        service = load_service(path, "belltower", protocol=protocol)
        found = members(service, "RingInput")
        http, error = service.operations["Ring"].http, service.shapes["Cracked"].error
        assert error is not None
        places = [(found[name].location.value, found[name].wire_name) for name in ("tower", "a", "b")]
        return http.method, http.uri, error.code, places

    rest = [("uri", "tower"), ("body", "A"), ("header", "X-B")]
    assert settled(None) == settled("rest-json") == ("PUT", "/ring/{tower}", "Cracked", rest)
    query = [("body", "tower"), ("body", "a"), ("body", "b")]
    assert settled("query") == ("POST", "/", "Bell.Cracked", query)


@pytest.mark.parametrize(
    ("settings", "http2"),
    [
        ({}, None),
        ({"http": ["http/1.1"]}, None),
        ({"http": ["http/1.1", "h2"]}, "optional"),
        ({"http": ["http/1.1", "h2"], "eventStreamHttp": ["h2"]}, "eventstream"),  # transcribe-streaming
        ({"http": ["http/1.1", "h2"], "eventStreamHttp": ["http/1.1", "h2"]}, "optional"),
    ],
)
def test_http_2_is_read_for_all_operations_or_for_event_streams(
    tmp_path: Path, settings: dict[str, Any], http2: str | None
) -> None:
    assert read(tmp_path, traits=traits(aws__protocols__restJson1=settings)).http2 == http2


def test_http_binding_traits_become_locations(tmp_path: Path) -> None:
    shapes = {
        "Ring": ring({"method": "GET", "uri": "/towers/{tower}/{rest+}?loud"}),
        "RingInput": structure(
            {
                "tower": member("String", required={}, httpLabel={}),
                "rest": member("String", required={}, httpLabel={}),
                "times": member("Integer", httpQuery="n"),
                "more": member("bell.tower#Words", httpQueryParams={}),
                "mood": member("String", httpHeader="X-Mood"),
                "all": member("bell.tower#Words", httpPrefixHeaders=""),
                "body": member("bell.tower#Sound", httpPayload={}),
            },
            input={},
        ),
        "RingOutput": structure({"status": member("Integer", httpResponseCode={})}, output={}),
        "Words": {"type": "map", "key": member("String"), "value": member("String")},
        "Sound": {"type": "blob", "traits": traits(streaming={}, requiresLength={}, mediaType="audio/ogg")},
    }
    service = read(tmp_path, shapes)
    found = {name: (m.location, m.wire_name) for name, m in members(service, "RingInput").items()}
    assert found == {
        "tower": (ir.Location.URI, "tower"),
        "rest": (ir.Location.URI, "rest"),
        "times": (ir.Location.QUERY, "n"),
        "more": (ir.Location.QUERY_MAP, "more"),
        "mood": (ir.Location.HEADER, "X-Mood"),
        "all": (ir.Location.HEADERS, ""),
        "body": (ir.Location.PAYLOAD, "body"),
    }
    assert members(service, "RingInput")["body"].streaming
    sound = service.shapes["Sound"]
    assert (sound.streaming, sound.requires_length, sound.media_type) == (True, True, "audio/ogg")
    assert members(service, "RingOutput")["status"].location is ir.Location.STATUS_CODE


def test_http_bindings_are_ignored_outside_of_inputs_outputs_and_errors(tmp_path: Path) -> None:
    bound = {"q": member("String", httpQuery="n", jsonName="j"), "h": member("String", httpHeader="X-H")}
    shapes = {
        "RingInput": structure({"inner": member("bell.tower#Inner")}, input={}),
        "RingOutput": structure(dict(bound), output={}),
        "Inner": structure(dict(bound)),
    }
    service = load(tmp_path, shapes)
    assert {m.location for m in service.shapes["Inner"].members} == {ir.Location.BODY}
    output = members(service, "RingOutput")
    assert (output["q"].location, output["q"].wire_name) == (ir.Location.BODY, "j")
    assert output["h"].location is ir.Location.HEADER


def test_labels_are_matched_without_case(tmp_path: Path) -> None:
    shapes = {
        "Ring": ring({"method": "GET", "uri": "/towers/{towerId}"}),
        "RingInput": structure({"TowerId": member("String", required={}, httpLabel={})}, input={}),
    }
    assert read(tmp_path, shapes).operations["Ring"].http.uri == "/towers/{TowerId}"


def test_client_optional_takes_precedence_over_required_and_default(tmp_path: Path) -> None:
    inner = {
        "a": member("Integer", default=7),
        "b": member("Integer", default=7, clientOptional={}),
        "c": member("String", required={}),
        "d": member("String", required={}, clientOptional={}),
    }
    shapes = {
        "RingInput": structure(
            {"inner": member("bell.tower#Inner"), "top": member("Integer", default=1)}, input={}
        ),
        "Inner": structure(inner),
    }
    service = read(tmp_path, shapes)
    found = members(service, "Inner")
    assert [(name, m.default, m.required) for name, m in found.items()] == [
        ("a", 7, False),
        ("b", None, False),
        ("c", None, True),
        ("d", None, False),
    ]
    assert members(service, "RingInput")["top"].default is None


def test_json_names_apply_to_rest_json_only(tmp_path: Path) -> None:
    shapes = {"RingInput": structure({"a": member("String", jsonName="A", xmlName="X")}, input={})}
    assert members(load(tmp_path, shapes), "RingInput")["a"].wire_name == "A"
    for protocol, name in (("awsJson1_1", "a"), ("restXml", "X"), ("awsQuery", "X")):
        service = load(tmp_path, shapes, traits=traits(**{f"aws__protocols__{protocol}": {}}))
        assert members(service, "RingInput")["a"].wire_name == name


def test_simple_traits_of_members_and_shapes_are_read(tmp_path: Path) -> None:
    shapes = {
        "Ring": ring(idempotent={}, deprecated={}, aws__auth__unsignedPayload={}),
        "RingInput": structure(
            {
                "token": member("String", idempotencyToken={}),
                "when": member("Timestamp", timestampFormat="http-date"),
                "since": member("bell.tower#Since"),
                "secret": member("bell.tower#Secret", deprecated={"message": "Never.", "since": "2020"}),
                "list": member("bell.tower#List", xmlFlattened={}),
                "meta": member("bell.tower#Meta", httpHeader="X-Meta"),
                "attribute": member("String", xmlAttribute={}, xmlNamespace={"uri": "u", "prefix": "p"}),
            },
            input={},
        ),
        "Since": {"type": "timestamp", "traits": traits(timestampFormat="epoch-seconds")},
        "Secret": {
            "type": "string",
            "traits": traits(sensitive={}, length={"min": 1, "max": 8}, pattern="^a$"),
        },
        "List": {"type": "list", "member": member("String"), "traits": traits(sparse={})},
        "Meta": {"type": "string", "traits": traits(mediaType="application/json")},
    }
    service = read(tmp_path, shapes)
    found = members(service, "RingInput")
    assert found["token"].idempotency_token
    assert found["when"].timestamp_format is ir.TimestampFormat.HTTP_DATE
    assert service.shapes["Since"].timestamp_format is ir.TimestampFormat.EPOCH_SECONDS
    assert found["secret"].deprecated == ir.Deprecation("Never.", "2020")
    secret = service.shapes["Secret"]
    assert (secret.sensitive, secret.limits, secret.pattern) == (True, ir.Limits(1, 8), "^a$")
    assert service.shapes["List"].sparse
    assert found["list"].xml.flattened
    assert found["meta"].json_value
    assert found["attribute"].xml == ir.XmlTraits(attribute=True, namespace=ir.XmlNamespace("u", "p"))
    operation = service.operations["Ring"]
    assert operation.deprecated == ir.Deprecation()
    assert (operation.idempotent, operation.unsigned_payload) == (True, True)


def test_a_list_gives_the_format_of_its_timestamps(tmp_path: Path) -> None:
    shapes = {
        "RingInput": structure(
            {"times": member("bell.tower#Times"), "deep": member("bell.tower#Deep")}, input={}
        ),
        "Times": {"type": "list", "member": member("Timestamp", timestampFormat="http-date")},
        "Deep": {"type": "map", "key": member("String"), "value": member("bell.tower#Times")},
    }
    service = read(tmp_path, shapes)
    types = TypeTable(service.shapes, BY_NAME["rest-json"])
    assert {types.timestamp_format(found) for found in service.shapes["RingInput"].members} == {"http_date"}


def test_a_member_may_have_its_own_limits(tmp_path: Path) -> None:
    shapes = {
        "RingInput": structure(
            {
                "own": member("bell.tower#Name", length={"min": 2}, pattern="^b$"),
                "usual": member("bell.tower#Name"),
                "times": member("Integer", range={"min": 1, "max": 3}),
            },
            input={},
        ),
        "Name": {"type": "string", "traits": traits(length={"max": 8}, pattern="^a$")},
    }
    service = read(tmp_path, shapes)
    said = {found.name: facts(service.shapes, found) for found in service.shapes["RingInput"].members}
    assert said == {
        "own": "At least 2 characters. Pattern `^b$`.",
        "usual": "At most 8 characters. Pattern `^a$`.",
        "times": "1 to 3.",
    }


def test_enumerations_of_both_versions_are_read(tmp_path: Path) -> None:
    unit = {"target": "smithy.api#Unit"}
    shapes = {
        "RingInput": structure(
            {"a": member("bell.tower#A"), "b": member("bell.tower#B"), "c": member("bell.tower#C")}
        ),
        "A": {"type": "enum", "members": {"LOUD": {**unit, "traits": traits(enumValue="loud")}, "LOW": unit}},
        "B": {"type": "string", "traits": traits(enum=[{"value": "x y", "name": "XY"}, {"value": "z"}])},
        "C": {"type": "intEnum", "members": {"ONE": {**unit, "traits": traits(enumValue=1)}}},
    }
    found = read(tmp_path, shapes).shapes
    assert [(v.value, v.name) for v in found["A"].enum_values] == [("loud", "LOUD"), ("LOW", "LOW")]
    assert [(v.value, v.name) for v in found["B"].enum_values] == [("x y", "XY"), ("z", None)]
    assert [(v.value, v.name) for v in found["C"].enum_values] == [("1", "ONE")]
    kinds = [found[name].kind for name in "ABC"]
    assert kinds == [ir.Kind.ENUM, ir.Kind.ENUM, ir.Kind.INT_ENUM]


def test_version_1_is_read_like_smithys_own_conversion_to_version_2() -> None:
    """Sets, boxes, primitives and their implied defaults, enumerations that are traits.

    The model of version 1 was written by hand; `smithy ast` of smithy-cli 1.69.0 made the one of version 2.
    """
    folder = Path(__file__).parent / "smithy_versions"
    old, new = (read_smithy(folder / f"weather-{version}.json") for version in ("1.0", "2.0"))
    assert old == new
    output = members(old, "GetCityOutput")
    assert (output["degrees"].default, output["perhaps"].default, output["boxed"].default) == (0, None, None)
    assert (output["own"].default, output["ownBoxed"].default, output["flag"].default) == (0, None, False)
    assert {member.default for member in old.shapes["Choice"].members} == {None}
    assert (old.shapes["Kinds"].kind, old.shapes["Named"].kind) == (ir.Kind.LIST, ir.Kind.ENUM)


def test_mixins_are_flattened_like_smithys_own_tool() -> None:
    """Structures, unions, lists, strings, enums, operations and services, with traits that are not inherited.

    `smithy ast --flatten` of smithy-cli 1.69.0 made the flat model. The order of errors means nothing.
    """
    folder = Path(__file__).parent / "smithy_versions"
    mixed, flat = (normalize(read_smithy(folder / f"tower-{name}.json")) for name in ("with-mixins", "flat"))
    assert mixed == flat
    assert list(mixed.operations) == ["CountBells", "DropClapper", "GetBell", "Ping", "Ring", "TuneBell"]
    assert members(mixed, "CountBellsInput")["most"].wire_name == "max"
    assert members(mixed, "GetBellInput")["bellId"].location is ir.Location.URI
    assert [value.value for value in mixed.shapes["Tone"].enum_values] == ["a-flat", "C"]
    assert mixed.shapes["Tones"].limits == ir.Limits(None, 10)
    assert mixed.operations["GetBell"].errors == ("Denied", "NoBell", "Throttled")


def test_error_traits_are_read(tmp_path: Path) -> None:
    query = {"code": "Tower.Cracked", "httpResponseCode": 400}
    shapes = {
        "Cracked": structure(
            error="server", retryable={"throttling": True}, aws__protocols__awsQueryError=query
        ),
        "Everywhere": structure(error="client"),
    }
    service = load(tmp_path, shapes, errors=[{"target": "bell.tower#Everywhere"}])
    assert service.operations["Ring"].errors == ("Cracked", "Everywhere")
    both = ir.QueryError("Tower.Cracked", 400)
    assert service.shapes["Cracked"].error == ir.ErrorTraits("Cracked", 500, False, True, True, both)
    assert service.shapes["Everywhere"].error == ir.ErrorTraits("Everywhere", 400, True)
    compatible = traits(aws__protocols__awsJson1_0={}, aws__protocols__awsQueryCompatible={})
    service = load(tmp_path, shapes, traits=compatible)
    assert service.query_compatible
    assert service.shapes["Cracked"].error == ir.ErrorTraits("Tower.Cracked", 400, False, True, True, both)


def test_host_labels_and_endpoint_parameters_are_read(tmp_path: Path) -> None:
    shapes = {
        "Ring": ring(
            endpoint={"hostPrefix": "{tower}.data."},
            smithy__rules__staticContextParams={"Loud": {"value": True}},
            smithy__rules__operationContextParams={"Keys": {"path": "keys(a)"}},
        ),
        "RingInput": structure(
            {
                "tower": member(
                    "String", required={}, hostLabel={}, smithy__rules__contextParam={"name": "Tower"}
                )
            },
            input={},
        ),
    }
    service = read(tmp_path, shapes)
    operation = service.operations["Ring"]
    assert operation.host_prefix == "{tower}.data."
    assert operation.static_context == (("Loud", True),)
    assert operation.operation_context == (("Keys", Expression("keys(a)")),)
    tower = members(service, "RingInput")["tower"]
    assert (tower.host_label, tower.context_param) == (True, "Tower")


def test_a_model_without_endpoint_rules_gets_default_ones(tmp_path: Path) -> None:
    rules = {"version": "1.0", "parameters": {}, "rules": []}
    own = traits(aws__protocols__restJson1={}, smithy__rules__endpointRuleSet=rules)
    assert read(tmp_path, traits=own).endpoint_rules == rules
    urls = [rule.get("endpoint", {}).get("url") for rule in read(tmp_path).endpoint_rules["rules"]]
    assert urls == [{"ref": "Endpoint"}, "https://bell.{Region}.{PartitionResult#dnsSuffix}", None]


def test_authentication_traits_are_read(tmp_path: Path) -> None:
    assert read(tmp_path).auth == (ir.Auth.SIGV4,)
    assert read(tmp_path).operations["Ring"].auth is None
    open_to_all = read(tmp_path, {"Ring": ring(optionalAuth={})}).operations["Ring"]
    assert open_to_all.auth == (ir.Auth.NONE,)
    chosen = read(tmp_path, {"Ring": ring(auth=["smithy.api#httpBearerAuth"])}).operations["Ring"]
    assert chosen.auth == (ir.Auth.BEARER,)
    unsigned = read(tmp_path, traits=traits(aws__protocols__restJson1={}))
    assert unsigned.operations["Ring"].auth == (ir.Auth.NONE,)


def test_operations_of_nested_resources_are_read(tmp_path: Path) -> None:
    plain = {"type": "operation", "traits": traits(http={"method": "GET", "uri": "/x"})}
    shapes: dict[str, Any] = {
        "Tower": {
            "type": "resource",
            "read": {"target": "bell.tower#GetTower"},
            "collectionOperations": [{"target": "bell.tower#CountTowers"}],
            "resources": [{"target": "bell.tower#Bell"}],
        },
        "Bell": {"type": "resource", "operations": [{"target": "bell.tower#Tune"}]},
        "GetTower": plain,
        "CountTowers": plain,
        "Tune": plain,
    }
    service = read(tmp_path, shapes, resources=[{"target": "bell.tower#Tower"}])
    assert list(service.operations) == ["CountTowers", "GetTower", "Ring", "Tune"]


def test_mixins_and_apply_statements_are_resolved(tmp_path: Path) -> None:
    shapes = {
        "Base": structure(
            {"a": member("String")}, mixin={"localTraits": ["smithy.api#sensitive"]}, sensitive={}
        ),
        "Middle": {**structure({"b": member("String")}, mixin={}), "mixins": [{"target": "bell.tower#Base"}]},
        "RingInput": {
            **structure({"c": member("String")}, input={}),
            "mixins": [{"target": "bell.tower#Middle"}],
        },
        "RingInput$a": {"type": "apply", "traits": traits(required={})},
        "Words": {"type": "list", "member": member("String")},
    }
    service = read(tmp_path, shapes)
    assert [(m.name, m.required) for m in service.shapes["RingInput"].members] == [
        ("a", True),
        ("b", False),
        ("c", False),
    ]
    assert not service.shapes["RingInput"].sensitive
    assert "Base" not in service.shapes


def test_event_stream_traits_are_read(tmp_path: Path) -> None:
    shapes = {
        "RingOutput": structure({"events": member("bell.tower#Events", httpPayload={})}, output={}),
        "Events": {
            "type": "union",
            "members": {"toll": member("bell.tower#Toll")},
            "traits": traits(streaming={}),
        },
        "Toll": structure({"n": member("Integer", eventHeader={}), "sound": member("Blob", eventPayload={})}),
    }
    service = read(tmp_path, shapes)
    assert (service.shapes["Events"].event_stream, service.shapes["Events"].kind) == (True, ir.Kind.UNION)
    assert service.shapes["Toll"].event
    found = members(service, "Toll")
    assert (found["n"].event_header, found["sound"].event_payload) == (True, True)


def test_paginators_and_waiters_are_read(tmp_path: Path) -> None:
    path = {"path": "state", "expected": "silent", "comparator": "stringEquals"}
    acceptors = [
        {"state": "success", "matcher": {"output": path}},
        {"state": "retry", "matcher": {"errorType": "bell.tower#Cracked"}},
        {"state": "failure", "matcher": {"success": False}},
        {
            "state": "failure",
            "matcher": {"inputOutput": {**path, "comparator": "booleanEquals", "expected": "true"}},
        },
    ]
    shapes = {
        "Ring": ring(
            paginated={"items": "bells", "pageSize": "most"},
            smithy__waiters__waitable={"Silent": {"acceptors": acceptors, "minDelay": 5}},
        ),
        "RingInput": structure({"next": member("String"), "most": member("Integer")}, input={}),
    }
    common = traits(
        aws__protocols__restJson1={}, paginated={"inputToken": "next", "outputToken": "page.next"}
    )
    service = read(tmp_path, shapes, traits=common)
    assert service.operations["Ring"].paginator == ir.Paginator(
        "Ring", ("next",), (Expression("page.next"),), ("bells",), limit_key="most"
    )
    waiter = service.waiters["Silent"]
    assert (waiter.delay_seconds, waiter.max_delay_seconds, waiter.max_attempts) == (5, 120, 0)
    assert waiter.acceptors == (
        ir.Acceptor(ir.WaiterState.SUCCESS, ir.Matcher.PATH, "silent", Expression("state")),
        ir.Acceptor(ir.WaiterState.RETRY, ir.Matcher.ERROR, "Cracked", names_shape=True),
        ir.Acceptor(ir.WaiterState.FAILURE, ir.Matcher.ERROR, True),
        ir.Acceptor(ir.WaiterState.FAILURE, ir.Matcher.PATH, True, Expression("state"), with_input=True),
    )


def test_waiters_expect_the_codes_of_errors(tmp_path: Path) -> None:
    """iam InstanceProfileExists names a shape that has another code; s3 BucketNotExists waits for a 404."""
    acceptors = [
        {"state": "success", "matcher": {"errorType": "Cracked"}},
        {"state": "retry", "matcher": {"errorType": "NotFound"}},
    ]
    code = {"code": "Bell.Cracked", "httpResponseCode": 400}
    waiters: dict[str, Any] = {"Gone": {"acceptors": acceptors}}
    shapes = {
        "Ring": ring({"method": "HEAD", "uri": "/ring"}, smithy__waiters__waitable=waiters)
        | {"errors": [{"target": "bell.tower#Cracked"}]},
        "Cracked": structure(error="client", aws__protocols__awsQueryError=code),
    }

    def expected(protocol: str) -> list[tuple[ir.Matcher, str | int | bool]]:
        service = load(tmp_path, shapes, traits=traits(**{protocol: {}}))
        return [(acceptor.matcher, acceptor.expected) for acceptor in service.waiters["Gone"].acceptors]

    assert expected("aws__protocols__restXml") == [(ir.Matcher.ERROR, "Cracked"), (ir.Matcher.STATUS, 404)]
    assert expected("aws__protocols__awsQuery") == [
        (ir.Matcher.ERROR, "Bell.Cracked"),
        (ir.Matcher.ERROR, "NotFound"),
    ]


def test_checksum_and_compression_traits_are_read(tmp_path: Path) -> None:
    shapes = {
        "Ring": ring(
            requestCompression={"encodings": ["gzip"]},
            aws__protocols__httpChecksum={"requestAlgorithmMember": "how", "responseAlgorithms": ["CRC32"]},
            httpChecksumRequired={},
        )
    }
    operation = read(tmp_path, shapes).operations["Ring"]
    assert operation.compression == ("gzip",)
    assert operation.checksum == ir.Checksum(True, "how", None, ("CRC32",))


def test_equal_names_in_two_namespaces_are_renamed_or_an_error(tmp_path: Path) -> None:
    shapes: dict[str, Any] = {
        "RingInput": structure(
            {"a": member("other#Pair"), "b": member("bell.tower#Pair"), "c": member("other#String")}
        ),
        "other#Pair": structure(),
        "other#String": {"type": "string"},
        "Pair": structure({"s": member("String")}),
    }
    with pytest.raises(ModelError, match="'other#Pair' has the same name"):
        read(tmp_path, shapes)
    service = read(tmp_path, shapes, rename={"other#Pair": "OtherPair"})
    assert {"Pair", "OtherPair", "String", "String2"} <= set(service.shapes)


def test_the_newest_version_of_a_service_is_read(tmp_path: Path) -> None:
    for year in ("2021", "2019", "2020"):
        write(tmp_path, smithy(), f"tower-{year}.json")
        path = tmp_path / f"tower-{year}.json"
        path.write_text(
            path.read_text(encoding="utf-8").replace("2020-01-02", f"{year}-01-02"), encoding="utf-8"
        )
    assert services(tmp_path) == [("bell-tower", "2021-01-02")]


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ({"aws__auth__sigv4": {"name": "bell"}}, None, ((ir.Auth.SIGV4,), None)),
        ({"httpBearerAuth": {}}, None, ((ir.Auth.BEARER,), None)),
        ({}, None, ((ir.Auth.NONE,), (ir.Auth.NONE,))),
        ({"httpApiKeyAuth": {"name": "k", "in": "query"}}, None, ((ir.Auth.API_KEY,), None)),
        # Without `auth` the names' order holds, with it its own.
        (
            {"httpBearerAuth": {}, "aws__auth__sigv4": {"name": "b"}},
            None,
            ((ir.Auth.SIGV4, ir.Auth.BEARER), None),
        ),
        (
            {
                "httpBearerAuth": {},
                "aws__auth__sigv4": {"name": "b"},
                "auth": ["smithy.api#httpBearerAuth", "aws.auth#sigv4"],
            },
            ["aws.auth#sigv4"],
            ((ir.Auth.BEARER, ir.Auth.SIGV4), (ir.Auth.SIGV4,)),
        ),
        ({"httpBearerAuth": {}}, [], ((ir.Auth.BEARER,), (ir.Auth.NONE,))),
        # An unsupported scheme is ignored if there is a supported one.
        ({"httpBasicAuth": {}, "httpBearerAuth": {}}, None, ((ir.Auth.BEARER,), None)),
    ],
)
def test_operations_override_the_services_authentication(
    tmp_path: Path, service: dict[str, Any], operation: list[str] | None, expected: tuple[Any, Any]
) -> None:
    own: dict[str, Any] = {} if operation is None else {"auth": operation}
    found = read(tmp_path, {"Ring": ring(**own)}, traits=traits(aws__protocols__restJson1={}, **service))
    assert (found.auth, found.operations["Ring"].auth) == expected


@pytest.mark.parametrize("scheme", ["httpBasicAuth", "httpDigestAuth", "bell__tower__knock"])
def test_an_unsupported_authentication_scheme_is_an_error(tmp_path: Path, scheme: str) -> None:
    knock = {"type": "structure", "traits": traits(trait={}, authDefinition={})}
    service = traits(aws__protocols__restJson1={}, **{scheme: {}})
    name = scheme.replace("__", ".", 1).replace("__", "#") if "__" in scheme else f"smithy.api#{scheme}"
    with pytest.raises(
        ModelError, match=f"service 'BellTower': authentication with {name} is not supported; belfry has"
    ):
        read(tmp_path, {"knock": knock}, traits=service)
    only = ring(auth=["smithy.api#httpDigestAuth"])
    with pytest.raises(ModelError, match=r"operation 'Ring': authentication with smithy\.api#httpDigestAuth"):
        read(tmp_path, {"Ring": only}, traits=traits(aws__protocols__restJson1={}, httpBearerAuth={}))
