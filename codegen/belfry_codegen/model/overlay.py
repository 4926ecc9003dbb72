# SPDX-License-Identifier: Apache-2.0
"""The schema of overlay files, which add facts to a service's model.

A field `sign_path_verbatim` is the key `signPathVerbatim` in the file; codegen/README.md explains each key.
None stands for an absent key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from belfry_codegen.model import ir
from belfry_codegen.model.errors import Place
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """Facts about the whole service."""

    headers: Mapping[str, str] = field(default_factory=dict)
    max_attempts: int | None = None
    oauth_errors: bool | None = None
    response_crc32: bool | None = None
    retry_delay_milliseconds: int | None = None
    sign_path_verbatim: bool | None = None
    signature_version: str | None = None


@dataclass(frozen=True, slots=True)
class InputEntry:
    """A member of that name, in every operation's input that has it."""

    fallback: str


@dataclass(frozen=True, slots=True)
class PresignedParameterEntry:
    """The member of an operation's input that takes a presigned URL."""

    name: str
    sends_regions: bool | None = None


@dataclass(frozen=True, slots=True)
class OperationEntry:
    """An operation."""

    deprecated: bool | None = None
    deprecated_message: str | None = None
    documentation: str | None = None
    endpoint_parameters: Mapping[str, ir.Json] = field(default_factory=dict)
    ends_on_repeated_token: bool | None = None
    long_poll: bool | None = None
    message_digests: bool | None = None
    no_auth: bool | None = None
    presign_as_query: bool | None = None
    presigned_parameter: PresignedParameterEntry | None = None
    query_as_form: bool | None = None
    tree_hash: bool | None = None
    unwrapped_output: bool | None = None
    url_encoded_members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetryableEntry:
    """Marks an exception as retryable."""

    throttling: bool | None = None


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A member of a structure or union."""

    context_param: str | None = None
    deprecated: bool | None = None
    deprecated_message: str | None = None
    documentation: str | None = None
    idempotency_token: bool | None = None
    lenient: bool | None = None
    sensitive: bool | None = None
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class ShapeEntry:
    """A shape."""

    deprecated: bool | None = None
    deprecated_message: str | None = None
    documentation: str | None = None
    enum_documentation: Mapping[str, str] = field(default_factory=dict)
    last_segment: bool | None = None
    members: Mapping[str, MemberEntry] = field(default_factory=dict)
    retryable: RetryableEntry | None = None
    sensitive: bool | None = None
    xml_name: str | None = None


@dataclass(frozen=True, slots=True)
class Overlay:
    """A whole overlay file."""

    place: Place
    """The file; `place.at("shapes", "X")` is the place of the entry for shape X."""
    any_model: bool = False
    comment: str | None = None
    documentation: str | None = None
    exception_members: tuple[ir.Member, ...] = ()
    inputs: Mapping[str, InputEntry] = field(default_factory=dict)
    new_members: Mapping[str, tuple[ir.Member, ...]] = field(default_factory=dict)
    new_shapes: Mapping[str, ir.Shape] = field(default_factory=dict)
    operations: Mapping[str, OperationEntry] = field(default_factory=dict)
    pagination: Mapping[str, ir.Paginator] = field(default_factory=dict)
    service: ServiceEntry = ServiceEntry()
    shapes: Mapping[str, ShapeEntry] = field(default_factory=dict)
    waiters: Mapping[str, ir.Waiter] = field(default_factory=dict)
