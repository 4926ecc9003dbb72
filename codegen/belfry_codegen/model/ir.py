# SPDX-License-Identifier: Apache-2.0
"""A service as plain data, independent of the model's format and of the generated language.

Other packages import only this module, which has all names of `shapes` and `operations`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from belfry_codegen.model.operations import (
    Acceptor,
    ApiKey,
    Auth,
    Checksum,
    Example,
    HttpBinding,
    Matcher,
    Operation,
    Paginator,
    PresignedParameter,
    Waiter,
    WaiterState,
)
from belfry_codegen.model.protocols import Protocol
from belfry_codegen.model.records import dataclass
from belfry_codegen.model.shapes import (
    NO_XML,
    Deprecation,
    EnumValue,
    ErrorTraits,
    Json,
    Kind,
    Limits,
    Location,
    Member,
    QueryError,
    Reference,
    Shape,
    TimestampFormat,
    XmlNamespace,
    XmlTraits,
)
from belfry_codegen.model.spellings import NO_SPELLINGS, Spellings

__all__ = [
    "NO_SPELLINGS",
    "NO_XML",
    "Acceptor",
    "ApiKey",
    "Auth",
    "Checksum",
    "Deprecation",
    "EnumValue",
    "ErrorTraits",
    "Example",
    "HttpBinding",
    "Json",
    "Kind",
    "Limits",
    "Location",
    "Matcher",
    "Member",
    "Operation",
    "Paginator",
    "PresignedParameter",
    "QueryError",
    "Reference",
    "Service",
    "Shape",
    "Spellings",
    "TimestampFormat",
    "Waiter",
    "WaiterState",
    "XmlNamespace",
    "XmlTraits",
]


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
    """The service's id in addresses of AWS's API reference."""
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
    sigv4a_endpoints: bool = False
    """Whether an endpoint accepts Signature Version 4a; set by the endpoint options pass."""
    session_endpoints: bool = False
    """Whether an endpoint accepts sessions of S3 Express; set by the endpoint options pass."""
    oauth_errors: bool = False
    """Whether errors have OAuth 2.0's form, with `error_description` as the message."""
    response_crc32: bool = False
    """Whether responses have their checksum in a header."""
    max_attempts: int | None = None
    """The attempts of a call, if the client does not set them; None for those of most services."""
    retry_delay_milliseconds: int | None = None
    """The upper bound of the first wait before a retry, likewise."""
    sign_path_verbatim: bool = False
    """Whether the path is signed as it is sent, without a second encoding, as for S3."""
    endpoint_rules: Json = None
    """The endpoint rule set as JSON."""
    distinct_id: str = ""
    """The ID, or the folder's name if another folder's service has the ID; set when the service is loaded."""
    chosen_namespace: str = ""
    """The namespace below `belfry` that the command line asks for; empty for the one of the ID."""
    spellings: Spellings = NO_SPELLINGS
    """The spellings that the generated code keeps of earlier models."""

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
