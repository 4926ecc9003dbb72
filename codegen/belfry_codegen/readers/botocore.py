# SPDX-License-Identifier: Apache-2.0
"""Reads the `service-2` format, as it lies in api-models/ and in botocore's data folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from belfry_codegen import ir
from belfry_codegen.errors import ModelError, UsageError
from belfry_codegen.readers import facts
from belfry_codegen.readers.files import deep_merge, find_file, load_json, services, versions
from belfry_codegen.readers.follow_ups import read_examples, read_paginators, read_waiters
from belfry_codegen.readers.node import Node
from belfry_codegen.suggest import close_matches

_KINDS = {
    "structure": ir.Kind.STRUCTURE,
    "list": ir.Kind.LIST,
    "map": ir.Kind.MAP,
    "string": ir.Kind.STRING,
    "character": ir.Kind.STRING,
    "blob": ir.Kind.BLOB,
    "boolean": ir.Kind.BOOLEAN,
    "byte": ir.Kind.BYTE,
    "short": ir.Kind.SHORT,
    "integer": ir.Kind.INTEGER,
    "long": ir.Kind.LONG,
    "float": ir.Kind.FLOAT,
    "double": ir.Kind.DOUBLE,
    "bigInteger": ir.Kind.BIG_INTEGER,
    "bigDecimal": ir.Kind.BIG_DECIMAL,
    "timestamp": ir.Kind.TIMESTAMP,
}
_LOCATIONS = {
    "uri": ir.Location.URI,
    "querystring": ir.Location.QUERY,
    "header": ir.Location.HEADER,
    "headers": ir.Location.HEADERS,
    "statusCode": ir.Location.STATUS_CODE,
}
_TIMESTAMPS = {
    "iso8601": ir.TimestampFormat.DATE_TIME,
    "unixTimestamp": ir.TimestampFormat.EPOCH_SECONDS,
    "rfc822": ir.TimestampFormat.HTTP_DATE,
}
_LABEL = re.compile(r"{([^{}]*)}")


def read_service(models: Path, service: str, version: str | None = None) -> ir.Service:
    """The service of that folder name, its newest version unless one is asked for."""
    known = versions(models / service)
    if not known:
        names = [name for name, _ in services(models)]
        raise UsageError(f"{models}: no service '{service}'{close_matches(service, names)}")
    if version is not None and version not in known:
        raise UsageError(f"{models / service}: no version '{version}'; there is {', '.join(known)}")
    return read_folder(models / service / (version or known[-1]))


def read_folder(folder: Path) -> ir.Service:
    """The service whose model files lie in `folder`."""
    path, root = _load(folder, "service-2")
    if root is None:
        raise ModelError(str(folder / "service-2.json"), "", "no such file")
    service = _with_flattened_names(_Reader(path).service(root))
    path, root = _load(folder, "paginators-1")
    if root is not None:
        service = read_paginators(service, root)
    path, root = _load(folder, "waiters-2")
    if root is not None:
        service = replace(service, waiters=read_waiters(service, root))
    path, root = _load(folder, "examples-1")
    if root is not None:
        service = read_examples(service, root)
    path, root = _load(folder, "endpoint-rule-set-1")
    if root is not None:
        service = replace(service, endpoint_rules=root.data)
    return service


def service_id(folder: Path) -> str:
    """The id of the service whose model files lie in `folder`, and nothing else of it."""
    return _service_id(_metadata(folder))


def api_version(folder: Path) -> str:
    """The API version of the service whose model files lie in `folder`."""
    return _metadata(folder).required_text("apiVersion")


def _metadata(folder: Path) -> Node:
    _, root = _load(folder, "service-2")
    if root is None:
        raise ModelError(str(folder / "service-2.json"), "", "no such file")
    return root.required_child("metadata", "metadata")


def _service_id(meta: Node) -> str:
    service_id = meta.required_text("serviceId")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9 -]*", service_id):
        meta.fail(f"'serviceId' is no name: '{service_id}'")
    return service_id


def _with_flattened_names(service: ir.Service) -> ir.Service:
    """The service with flattened lists called, in XML and queries, as their elements are if they say."""

    def named(member: ir.Member) -> ir.Member:
        target = service.shapes[member.target]
        if target.element is None or target.element.xml.name is None:
            return member
        if not (member.xml.flattened or target.xml.flattened):
            return member
        return replace(member, xml=replace(member.xml, name=target.element.xml.name))

    shapes = {
        name: replace(shape, members=tuple(named(member) for member in shape.members))
        if shape.members
        else shape
        for name, shape in service.shapes.items()
    }
    return replace(service, shapes=shapes)


def read_shapes(file: str, nodes: Mapping[str, Node], known: Mapping[str, ir.Shape]) -> dict[str, ir.Shape]:
    """Shapes that may refer to each other and to known ones."""
    reader = _Reader(file)
    reader.types = {name: shape.kind for name, shape in known.items()}
    reader.types.update({name: reader.kind(node) for name, node in nodes.items()})
    return {name: reader.shape(name, node) for name, node in nodes.items()}


def read_members(node: Node, known: Mapping[str, ir.Shape]) -> tuple[ir.Member, ...]:
    """The members of a structure, which refer to known shapes."""
    reader = _Reader(node.file)
    reader.types = {name: shape.kind for name, shape in known.items()}
    return reader.members(node)


def _load(folder: Path, stem: str) -> tuple[str, Node | None]:
    path = find_file(folder, stem)
    if path is None:
        return "", None
    root = Node.of(str(path), "", load_json(path))
    extras = find_file(folder, f"{stem}.sdk-extras")
    if extras is not None:
        merge = Node.of(str(extras), "", load_json(extras)).child("merge")
        if merge is not None:
            deep_merge(root.data, merge.data)
    return str(path), root


class _Reader:
    """One service-2 file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.shapes: dict[str, ir.Shape] = {}
        self.types: dict[str, ir.Kind] = {}

    def service(self, root: Node) -> ir.Service:
        meta = root.required_child("metadata", "metadata")
        if not root.has("shapes") or not root.has("operations"):
            root.fail("'operations' and 'shapes' are expected")
        nodes = dict(root.children("shapes", "shape"))
        self.types = {name: self.kind(node) for name, node in nodes.items()}
        self.shapes = {name: self.shape(name, node) for name, node in nodes.items()}
        protocols = meta.texts("protocols") or (meta.required_text("protocol"),)
        rest = any(name.startswith("rest-") for name in protocols)
        operations = {
            name: self._operation(name, node, rest) for name, node in root.children("operations", "operation")
        }
        prefix = meta.required_text("endpointPrefix")
        http2 = meta.child("protocolSettings")
        return ir.Service(
            id=_service_id(meta),
            api_version=meta.required_text("apiVersion"),
            full_name=meta.text("serviceFullName"),
            endpoint_prefix=prefix,
            signing_name=meta.text("signingName") or prefix,
            protocols=protocols,
            auth=self._auth(meta) or _default_auth(meta),
            signature_version=meta.text("signatureVersion", "v4"),
            target_prefix=meta.text("targetPrefix"),
            json_version=meta.text("jsonVersion"),
            xml_namespace=_xml_namespace(meta),
            global_endpoint=meta.optional_text("globalEndpoint"),
            query_compatible=meta.child("awsQueryCompatible") is not None,
            checksum_format=meta.optional_text("checksumFormat"),
            http2=http2.optional_text("h2") if http2 else None,
            uid=meta.text("uid"),
            documentation=root.text("documentation"),
            operations=operations,
            shapes=self.shapes,
            client_context=facts.client_context(root, "clientContextParams"),
        )

    def _auth(self, node: Node) -> tuple[ir.Auth, ...]:
        known = {auth.value: auth for auth in ir.Auth}
        found = node.texts("auth")
        for name in found:
            if name not in known:
                node.fail(f"unknown auth scheme '{name}'")
        return tuple(known[name] for name in found)

    def kind(self, node: Node) -> ir.Kind:
        name = node.required_text("type")
        kind = _KINDS.get(name)
        if kind is None:
            node.fail(f"unknown type '{name}'{close_matches(name, _KINDS)}")
        if node.flag("document"):
            return ir.Kind.DOCUMENT
        if kind is ir.Kind.STRUCTURE and (node.flag("union") or node.flag("eventstream")):
            return ir.Kind.UNION
        if kind is ir.Kind.STRING and node.has("enum"):
            return ir.Kind.ENUM
        if kind is ir.Kind.INTEGER and node.has("enum"):
            return ir.Kind.INT_ENUM
        return kind

    def _target(self, node: Node, key: str = "shape") -> str:
        target = node.required_text(key)
        if target not in self.types:
            node.fail(f"shape '{target}' is not defined{close_matches(target, self.types)}")
        return target

    def shape(self, name: str, node: Node) -> ir.Shape:
        kind = self.types[name]
        return ir.Shape(
            name=name,
            kind=kind,
            documentation=node.text("documentation"),
            deprecated=node.flag("deprecated"),
            sensitive=node.flag("sensitive"),
            box=node.flag("box"),
            limits=facts.limits(node),
            pattern=node.optional_text("pattern"),
            members=self.members(node) if kind in (ir.Kind.STRUCTURE, ir.Kind.UNION) else (),
            error=self._error(name, node),
            element=self._reference(node, "member") if kind is ir.Kind.LIST else None,
            key=self._reference(node, "key") if kind is ir.Kind.MAP else None,
            value=self._reference(node, "value") if kind is ir.Kind.MAP else None,
            sparse=node.flag("sparse"),
            enum_values=self._enum_values(node),
            timestamp_format=_timestamp_format(node),
            streaming=node.flag("streaming"),
            requires_length=node.flag("requiresLength"),
            event_stream=node.flag("eventstream"),
            event=node.flag("event"),
            json_value=node.flag("jsonvalue"),
            synthetic=node.flag("synthetic"),
            wrapper=node.flag("wrapper"),
            xml=_xml(node),
        )

    def _enum_values(self, node: Node) -> tuple[ir.EnumValue, ...]:
        values = node.texts("enum")
        if node.has("enum") and not values:
            node.fail("'enum' is empty")
        if len(set(values)) != len(values):
            twice = next(value for value in values if values.count(value) > 1)
            node.fail(f"'enum' lists '{twice}' twice")
        return tuple(ir.EnumValue(value) for value in values)

    def _error(self, name: str, node: Node) -> ir.ErrorTraits | None:
        error = node.child("error")
        if not node.flag("exception") and error is None:
            return None
        sender = error.optional_flag("senderFault") if error else None
        return facts.error_traits(
            code=(error.text("code") if error else "") or name,
            http_status=error.integer("httpStatusCode") if error else None,
            sender_fault=False if node.flag("fault") else sender,
            retryable=node.child("retryable"),
        )

    def _reference(self, node: Node, key: str) -> ir.Reference:
        child = node.required_child(key, f"{node.where}, {key}")
        return ir.Reference(
            target=self._target(child),
            documentation=child.text("documentation"),
            timestamp_format=_timestamp_format(child),
            xml=_xml(child),
        )

    def members(self, node: Node) -> tuple[ir.Member, ...]:
        required = node.texts("required")
        payload = node.optional_text("payload")
        members = dict(node.children("members", "member"))
        for name in (*required, *((payload,) if payload else ())):
            if name not in members:
                node.fail(f"member '{name}' is not defined{close_matches(name, members)}")
        return tuple(
            self._member(name, child, name in required, name == payload) for name, child in members.items()
        )

    def _member(self, name: str, node: Node, required: bool, payload: bool) -> ir.Member:
        if not name:
            node.fail("a member has no name")
        target = self._target(node)
        location = ir.Location.PAYLOAD if payload else self._location(node, self.types[target])
        # An empty prefix is meant: dataexchange's SendApiAsset takes every header.
        wire_name = node.optional_text("locationName")
        if wire_name is None or (not wire_name and location is not ir.Location.HEADERS):
            wire_name = name
        return ir.Member(
            name=name,
            target=target,
            required=required,
            location=location,
            wire_name=wire_name,
            documentation=node.text("documentation"),
            deprecated=node.flag("deprecated"),
            timestamp_format=_timestamp_format(node),
            idempotency_token=node.flag("idempotencyToken"),
            # Elsewhere it only says what a string holds.
            json_value=node.flag("jsonvalue") and location is ir.Location.HEADER,
            sensitive=node.flag("sensitive"),
            streaming=node.flag("streaming"),
            box=node.flag("box"),
            default=node.data.get("default"),
            event_payload=node.flag("eventpayload"),
            event_header=node.flag("eventheader"),
            host_label=node.flag("hostLabel"),
            context_param=self._context_param(node),
            xml=_xml(node),
        )

    def _location(self, node: Node, target: ir.Kind) -> ir.Location:
        name = node.optional_text("location")
        if name is None:
            return ir.Location.BODY
        if name not in _LOCATIONS:
            node.fail(f"unknown location '{name}'{close_matches(name, _LOCATIONS)}")
        location = _LOCATIONS[name]
        if location is ir.Location.QUERY and target is ir.Kind.MAP:
            return ir.Location.QUERY_MAP
        if not facts.may_travel(target, location):
            node.fail(f"a {target.value} cannot travel in '{name}'")
        return location

    def _context_param(self, node: Node) -> str | None:
        child = node.child("contextParam")
        return child.required_text("name") if child else None

    def _operation(self, name: str, node: Node, rest: bool) -> ir.Operation:
        given, returned = node.child("input"), node.child("output")
        endpoint = node.child("endpoint")
        discovery = node.child("endpointdiscovery")
        compression = node.child("requestcompression")
        wrapper = returned.optional_text("resultWrapper") if returned else None
        operation = ir.Operation(
            name=name,
            wire_name=node.required_text("name"),
            http=facts.http_binding(node.required_child("http"), node, "requestUri", "responseCode"),
            input=self._structure(given) if given else None,
            output=self._structure(returned) if returned else None,
            errors=self._errors(node),
            documentation=node.text("documentation"),
            deprecated=node.flag("deprecated"),
            auth=self._operation_auth(node),
            unsigned_payload=node.flag("unsignedPayload") or node.text("authtype") == "v4-unsigned-body",
            host_prefix=endpoint.optional_text("hostPrefix") if endpoint else None,
            idempotent=node.flag("idempotent"),
            readonly=node.flag("readonly"),
            endpoint_discovery=discovery is not None,
            endpoint_discovery_required=discovery.flag("required") if discovery else False,
            is_endpoint_operation=node.flag("endpointoperation"),
            compression=compression.texts("encodings") if compression else (),
            checksum=facts.checksum(node.child("httpChecksum"), node.flag("httpChecksumRequired")),
            static_context=facts.static_context(node, "staticContextParams"),
            operation_context=facts.operation_context(node, "operationContextParams"),
            input_xml=_xml(given) if given else ir.NO_XML,
            result_wrapper=wrapper,
        )
        if rest:
            self._check_labels(operation, node)
        return operation

    def _structure(self, node: Node) -> str:
        target = self._target(node)
        if self.types[target] is not ir.Kind.STRUCTURE:
            node.fail(f"shape '{target}' is a {self.types[target].value}, and a structure is expected")
        return target

    def _errors(self, node: Node) -> tuple[str, ...]:
        # 35 operations list one error twice.
        names = dict.fromkeys(self._target(child) for child in node.items("errors"))
        for name in names:
            if self.shapes[name].error is None:
                node.fail(f"error shape '{name}' is no exception")
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
                node.fail(f"no member for the label '{{{label}}}' of '{operation.http.uri}'")
        for label, member in bound.items():
            if label not in labels:
                node.fail(f"'{operation.http.uri}' has no label for member '{member.name}'")


def _timestamp_format(node: Node) -> ir.TimestampFormat | None:
    return facts.timestamp_format(node.optional_text("timestampFormat"), _TIMESTAMPS, node)


def _default_auth(meta: Node) -> tuple[ir.Auth, ...]:
    return (ir.Auth.BEARER,) if meta.text("signatureVersion") == "bearer" else (ir.Auth.SIGV4,)


def _xml_namespace(node: Node) -> ir.XmlNamespace | None:
    if isinstance(node.data.get("xmlNamespace"), str):
        return ir.XmlNamespace(node.required_text("xmlNamespace"))
    return facts.xml_namespace(node.child("xmlNamespace"))


def _xml(node: Node) -> ir.XmlTraits:
    return facts.xml_traits(
        ir.XmlTraits(
            name=node.optional_text("locationName"),
            namespace=_xml_namespace(node),
            attribute=node.flag("xmlAttribute"),
            flattened=node.flag("flattened"),
            query_name=node.optional_text("queryName"),
        )
    )
