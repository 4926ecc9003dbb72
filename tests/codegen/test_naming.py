# SPDX-License-Identifier: Apache-2.0
"""Names: boto3's rule, and all hard cases of real services."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from belfry_codegen.cpp import naming, reserved
from belfry_codegen.cpp.render import render_service
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.protocols import PROTOCOLS
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.files import load_json, services
from support import botocore_data, model, operation, structure, write_model

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def _is_legal(name: str) -> bool:
    return (
        _IDENTIFIER.match(name) is not None
        and "__" not in name
        and not re.match("_[A-Z]", name)
        and name not in reserved.reserved_words()
    )


def test_every_name_of_every_service_is_valid_and_follows_boto3s_rule() -> None:
    data = botocore_data()
    from botocore import xform_name

    seen = 0
    for service, version in services(data):
        path = data / service / version / "service-2.json.gz"
        raw = load_json(path if path.exists() else path.with_suffix(""))
        for name in raw["operations"]:
            seen += 1
            assert naming.snake_case(name) == xform_name(name), (service, name)
        for name, shape in raw["shapes"].items():
            members = shape.get("members", {})
            for member in members:
                seen += 1
                assert naming.snake_case(member) == xform_name(member), (service, name, member)
            words = [
                *naming.member_names(members).values(),
                *naming.enumerator_names(shape.get("enum", [])).values(),
            ]
            assert all(_is_legal(word) for word in words), (service, name, words)
            assert len({*words}) == len(words), (service, name)
        types = naming.type_names(raw["shapes"])
        assert len(set(types.values())) == len(types), service
        assert all(_is_legal(name) for name in types.values()), service
    assert seen > 250_000


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("and", "and_"),  # amplifyuibuilder Predicate.and
        ("or", "or_"),  # amplifyuibuilder Predicate.or
        ("int", "int_"),  # deadline JobParameter.int
        ("float", "float_"),  # deadline JobParameter.float
        ("struct", "struct_"),  # iotfleetwise Node.struct
        ("static", "static_"),  # verifiedpermissions PolicyDefinition.static
        ("return", "return_"),  # cloudsearchdomain SearchRequest.return
        ("linux", "linux_"),  # migrationhuborchestrator PlatformCommand.linux
        ("stdout", "stdout_"),  # bedrock-agentcore ContentDeltaEvent.stdout
        ("I", "i"),  # iot has an I; it is not a macro in lower case
        ("CidrBlock", "cidr_block"),  # ec2 CidrBlock.CidrBlock
        ("schema", "schema"),  # 81 members; shapes are described by a function, so this is free
        ("signals", "signals_"),  # iotfleetwise; Qt makes it a macro
        ("AbpV1_1", "abp_v1_1"),  # iotwireless LoRaWANDevice.AbpV1_1, whose type has that name
        ("error_description", "error_description"),  # sso-oidc
        ("E164PhoneNumbers", "e164_phone_numbers"),  # chime-sdk-voice
        ("DNIS", "dnis"),  # chime-sdk-voice
        ("NULL", "null"),  # dynamodb AttributeValue.NULL
    ],
)
def test_a_member_gets_a_name_that_compiles(member: str, expected: str) -> None:
    assert naming.member_names([member]) == {member: expected}


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("ETag", "etag"),  # s3
        ("ETags", "etags"),
        ("NodeTags", "node_tags"),  # not a tag of an entity
        ("ModelDataETag", "model_data_etag"),  # sagemaker
        ("ChecksumCRC32C", "checksum_crc32c"),  # s3
        ("ChecksumCRC64NVME", "checksum_crc64nvme"),
        ("SSEKMSKeyId", "sse_kms_key_id"),
        ("SSECustomerKeyMD5", "sse_customer_key_md5"),
        ("AWSKMSKeyARN", "aws_kms_key_arn"),  # firehose
        ("isOAuth2Supported", "is_oauth2_supported"),  # appflow
        ("CachediSCSIVolumes", "cached_iscsi_volumes"),  # storagegateway
        ("multiSpeed", "multi_speed"),  # the end of a word is not a spelling
        ("PrivateIPv4Address", "private_ipv4_address"),  # fis
        ("MemoryGiBPerVCpu", "memory_gib_per_vcpu"),  # ec2
        ("Phase2DHGroup", "phase2_dh_group"),  # ec2: a digit and a word
        ("WarmThroughputMiBps", "warm_throughput_mibps"),  # kinesis
        ("oAuth3LO", "oauth_3lo"),  # devops-agent
        ("MacOSLatestSupportedVersions", "macos_latest_supported_versions"),  # ec2
        ("InfluxDBv2", "influx_db_v2"),  # timestream-influxdb
        # Of models of others:
        ("TLSv12", "tlsv12"),
        ("minTLSv12Enabled", "min_tlsv12_enabled"),
        ("NFSv4", "nfsv4"),
        ("ELBv2Arn", "elbv2_arn"),
        ("mTLSMode", "mtls_mode"),
        ("iOSVersion", "ios_version"),
        ("SystemTLSMode", "system_tls_mode"),
        ("MultiOSMode", "multi_os_mode"),
        ("e_tag", "e_tag"),  # words that the model separates stay
    ],
)
def test_a_member_has_the_words_that_its_initials_stand_for(member: str, expected: str) -> None:
    assert naming.member_names([member]) == {member: expected}


def test_an_operation_keeps_boto3s_name() -> None:
    assert naming.operation_names(["PutETag", "CreateIoTRule"]) == {
        "PutETag": "put_e_tag",
        "CreateIoTRule": "create_io_t_rule",
    }


def test_the_members_that_boto3_would_spell_otherwise_are_those_that_were_reviewed() -> None:
    # A new line of this list has to be read: it is a public name.
    lines = (Path(__file__).parent / "respelled_members.txt").read_text(encoding="utf-8").splitlines()
    reviewed = [tuple(line.split()) for line in lines if not line.startswith("#")]
    members = set()
    for service, version in services(botocore_data()):
        path = botocore_data() / service / version / "service-2.json.gz"
        raw = load_json(path if path.exists() else path.with_suffix(""))
        members |= {name for shape in raw["shapes"].values() for name in shape.get("members", ())}
    respelled = [
        (name, naming.plain_function_name(name), naming.plain_member_name(name)) for name in sorted(members)
    ]
    assert [entry for entry in respelled if entry[1] != entry[2]] == reviewed


def test_a_member_says_the_name_that_it_had() -> None:
    service = {"In": structure(SSEKMSKeyId="Text", Name="Text"), "Text": {"type": "string"}}
    text = _header(service, "in")
    assert text.count("Its name was") == 1
    declaration = "::belfry::Optional<::std::string> sse_kms_key_id{};"
    assert f"Its name was `ssekms_key_id` in 0.1.0.\n    {declaration}" in text


def test_members_that_differ_only_by_case_get_distinct_names() -> None:
    # mobileanalytics and others; the one that came first keeps the name.
    assert naming.member_names(["Lags", "lags"]) == {"Lags": "lags_2", "lags": "lags"}
    assert naming.member_names(["URL", "Url"]) == {"URL": "url", "Url": "url_2"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("IN_PROGRESS", "IN_PROGRESS"),
        ("us-east-1", "us_east_1"),  # chime-sdk-voice VoiceConnectorAwsRegion
        ("ERROR", "ERROR_"),  # 134 enums
        ("DELETE", "DELETE_"),
        ("None", "None_"),  # X11
        ("IN", "IN_"),
        ("OUT", "OUT_"),
        ("DOMAIN", "DOMAIN_"),
        ("NULL", "NULL_"),
        ("i386", "i386_"),  # ec2 ArchitectureType
        ("s3:ObjectCreated:*", "s3_ObjectCreated_"),  # s3 Event
        ("image/svg+xml", "image_svg_xml"),
        ("Linux/UNIX (Amazon VPC)", "Linux_UNIX_Amazon_VPC_"),  # ec2 RIProductDescription
        ("0.5", "_0_5"),  # apigateway CacheClusterSize
        ("SSE_KMS ", "SSE_KMS_"),  # storagegateway has one with a space behind it
        ("<", "less"),
        (">=", "greater_equal"),
        ("", "empty"),
        ("*", "star"),
        ("__x", "x"),
        ("1__2", "_1_2"),
        ("déjà", "d_j_"),
    ],
)
def test_an_enumerator_keeps_the_wires_spelling_if_it_is_valid(value: str, expected: str) -> None:
    assert naming.enumerator_names([value]) == {value: expected}


def test_enumerators_with_equal_names_get_numbers_in_order() -> None:
    values = ["a-b", "a_b", "a.b", "a_b_2"]
    assert naming.enumerator_names(values) == {"a-b": "a_b_3", "a_b": "a_b", "a.b": "a_b_4", "a_b_2": "a_b_2"}


def test_an_enumerator_avoids_the_sentinel_the_class_and_its_functions() -> None:
    # UNKNOWN (100 enums) and none (404) stay, because the sentinel has another name.
    service = {
        "E": {
            "type": "string",
            "enum": ["Unknown_", "UNKNOWN", "none", "E", "Value", "to_string", "is_known"],
        },
        "In": structure(E="E"),
    }
    text = _header(service, "e")
    for name in ("Unknown__2", "UNKNOWN", "none", "E_2", "Value_2", "to_string_2", "is_known_2"):
        assert name.replace("__", "_") + "," in text


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("__listOf__double", "ListOfDouble"),  # mediaconvert, medialive
        ("__string", "String"),
        ("eventType", "EventType"),  # health
        ("endpoint", "Endpoint"),  # sns
        ("long", "Long"),  # cloudfront
        ("int", "Int"),  # datapipeline
        ("None", "None_"),  # a structure in ssm-like services; X11
        ("SendMessage", "SendMessage_"),  # <windows.h> makes it SendMessageA
        ("Document", "Document"),
        ("2D", "Shape2D"),
        ("a__B--c", "ABC"),
    ],
)
def test_a_type_gets_a_name_in_pascal_case(shape: str, expected: str) -> None:
    assert naming.type_name(shape) == expected


@pytest.mark.parametrize(
    "macro",
    [
        *("Status", "Success", "BadRequest", "Always", "None", "Bool", "CurrentTime", "XK_Escape"),  # X11
        *("signals", "slots", "emit", "foreach", "Q_OBJECT"),  # Qt
        *("ERROR", "DELETE", "interface", "small", "REGISTERED", "INVALID_FILE_SIZE", "GetObject"),  # Windows
        *("HIGH", "LOW", "INPUT", "OUTPUT", "DEFAULT", "EXTERNAL", "PI"),  # Arduino
        *("TARGET_OS_MAC", "NO", "YES", "Nil"),  # macOS
        *("EOF", "DOMAIN", "linux", "PATH_MAX", "AF_INET", "COMPLETE"),  # the C library; COMPLETE: arpa/ftp.h
        *("SAR", "RO", "configUSE_PREEMPTION"),  # ESP-IDF
    ],
)
def test_a_macro_is_not_a_name(macro: str) -> None:
    assert naming.enumerator_names([macro]) == {macro: f"{macro}_"}
    assert naming.member_names([macro.lower()])[macro.lower()] not in reserved.reserved_words()


def test_a_macro_with_parameters_is_avoided_only_where_a_parenthesis_can_follow() -> None:
    # X11/Xproto.h has Data(...), Arduino.h bit(...).
    assert naming.type_name("Data") == "Data_"
    assert naming.operation_names(["Bit"]) == {"Bit": "bit_"}
    assert naming.member_names(["Data", "Bit"]) == {"Data": "data", "Bit": "bit"}
    assert naming.enumerator_names(["Data", "bit"]) == {"Data": "Data", "bit": "bit"}


def test_an_escaped_name_is_not_another_macro() -> None:
    # Windows has THIS and THIS_; quicksight RelativeDateType.THIS
    assert naming.enumerator_names(["THIS"]) == {"THIS": "THIS_2"}


def test_the_lists_of_macros_name_their_source_and_repeat_none() -> None:
    files = sorted((Path(naming.__file__).parent / "macros").glob("*.txt"))
    assert len(files) == 7
    values: list[str] = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.splitlines()[1].startswith("# Macros of ")
        values += text.partition("[values]")[2].partition("[functions]")[0].split()
    assert len(values) == len(set(values))
    assert len(values) > 45_000


def test_a_name_of_0_1_0_is_an_alias_unless_it_is_a_macro() -> None:
    service = {
        "Status": {"type": "string", "enum": ["HIGH", "ERROR", "LOW", "LOW_"]},
        "In": structure(Status="Status"),
    }
    text = _header(service, "status")
    assert "class Status_ : public" in text
    assert "/// `Status` is a macro of X11's headers, so that this name ends in an underscore.\n" in text
    assert '#ifndef Status\nusing Status [[deprecated("use Status_,' in text
    # ERROR had its underscore in 0.1.0, and LOW_ is another constant, so that LOW's name is LOW_2.
    assert re.findall(r"^        (\w+),", text, re.MULTILINE) == [
        "Unknown_",
        "HIGH_",
        "ERROR_",
        "LOW_2",
        "LOW_",
    ]
    assert re.findall(r"#ifndef (\w+)", text) == ["HIGH", "Status"]


def test_a_type_in_pascal_case_keeps_its_name_before_others() -> None:
    # health EventType / eventType
    assert naming.type_names(["eventType", "EventType"]) == {
        "EventType": "EventType",
        "eventType": "EventType_2",
    }


def test_a_type_does_not_take_a_name_that_generated_code_needs() -> None:
    shapes = {name: ir.Shape(name, ir.Kind.STRUCTURE) for name in ("Client", "client", "Operation", "Member")}
    names = TypeTable(shapes, PROTOCOLS[0]).names
    assert names == {"Client": "Client_2", "client": "Client_3", "Member": "Member", "Operation": "Operation"}


def test_an_enum_or_union_avoids_the_names_of_its_base_class() -> None:
    names = {
        "Value": ir.Kind.ENUM,
        "Slot": ir.Kind.UNION,
        "OpenEnum": ir.Kind.STRUCTURE,
        "S": ir.Kind.STRUCTURE,
    }
    table = TypeTable({name: ir.Shape(name, kind) for name, kind in names.items()}, PROTOCOLS[0])
    assert table.names == {"OpenEnum": "OpenEnum", "S": "S_2", "Slot": "Slot_2", "Value": "Value_2"}


def test_no_file_has_the_name_of_a_windows_device() -> None:
    assert naming.file_names(["Aux", "Con", "Com"]) == {"Aux": "aux_2", "Com": "com", "Con": "con_2"}


def test_files_differ_on_file_systems_that_ignore_case() -> None:
    files = naming.file_names(["IPSet", "IpSet", "ipset"])
    assert len({name.lower() for name in files.values()}) == 3


def _header(shapes: Mapping[str, object], file: str, tmp: Path | None = None) -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        models = tmp or Path(name)
        write_model(models, model(dict(shapes), Do=operation("Do", "In")))
        files = render_service(load_service(models, "bell-tower"), "bell-tower")
    return files[f"belfry/bell_tower/types/{file}.hpp"]


def test_a_member_named_like_its_structure_compiles_in_lower_case() -> None:
    # mq Tags.Tags
    text = _header(
        {"In": structure(Tags="Tags"), "Tags": structure(Tags="S"), "S": {"type": "string"}}, "tags"
    )
    assert "::belfry::Optional<::std::string> tags{};" in text


def test_an_operation_and_a_shape_may_share_a_name() -> None:
    # medialive CreateChannel
    files = _render(
        {"CreateChannel": structure(A="S"), "S": {"type": "string"}}, "CreateChannel", "CreateChannel"
    )
    text = files["belfry/bell_tower/create_channel.hpp"]
    assert "struct CreateChannel {" in text
    assert "using Input = ::belfry::bell_tower::CreateChannel;" in text


def test_a_synthesized_message_avoids_a_shape_that_has_its_name() -> None:
    # accessanalyzer has CheckNoNewAccessResult as a string; others have XRequest without using it as input.
    shapes = {"DoRequest": structure(A="S"), "S": {"type": "string"}, "Out": structure(A="DoRequest")}
    files = _render(shapes, "Do", None, "Out")
    assert "using Input = DoInput;" in files["belfry/bell_tower/do.hpp"]


def _render(
    shapes: Mapping[str, object], name: str, given: str | None = None, returned: str | None = None
) -> dict[str, str]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        write_model(Path(folder), model(dict(shapes), **{name: operation(name, given, returned)}))
        return render_service(load_service(Path(folder), "bell-tower"), "bell-tower")


def test_operations_that_are_keywords_or_macros_get_an_underscore() -> None:
    assert naming.operation_names(["Delete", "Export", "Import", "Verify"]) == {
        "Delete": "delete_",
        "Export": "export_",
        "Import": "import",
        "Verify": "verify",
    }


def test_a_namespace_avoids_the_librarys_folders_and_keywords() -> None:
    data = botocore_data()
    folders = {path.name for path in (ROOT_INCLUDE).iterdir() if path.is_dir()} - {"chime_sdk_voice"}
    seen = set()
    for service, version in services(data):
        path = data / service / version / "service-2.json.gz"
        raw = load_json(path if path.exists() else path.with_suffix(""))
        space = naming.namespace(raw["metadata"]["serviceId"])
        assert _is_legal(space), service
        assert space not in folders, service
        seen.add(space)
    assert len(seen) > 400


ROOT_INCLUDE = Path(__file__).resolve().parents[2] / "include" / "belfry"
