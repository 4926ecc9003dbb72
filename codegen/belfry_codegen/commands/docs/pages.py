# SPDX-License-Identifier: Apache-2.0
"""The contents of a service's pages: its index, and a page for each operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from urllib.parse import quote

from markupsafe import Markup

from belfry_codegen.commands.docs import programs, prose
from belfry_codegen.commands.docs.entries import Entries, Entry
from belfry_codegen.commands.docs.message import Message, message, with_token
from belfry_codegen.commands.docs.samples import complete_sample, sample
from belfry_codegen.commands.docs.syntax import type_lines
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass

AWS_PAGES = "https://docs.aws.amazon.com/goto/WebAPI"
_MOST_VALUES = 500
_AUTH = {
    ir.Auth.SIGV4: "Signature Version 4",
    ir.Auth.SIGV4A: "Signature Version 4a",
    ir.Auth.BEARER: "bearer token",
    ir.Auth.API_KEY: "API key",
    ir.Auth.NONE: "none",
}
_RESULTS = {
    ir.WaiterState.SUCCESS: "success",
    ir.WaiterState.FAILURE: "failure",
    ir.WaiterState.RETRY: "retry",
}

Paint = Callable[[str, str], Markup]
"""Makes HTML with colours of a text and its language."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An exception."""

    anchor: str
    type: str
    code: str
    status: str
    retried: str
    text: Markup
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """A waiter."""

    anchor: str
    name: str
    method: str
    page: str
    operation: str
    text: Markup
    times: str
    acceptors: tuple[tuple[str, str], ...]
    code: Markup


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list of operations or paginators."""

    page: str
    method: str
    name: str
    summary: str
    deprecated: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """A call, and the request that it becomes."""

    message: Message
    first_line: str
    body: Markup
    command: str


@dataclass(frozen=True, slots=True)
class OperationPage:
    """The page of an operation."""

    page: str
    """Its name, which is that of its header."""
    name: str
    method: str
    signature: Markup
    text: Markup
    summary: str
    deprecated: str | None
    address: str
    """The operation's page in AWS's reference; empty for services of others."""
    header: str
    request_line: str
    status: int
    auth: str
    syntax: Markup
    input: str
    input_text: Markup
    entries: tuple[Entry, ...]
    sent_events: tuple[Entry, ...]
    result: str
    output: str
    output_text: Markup
    types: Markup
    output_entries: tuple[Entry, ...]
    received_events: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    pages_method: str
    pages: Markup
    waits: tuple[Wait, ...]
    examples: tuple[tuple[str, Markup], ...]
    """The examples in the model: text and call."""
    program: Markup
    components: tuple[str, ...]
    sample: Sample


@dataclass(frozen=True, slots=True)
class ServicePage:
    """The index of a service."""

    name: str
    """The name among the models."""
    title: str
    text: Markup
    namespace: str
    id: str
    api_version: str
    protocol: str
    protocols: str
    auth: str
    signing_name: str
    endpoints: tuple[tuple[str, str], ...]
    """Regions and addresses."""
    parameters: tuple[tuple[str, str, Markup], ...]
    """Each parameter of the endpoint rules: name, type and text."""
    needs_xml: bool
    operations: tuple[Listed, ...]
    paginators: tuple[Listed, ...]
    waiters: tuple[Wait, ...]
    faults: tuple[Fault, ...]


class Pages:
    """Makes the pages of one service."""

    def __init__(self, plan: ServicePlan, paint: Paint, endpoints: tuple[tuple[str, str], ...]) -> None:
        self._plan = plan
        self._service = plan.service
        self._types = plan.types
        self._paint = paint
        self._endpoints = endpoints

    @cached_property
    def faults(self) -> dict[str, Fault]:
        """The exceptions by the names of their shapes."""
        return {
            name: self._fault(shape)
            for name, shape in sorted(self._service.shapes.items())
            if shape.error is not None
        }

    def page_name(self, planned: OperationPlan) -> str:
        """The name of an operation's page; `index` is that of the service's."""
        name = planned.path.rpartition("/")[2].removesuffix(".hpp")
        return f"{name}_" if name == "index" else name

    def service(self) -> ServicePage:
        """The page of the service."""
        service = self._service
        listed = {planned.operation.name: self._listed(planned) for planned in self._plan.operations}
        return ServicePage(
            name=self._plan.folder,
            title=service.full_name or service.id,
            text=prose.documentation(service.documentation),
            namespace=str(self._plan.files.namespace),
            id=service.id,
            api_version=service.api_version,
            protocol=service.protocol.name,
            protocols=", ".join(service.protocols),
            auth=self._auth(service.auth),
            signing_name=service.signing_name,
            endpoints=self._endpoints,
            parameters=tuple(self._parameters()),
            needs_xml=service.protocol.xml,
            operations=tuple(sorted(listed.values(), key=lambda each: each.method)),
            paginators=tuple(
                Listed(
                    f"{self.page_name(planned)}.html#pages",
                    str(planned.paginator.method),
                    planned.operation.name,
                    listed[planned.operation.name].summary,
                    planned.operation.deprecated is not None,
                )
                for planned in self._plan.operations
                if planned.paginator is not None
            ),
            waiters=tuple(wait for planned in self._plan.operations for wait in self._waits(planned)),
            faults=tuple(self.faults.values()),
        )

    def _listed(self, planned: OperationPlan) -> Listed:
        operation = planned.operation
        return Listed(
            f"{self.page_name(planned)}.html",
            str(planned.function),
            operation.name,
            prose.summary(operation.documentation),
            operation.deprecated is not None,
        )

    def _auth(self, schemes: tuple[ir.Auth, ...]) -> str:
        if self._service.signature_version == "v2":
            return "Signature Version 2"
        return " or ".join(_AUTH[scheme] for scheme in schemes)

    def _parameters(self) -> Iterator[tuple[str, str, Markup]]:
        rules = self._service.endpoint_rules
        declared = (rules.get("parameters") or {}) if isinstance(rules, dict) else {}
        for name, parameter in declared.items():
            kind = str(parameter.get("type", ""))
            text = prose.documentation(str(parameter.get("documentation", "")))
            yield name, kind.lower(), text

    def operations(self) -> Iterator[OperationPage]:
        """The pages of the operations."""
        for planned in self._plan.operations:
            yield self._operation(planned)

    def _operation(self, planned: OperationPlan) -> OperationPage:
        service, types, operation = self._service, self._types, planned.operation
        shapes, names = types.shapes, types.names
        complete = complete_sample(shapes, planned.input, _MOST_VALUES)
        small = sample(shapes, planned.input)
        bound = service.protocol.http_bindings
        components = {"curl"}
        if operation.input_events is not None:
            components.add("nghttp2")
        if service.protocol.xml:
            components.add("xml")
        lines = type_lines(types, planned.output)
        if operation.output_events is not None:
            lines += ["", *type_lines(types, operation.output_events)]
        return OperationPage(
            page=self.page_name(planned),
            name=operation.name,
            method=str(planned.function),
            signature=self._paint(self._signature(planned), "cpp"),
            text=prose.documentation(operation.documentation),
            summary=prose.summary(operation.documentation),
            deprecated=None if operation.deprecated is None else prose.summary(operation.deprecated.message),
            address=self._address(operation),
            header=str(planned.path),
            request_line=f"{operation.http.method} {operation.http.uri}",
            status=operation.http.status or 200,
            auth=self._auth(service.auth if operation.auth is None else operation.auth),
            syntax=self._paint(programs.text(programs.call(self._plan, planned, complete, True)), "cpp"),
            input=str(names[planned.input]),
            input_text=prose.documentation(shapes[planned.input].documentation),
            entries=Entries(types, "request", bound, True).of(shapes[planned.input]),
            sent_events=self._events(operation.input_events, "sent"),
            result=self._result(planned),
            output=str(names[planned.output]),
            output_text=prose.documentation(shapes[planned.output].documentation),
            types=self._paint(programs.text(lines), "cpp"),
            output_entries=Entries(types, "response", bound, False).of(shapes[planned.output]),
            received_events=self._events(operation.output_events, "received"),
            faults=tuple(self.faults[name] for name in operation.errors),
            pages_method=str(planned.paginator.method) if planned.paginator is not None else "",
            pages=self._paint(programs.text(programs.pages_sample(self._plan, planned, small)), "cpp")
            if planned.paginator is not None
            else Markup(),
            waits=tuple(self._waits(planned)),
            examples=tuple(
                (about, self._paint(programs.text(lines), "cpp"))
                for about, lines in programs.example_calls(self._plan, planned)
            ),
            program=self._paint(programs.program(self._plan, planned, small), "cpp"),
            components=tuple(sorted(components)),
            sample=self._sample(planned, small),
        )

    def _address(self, operation: ir.Operation) -> str:
        uid = self._service.uid
        return f"{AWS_PAGES}/{quote(uid, safe='')}/{quote(operation.name, safe='')}" if uid else ""

    def _events(self, shape: str | None, prefix: str) -> tuple[Entry, ...]:
        if shape is None:
            return ()
        return Entries(self._types, prefix, False, False).of(self._types.shapes[shape])

    def _result(self, planned: OperationPlan) -> str:
        if planned.operation.input_events is not None:
            return f"Result<EventStream<operations::{planned.tag}>>"
        return f"Result<{self._types.names[planned.output]}>"

    def _signature(self, planned: OperationPlan) -> str:
        names, operation = self._types.names, planned.operation
        parameters = [f"const {names[planned.input]}& input"]
        if operation.input_events is not None:
            parameters.insert(0, "DuplexTransport& transport")
        elif operation.output_events is not None:
            parameters.append(f"EventHandler<{names[operation.output_events]}> on_event")
        parameters.append("const CallOptions& options = {}")
        inner = ",\n    ".join(parameters)
        return f"{self._result(planned)} Client::{planned.function}(\n    {inner}) const;\n"

    def _fault(self, shape: ir.Shape) -> Fault:
        error = shape.error
        assert error is not None, "only exceptions are faults"
        name = str(self._types.names[shape.name])
        retried = "throttling" if error.throttling else "yes" if error.retryable else "no"
        return Fault(
            anchor=f"error-{name}",
            type=name,
            code=error.code,
            status=str(error.http_status or ""),
            retried=retried,
            text=prose.documentation(shape.documentation),
            entries=Entries(self._types, f"error-{name}", self._service.protocol.http_bindings, False).of(
                shape
            ),
        )

    def _waits(self, planned: OperationPlan) -> Iterator[Wait]:
        small = sample(self._types.shapes, planned.input)
        for view in planned.waiters:
            waiter = view.waiter
            longest = waiter.max_delay_seconds or waiter.delay_seconds
            pause = f"{waiter.delay_seconds}" + (f" to {longest}" if longest > waiter.delay_seconds else "")
            limit = f", at most {waiter.max_attempts} times" if waiter.max_attempts else ""
            code = programs.wait_sample(self._plan, planned, str(view.method), small)
            yield Wait(
                anchor=f"waiter-{view.method}",
                name=waiter.name,
                method=str(view.method),
                page=f"{self.page_name(planned)}.html",
                operation=str(planned.function),
                text=prose.documentation(waiter.documentation),
                times=f"Polls every {pause} seconds{limit}.",
                acceptors=tuple(
                    (_RESULTS[acceptor.state], _condition(acceptor)) for acceptor in waiter.acceptors
                ),
                code=self._paint(programs.text(code), "cpp"),
            )

    def _sample(self, planned: OperationPlan, value: dict[str, object]) -> Sample:
        found = message(self._plan, planned, value)
        filled = with_token(self._types.shapes[planned.input], value)
        return Sample(
            message=found,
            first_line=f"{found.method} {found.target} HTTP/1.1",
            body=self._paint(found.body, found.language) if found.body else Markup(),
            command=programs.wire_command(self._plan.folder, planned.operation.name, filled),
        )


def _condition(acceptor: ir.Acceptor) -> str:
    expected = acceptor.expected
    if acceptor.matcher is ir.Matcher.STATUS:
        return f"the status is {expected}"
    if acceptor.matcher is ir.Matcher.ERROR:
        if isinstance(expected, bool):
            return "the call fails" if expected else "the call succeeds"
        return f"the error is {expected}"
    path = acceptor.argument.text if acceptor.argument is not None else ""
    said = str(expected).lower() if isinstance(expected, bool) else str(expected)
    which = {
        ir.Matcher.PATH: "is",
        ir.Matcher.PATH_ALL: "has only",
        ir.Matcher.PATH_ANY: "has",
    }[acceptor.matcher]
    return f"`{path}` {which} {said}"
