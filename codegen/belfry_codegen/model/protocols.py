# SPDX-License-Identifier: Apache-2.0
"""The protocols that belfry speaks, and what the generator must know of each.

This is the only module that knows a protocol by its name; all others ask a `Protocol` what they need.
"""

from __future__ import annotations

from dataclasses import dataclass

from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.suggestions import close_matches


@dataclass(frozen=True, slots=True)
class Protocol:
    """How operations of a service become messages."""

    name: str
    """As botocore's models, lists and `--protocol` spell it."""
    smithy_traits: tuple[str, ...]
    """The traits of a Smithy service that say it; the versions of one protocol share an entry."""
    cpp_name: str
    """The `Protocol` object in namespace `belfry`, and the header in `belfry/protocol/` that declares it."""
    oauth_cpp_name: str = ""
    """The same for services whose errors are OAuth 2.0's; empty where there are no such services."""
    http_bindings: bool = False
    """Whether an operation has a method and a URI, and members travel in labels, the query and headers."""
    json_names: bool = False
    """Whether Smithy's `jsonName` renames a member."""
    target_header: bool = False
    """Whether `X-Amz-Target` names the operation."""
    json_versions: tuple[str, ...] = ()
    """What each of the traits says that the media type is: 1.1 for `application/x-amz-json-1.1`."""
    form: bool = False
    """Whether requests are form data (awsQuery, ec2Query)."""
    element_names: bool = True
    """Whether form data names a list's elements: `List.member.1` rather than `List.1`."""
    query_errors: bool = False
    """Whether errors have the code and the status of Smithy's `awsQueryError`."""
    xml: bool = False
    """Whether responses are XML documents, and members are called as XML traits say."""
    rpc_v2: bool = False
    """Whether it is one of Smithy's RPC v2 protocols: paths hold the service shape's name, operations without
    an input have no body, and requests say whether they accept events."""
    big_numbers_as_text: bool = False
    """Whether bigInteger and bigDecimal travel as strings."""
    event_codec: str | None = None
    """What the payloads of events are (`belfry/events/CODEC.hpp`); None where there are no event streams."""

    @property
    def initial_messages(self) -> bool:
        """Whether a stream's first event holds the members that are not events."""
        return not self.http_bindings


PROTOCOLS = (
    Protocol(
        name="json",
        smithy_traits=("aws.protocols#awsJson1_0", "aws.protocols#awsJson1_1"),
        cpp_name="aws_json",
        target_header=True,
        json_versions=("1.0", "1.1"),
        event_codec="json",
    ),
    Protocol(
        name="smithy-rpc-v2-json",
        smithy_traits=("smithy.protocols#rpcv2Json",),
        cpp_name="rpc_v2_json",
        rpc_v2=True,
        big_numbers_as_text=True,
        event_codec="json",
    ),
    Protocol(
        name="rest-json",
        smithy_traits=("aws.protocols#restJson1",),
        cpp_name="rest_json",
        oauth_cpp_name="rest_json_oauth",
        http_bindings=True,
        json_names=True,
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
"""Best first. Where a service lists several, the first of these is what botocore speaks with it, too."""

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
    """The protocol to speak with a service whose model lists these: `wanted`, or the best."""
    if wanted is not None and wanted not in listed:
        raise UsageError(
            f"{service}: does not speak '{wanted}'{close_matches(wanted, listed)};"
            f" its model lists {', '.join(listed)}"
        )
    for protocol in PROTOCOLS:
        if protocol.name in ((wanted,) if wanted is not None else listed):
            return protocol
    raise UsageError(f"{service}: speaks {', '.join(listed)}; belfry speaks {', '.join(BY_NAME)}")
