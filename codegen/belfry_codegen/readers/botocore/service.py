# SPDX-License-Identifier: Apache-2.0
"""Reads a service in the `service-2` format, from api-models/ or botocore's data folder."""

from __future__ import annotations

import re
from pathlib import Path

from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.model.protocols import any_http_bindings
from belfry_codegen.model.records import replace
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers import shared_traits
from belfry_codegen.readers.botocore.metadata import checked_service_id, load
from belfry_codegen.readers.botocore.shapes import (
    ShapeReader,
    kind_of,
    with_flattened_names,
    xml_namespace,
    xml_traits,
)
from belfry_codegen.readers.files import services, versions
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.waiters_and_paginators import read_examples, read_paginators, read_waiters

_LABEL = re.compile(r"{([^{}]*)}")


def read_service(models: Path, service: str, version: str | None = None) -> ir.Service:
    """The service in the folder of that name: the version given, or the newest one for None."""
    known = versions(models / service)
    if not known:
        names = [name for name, _ in services(models)]
        raise UsageError(f"{models}: no service '{service}'{close_matches(service, names)}")
    if version is not None and version not in known:
        raise UsageError(f"{models / service}: no version '{version}'; it has {', '.join(known)}")
    return read_folder(models / service / (version or known[-1]))


def read_folder(folder: Path) -> ir.Service:
    """The service whose model files lie in `folder`."""
    root = load(folder, "service-2")
    if root is None:
        raise ModelError(str(folder / "service-2.json"), "", "no such file")
    service = with_flattened_names(_Reader(root).service())
    root = load(folder, "paginators-1")
    if root is not None:
        service = read_paginators(service, root)
    root = load(folder, "waiters-2")
    if root is not None:
        service = replace(service, waiters=read_waiters(service, root))
    root = load(folder, "examples-1")
    if root is not None:
        service = read_examples(service, root)
    # Both give the same answers. The rule set is easier to read.
    root = load(folder, "endpoint-rule-set-1") or load(folder, "endpoint-bdd-1")
    if root is not None:
        service = replace(service, endpoint_rules=root.data)
    return service


class _Reader:
    """One service-2 file."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.meta = root.required_child("metadata", "metadata")
        if not root.has("shapes") or not root.has("operations"):
            root.fail("'operations' or 'shapes' is missing")
        nodes = dict(root.children("shapes", "shape"))
        self.shape_reader = ShapeReader({name: kind_of(node) for name, node in nodes.items()})
        self.shapes = {name: self.shape_reader.shape(name, node) for name, node in nodes.items()}

    def service(self) -> ir.Service:
        root, meta = self.root, self.meta
        protocols = meta.texts("protocols") or (meta.required_text("protocol"),)
        rest = any_http_bindings(protocols)
        operations = {
            name: self._operation(name, node, rest) for name, node in root.children("operations", "operation")
        }
        prefix = meta.required_text("endpointPrefix")
        http2 = meta.child("protocolSettings")
        return ir.Service(
            id=checked_service_id(meta),
            api_version=meta.required_text("apiVersion"),
            full_name=meta.text("serviceFullName"),
            endpoint_prefix=prefix,
            signing_name=meta.text("signingName") or prefix,
            protocols=protocols,
            auth=self._auth(meta) or _default_auth(meta),
            signature_version=meta.text("signatureVersion", "v4"),
            shape_name=meta.text("targetPrefix"),
            json_version=meta.text("jsonVersion"),
            xml_namespace=xml_namespace(meta),
            global_endpoint=meta.optional_text("globalEndpoint"),
            query_compatible=meta.child("awsQueryCompatible") is not None,
            checksum_format=meta.optional_text("checksumFormat"),
            http2=http2.optional_text("h2") if http2 else None,
            uid=meta.text("uid"),
            documentation=root.text("documentation"),
            operations=operations,
            shapes=self.shapes,
            client_context=shared_traits.client_context(root, "clientContextParams"),
        )

    def _auth(self, node: Node) -> tuple[ir.Auth, ...]:
        known = {auth.value: auth for auth in ir.Auth}
        found = node.texts("auth")
        for name in found:
            if name not in known:
                node.fail(f"unknown authentication scheme '{name}'{close_matches(name, known)}")
        return tuple(known[name] for name in found)

    def _operation(self, name: str, node: Node, rest: bool) -> ir.Operation:
        given, returned = node.child("input"), node.child("output")
        endpoint = node.child("endpoint")
        discovery = node.child("endpointdiscovery")
        compression = node.child("requestcompression")
        operation = ir.Operation(
            name=name,
            wire_name=node.required_text("name"),
            http=shared_traits.http_binding(node.required_child("http"), node, "requestUri", "responseCode"),
            input=self.shape_reader.structure(given) if given else None,
            output=self.shape_reader.structure(returned) if returned else None,
            errors=self._errors(node),
            documentation=node.text("documentation"),
            deprecated=shared_traits.deprecation(node),
            auth=self._operation_auth(node),
            unsigned_payload=node.flag("unsignedPayload") or node.text("authtype") == "v4-unsigned-body",
            host_prefix=endpoint.optional_text("hostPrefix") if endpoint else None,
            idempotent=node.flag("idempotent"),
            readonly=node.flag("readonly"),
            endpoint_discovery=discovery is not None,
            endpoint_discovery_required=discovery.flag("required") if discovery else False,
            is_endpoint_operation=node.flag("endpointoperation"),
            compression=compression.texts("encodings") if compression else (),
            checksum=shared_traits.checksum(node.child("httpChecksum"), node.flag("httpChecksumRequired")),
            static_context=shared_traits.static_context(node, "staticContextParams"),
            operation_context=shared_traits.operation_context(node, "operationContextParams"),
            input_xml=xml_traits(given) if given else ir.NO_XML,
        )
        if rest:
            self._check_labels(operation, node)
        return operation

    def _errors(self, node: Node) -> tuple[str, ...]:
        # 35 operations list one error twice.
        names = dict.fromkeys(self.shape_reader.target(child) for child in node.items("errors"))
        for name in names:
            if self.shapes[name].error is None:
                node.fail(f"error shape '{name}' is not an exception")
        return tuple(names)

    def _operation_auth(self, node: Node) -> tuple[ir.Auth, ...] | None:
        if node.text("authtype") == "none":
            return (ir.Auth.NONE,)
        return self._auth(node) or None

    def _check_labels(self, operation: ir.Operation, node: Node) -> None:
        labels = [label.removesuffix("+") for label in _LABEL.findall(operation.http.uri)]
        members = self.shapes[operation.input].members if operation.input else ()
        bound = {member.wire_name: member for member in members if member.location is ir.Location.URI}
        for label in labels:
            if label not in bound:
                node.fail(f"no member is bound to the label '{{{label}}}' of '{operation.http.uri}'")
        for label, member in bound.items():
            if label not in labels:
                node.fail(f"'{operation.http.uri}' does not have a label for member '{member.name}'")


def _default_auth(meta: Node) -> tuple[ir.Auth, ...]:
    return (ir.Auth.BEARER,) if meta.text("signatureVersion") == "bearer" else (ir.Auth.SIGV4,)
