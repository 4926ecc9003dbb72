# SPDX-License-Identifier: Apache-2.0
"""The values that operations and clients give to endpoint rules, and the labels that the rules replace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.model.expressions import Expression
from belfry_codegen.passes.endpoint_labels import placed_parameters
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.files import find_file, load_json, versions
from support import botocore_data, model, operation, structure, write_model

SMITHY = Path(os.environ.get("BELFRY_SHARED", "/nowhere")) / "models" / "smithy"


def _rules(url: Any, conditions: list[Any] | None = None, **parameters: Any) -> dict[str, Any]:
    known = {"Bell": {"type": "string"}, "Name": {"type": "string"}, **parameters}
    rule = {"type": "endpoint", "conditions": conditions or [], "endpoint": {"url": url}}
    return {"version": "1.0", "parameters": known, "rules": [rule]}


@pytest.mark.parametrize(
    ("rules", "placed"),
    [
        (_rules("https://x.test"), set()),
        (_rules("https://{Bell}.x.test"), {"Bell"}),
        (_rules({"ref": "Bell"}), {"Bell"}),
        (
            _rules(
                "https://x.test/{encoded}",
                [{"fn": "uriEncode", "argv": [{"ref": "Bell"}], "assign": "encoded"}],
            ),
            {"Bell"},
        ),
        (
            _rules(
                "https://{arn#accountId}.x.test",
                [
                    {"fn": "substring", "argv": [{"ref": "Name"}, 0, 5, False], "assign": "part"},
                    {"fn": "aws.parseArn", "argv": ["{part}"], "assign": "arn"},
                ],
            ),
            {"Name"},
        ),
        # Asked, and not placed.
        (_rules("https://x.test", [{"fn": "isSet", "argv": [{"ref": "Bell"}]}]), set()),
        (None, set()),
        ({"parameters": []}, set()),
    ],
)
def test_parameters_in_the_url_of_a_rule_set_are_found(rules: Any, placed: set[str]) -> None:
    assert placed_parameters(rules) == placed


def _tower(uri: str, prefix: str | None = None, **member: Any) -> dict[str, Any]:
    bell = {"shape": "Name", "location": "uri", "contextParam": {"name": "Bell"}, **member}
    more: dict[str, Any] = {"endpoint": {"hostPrefix": prefix}} if prefix else {}
    return model(
        {"RingRequest": structure("Bell", Bell=bell), "Name": {"type": "string"}},
        Ring=operation("Ring", "RingRequest", http={"method": "GET", "requestUri": uri}, **more),
    )


@pytest.mark.parametrize(
    ("uri", "left"),
    [
        ("/{Bell}", ""),
        ("/{Bell}?sound", "?sound"),
        ("/{Bell}/tones", "/tones"),
        # Not where the endpoint ends.
        ("/tower/{Bell}", "/tower/{Bell}"),
        ("/{Bell}tower", "/{Bell}tower"),
    ],
)
def test_a_first_label_that_the_rules_place_is_removed(tmp_path: Path, uri: str, left: str) -> None:
    write_model(tmp_path, _tower(uri), endpoint_rule_set_1=_rules("https://x.test/{Bell}"))
    ring = load_service(tmp_path, "bell-tower").operations["Ring"]
    assert ring.http.uri == left
    assert ring.placed_labels == (("Bell",) if left != uri else ())


def test_a_label_that_the_rules_do_not_place_stays(tmp_path: Path) -> None:
    write_model(tmp_path, _tower("/{Bell}"), endpoint_rule_set_1=_rules("https://x.test"))
    assert load_service(tmp_path, "bell-tower").operations["Ring"].http.uri == "/{Bell}"
    other = _tower("/{Bell}", contextParam={"name": "Name"})
    write_model(tmp_path, other, endpoint_rule_set_1=_rules("https://x.test/{Bell}"))
    assert load_service(tmp_path, "bell-tower").operations["Ring"].http.uri == "/{Bell}"


def test_a_host_prefix_that_the_rules_place_is_removed(tmp_path: Path) -> None:
    service = _tower("/{Bell}", "{Bell}.", hostLabel=True)
    write_model(tmp_path, service, endpoint_rule_set_1=_rules("https://{Bell}.x.test"))
    assert load_service(tmp_path, "bell-tower").operations["Ring"].host_prefix is None
    write_model(tmp_path, service, endpoint_rule_set_1=_rules("https://x.test"))
    assert load_service(tmp_path, "bell-tower").operations["Ring"].host_prefix == "{Bell}."


def test_s3_has_its_bucket_once_in_every_operation_of_either_model() -> None:
    for models in [botocore_data(), *([SMITHY] if SMITHY.is_dir() else [])]:
        operations = load_service(models, "s3").operations.values()
        assert not [each.name for each in operations if "{Bucket}" in each.http.uri]
        placed = [each for each in operations if each.placed_labels]
        # The published model is older than botocore's.
        assert len(placed) > 90
        assert all(each.placed_labels == ("Bucket",) for each in placed)
        where = {each.name: each.http.uri for each in operations}
        assert where["GetObjectAcl"] == "/{Key+}?acl"
        assert where["CreateBucket"] == ""
        assert where["ListBuckets"].startswith("/")


def test_no_other_service_of_botocore_has_such_a_label() -> None:
    """The rule is general, and must not remove a label that another service needs."""
    found = set()
    for folder in sorted(path.name for path in botocore_data().iterdir() if path.is_dir()):
        for version in versions(botocore_data() / folder)[-1:]:
            rules = find_file(botocore_data() / folder / version, "endpoint-rule-set-1")
            usual = {"Region", "Endpoint", "UseFIPS", "UseDualStack"}
            if rules and placed_parameters(load_json(rules)) - usual:
                found.add(folder)
    changed = {
        name
        for name in found
        for each in load_service(botocore_data(), name).operations.values()
        if each.placed_labels
    }
    assert {"s3", "s3control", "dynamodb", "kinesis", "events"} <= found
    assert changed == {"s3"}


def test_endpoint_options_are_the_rules_client_parameters() -> None:
    service = load_service(botocore_data(), "s3", ["HeadBucket"])
    assert service.endpoint_options == "EndpointOptions"
    options = service.shapes["EndpointOptions"].members
    names = {member.name: service.shapes[member.target].kind for member in options}
    assert names == {
        "Accelerate": ir.Kind.BOOLEAN,
        "DisableMultiRegionAccessPoints": ir.Kind.BOOLEAN,
        "DisableS3ExpressSessionAuth": ir.Kind.BOOLEAN,
        "ForcePathStyle": ir.Kind.BOOLEAN,
        "UseArnRegion": ir.Kind.BOOLEAN,
        "UseGlobalEndpoint": ir.Kind.BOOLEAN,
    }
    assert not service.endpoint_account
    client = render_service(service, "s3")["belfry/s3/client.hpp"]
    assert "TransportHandle transport, EndpointOptions options = {})" in client
    assert load_service(botocore_data(), "dynamodb", ["GetItem"]).endpoint_account
    assert load_service(botocore_data(), "acm", ["GetCertificate"]).endpoint_options == "EndpointOptions"
    assert load_service(botocore_data(), "lambda", ["Invoke"]).endpoint_options is None


def test_a_shape_named_endpoint_options_renames_the_options(tmp_path: Path) -> None:
    service = _tower("/{Bell}")
    service["shapes"]["EndpointOptions"] = structure(A="Name")
    service["shapes"]["RingRequest"]["members"]["Options"] = {"shape": "EndpointOptions"}
    rules = _rules("https://x.test", Loud={"type": "boolean", "builtIn": "AWS::Tower::Loud"})
    write_model(tmp_path, service, endpoint_rule_set_1=rules)
    assert load_service(tmp_path, "bell-tower").endpoint_options == "ClientEndpointOptions"


def _ring(tmp_path: Path, kind: str, **more: Any) -> str:
    service = model(
        {
            "RingRequest": structure(Bells="Names", Bell="Name"),
            "Names": {"type": "list", "member": {"shape": "Name"}},
            "Name": {"type": "string"},
        },
        Ring=operation("Ring", "RingRequest", **more),
    )
    asked = [{"fn": "isSet", "argv": [{"ref": "Bells"}]}]
    write_model(tmp_path, service, endpoint_rule_set_1=_rules("https://x.test", asked, Bells={"type": kind}))
    read = load_service(tmp_path, "bell-tower")
    return render_service(read, "bell-tower")["belfry/bell_tower/ring.hpp"]


def test_lists_and_paths_of_parameters_become_tables(tmp_path: Path) -> None:
    found = _ring(tmp_path, "stringArray", staticContextParams={"Bells": {"value": ["a", 'b"']}})
    assert 'inline constexpr ::std::string_view Ring_endpoint_list_0[] = {"a", "b\\""};' in found
    assert ".values = Ring_endpoint_list_0, .list = true}" in found
    assert "endpoint_path.hpp" not in found
    found = _ring(tmp_path, "stringArray", staticContextParams={"Bells": {"value": []}})
    assert '{.parameter = "Bells", .list = true}' in found
    assert "Ring_endpoint_list_0" not in found
    found = _ring(tmp_path, "stringArray", operationContextParams={"Bells": {"path": "Bells[*]"}})
    assert '{.parameter = "Bells", .expression = Ring_expression_0, .list = true}' in found
    assert "#include <belfry/call/endpoint_path.hpp>" in found
    assert ".find_endpoint = &::belfry::detail::find_endpoint_by_path<Ring_endpoint_expressions>" in found
    found = _ring(tmp_path, "string", operationContextParams={"Bells": {"path": "Bells[0]"}})
    assert '{.parameter = "Bells", .expression = Ring_expression_0}' in found
    assert "{.evaluate = &::belfry::jmespath::index_expression, .constant = {.integer = 0}}" in found


@pytest.mark.parametrize(
    ("read", "required", "kept"),
    [(False, False, set()), (True, False, {"Bell", "Name", "Bells"}), (False, True, {"Name"})],
)
def test_values_that_no_rule_reads_are_left_out(
    tmp_path: Path, read: bool, required: bool, kept: set[str]
) -> None:
    service = model(
        {
            "RingRequest": structure(
                Bell={"shape": "Name", "contextParam": {"name": "Bell"}},
                Names={"shape": "Names"},
            ),
            "Names": {"type": "list", "member": {"shape": "Name"}},
            "Name": {"type": "string"},
        },
        Ring=operation(
            "Ring",
            "RingRequest",
            staticContextParams={"Name": {"value": "fixed"}},
            operationContextParams={"Bells": {"path": "Names[*]"}},
        ),
    )
    condition = {"fn": "stringEquals", "argv": ["{Bell}{Name}", {"ref": "Bells"}]}
    rules = _rules(
        "https://x.test",
        [condition] if read else [],
        Bells={"type": "stringArray"},
        Name={"type": "string", "required": required},
    )
    write_model(tmp_path, service, endpoint_rule_set_1=rules)
    found = load_service(tmp_path, "bell-tower")
    ring = found.operations["Ring"]
    assert ring.input is not None
    given = {member.context_param for member in found.shapes[ring.input].members} - {None}
    given |= {name for name, _ in ring.static_context} | {name for name, _ in ring.operation_context}
    assert given == kept


def test_the_rules_of_s3_are_not_asked_about_each_object() -> None:
    found = load_service(botocore_data(), "s3", ["GetObject", "CopyObject"])
    for name in ("GetObject", "CopyObject"):
        message = found.operations[name].input
        assert message is not None
        given = {member.context_param for member in found.shapes[message].members} - {None}
        assert given == {"Bucket"}


def test_both_formats_of_dynamodb_give_the_same_table_parameters() -> None:
    if not SMITHY.is_dir():
        pytest.skip(f"no Smithy models in {SMITHY}")
    theirs, ours = (load_service(models, "dynamodb").operations for models in (botocore_data(), SMITHY))
    said = {name: each.operation_context for name, each in ours.items() if each.operation_context}
    assert said["BatchGetItem"] == (("ResourceArnList", Expression("keys(RequestItems)")),)
    assert said["TransactGetItems"] == (("ResourceArnList", Expression("TransactItems[*].Get.TableName")),)
    assert said == {name: theirs[name].operation_context for name in said}


def test_a_constant_of_another_type_than_its_parameter_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="operation 'Ring': endpoint parameter 'Bells' must be a boolean"):
        _ring(tmp_path, "stringArray", staticContextParams={"Bells": {"value": [1]}})


def test_services_with_signature_version_2_are_the_known_ones() -> None:
    for name, function in (("sdb", True), ("importexport", False)):
        service = load_service(botocore_data(), name)
        files = render_service(service, name)
        found = [path for path, text in files.items() if "add_signature_v2" in text]
        assert len(found) == (len(service.operations) if function else 0)


def test_authentication_schemes_choose_the_hook_or_are_an_error(tmp_path: Path) -> None:
    def ring(auth: list[str]) -> str:
        service = model({}, Ring=operation("Ring"))
        service["metadata"]["auth"] = auth
        write_model(tmp_path, service)
        read = load_service(tmp_path, "bell-tower")
        return render_service(read, "bell-tower")["belfry/bell_tower/ring.hpp"]

    assert ".authorize = &::belfry::detail::add_bearer_token," in ring(["smithy.api#httpBearerAuth"])
    both = ["aws.auth#sigv4", "smithy.api#httpBearerAuth"]
    assert ".authorize = &::belfry::detail::add_bearer_token_if_any," in ring(both)
    chosen = "    .authorize = &::belfry::detail::choose_signature<::belfry::ModelSignatures::{}>,\n"
    assert chosen.format("sigv4a_or_sigv4") in ring(["aws.auth#sigv4a", "aws.auth#sigv4"])
    assert chosen.format("sigv4a") in ring(["aws.auth#sigv4a"])
    # Such a service is signed as before, and its programs do not have the choice in them.
    assert "authorize" not in ring(["aws.auth#sigv4", "aws.auth#sigv4a"])


@pytest.mark.parametrize(
    ("auth", "tokens"),
    [
        (["aws.auth#sigv4"], None),
        (["aws.auth#sigv4", "smithy.api#httpBearerAuth"], "accepted"),
        (["smithy.api#httpBearerAuth", "aws.auth#sigv4"], "preferred"),
        (["smithy.api#httpBearerAuth"], "required"),
    ],
)
def test_a_service_says_whether_it_takes_bearer_tokens(
    tmp_path: Path, auth: list[str], tokens: str | None
) -> None:
    service = model({}, Ring=operation("Ring"))
    service["metadata"]["auth"] = auth
    write_model(tmp_path, service)
    text = render_service(load_service(tmp_path, "bell-tower"), "bell-tower")["belfry/bell_tower/service.hpp"]
    line = f"    .bearer_tokens = ::belfry::BearerTokens::{tokens},\n"
    assert line in text if tokens else "bearer_tokens" not in text


def test_services_of_botocore_that_take_bearer_tokens() -> None:
    found = {}
    for name in ("bedrock", "bedrock-runtime", "bedrock-agent", "codecatalyst", "sts"):
        text = render_service(load_service(botocore_data(), name), name)
        (table,) = (body for path, body in text.items() if path.endswith("/service.hpp"))
        found[name] = table.partition("BearerTokens::")[2].partition(",")[0]
    accepted = dict.fromkeys(("bedrock", "bedrock-runtime"), "accepted")
    assert found == {**accepted, "bedrock-agent": "", "codecatalyst": "required", "sts": ""}


def test_endpoints_with_sigv4a_give_every_signed_operation_a_choice(tmp_path: Path) -> None:
    service = model({}, Ring=operation("Ring"), Look=operation("Look", authtype="none"))

    def files(*schemes: dict[str, Any]) -> dict[str, str]:
        rules = _rules("https://x.test")
        rules["rules"][0]["endpoint"]["properties"] = {"authSchemes": list(schemes)}
        write_model(tmp_path, service, endpoint_rule_set_1=rules)
        return render_service(load_service(tmp_path, "bell-tower"), "bell-tower")

    sigv4, sigv4a = {"name": "sigv4"}, {"name": "sigv4a", "signingRegionSet": ["*"]}
    found = files(sigv4a)
    assert "choose_signature<::belfry::ModelSignatures::sigv4>," in found["belfry/bell_tower/ring.hpp"]
    assert "choose_signature" not in found["belfry/bell_tower/look.hpp"]
    assert "::endpoint_library_with_sigv4a," in found["belfry/bell_tower/endpoint_rules.hpp"]
    assert "::endpoint_library," in files(sigv4)["belfry/bell_tower/endpoint_rules.hpp"]
    for member, value in (("signingName", "other"), ("disableDoubleEncoding", True)):
        with pytest.raises(ModelError, match=f"'{member}' of sigv4 and of sigv4a must be equal"):
            files(sigv4a, sigv4 | {member: value})
    service["metadata"]["auth"] = ["smithy.api#httpBearerAuth"]
    with pytest.raises(UsageError, match=r"'Ring': an API key, a bearer token, .* exclude endpoints"):
        files(sigv4a)


def test_endpoints_with_sessions_give_every_signed_operation_a_choice(tmp_path: Path) -> None:
    service = model({}, Ring=operation("Ring"), Look=operation("Look", authtype="none"))

    def files(*schemes: str) -> dict[str, str]:
        rules = _rules("https://x.test")
        properties = {"authSchemes": [{"name": scheme} for scheme in schemes]}
        rules["rules"][0]["endpoint"]["properties"] = properties
        write_model(tmp_path, service, endpoint_rule_set_1=rules)
        return render_service(load_service(tmp_path, "bell-tower"), "bell-tower")

    for schemes in (("sigv4-s3express",), ("sigv4-s3express", "sigv4a")):
        found = files(*schemes)
        function = "choose_signature_or_session<::belfry::ModelSignatures::sigv4>,"
        assert function in found["belfry/bell_tower/ring.hpp"]
        assert "#include <belfry/auth/choose_session.hpp>" in found["belfry/bell_tower/ring.hpp"]
        assert "choose_signature" not in found["belfry/bell_tower/look.hpp"]
        assert "::endpoint_library_with_sessions," in found["belfry/bell_tower/endpoint_rules.hpp"]
    service["metadata"]["auth"] = ["smithy.api#httpBearerAuth"]
    with pytest.raises(UsageError, match=r"'Ring': an API key, a bearer token, .* exclude endpoints"):
        files("sigv4-s3express")
