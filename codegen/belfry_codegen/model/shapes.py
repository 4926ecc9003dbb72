# SPDX-License-Identifier: Apache-2.0
"""Shapes: the types of a model and their members."""

from __future__ import annotations

from enum import Enum
from typing import Any

from belfry_codegen.model.records import dataclass

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
