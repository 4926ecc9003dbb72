# SPDX-License-Identifier: Apache-2.0
"""The minimal models have the same facts as the services in botocore's models that they name."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from botocore.loaders import Loader
from minimal_models import LONGEST

_LOADER = Loader()


@cache
def _model(service: str) -> dict[str, Any]:
    loaded: dict[str, Any] = _LOADER.load_service_model(service, "service-2")
    return loaded


def _shape(service: str, name: str) -> dict[str, Any]:
    shape: dict[str, Any] = _model(service)["shapes"][name]
    return shape


@pytest.mark.parametrize(
    ("service", "shape", "members"),
    [
        ("amplifyuibuilder", "Predicate", ("and", "or", "field")),
        ("deadline", "JobParameter", ("int", "float", "string", "bool")),
        ("iotfleetwise", "Node", ("struct", "property")),
        ("verifiedpermissions", "PolicyDefinition", ("static", "templateLinked")),
        ("cloudsearchdomain", "SearchRequest", ("query", "return")),
        ("dynamodb", "AttributeValue", ("NULL", "M", "L", "S", "B", "BOOL")),
        ("migrationhuborchestrator", "PlatformCommand", ("linux",)),
        ("bedrock-agentcore", "ContentDeltaEvent", ("stdout", "stderr")),
        ("iot", "CommandParameterValue", ("I",)),
        ("ec2", "CidrBlock", ("CidrBlock",)),
        ("mq", "Tags", ("Tags",)),
        ("directconnect", "Lags", ("lags",)),
        ("health", "EventType", ("service",)),
        ("sns", "Endpoint", ("EndpointArn",)),
        ("medialive", "CreateChannel", ("Name",)),
        ("bedrock-runtime", "JsonSchemaDefinition", ("schema",)),
        ("textract", "Document", ()),
        ("guardduty", "Member", ()),
        ("lambda", "Operation", ()),
        ("acm", "CertificateFilterStatement", ("And", "Or", "Not", "Filter")),
        ("wafv2", "Statement", ("NotStatement", "AndStatement", "RateBasedStatement")),
        ("wafv2", "NotStatement", ("Statement",)),
        ("wafv2", "ManagedRuleGroupStatement", ("ScopeDownStatement",)),
        ("s3", "TopicConfigurationDeprecated", ("Events", "Event", "Topic")),
        ("s3", "Grantee", ("Type", "ID", "DisplayName")),
    ],
)
def test_structures_have_these_members(service: str, shape: str, members: tuple[str, ...]) -> None:
    found = _shape(service, shape)
    assert found["type"] == "structure"
    assert set(members) <= set(found["members"])


@pytest.mark.parametrize(
    ("service", "shape", "kind"),
    [
        ("cloudfront", "long", "long"),
        ("cloudfront", "float", "float"),
        ("datapipeline", "int", "integer"),
        ("health", "eventType", "string"),
        ("sns", "endpoint", "string"),
        ("accessanalyzer", "CheckNoNewAccessResult", "string"),
    ],
)
def test_shapes_are_of_these_types(service: str, shape: str, kind: str) -> None:
    assert _shape(service, shape)["type"] == kind


@pytest.mark.parametrize(
    ("service", "shape", "value"),
    [
        ("storagegateway", "ErrorCode", "LunAlreadyAllocated "),
        ("s3", "Event", "s3:ObjectCreated:*"),
        ("ec2", "ArchitectureType", "i386"),
        ("ec2", "RIProductDescription", "Linux/UNIX (Amazon VPC)"),
        ("apigateway", "CacheClusterSize", "0.5"),
        ("dynamodb", "AttributeAction", "DELETE"),
        ("dynamodb", "ComparisonOperator", "IN"),
        ("dynamodb", "ComparisonOperator", "NULL"),
        ("datazone", "RelationDirection", "OUT"),
        ("sesv2", "IdentityType", "DOMAIN"),
        ("partnercentral-benefits", "FileType", "image/svg+xml"),
        ("apigatewayv2", "LoggingLevel", "ERROR"),
        ("autoscaling", "DeletionProtection", "none"),
        ("cloudfront", "PriceClass", "None"),
        ("cloudtrail", "DeliveryStatus", "UNKNOWN"),
    ],
)
def test_enumerations_have_these_values(service: str, shape: str, value: str) -> None:
    assert value in _shape(service, shape)["enum"]


def test_the_largest_enumeration_has_at_least_1405_values() -> None:
    assert len(_shape("ec2", "InstanceType")["enum"]) >= 1405


def test_the_longest_name_begins_with_two_underscores() -> None:
    longest = max(_model("mediaconvert")["shapes"], key=len)
    assert len(longest) == len(LONGEST)
    assert longest.startswith("__")


def test_operations_with_names_of_windows_macros_exist() -> None:
    for service, operation in (
        ("sqs", "SendMessage"),
        ("bedrock-agentcore", "CreateEvent"),
        ("s3", "GetObject"),
        ("codecommit", "DeleteFile"),
    ):
        assert operation in _model(service)["operations"]


def test_shapes_with_names_of_operations_exist() -> None:
    for service, name in (
        ("medialive", "BatchStop"),
        ("iot", "DeleteStream"),
        ("medialive", "CreateChannel"),
    ):
        assert name in _model(service)["operations"]
        assert name in _model(service)["shapes"]


def test_shapes_shared_by_inputs_and_outputs_exist() -> None:
    update = _model("cognito-identity")["operations"]["UpdateIdentityPool"]
    assert update["input"]["shape"] == update["output"]["shape"] == "IdentityPool"
    outputs = [op.get("output", {}).get("shape") for op in _model("mgn")["operations"].values()]
    assert outputs.count("SourceServer") == 11


def test_members_with_rare_traits_exist() -> None:
    topic = _shape("s3", "TopicConfigurationDeprecated")["members"]
    assert topic["Events"]["locationName"] == "Event"
    assert _shape("s3", "Grantee")["members"]["Type"]["locationName"] == "xsi:type"
    assert _shape("s3", "Grantee")["members"]["Type"]["xmlAttribute"]
    attributes = _shape("lex-runtime", "PostContentRequest")["members"]["sessionAttributes"]
    assert attributes["jsonvalue"] and attributes["location"] == "header"
    assert _shape("connectcases", "SearchCasesResponseCasesList")["sparse"]
    assert _shape("omics", "ReadSetPartStreamingBlob")["requiresLength"]
    assert _shape("s3", "Expires")["type"] == "timestamp"
    headers = _shape("dataexchange", "SendApiAssetResponse")["members"]["ResponseHeaders"]
    assert (headers["location"], headers["locationName"]) == ("headers", "")


@pytest.mark.parametrize(
    ("service", "operation", "uri"),
    [
        ("chime-sdk-voice", "AssociatePhoneNumbersWithVoiceConnector", "?operation=associate-phone-numbers"),
        ("backup", "GetBackupPlan", "{backupPlanId}/"),
        ("iot", "ConfirmTopicRuleDestination", "{confirmationToken+}"),
        ("lambda", "GetLayerVersion", "{VersionNumber}"),
    ],
)
def test_operations_have_these_ends_of_uris(service: str, operation: str, uri: str) -> None:
    assert _model(service)["operations"][operation]["http"]["requestUri"].endswith(uri)


def test_operations_with_rare_traits_exist() -> None:
    preferences = _model("efs")["operations"]["DescribeAccountPreferences"]
    assert preferences["http"]["method"] == "GET"
    assert all(
        "location" not in member
        for member in _shape("efs", "DescribeAccountPreferencesRequest")["members"].values()
    )
    assert _model("dataexchange")["operations"]["SendApiAsset"]["endpoint"]["hostPrefix"] == "api-fulfill."
    assert (
        _model("neptune-graph")["operations"]["GetGraphSummary"]["endpoint"]["hostPrefix"]
        == "{graphIdentifier}."
    )
    assert _model("cloudwatch")["operations"]["PutMetricData"]["requestcompression"] == {
        "encodings": ["gzip"]
    }
    assert _model("timestream-query")["operations"]["Query"]["endpointdiscovery"]["required"]
    assert _model("cognito-identity")["operations"]["GetId"]["auth"] == ["smithy.api#noAuth"]
    assert "protocols" not in _model("medialive")["metadata"]
    assert _model("dynamodb")["operations"]["TransactGetItems"]["operationContextParams"]
    assert _shape("lexv2-runtime", "StartConversationRequestEventStream")["eventstream"]


def test_errors_with_rare_codes_and_members_exist() -> None:
    quota = _shape("rds", "DBSecurityGroupQuotaExceededFault")
    assert (quota["error"]["code"], quota["members"]) == ("QuotaExceeded.DBSecurityGroup", {})
    for name in ("ResourceNotFound", "DashboardNotFoundError"):
        assert _shape("cloudwatch", name)["error"]["code"] == "ResourceNotFound"
    listed = _model("appstream")["operations"]["AssociateApplicationToEntitlement"]["errors"]
    names = [error["shape"] for error in listed]
    assert len(set(names)) < len(names)
    retry = _shape("apigateway", "LimitExceededException")["members"]["retryAfterSeconds"]
    assert (retry["location"], retry["locationName"]) == ("header", "Retry-After")
    assert "awsQueryCompatible" in _model("sqs")["metadata"]
