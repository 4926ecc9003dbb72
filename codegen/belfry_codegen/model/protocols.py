# SPDX-License-Identifier: Apache-2.0
"""The protocols that belfry supports, and their properties.

This is the only module that knows a protocol by its name; all others use the properties of a `Protocol`.
"""

from __future__ import annotations

from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.records import dataclass
from belfry_codegen.model.suggestions import close_matches


@dataclass(frozen=True, slots=True)
class Protocol:
    """The mapping from a service's operations to messages."""

    name: str
    """The name in botocore's models and for `--protocol`."""
    smithy_traits: tuple[str, ...]
    """The traits of a Smithy service with this protocol; the versions of one protocol share an entry."""
    cpp_name: str
    """The `Protocol` object in namespace `belfry`, and the header in `belfry/protocol/` that declares it."""
    json_errors: bool = False
    """Whether an error's body is JSON, in which a service may use the names of OAuth 2.0."""
    http_bindings: bool = False
    """Whether operations have a method and a URI, and members are bound to labels, the query and headers."""
    json_names: bool = False
    """Whether Smithy's `jsonName` renames a member."""
    target_header: bool = False
    """Whether `X-Amz-Target` names the operation."""
    json_versions: tuple[str, ...] = ()
    """The version in the media type for each of the traits: 1.1 for `application/x-amz-json-1.1`."""
    form: bool = False
    """Whether requests are form data (awsQuery, ec2Query)."""
    element_names: bool = True
    """Whether form data names a list's elements: `List.member.1` rather than `List.1`."""
    query_errors: bool = False
    """Whether errors have the code and the status of Smithy's `awsQueryError`."""
    xml: bool = False
    """Whether responses are XML documents, and XML traits name their members."""
    rpc_v2: bool = False
    """Whether this is one of Smithy's RPC v2 protocols: paths hold the service shape's name, requests of
    operations without an input do not have a body, and requests say whether they accept events."""
    big_numbers_as_text: bool = False
    """Whether bigInteger and bigDecimal are sent as strings."""
    borrowed_outputs: bool = False
    """Whether outputs can view the response (`belfry/borrowed.hpp`)."""
    event_codec: str | None = None
    """The codec of events' payloads (`belfry/events/CODEC.hpp`); None if event streams are not supported."""

    @property
    def initial_messages(self) -> bool:
        """Whether the first event of a stream holds the members that are not events."""
        return not self.http_bindings


PROTOCOLS = (
    Protocol(
        name="json",
        smithy_traits=("aws.protocols#awsJson1_0", "aws.protocols#awsJson1_1"),
        cpp_name="aws_json",
        json_errors=True,
        target_header=True,
        json_versions=("1.0", "1.1"),
        borrowed_outputs=True,
        event_codec="json",
    ),
    Protocol(
        name="smithy-rpc-v2-json",
        smithy_traits=("smithy.protocols#rpcv2Json",),
        cpp_name="rpc_v2_json",
        json_errors=True,
        rpc_v2=True,
        big_numbers_as_text=True,
        event_codec="json",
    ),
    Protocol(
        name="rest-json",
        smithy_traits=("aws.protocols#restJson1",),
        cpp_name="rest_json",
        json_errors=True,
        http_bindings=True,
        json_names=True,
        borrowed_outputs=True,
        event_codec="json",
    ),
    Protocol(
        name="rest-xml",
        smithy_traits=("aws.protocols#restXml",),
        cpp_name="rest_xml",
        http_bindings=True,
        xml=True,
        event_codec="xml",
    ),
    Protocol(
        name="smithy-rpc-v2-cbor",
        smithy_traits=("smithy.protocols#rpcv2Cbor",),
        cpp_name="rpc_v2_cbor",
        rpc_v2=True,
        event_codec="cbor",
    ),
    Protocol(
        name="query",
        smithy_traits=("aws.protocols#awsQuery",),
        cpp_name="aws_query",
        form=True,
        query_errors=True,
        xml=True,
    ),
    Protocol(
        name="ec2",
        smithy_traits=("aws.protocols#ec2Query",),
        cpp_name="ec2_query",
        form=True,
        element_names=False,
        xml=True,
    ),
)
"""Best first. If a service lists several, the first of these is used, which is also botocore's choice."""

BY_NAME = {protocol.name: protocol for protocol in PROTOCOLS}
BY_SMITHY_TRAIT = {trait: protocol for protocol in PROTOCOLS for trait in protocol.smithy_traits}
JSON_VERSIONS = {
    trait: version
    for protocol in PROTOCOLS
    for trait, version in zip(protocol.smithy_traits, protocol.json_versions, strict=False)
}


def any_http_bindings(names: tuple[str, ...]) -> bool:
    """Whether one of the protocols of those names binds members to parts of HTTP messages."""
    return any(BY_NAME[name].http_bindings for name in names if name in BY_NAME)


def choose_protocol(listed: tuple[str, ...], service: str, wanted: str | None = None) -> Protocol:
    """The protocol to use for a service whose model lists these: `wanted`, or for None the best."""
    if wanted is not None and wanted not in listed:
        raise UsageError(
            f"{service}: the model does not list protocol '{wanted}'{close_matches(wanted, listed)};"
            f" it lists {', '.join(listed)}"
        )
    for protocol in PROTOCOLS:
        if protocol.name in ((wanted,) if wanted is not None else listed):
            return protocol
    raise UsageError(
        f"{service}: the model lists {', '.join(listed)}; belfry supports only {', '.join(BY_NAME)}"
    )
