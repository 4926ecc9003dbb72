# SPDX-License-Identifier: Apache-2.0
"""A service as facts, whatever format they were read from and whatever language they go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from belfry_codegen.model.expressions import Expression
from belfry_codegen.model.protocols import Protocol

Json = Any
"""A parsed JSON value that is passed on unread."""


class Kind(Enum):
    """What a shape is."""

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
    """Where in an HTTP message a member travels."""

    BODY = "body"
    PAYLOAD = "payload"
    URI = "uri"
    QUERY = "query"
    QUERY_MAP = "query map"
    HEADER = "header"
    HEADERS = "prefixed headers"
    STATUS_CODE = "status code"


class TimestampFormat(Enum):
    """How a timestamp is spelled on the wire."""

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
    """What only XML and query codecs ask for."""

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
    """As the model spells it."""
    target: str
    required: bool = False
    location: Location = Location.BODY
    wire_name: str = ""
    """Key in the body, name in the query, header name or prefix, URI label."""
    json_name: str | None = None
    """Its key in the body where the protocol has `json_names`, if that is another."""
    documentation: str = ""
    deprecated: Deprecation | None = None
    timestamp_format: TimestampFormat | None = None
    """On the wire, where it is not the protocol's default for the location."""
    idempotency_token: bool = False
    json_value: bool = False
    """Whether it is a JSON value, in a header's text."""
    sensitive: bool = False
    streaming: bool = False
    box: bool = False
    default: Json = None
    event_payload: bool = False
    event_header: bool = False
    host_label: bool = False
    limits: Limits = Limits()
    """Where they are not the target's; Smithy's members may have some of their own."""
    pattern: str | None = None
    context_param: str | None = None
    """The endpoint rule parameter that takes this member's value."""
    fallback: str | None = None
    """What is sent where an input leaves this member out or empty."""
    lenient: bool = False
    """Whether a response's header that is not of the member's type leaves it absent."""
    last_segment: bool = False
    """Whether only what stands behind the value's last slash is sent."""
    xml: XmlTraits = NO_XML
    needs_box: bool = False
    """Set by the recursion pass: held by value, this member would contain itself."""


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One constant of an enumeration."""

    value: str
    documentation: str = ""
    name: str | None = None
    """A name that the model gives beside the value."""
    deprecated: Deprecation | None = None


@dataclass(frozen=True, slots=True)
class QueryError:
    """What an exception is in the query protocol (Smithy `awsQueryError`)."""

    code: str
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class ErrorTraits:
    """What makes a structure an exception."""

    code: str
    """What stands on the wire; the shape's name unless the model says otherwise."""
    http_status: int | None = None
    sender_fault: bool | None = None
    retryable: bool = False
    throttling: bool = False
    query: QueryError | None = None
    """What it is in the query protocol, if that differs; the error codes pass takes it over."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A type of the model. Which fields mean something depends on `kind`."""

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
    """What a string or blob holds, such as `image/png`."""
    event_stream: bool = False
    event: bool = False
    json_value: bool = False
    synthetic: bool = False
    wrapper: bool = False
    xml: XmlTraits = NO_XML
    recursion_group: int | None = None
    """Set by the recursion pass: shapes with one number refer to each other."""

    def member(self, name: str) -> Member | None:
        """The member of that name in the model."""
        for member in self.members:
            if member.name == name:
                return member
        return None

    @property
    def payload(self) -> Member | None:
        """The member that is the whole body."""
        for member in self.members:
            if member.location is Location.PAYLOAD:
                return member
        return None


@dataclass(frozen=True, slots=True)
class HttpBinding:
    """The request line of an operation, and the status of its success."""

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
    """Where an API key goes."""

    name: str
    """Of the header or the query parameter."""
    in_query: bool = False
    scheme: str = ""
    """What stands before it in a header."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What an operation says about checksums of its messages."""

    required: bool = False
    algorithm_member: str | None = None
    validation_mode_member: str | None = None
    response_algorithms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PresignedParameter:
    """A member that takes the URL of a presigned request to another region."""

    name: str
    sends_regions: bool = False
    """Whether the service wants `SourceRegion` and `DestinationRegion` beside it."""


@dataclass(frozen=True, slots=True)
class Paginator:
    """How the pages of a list operation follow each other."""

    operation: str
    input_tokens: tuple[str, ...]
    output_tokens: tuple[Expression, ...]
    result_keys: tuple[str, ...]
    limit_key: str | None = None
    more_results: Expression | None = None
    non_aggregate_keys: tuple[str, ...] = ()


class WaiterState(Enum):
    """What an acceptor turns a waiter into."""

    SUCCESS = "success"
    FAILURE = "failure"
    RETRY = "retry"


class Matcher(Enum):
    """What an acceptor looks at."""

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
    """Whether `argument` is over an object of `input` and `output`, rather than over the output."""
    names_shape: bool = False
    """Whether the error that is expected is named by its shape; the error codes pass puts its code there."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """Polls an operation until something is so."""

    name: str
    operation: str
    delay_seconds: int
    max_attempts: int
    """0 where the model sets no limit."""
    acceptors: tuple[Acceptor, ...]
    documentation: str = ""
    max_delay_seconds: int | None = None
    """What pauses grow to, where they grow."""


@dataclass(frozen=True, slots=True)
class Example:
    """A call that a model shows."""

    title: str
    documentation: str
    input: Json


@dataclass(frozen=True, slots=True)
class Operation:
    """A call of the service."""

    name: str
    """The name people use."""
    wire_name: str
    """The name that the wire carries; CloudFront's differ."""
    http: HttpBinding = HttpBinding()
    input: str | None = None
    output: str | None = None
    unit_input: bool = False
    """Whether the model gives it no input, not even an empty one; set by the synthesize pass."""
    errors: tuple[str, ...] = ()
    documentation: str = ""
    deprecated: Deprecation | None = None
    auth: tuple[Auth, ...] | None = None
    """Where the service's own list does not hold."""
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
    """Endpoint rule parameter, and the expression over the input that fills it."""
    placed_labels: tuple[str, ...] = ()
    """Members that the endpoint rules put into the URL, so that `http.uri` has no label for them any more.
    Set by the endpoint labels pass."""
    headers: tuple[tuple[str, str], ...] = ()
    """Sent with every request, unless the input sets them."""
    presigned_parameter: PresignedParameter | None = None
    presign_as_query: bool = False
    """Whether a presigned request has the body's members in its query."""
    query_as_form: bool = False
    """Whether the query travels in the body of a POST."""
    tree_hash: bool = False
    """Whether the body needs the two checksums of S3 Glacier."""
    input_xml: XmlTraits = NO_XML
    unwrapped_output: bool = False
    """Whether the XML document's root element is the output's one member (Smithy `s3UnwrappedXmlOutput`)."""
    paginator: Paginator | None = None
    examples: tuple[Example, ...] = ()
    """For the comments, like the documentation."""
    input_events: str | None = None
    """The union of the events that are sent while the call lasts; set by the event stream pass."""
    output_events: str | None = None
    """The same for those that are received."""
    output_stream: str = ""
    """The output's member that held them."""


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that a model says about a service."""

    id: str
    """Such as `Chime SDK Voice`."""
    api_version: str
    full_name: str
    endpoint_prefix: str
    signing_name: str
    protocols: tuple[str, ...]
    """As the model lists them, by botocore's names; belfry may not speak all of them."""
    auth: tuple[Auth, ...] = (Auth.SIGV4,)
    api_key: ApiKey | None = None
    signature_version: str = "v4"
    shape_name: str = ""
    """The service shape's own name, which `X-Amz-Target` and the paths of Smithy's RPC protocols hold;
    botocore's models call it `targetPrefix` and have it where it is needed."""
    json_version: str = ""
    xml_namespace: XmlNamespace | None = None
    global_endpoint: str | None = None
    query_compatible: bool = False
    checksum_format: str | None = None
    http2: str | None = None
    chosen_protocol: Protocol | None = None
    """The one of `protocols` that the client speaks; set when the service is loaded."""
    no_error_wrapping: bool = False
    """Whether an XML error is the whole document (Smithy `restXml`)."""
    uid: str = ""
    documentation: str = ""
    operations: Mapping[str, Operation] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    waiters: Mapping[str, Waiter] = field(default_factory=dict)
    client_context: tuple[tuple[str, str], ...] = ()
    """Endpoint rule parameter that the client's configuration sets, and its type."""
    endpoint_options: str | None = None
    """The structure of what a client can tell the endpoint rules; set by the endpoint options pass."""
    endpoint_account: bool = False
    """Whether the endpoint rules want to know the account; set by that pass, too."""
    oauth_errors: bool = False
    """Whether an error's message is what OAuth 2.0 calls its description."""
    sign_path_verbatim: bool = False
    """Whether the path is signed as it is sent, as S3 wants it."""
    endpoint_rules: Json = None
    """The rule set as it was read."""
    distinct_id: str = ""
    """Set when it is loaded: the id, or the folder's name if another folder's service has the id."""

    @property
    def protocol(self) -> Protocol:
        """The protocol that the client speaks; a service that is merely read has none yet."""
        assert self.chosen_protocol is not None, "load_service chooses the protocol"
        return self.chosen_protocol

    def takes_list(self, parameter: str) -> bool:
        """Whether the endpoint rules want a list of strings for that parameter."""
        rules = self.endpoint_rules if isinstance(self.endpoint_rules, dict) else {}
        declared = (rules.get("parameters") or {}).get(parameter) or {}
        return str(declared.get("type")).lower() == "stringarray"
