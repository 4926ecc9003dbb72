# SPDX-License-Identifier: Apache-2.0
"""A service as plain data, independent of the model's format and of the generated language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from belfry_codegen.model.expressions import Expression
from belfry_codegen.model.protocols import Protocol

Json = Any
"""A parsed JSON value that is passed on without being interpreted."""


class Kind(Enum):
    """The type of a shape."""

    STRUCTURE = "structure"
    UNION = "union"
    LIST = "list"
    MAP = "map"
    ENUM = "enum"
    INT_ENUM = "intEnum"
    STRING = "string"
    BLOB = "blob"
    BOOLEAN = "boolean"
    BYTE = "byte"
    SHORT = "short"
    INTEGER = "integer"
    LONG = "long"
    FLOAT = "float"
    DOUBLE = "double"
    BIG_INTEGER = "bigInteger"
    BIG_DECIMAL = "bigDecimal"
    TIMESTAMP = "timestamp"
    DOCUMENT = "document"


class Location(Enum):
    """The part of an HTTP message that holds a member."""

    BODY = "body"
    PAYLOAD = "payload"
    URI = "uri"
    QUERY = "query"
    QUERY_MAP = "query map"
    HEADER = "header"
    HEADERS = "prefixed headers"
    STATUS_CODE = "status code"


class TimestampFormat(Enum):
    """The text format of a timestamp."""

    EPOCH_SECONDS = "epoch-seconds"
    DATE_TIME = "date-time"
    HTTP_DATE = "http-date"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Why a shape, a member, an enumeration's constant or an operation should no longer be used."""

    message: str = ""
    since: str = ""
    """A date or a version."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a number, or of the length of a string, blob, list or map."""

    minimum: float | int | None = None
    maximum: float | int | None = None


@dataclass(frozen=True, slots=True)
class XmlNamespace:
    """The namespace of an XML element."""

    uri: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class XmlTraits:
    """Traits that only the XML and query codecs use."""

    name: str | None = None
    namespace: XmlNamespace | None = None
    attribute: bool = False
    flattened: bool = False
    query_name: str | None = None


NO_XML = XmlTraits()


@dataclass(frozen=True, slots=True)
class Reference:
    """A list's element, or a map's key or value."""

    target: str
    documentation: str = ""
    timestamp_format: TimestampFormat | None = None
    xml: XmlTraits = NO_XML


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure or a union."""

    name: str
    """The name in the model."""
    target: str
    required: bool = False
    location: Location = Location.BODY
    wire_name: str = ""
    """The key in the body, name in the query, header name or prefix, or URI label."""
    json_name: str | None = None
    """The key in the body for protocols with `json_names`, if it differs from `wire_name`."""
    documentation: str = ""
    deprecated: Deprecation | None = None
    timestamp_format: TimestampFormat | None = None
    """The format, if it is not the protocol's default for the location."""
    idempotency_token: bool = False
    json_value: bool = False
    """Whether the member is a JSON value in a header."""
    sensitive: bool = False
    streaming: bool = False
    box: bool = False
    default: Json = None
    event_payload: bool = False
    event_header: bool = False
    host_label: bool = False
    limits: Limits = Limits()
    """The member's own limits, which replace its target's; only Smithy has them."""
    pattern: str | None = None
    context_param: str | None = None
    """The endpoint rule parameter that takes this member's value."""
    fallback: str | None = None
    """The value that is sent if an input does not have this member, or has an empty one."""
    lenient: bool = False
    """Whether a response header that is not of the member's type is ignored."""
    last_segment: bool = False
    """Whether only the part after the value's last slash is sent."""
    xml: XmlTraits = NO_XML
    needs_box: bool = False
    """Set by the recursion pass: held by value, this member would contain itself."""


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One constant of an enumeration."""

    value: str
    documentation: str = ""
    name: str | None = None
    """The constant's name, if the model gives one."""
    deprecated: Deprecation | None = None


@dataclass(frozen=True, slots=True)
class QueryError:
    """An exception's code and status in the query protocol (Smithy `awsQueryError`)."""

    code: str
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class ErrorTraits:
    """The traits of a structure that is an exception."""

    code: str
    """The code in a response; the shape's name unless the model says otherwise."""
    http_status: int | None = None
    sender_fault: bool | None = None
    retryable: bool = False
    throttling: bool = False
    query: QueryError | None = None
    """The code and status in the query protocol, if they differ; used by the error codes pass."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A type of the model. The fields that apply depend on `kind`."""

    name: str
    kind: Kind
    documentation: str = ""
    deprecated: Deprecation | None = None
    sensitive: bool = False
    box: bool = False
    limits: Limits = Limits()
    pattern: str | None = None
    members: tuple[Member, ...] = ()
    error: ErrorTraits | None = None
    element: Reference | None = None
    key: Reference | None = None
    value: Reference | None = None
    sparse: bool = False
    enum_values: tuple[EnumValue, ...] = ()
    timestamp_format: TimestampFormat | None = None
    streaming: bool = False
    requires_length: bool = False
    media_type: str = ""
    """The media type of a string or blob, such as `image/png`."""
    event_stream: bool = False
    event: bool = False
    json_value: bool = False
    synthetic: bool = False
    wrapper: bool = False
    xml: XmlTraits = NO_XML
    recursion_group: int | None = None
    """Set by the recursion pass: shapes with the same number refer to each other."""

    def member(self, name: str) -> Member | None:
        """The member of that name in the model."""
        for member in self.members:
            if member.name == name:
                return member
        return None

    @property
    def payload(self) -> Member | None:
        """The member that is the whole body (Smithy `httpPayload`)."""
        for member in self.members:
            if member.location is Location.PAYLOAD:
                return member
        return None


@dataclass(frozen=True, slots=True)
class HttpBinding:
    """An operation's request line, and the status of a successful response."""

    method: str = "POST"
    uri: str = "/"
    """Path with labels, and a literal query if there is one."""
    status: int | None = None


class Auth(Enum):
    """How a request is authenticated."""

    SIGV4 = "aws.auth#sigv4"
    SIGV4A = "aws.auth#sigv4a"
    BEARER = "smithy.api#httpBearerAuth"
    API_KEY = "smithy.api#httpApiKeyAuth"
    NONE = "smithy.api#noAuth"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The place of an API key in a request."""

    name: str
    """The name of the header or the query parameter."""
    in_query: bool = False
    scheme: str = ""
    """The word before the key in a header."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """An operation's checksums (Smithy `httpChecksum`)."""

    required: bool = False
    algorithm_member: str | None = None
    validation_mode_member: str | None = None
    response_algorithms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PresignedParameter:
    """A member that holds the URL of a presigned request to another region."""

    name: str
    sends_regions: bool = False
    """Whether `SourceRegion` and `DestinationRegion` are also sent."""


@dataclass(frozen=True, slots=True)
class Paginator:
    """The tokens and results of an operation with pages."""

    operation: str
    input_tokens: tuple[str, ...]
    output_tokens: tuple[Expression, ...]
    result_keys: tuple[str, ...]
    limit_key: str | None = None
    more_results: Expression | None = None
    non_aggregate_keys: tuple[str, ...] = ()


class WaiterState(Enum):
    """The state of a waiter when an acceptor matches."""

    SUCCESS = "success"
    FAILURE = "failure"
    RETRY = "retry"


class Matcher(Enum):
    """The part of a response that an acceptor examines."""

    PATH = "path"
    PATH_ALL = "pathAll"
    PATH_ANY = "pathAny"
    STATUS = "status"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Acceptor:
    """One rule of a waiter."""

    state: WaiterState
    matcher: Matcher
    expected: str | int | bool
    argument: Expression | None = None
    with_input: bool = False
    """Whether `argument` is evaluated over an object with `input` and `output`, and not over the output."""
    names_shape: bool = False
    """Whether `expected` is the shape of an error; the error codes pass replaces it by the code."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """Polls an operation until an acceptor matches."""

    name: str
    operation: str
    delay_seconds: int
    max_attempts: int
    """0 if the model does not set a limit."""
    acceptors: tuple[Acceptor, ...]
    documentation: str = ""
    max_delay_seconds: int | None = None
    """The longest pause, if pauses grow."""


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a call in the model."""

    title: str
    documentation: str
    input: Json


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the service."""

    name: str
    """The name in generated code."""
    wire_name: str
    """The name in requests; it differs for CloudFront."""
    http: HttpBinding = HttpBinding()
    input: str | None = None
    output: str | None = None
    unit_input: bool = False
    """Whether the model does not give it an input, not even an empty one; set by the synthesize pass."""
    errors: tuple[str, ...] = ()
    documentation: str = ""
    deprecated: Deprecation | None = None
    auth: tuple[Auth, ...] | None = None
    """The authentication schemes, if they differ from the service's."""
    unsigned_payload: bool = False
    host_prefix: str | None = None
    idempotent: bool = False
    readonly: bool = False
    endpoint_discovery: bool = False
    endpoint_discovery_required: bool = False
    is_endpoint_operation: bool = False
    compression: tuple[str, ...] = ()
    checksum: Checksum = Checksum()
    static_context: tuple[tuple[str, Json], ...] = ()
    operation_context: tuple[tuple[str, Expression], ...] = ()
    """Endpoint rule parameters, each with an expression over the input that gives its value."""
    placed_labels: tuple[str, ...] = ()
    """Members that the endpoint rules put into the URL, so that `http.uri` does not have labels for them.
    Set by the endpoint labels pass."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers of every request, unless the input sets them."""
    presigned_parameter: PresignedParameter | None = None
    presign_as_query: bool = False
    """Whether a presigned request has the members of the body in its query."""
    query_as_form: bool = False
    """Whether the query is sent as the body of a POST."""
    tree_hash: bool = False
    """Whether the body needs the two checksums of S3 Glacier."""
    input_xml: XmlTraits = NO_XML
    unwrapped_output: bool = False
    """Whether the XML document's root element is the output's one member (Smithy `s3UnwrappedXmlOutput`)."""
    paginator: Paginator | None = None
    examples: tuple[Example, ...] = ()
    """Used in comments, like the documentation."""
    input_events: str | None = None
    """The union of the events that the client sends; set by the event stream pass."""
    output_events: str | None = None
    """The union of the events that the service sends; set by the event stream pass."""
    output_stream: str = ""
    """The name of the output's member for these events."""


@dataclass(frozen=True, slots=True)
class Service:
    """A whole service."""

    id: str
    """The SDK ID, such as `Chime SDK Voice`."""
    api_version: str
    full_name: str
    endpoint_prefix: str
    signing_name: str
    protocols: tuple[str, ...]
    """The protocols that the model lists, by botocore's names; belfry may not support all of them."""
    auth: tuple[Auth, ...] = (Auth.SIGV4,)
    api_key: ApiKey | None = None
    signature_version: str = "v4"
    shape_name: str = ""
    """The service shape's name, which is part of `X-Amz-Target` and of the paths of Smithy's RPC protocols.
    botocore's models have it as `targetPrefix`, if it is needed."""
    json_version: str = ""
    xml_namespace: XmlNamespace | None = None
    global_endpoint: str | None = None
    query_compatible: bool = False
    checksum_format: str | None = None
    http2: str | None = None
    chosen_protocol: Protocol | None = None
    """The member of `protocols` that the client uses; set when the service is loaded."""
    no_error_wrapping: bool = False
    """Whether an XML error is the whole document (Smithy `restXml`)."""
    uid: str = ""
    documentation: str = ""
    operations: Mapping[str, Operation] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    waiters: Mapping[str, Waiter] = field(default_factory=dict)
    client_context: tuple[tuple[str, str], ...] = ()
    """Endpoint rule parameters that the client's configuration sets, and their types."""
    endpoint_options: str | None = None
    """The structure of endpoint rule parameters that a client can set; set by the endpoint options pass."""
    endpoint_account: bool = False
    """Whether the endpoint rules take the account ID; set by the endpoint options pass."""
    oauth_errors: bool = False
    """Whether errors have OAuth 2.0's form, with `error_description` as the message."""
    sign_path_verbatim: bool = False
    """Whether the path is signed as it is sent, without a second encoding, as for S3."""
    endpoint_rules: Json = None
    """The endpoint rule set as JSON."""
    distinct_id: str = ""
    """The ID, or the folder's name if another folder's service has the ID; set when the service is loaded."""

    @property
    def protocol(self) -> Protocol:
        """The protocol that the client uses. A service must be loaded, not only read, to have one."""
        assert self.chosen_protocol is not None, "load_service chooses the protocol"
        return self.chosen_protocol

    def takes_list(self, parameter: str) -> bool:
        """Whether that parameter of the endpoint rules is a list of strings."""
        rules = self.endpoint_rules if isinstance(self.endpoint_rules, dict) else {}
        declared = (rules.get("parameters") or {}).get(parameter) or {}
        return str(declared.get("type")).lower() == "stringarray"
