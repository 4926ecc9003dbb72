# SPDX-License-Identifier: Apache-2.0
"""Reads a service from a Smithy JSON AST, version 2.0 or 1.0."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.protocols import BY_SMITHY_TRAIT, JSON_VERSIONS, any_http_bindings
from belfry_codegen.model.records import replace
from belfry_codegen.readers import shared_traits
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.smithy.auth import Authentication
from belfry_codegen.readers.smithy.json_ast import (
    Model,
    Traits,
    operation_ids,
    short_name,
    targets,
    traits_of,
)
from belfry_codegen.readers.smithy.shapes import Shapes, mark_events
from belfry_codegen.readers.smithy.waiters_and_paginators import (
    check_paginator,
    read_examples,
    read_paginator,
    read_waiters,
)

_LABEL = re.compile(r"{([^{}]*)}")
_NO_NAME = re.compile(r"[^A-Za-z0-9 -]+")


def service_names(path: Path) -> dict[str, tuple[str, str]]:
    """The ID and API version, by folder name, of each service in a model that has a supported protocol."""
    model = Model(path)
    found = {}
    for shape_id in model.services():
        node = model.shape(shape_id, Node(model.file, "", {}))
        if _protocol_traits(traits_of(node)):
            name = _service_id(shape_id, traits_of(node)).lower().replace(" ", "-")
            found[name] = (shape_id, node.text("version"))
    return found


def read_smithy(path: Path, shape_id: str | None = None) -> ir.Service:
    """The service of that ID; for None, the only one in the file."""
    model = Model(path)
    services = model.services()
    if shape_id is None:
        if len(services) != 1:
            names = ", ".join(services) or "none"
            raise ModelError(model.file, "", f"expected exactly one service, found {names}")
        shape_id = services[0]
    node = model.shape(shape_id, Node(model.file, "", {}))
    named = Node(node.file, f"service '{short_name(shape_id)}'", node.data)
    return _Reader(model, shape_id, named).service()


def _protocol_traits(traits: Traits) -> list[str]:
    """The traits of the protocols that the service has and belfry supports, in the model's order."""
    return [trait for trait in traits.node.data if trait in BY_SMITHY_TRAIT]


def _service_id(shape_id: str, traits: Traits) -> str:
    aws = traits.child("aws.api#service")
    name = aws.required_text("sdkId") if aws else short_name(shape_id)
    return _NO_NAME.sub(" ", name).strip()


class _Reader:
    def __init__(self, model: Model, shape_id: str, node: Node) -> None:
        self.model = model
        self.shape_id = shape_id
        self.node = node
        self.traits = traits_of(node)
        self.protocol_traits = _protocol_traits(self.traits)
        if not self.protocol_traits:
            node.fail(
                f"the service has none of the protocols that belfry supports: {', '.join(BY_SMITHY_TRAIT)}"
            )
        named = (BY_SMITHY_TRAIT[trait].name for trait in self.protocol_traits)
        self.protocols = tuple(dict.fromkeys(named))
        self.http_bindings = any_http_bindings(self.protocols)
        self.auth = Authentication(model, node, self.traits)
        self.shapes = Shapes(model, node, self.http_bindings)

    def service(self) -> ir.Service:
        aws = self.traits.child("aws.api#service")
        service_id = _service_id(self.shape_id, self.traits)
        if not service_id or not service_id[0].isalpha():
            self.node.fail(f"the service's ID must begin with a letter, not be '{service_id}'")
        plain = re.sub(r"[^a-z0-9]", "", service_id.lower())
        prefix = ((aws.text("endpointPrefix") or aws.text("arnNamespace")) if aws else "") or plain
        sigv4 = self.traits.child("aws.auth#sigv4")
        discovery = self.traits.child("aws.api#clientEndpointDiscovery")
        nodes = self._operations()
        # Sorted, as botocore lists them.
        operations = {
            short_name(shape_id): self._operation(shape_id, nodes[shape_id], discovery)
            for shape_id in sorted(nodes, key=short_name)
        }
        self.shapes.read_all()
        found = mark_events(self.shapes.found)
        for shape_id, node in nodes.items():
            operation = operations[short_name(shape_id)]
            self._check(operation, found, node)
            operations[operation.name] = self._with_labels(operation, found, node)
        settings = [one for trait in self.protocol_traits if (one := self.traits.child(trait))]
        return ir.Service(
            id=service_id,
            api_version=self.node.text("version"),
            full_name=self.traits.text("title") or "",
            endpoint_prefix=prefix,
            signing_name=(sigv4.text("name") if sigv4 else "") or prefix,
            protocols=self.protocols,
            auth=self.auth.service,
            api_key=self.auth.api_key,
            shape_name=short_name(self.shape_id),
            no_error_wrapping=any(one.flag("noErrorWrapping") for one in settings),
            json_version=next((JSON_VERSIONS[t] for t in self.protocol_traits if t in JSON_VERSIONS), ""),
            xml_namespace=shared_traits.xml_namespace(self.traits.child("xmlNamespace")),
            query_compatible=self.traits.has("aws.protocols#awsQueryCompatible"),
            http2=_http2(settings),
            uid=self._uid(aws),
            documentation=self.traits.text("documentation") or "",
            operations=operations,
            shapes={name: found[name] for name in sorted(found)},
            waiters=self._waiters(nodes),
            client_context=shared_traits.client_context(self.traits.node, "smithy.rules#clientContextParams"),
            endpoint_rules=self._rules(aws, prefix),
        )

    def _uid(self, aws: Node | None) -> str:
        """The trait's `docId`, whose default Smithy makes of the ID and the version."""
        if aws is None:
            return ""
        sdk_id = aws.required_text("sdkId").lower().replace(" ", "-")
        return aws.text("docId") or f"{sdk_id}-{self.node.text('version')}"

    def _operations(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        names: dict[str, str] = {}
        for shape_id in operation_ids(self.model, self.node):
            raw = self.model.shape(shape_id, self.node)
            node = Node(raw.file, f"operation '{short_name(shape_id)}'", raw.data)
            if node.required_text("type") != "operation":
                self.node.fail(f"'{shape_id}' must be an operation, but its type is {node.text('type')}")
            if short_name(shape_id) in names:
                node.fail(
                    f"'{names[short_name(shape_id)]}' has the same name; names must be unique in a service"
                )
            names[short_name(shape_id)] = shape_id
            found[shape_id] = node
        return found

    def _rules(self, aws: Node | None, prefix: str) -> ir.Json:
        # Both give the same answers. The rule set is easier to read.
        for trait in ("smithy.rules#endpointRuleSet", "smithy.rules#endpointBdd"):
            if (rules := self.traits.child(trait)) is not None:
                return rules.data
        return _default_rules(prefix if aws else None)

    def _operation(self, shape_id: str, node: Node, discovery: Node | None) -> ir.Operation:
        name = short_name(shape_id)
        traits = traits_of(node)
        endpoint = traits.child("endpoint")
        compression = traits.child("requestCompression")
        discovered = traits.child("aws.api#clientDiscoveredEndpoint")
        errors = dict.fromkeys([*targets(node, "errors"), *targets(self.node, "errors")])
        return ir.Operation(
            name=name,
            wire_name=name,
            http=self._http(node, traits),
            input=self.shapes.structure(node, "input"),
            output=self.shapes.structure(node, "output"),
            errors=tuple(self._error(target, node) for target in errors),
            documentation=traits.text("documentation") or "",
            deprecated=shared_traits.deprecation_trait(traits.child("deprecated")),
            auth=self.auth.of_operation(node, traits),
            unsigned_payload=traits.has("aws.auth#unsignedPayload"),
            host_prefix=endpoint.required_text("hostPrefix") if endpoint else None,
            idempotent=traits.has("idempotent"),
            readonly=traits.has("readonly"),
            long_poll=traits.has("longPoll"),
            endpoint_discovery=discovered is not None,
            endpoint_discovery_required=discovered.flag("required") if discovered else False,
            is_endpoint_operation=discovery is not None and discovery.text("operation") == shape_id,
            compression=compression.texts("encodings") if compression else (),
            checksum=shared_traits.checksum(
                traits.child("aws.protocols#httpChecksum"), traits.has("httpChecksumRequired")
            ),
            static_context=shared_traits.static_context(traits.node, "smithy.rules#staticContextParams"),
            operation_context=shared_traits.operation_context(
                traits.node, "smithy.rules#operationContextParams"
            ),
            unwrapped_output=traits.has("aws.customizations#s3UnwrappedXmlOutput"),
            examples=read_examples(traits),
            paginator=read_paginator(name, traits, self.traits.child("paginated")),
        )

    def _http(self, node: Node, traits: Traits) -> ir.HttpBinding:
        http = traits.child("http")
        if not self.http_bindings:
            return ir.HttpBinding()
        if http is None:
            node.fail("the trait 'http' is missing; the service's protocol needs it")
        return shared_traits.http_binding(http, node, "uri", "code")

    def _error(self, target: str, node: Node) -> str:
        if not traits_of(self.model.shape(target, node)).has("error"):
            node.fail(f"error shape '{target}' does not have the trait 'error'")
        return self.shapes.name(target, node)

    def _check(self, operation: ir.Operation, shapes: dict[str, ir.Shape], node: Node) -> None:
        given = shapes[operation.input] if operation.input else None
        if operation.paginator is not None:
            check_paginator(operation.paginator, given, node)
        for label in _LABEL.findall(operation.host_prefix or ""):
            member = given.member(label) if given else None
            if member is None or not member.host_label:
                node.fail(
                    f"no member with 'hostLabel' for the label '{{{label}}}' of '{operation.host_prefix}'"
                )

    def _with_labels(self, operation: ir.Operation, shapes: dict[str, ir.Shape], node: Node) -> ir.Operation:
        """Checks that each label has a member, and gives each label the spelling of its member."""
        if not self.http_bindings:
            return operation
        members = shapes[operation.input].members if operation.input else ()
        bound = {member.wire_name for member in members if member.location is ir.Location.URI}
        lower = {name.lower(): name for name in bound}
        uri = operation.http.uri
        used = set()

        def spelled(match: re.Match[str]) -> str:
            label = match.group(1)
            name = label.removesuffix("+")
            name = name if name in bound else lower.get(name.lower(), "")
            if not name:
                node.fail(f"no member is bound to the label '{{{label}}}' of '{uri}'")
            used.add(name)
            return f"{{{name}+}}" if label.endswith("+") else f"{{{name}}}"

        spelled_uri = _LABEL.sub(spelled, uri)
        for name in sorted(bound - used):
            node.fail(f"'{uri}' does not have a label for member '{name}'")
        return replace(operation, http=replace(operation.http, uri=spelled_uri))

    def _waiters(self, nodes: dict[str, Node]) -> dict[str, ir.Waiter]:
        found: dict[str, ir.Waiter] = {}
        for shape_id in sorted(nodes, key=short_name):
            for waiter in read_waiters(short_name(shape_id), traits_of(nodes[shape_id])):
                if waiter.name in found:
                    nodes[shape_id].fail(
                        f"operation '{found[waiter.name].operation}' also defines a waiter '{waiter.name}'"
                    )
                found[waiter.name] = waiter
        return {name: found[name] for name in sorted(found)}


def _http2(settings: list[Node]) -> str | None:
    """botocore's value of `h2`, which says what the service uses HTTP/2 for; None if it does not use it."""
    for_all = [version for node in settings for version in node.texts("http")]
    for_events = [version for node in settings for version in node.texts("eventStreamHttp")]
    if "h2" in for_events and "http/1.1" not in for_events:
        return "eventstream"
    return "optional" if "h2" in for_all else None


def _default_rules(prefix: str | None) -> ir.Json:
    """Rules for a model without any: the configured endpoint, or else the usual one of an AWS service."""
    endpoint = {"ref": "Endpoint"}
    region = {"ref": "Region"}
    parameters: dict[str, Any] = {
        "Endpoint": {"builtIn": "SDK::Endpoint", "required": False, "type": "string"},
        "Region": {"builtIn": "AWS::Region", "required": False, "type": "string"},
    }
    rules: list[dict[str, Any]] = [
        {
            "conditions": [{"fn": "isSet", "argv": [endpoint]}],
            "endpoint": {"url": endpoint},
            "type": "endpoint",
        }
    ]
    if prefix is not None:
        found = [
            {"fn": "isSet", "argv": [region]},
            {"fn": "aws.partition", "argv": [region], "assign": "PartitionResult"},
        ]
        url = f"https://{prefix}.{{Region}}.{{PartitionResult#dnsSuffix}}"
        rules.append({"conditions": found, "endpoint": {"url": url}, "type": "endpoint"})
    missing = "this service needs an endpoint" if prefix is None else "a region or an endpoint is needed"
    rules.append({"conditions": [], "error": missing, "type": "error"})
    return {"version": "1.0", "parameters": parameters, "rules": rules}
