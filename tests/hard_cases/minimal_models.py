# SPDX-License-Identifier: Apache-2.0
"""Small services with the hard cases of real services, in the same spelling.

Comments name the real services; test_real_services.py compares each case with botocore's models.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support import model, operation, structure

STRING: dict[str, Any] = {"type": "string"}
LONGEST = "__stringMin14Pattern" + "S3SccSCCTtmlTTML" * 8 + "WebvttW"
"""As long as mediaconvert's longest name, 155 characters."""


def _service(
    service_id: str, found: dict[str, Any], operations: dict[str, Any], protocol: str = "rest-json"
) -> dict[str, Any]:
    """Like 43 services of botocore's, those that speak restJson1 do not list protocols."""
    made = model(found, **operations)
    made["metadata"]["serviceId"] = service_id
    if protocol != "rest-json":
        made["metadata"] |= {"protocol": protocol, "protocols": [protocol]}
    return made


def _strings(*names: str) -> dict[str, Any]:
    return structure(**dict.fromkeys(names, "String"))


def _list(shape: str, **more: Any) -> dict[str, Any]:
    return {"type": "list", "member": {"shape": shape}, **more}


def _map(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "map", "key": {"shape": "String"}, "value": {"shape": value}, **more}


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _get(uri: str, method: str = "GET", status: int = 200) -> dict[str, Any]:
    return {"method": method, "requestUri": uri, "responseCode": status}


def _bound(location: str, name: str | None = None, shape: str = "String", **more: Any) -> dict[str, Any]:
    named = {} if name is None else {"locationName": name}
    return {"shape": shape, "location": location, **named, **more}


def names() -> dict[str, Any]:
    """Names that are not valid in C++, or are already used."""
    shapes: dict[str, Any] = {
        "String": STRING,
        # amplifyuibuilder
        "Predicate": {**structure(**{"and": "PredicateList", "or": "PredicateList", "field": "String"})},
        "PredicateList": _list("Predicate"),
        # deadline, iotfleetwise, verifiedpermissions: unions
        "JobParameter": _strings("int", "float", "string", "bool") | {"union": True},
        "Node": structure(struct="CustomStruct", property="String") | {"union": True},
        "CustomStruct": _strings("comment"),
        "PolicyDefinition": _strings("static", "templateLinked") | {"union": True},
        # cloudsearchdomain
        "SearchRequest": structure(
            "query", query=_bound("querystring", "q"), **{"return": _bound("querystring", "return")}
        ),
        # cloudfront, datapipeline
        "long": {"type": "long", "box": True},
        "float": {"type": "float", "box": True},
        "int": {"type": "integer"},
        "Numbers": structure(Long="long", Float="float", Int="int"),
        # dynamodb, migrationhuborchestrator, bedrock-agentcore, iot
        "Macros": structure(NULL="Boolean", linux="String", stdout="String", stderr="String", I="String"),
        "Boolean": {"type": "boolean"},
        "HardValue": _enum(
            *("ERROR", "DELETE", "None", "IN", "DOMAIN", "NULL", "OUT", "i386", "UNKNOWN", "none"),
            *(
                "s3:ObjectCreated:*",
                "image/svg+xml",
                "Linux/UNIX (Amazon VPC)",
                "0.5",
                "LunAlreadyAllocated ",
            ),
        ),
        "HardValues": _list("HardValue"),
        # ec2's InstanceType has more than 1,405
        "InstanceType": _enum(*(f"m{size}.{size % 7}xlarge" for size in range(1405))),
        "Enums": structure(Values="HardValues", InstanceType="InstanceType"),
        # ec2, mq, directconnect
        "CidrBlock": structure(CidrBlock={"shape": "String", "locationName": "cidrBlock"}),
        "Tags": structure(Tags={"shape": "__mapOf__string", "locationName": "tags"}),
        "Lags": structure(lags="LagList"),
        "LagList": _list("String"),
        "__mapOf__string": _map("__string"),
        "__string": STRING,
        "OwnNames": structure(CidrBlock="CidrBlock", Tags="Tags", Lags="Lags"),
        # health, sns: spelled alike but for the case
        "EventType": _strings("service"),
        "eventType": _enum("issue", "accountNotification"),
        "Endpoint": _strings("EndpointArn"),
        "endpoint": STRING,
        "SameLetters": structure(EventType="EventType", eventType="eventType", E="Endpoint", e="endpoint"),
        # mediaconvert
        LONGEST: {"type": "string", "enum": ["a"]},
        "Long": structure(Long=LONGEST),
        # accessanalyzer, and operations whose synthesized messages find their names taken
        "CheckNoNewAccessResult": _enum("PASS", "FAIL"),
        "CheckNoNewAccessResponse": structure(result="CheckNoNewAccessResult"),
        "PlainRequest": _strings("A"),
        "PlainInput": _strings("B"),
        "PlainResponse": structure(Request="PlainRequest", Input="PlainInput", Error="PlainError"),
        "PlainError": _strings("C"),
        # medialive has a structure and an operation of that name
        "CreateChannel": _strings("Name"),
        # neptunedata; textract, guardduty, lambda
        "Schema": structure(schema="String", Document="Document", Member="Member", Operation="Operation"),
        "Document": _strings("Text"),
        "Member": _strings("AccountId"),
        "Operation": _strings("Id"),
    }
    both = ("Predicate", "Numbers", "Macros", "Enums", "OwnNames", "SameLetters", "Long", "Schema")
    operations = {f"Send{name}": operation(f"Send{name}", name, name) for name in both}
    for union in ("JobParameter", "Node", "PolicyDefinition"):
        shapes[f"{union}Holder"] = structure(Value=union)
        operations[f"Send{union}"] = operation(f"Send{union}", f"{union}Holder", f"{union}Holder")
    operations["Search"] = operation("Search", "SearchRequest", http=_get("/search?format=sdk"))
    operations["CheckNoNewAccess"] = operation("CheckNoNewAccess", None, "CheckNoNewAccessResponse")
    operations["Plain"] = operation("Plain", None, "PlainResponse")
    operations["CreateChannel"] = operation("CreateChannel", "CreateChannel", "CreateChannel")
    for windows in ("SendMessage", "CreateEvent", "GetObject", "DeleteFile"):
        operations[windows] = operation(windows, "Macros", "Macros")
    return _service("Hard Names", shapes, operations)


def shapes() -> dict[str, Any]:
    """Recursive shapes, and shapes without a C++ type in the standard library."""
    depth = 22
    found: dict[str, Any] = {
        "String": STRING,
        "Boolean": {"type": "boolean"},
        "Blob": {"type": "blob"},
        "Double": {"type": "double"},
        # acm: a recursive union that holds itself as it is
        "CertificateFilterStatement": structure(
            And="CertificateFilterStatementList",
            Or="CertificateFilterStatementList",
            Not="CertificateFilterStatement",
            Filter="String",
        )
        | {"union": True},
        "CertificateFilterStatementList": _list("CertificateFilterStatement"),
        # dynamodb: through a map
        "AttributeValue": structure(
            S="String",
            B="Blob",
            M="MapAttributeValue",
            L="ListAttributeValue",
            NULL="Boolean",
            BOOL="Boolean",
        ),
        "MapAttributeValue": _map("AttributeValue"),
        "ListAttributeValue": _list("AttributeValue"),
        # wafv2: seven shapes in a circle
        "Statement": structure(
            RateBasedStatement="RateBasedStatement",
            AndStatement="AndStatement",
            OrStatement="OrStatement",
            NotStatement="NotStatement",
            ManagedRuleGroupStatement="ManagedRuleGroupStatement",
            LabelMatchStatement="String",
        ),
        "Statements": _list("Statement"),
        "RateBasedStatement": structure("Limit", Limit="Double", ScopeDownStatement="Statement"),
        "AndStatement": structure("Statements", Statements="Statements"),
        "OrStatement": structure("Statements", Statements="Statements"),
        "NotStatement": structure("Statement", Statement="Statement"),
        "ManagedRuleGroupStatement": structure(Name="String", ScopeDownStatement="Statement"),
        "Recursive": structure(
            Filter="CertificateFilterStatement", Item="MapAttributeValue", Statement="Statement"
        ),
        # The deepest nesting without recursion
        **{f"Level{n}": structure(Next=f"Level{n + 1}", Here="String") for n in range(1, depth)},
        f"Level{depth}": structure(Here="String"),
        # bedrock-runtime, connectcases, rds-data
        "Free": {"type": "structure", "members": {}, "document": True},
        "SparseList": _list("Double", sparse=True),
        "SparseMap": _map("String", sparse=True),
        "Secret": {"type": "string", "sensitive": True},
        "Odd": structure(
            "Token",
            Document="Free",
            SparseList="SparseList",
            SparseMap="SparseMap",
            Secret="Secret",
            Token={"shape": "String", "idempotencyToken": True},
        ),
        # lex-runtime: JSON in a header
        "Session": structure(
            attributes=_bound("header", "x-amz-lex-session-attributes", jsonvalue=True), text="String"
        ),
        # cognito-identity: one shape both ways; mgn: one output of eleven operations
        "IdentityPool": structure(
            "IdentityPoolId", IdentityPoolId="String", Open="Boolean", Secret={"shape": "String"}
        ),
        "SourceServer": _strings("arn", "sourceServerID"),
        "SourceServerRequest": structure("id", id="String"),
    }
    operations = {
        "SendRecursive": operation("SendRecursive", "Recursive", "Recursive"),
        "SendLevels": operation("SendLevels", "Level1", "Level1"),
        "SendOdd": operation("SendOdd", "Odd", "Odd"),
        "PostContent": operation("PostContent", "Session", "Session"),
        "UpdateIdentityPool": operation("UpdateIdentityPool", "IdentityPool", "IdentityPool"),
    }
    for number in range(11):
        name = f"TouchSourceServer{number}"
        operations[name] = operation(name, "SourceServerRequest", "SourceServer")
    return _service("Hard Shapes", found, operations)


def http() -> dict[str, Any]:
    """Where members travel in an HTTP message, restJson1."""
    label = _bound("uri", "Id")
    found: dict[str, Any] = {
        "String": STRING,
        "Integer": {"type": "integer"},
        "Long": {"type": "long"},
        "StringMap": _map("String"),
        "ListMap": _map("StringList"),
        "StringList": _list("String"),
        "Stream": {"type": "blob", "streaming": True},
        "SizedStream": {"type": "blob", "streaming": True, "requiresLength": True},
        "Labelled": structure("Id", Id=label, Text="String"),
        "Greedy": structure("Id", "Rest", Id=label, Rest=_bound("uri", "Rest")),
        "Numbered": structure(
            "Number", "Big", Number=_bound("uri", "Number", "Integer"), Big=_bound("uri", "Big", "Long")
        ),
        "QueryMap": structure(
            parameters=_bound("querystring", shape="StringMap"), type=_bound("querystring", "type")
        ),
        "QueryMapOfLists": structure(filters=_bound("querystring", shape="ListMap")),
        "GetWithBody": structure(NextToken="String", MaxResults="Integer"),
        "SendApiAssetRequest": structure(
            "AssetId",
            Body="String",
            AssetId=_bound("header", "x-amzn-dataexchange-asset-id"),
            RequestHeaders=_bound("headers", "x-amzn-dataexchange-header-", "StringMap"),
        )
        | {"payload": "Body"},
        # An empty prefix takes every header.
        "SendApiAssetResponse": structure(Body="String", ResponseHeaders=_bound("headers", "", "StringMap"))
        | {"payload": "Body"},
        "GraphRequest": structure("graph", graph=_bound("header", "graphIdentifier", hostLabel=True)),
        "Upload": structure("Id", Id=label, Body="Stream") | {"payload": "Body"},
        "SizedUpload": structure("Id", Id=label, Body="SizedStream") | {"payload": "Body"},
        "Download": structure(
            Body="Stream",
            Range=_bound("header", "Content-Range"),
            Expires=_bound("header", "Expires", "Expires"),
        )
        | {"payload": "Body"},
        "Expires": STRING,  # see FILES
        "Algorithm": _enum("CRC32", "SHA256"),
        "Checked": structure(
            Data="String", Algorithm=_bound("header", "x-amz-sdk-checksum-algorithm", "Algorithm")
        )
        | {"payload": "Data"},
        "Validated": structure(Mode=_bound("header", "x-amz-checksum-mode", "Mode")),
        "Data": structure(Data="String"),
        "Mode": _enum("ENABLED"),
        "Slow": {
            **structure(
                message="String",
                retryAfterSeconds=_bound("header", "Retry-After", "Integer"),
                quota=_bound("header", "x-amzn-Quota"),
            ),
            "exception": True,
            "error": {"httpStatusCode": 429},
        },
        "Nothing": {"type": "structure", "members": {}, "exception": True, "error": {"httpStatusCode": 409}},
    }
    twice = [{"shape": "Slow"}, {"shape": "Nothing"}, {"shape": "Slow"}]
    operations = {
        "LiteralQuery": operation(
            "LiteralQuery", "Labelled", http=_get("/phone-numbers/{Id}?operation=associate", "POST")
        ),
        "TrailingSlash": operation("TrailingSlash", "Labelled", http=_get("/plans/{Id}/", "PUT")),
        "GreedyLabel": operation("GreedyLabel", "Greedy", http=_get("/tags/{Id}/{Rest+}")),
        "NumericLabel": operation("NumericLabel", "Numbered", http=_get("/versions/{Number}/of/{Big}")),
        "QueryMap": operation("QueryMap", "QueryMap", http=_get("/exports?mode=all")),
        "QueryMapOfLists": operation("QueryMapOfLists", "QueryMapOfLists", http=_get("/sources")),
        "GetWithBody": operation("GetWithBody", "GetWithBody", "GetWithBody", http=_get("/preferences")),
        "SendApiAsset": operation(
            "SendApiAsset", "SendApiAssetRequest", "SendApiAssetResponse", http=_get("/v1", "POST")
        ),
        "PlainPrefix": operation(
            "PlainPrefix", "Labelled", http=_get("/{Id}"), endpoint={"hostPrefix": "data."}
        ),
        "LabelPrefix": operation(
            "LabelPrefix", "GraphRequest", http=_get("/queries"), endpoint={"hostPrefix": "{graph}."}
        ),
        "Upload": operation(
            "Upload", "Upload", http=_get("/uploads/{Id}", "PUT"), authtype="v4-unsigned-body"
        ),
        "SizedUpload": operation(
            "SizedUpload", "SizedUpload", http=_get("/sized/{Id}", "PUT"), authtype="v4-unsigned-body"
        ),
        # s3 PutBucketPolicy, GetObject
        "Checked": operation(
            "Checked",
            "Checked",
            httpChecksum={"requestChecksumRequired": True, "requestAlgorithmMember": "Algorithm"},
        ),
        "Validated": operation(
            "Validated",
            "Validated",
            "Data",
            http=_get("/validated"),
            httpChecksum={
                "requestValidationModeMember": "Mode",
                "responseAlgorithms": ["CRC32", "SHA256"],
            },
        ),
        "Download": operation("Download", "Labelled", "Download", http=_get("/downloads/{Id}")),
        "Open": operation("Open", "Labelled", http=_get("/open/{Id}", "POST"), authtype="none"),
        "Fail": operation("Fail", "Labelled", "GetWithBody", http=_get("/fail/{Id}", "POST"), errors=twice),
    }
    return _service("Hard Http", found, operations)


def xml() -> dict[str, Any]:
    """Traits that only S3 has, restXml. With S3's id, so that botocore reads errors as it does for S3."""
    namespace = {"prefix": "xsi", "uri": "http://www.w3.org/2001/XMLSchema-instance"}
    found: dict[str, Any] = {
        "String": STRING,
        "Event": _enum("s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"),
        "EventList": _list("Event", flattened=True),
        "TopicConfigurationDeprecated": structure(
            Id="String",
            Events={"shape": "EventList", "locationName": "Event"},
            Event={"shape": "Event", "deprecated": True},
            Topic="String",
        ),
        "Notification": structure(
            Configuration={"shape": "TopicConfigurationDeprecated", "locationName": "TopicConfiguration"}
        ),
        "NotificationRequest": structure(
            "Configuration",
            Configuration={"shape": "Notification", "locationName": "NotificationConfiguration"},
        )
        | {"payload": "Configuration"},
        "Grantee": structure(
            "Type",
            DisplayName="String",
            ID="String",
            Type={"shape": "String", "locationName": "xsi:type", "xmlAttribute": True},
        )
        | {"xmlNamespace": namespace},
        "Grant": structure(Grantee="Grantee", Permission="String"),
        "Grants": {"type": "list", "member": {"shape": "Grant", "locationName": "Grant"}},
        "Policy": structure(Grants={"shape": "Grants", "locationName": "AccessControlList"}),
        "AclRequest": structure(
            AccessControlPolicy={
                "shape": "Policy",
                "locationName": "AccessControlPolicy",
                "xmlNamespace": {"uri": "http://s3.amazonaws.com/doc/2006-03-01/"},
            }
        )
        | {"payload": "AccessControlPolicy"},
        "CopyResult": structure(ETag="String"),
        "NoSuchKey": {"type": "structure", "members": {}, "exception": True},
        "InvalidObjectState": {**structure(StorageClass="String"), "exception": True},
    }
    operations = {
        "PutNotification": operation(
            "PutNotification", "NotificationRequest", http=_get("/n?notification", "PUT")
        ),
        "GetNotification": operation("GetNotification", None, "Notification", http=_get("/n?notification")),
        "PutAcl": operation("PutAcl", "AclRequest", http=_get("/a?acl", "PUT")),
        "GetAcl": operation("GetAcl", None, "Policy", http=_get("/a?acl")),
        "CopyObject": operation(
            "CopyObject",
            None,
            "CopyResult",
            http=_get("/copy", "PUT"),
            errors=[{"shape": "NoSuchKey"}, {"shape": "InvalidObjectState"}],
        ),
    }
    return _service("S3", found, operations, "rest-xml")


def query() -> dict[str, Any]:
    """Errors of the query protocol, whose codes are not their shapes' names."""

    def fault(code: str | None, status: int = 400, **members: str) -> dict[str, Any]:
        named = {} if code is None else {"code": code}
        error = {**named, "httpStatusCode": status, "senderFault": True}
        return {**structure(**members), "exception": True, "error": error}

    found = {
        "String": STRING,
        "Name": structure(Name="String"),
        # rds
        "DBSecurityGroupQuotaExceededFault": fault("QuotaExceeded.DBSecurityGroup"),
        # cloudwatch: two shapes for one code
        "ResourceNotFound": fault("ResourceNotFound", 404, message="String"),
        "DashboardNotFoundError": fault("ResourceNotFound", 404, message="String"),
        "ResourceNotFoundException": fault(
            "ResourceNotFoundException", 404, ResourceType="String", ResourceId="String"
        ),
    }
    errors = [{"shape": name} for name in found if "exception" in found[name]]
    first, *_ = errors

    def listed(name: str, *shapes: dict[str, str]) -> dict[str, Any]:
        made = operation(
            name, "Name", "Name", http={"method": "POST", "requestUri": "/"}, errors=list(shapes)
        )
        made["output"]["resultWrapper"] = f"{name}Result"
        return made

    dashboards = {"shape": "DashboardNotFoundError"}
    operations = {
        # Its errors repeat one.
        "DescribeAlarms": listed("DescribeAlarms", *errors, first),
        "DeleteDashboards": listed("DeleteDashboards", dashboards),
        # cloudwatch
        "PutMetricData": listed("PutMetricData") | {"requestcompression": {"encodings": ["gzip"]}},
    }
    return _service("Hard Query", found, operations, "query")


def rpc() -> dict[str, Any]:
    """Codes of a service that once spoke the query protocol, awsJson; and endpoint discovery."""
    found = {
        "String": STRING,
        "StringList": _list("String"),
        "Name": structure(Name="String"),
        # sqs: the header has the old code
        "QueueDoesNotExist": {**structure(message="String"), "exception": True},
        "Endpoints": structure(Endpoints="StringList"),
    }
    post = {"method": "POST", "requestUri": "/"}
    operations = {
        "GetQueueUrl": operation(
            "GetQueueUrl", "Name", "Name", http=post, errors=[{"shape": "QueueDoesNotExist"}]
        ),
        # timestream-query
        "DescribeEndpoints": operation(
            "DescribeEndpoints", None, "Endpoints", http=post, endpointoperation=True
        ),
        "Query": operation("Query", "Name", "Name", http=post, endpointdiscovery={"required": True}),
    }
    made = _service("Hard Rpc", found, operations, "json")
    made["metadata"] |= {"jsonVersion": "1.0", "targetPrefix": "HardRpc", "awsQueryCompatible": {}}
    return made


def endpoints() -> dict[str, Any]:
    """Where the parameters of endpoint rules come from; the rules are in FILES."""
    found = {
        "String": STRING,
        # s3 has the bucket in the URI and in the rules; dynamodb takes a part of the input
        "Place": structure("Bucket", Bucket=_bound("uri", "Bucket", contextParam={"name": "Bucket"})),
        "Get": structure("TableName", TableName="String"),
        "Item": structure(Get="Get"),
        "Items": _list("Item"),
        "Transaction": structure("TransactItems", TransactItems="Items"),
    }

    def placed(name: str, **more: Any) -> dict[str, Any]:
        # Not at the beginning of the path, from where S3's rules take it.
        return operation(name, "Place", http=_get("/of/{Bucket}"), **more)

    control = {"UseControl": {"value": True}, "Kind": {"value": "control"}}
    tables = {"Tables": {"path": "TransactItems[*].Get.TableName"}}
    operations = {
        "Plain": placed("Plain"),
        "Control": placed("Control", staticContextParams=control),
        "TransactGetItems": operation("TransactGetItems", "Transaction", operationContextParams=tables),
    }
    made = _service("Hard Endpoints", found, operations)
    made["clientContextParams"] = {"Loud": {"type": "boolean", "documentation": "Speaks up."}}
    return made


def _rules() -> dict[str, Any]:
    def parameter(kind: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, "required": False, "documentation": "", **more}

    def is_set(name: str) -> dict[str, Any]:
        return {"fn": "isSet", "argv": [{"ref": name}]}

    def leads(url: str, *conditions: dict[str, Any]) -> dict[str, Any]:
        return {"conditions": list(conditions), "endpoint": {"url": url}, "type": "endpoint"}

    control = {"fn": "booleanEquals", "argv": [{"ref": "UseControl"}, True]}
    first = {"fn": "getAttr", "argv": [{"ref": "Tables"}, "[0]"], "assign": "First"}
    return {
        "version": "1.0",
        "parameters": {
            "Region": parameter("string", builtIn="AWS::Region"),
            "Bucket": parameter("string"),
            "Kind": parameter("string"),
            "UseControl": parameter("boolean"),
            "Loud": parameter("boolean"),
            "Tables": parameter("stringArray"),
        },
        "rules": [
            leads("https://{First}.tables.example", is_set("Tables"), first),
            leads("https://{Kind}.{Bucket}.{Region}.example", is_set("UseControl"), control, is_set("Kind")),
            leads("https://{Bucket}.{Region}.example", is_set("Bucket")),
        ],
    }


def events() -> dict[str, Any]:
    """Events both ways, restJson1."""
    found = {
        "String": STRING,
        "Blob": {"type": "blob"},
        # lexv2-runtime StartConversation, transcribe-streaming, bedrock-runtime
        "AudioEvent": {**structure(audio={"shape": "Blob", "eventpayload": True}), "event": True},
        "TextEvent": {
            **structure(text="String", kind={"shape": "String", "eventheader": True}),
            "event": True,
        },
        "Broken": {**structure(message="String"), "exception": True, "error": {"httpStatusCode": 424}},
        "Spoken": {**structure(AudioEvent="AudioEvent", TextEvent="TextEvent"), "eventstream": True},
        "Heard": {**structure(TextEvent="TextEvent", Broken="Broken"), "eventstream": True},
        "Request": structure("Bot", Bot=_bound("uri", "Bot"), Events="Spoken") | {"payload": "Events"},
        "Response": structure(Events="Heard", Session=_bound("header", "x-session")) | {"payload": "Events"},
    }
    talk = operation("StartConversation", "Request", "Response", http=_get("/bots/{Bot}", "POST"))
    made = _service("Hard Events", found, {"StartConversation": talk})
    made["metadata"]["protocolSettings"] = {"h2": "eventstream"}
    return made


SERVICES: dict[str, Callable[[], dict[str, Any]]] = {
    "hard-names": names,
    "hard-shapes": shapes,
    "hard-http": http,
    "hard-xml": xml,
    "hard-query": query,
    "hard-rpc": rpc,
    "hard-endpoints": endpoints,
    "hard-events": events,
}
"""By the folder that they lie in."""

FILES: dict[str, dict[str, Any]] = {
    # s3: its model says that the header is a string, and a file beside it says better.
    "hard-http": {
        "service-2.sdk-extras": {"version": 1.0, "merge": {"shapes": {"Expires": {"type": "timestamp"}}}}
    },
    "hard-endpoints": {"endpoint-rule-set-1": _rules()},
}
"""The files beside a model."""
