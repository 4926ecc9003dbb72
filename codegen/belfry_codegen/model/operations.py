# SPDX-License-Identifier: Apache-2.0
"""Operations of a service, and how they are authenticated, paged, waited for and shown."""

from __future__ import annotations

from enum import Enum

from belfry_codegen.model.expressions import Expression
from belfry_codegen.model.records import dataclass
from belfry_codegen.model.shapes import NO_XML, Deprecation, Json, XmlTraits


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
    ends_on_repeated_token: bool = False
    """Whether the last page has the token of its request; otherwise a repeated token is an error."""


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
    long_poll: bool = False
    """Whether the service keeps the request until it has something to answer (Smithy `longPoll`)."""
    message_digests: bool = False
    """Whether the response has digests of messages, as those of SQS."""
    tree_hash: bool = False
    """Whether the body needs the two checksums of S3 Glacier."""
    url_encoded_members: tuple[str, ...] = ()
    """Paths of the output's members that are percent-encoded if the input's `EncodingType` is `url`."""
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
