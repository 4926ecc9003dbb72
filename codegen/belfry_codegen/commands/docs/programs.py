# SPDX-License-Identifier: Apache-2.0
"""The complete program on an operation's page, and the shorter samples for pages and waiters."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from belfry_codegen.commands.docs.syntax import ALIAS, Syntax
from belfry_codegen.cpp.auth import bearer_tokens
from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.examples import example_views
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan
from belfry_codegen.cpp.templating import templates_of
from belfry_codegen.model import ir

_FAIL = (
    "int fail(const belfry::Error& error) {",
    '    std::fprintf(stderr, "%s\\n", belfry::explain(error).c_str());',
    "    return 1;",
    "}",
)


def call(plan: ServicePlan, planned: OperationPlan, value: Mapping[str, Any], explains: bool) -> list[str]:
    """The call of an operation with that input."""
    syntax = Syntax(plan.types, explains)
    operation = planned.operation
    before, behind = f"const auto result = client.{planned.function}(", ");"
    if operation.input_events is not None:
        before = f"auto stream = client.{planned.function}(transport, "
    elif operation.output_events is not None:
        behind = ","
    lines = syntax.input(planned.input, value, before, behind)
    if behind == ",":
        event = f"{ALIAS}::{plan.types.names[str(operation.output_events)]}"
        lines += [
            f"    [](const {event}& event) {{",
            '        std::printf("%s\\n", belfry::to_string(event).c_str());',
            "        return true; // false ends the call",
            "    });",
        ]
    return lines


def program(plan: ServicePlan, planned: OperationPlan, value: Mapping[str, Any]) -> str:
    """A program that makes the call with the settings and credentials that AWS's tools would use."""
    duplex = planned.operation.input_events is not None
    tokens = bool(bearer_tokens(plan.service))
    provider = "service_credentials" if tokens else "default_credentials"
    http = "http" if duplex else "transport"
    headers = [planned.path, f"belfry/{provider}.hpp", "belfry/explain.hpp", "belfry/print.hpp"]
    headers += ["belfry/settings.hpp", "belfry/transport/curl.hpp"]
    headers += ["belfry/transport/nghttp2.hpp"] if duplex else []
    lines = [f"#include <{header}>" for header in sorted(headers)]
    lines += ["", "#include <cstdio>", "#include <utility>", ""]
    lines += [f"namespace {ALIAS} = belfry::{plan.files.namespace};", "", *_FAIL, "", "int main() {"]
    body = [
        "const auto settings = belfry::load_settings(); // environment variables, ~/.aws/config",
        "if (!settings) return fail(settings.error());",
        f"auto config = settings->client_config({ALIAS}::service);",
        "if (!config) return fail(config.error());",
        "",
        f"belfry::CurlTransport {http};",
        f"belfry::ServiceCredentials credentials({ALIAS}::service, *settings, {http});"
        if tokens
        else f"belfry::DefaultCredentials credentials(*settings, {http});",
        "config->credentials = credentials;",
        f"const {ALIAS}::Client client(*std::move(config), {http});",
        *(["belfry::Nghttp2Transport transport; // for the stream"] if duplex else []),
        "",
        *call(plan, planned, value, False),
    ]
    body += _stream(planned.operation) if duplex else _result()
    lines += [f"    {line}" if line else "" for line in body]
    lines.append("}")
    return "\n".join(lines) + "\n"


def _result() -> list[str]:
    return [
        "if (!result) return fail(result.error());",
        'std::printf("%s\\n", belfry::to_string(*result).c_str());',
    ]


def _stream(operation: ir.Operation) -> list[str]:
    lines = ["if (!stream) return fail(stream.error());"]
    lines += ["// Send events by stream->send(...), as often as there are some."]
    lines += ["if (const auto error = stream->close()) return fail(*error);"]
    if operation.output_events is not None:
        lines += [
            "for (;;) {",
            "    const auto event = stream->receive();",
            "    if (!event) return fail(event.error());",
            "    if (!*event) break; // the service has ended the stream",
            '    std::printf("%s\\n", belfry::to_string(**event).c_str());',
            "}",
        ]
    return lines


def example_calls(plan: ServicePlan, planned: OperationPlan) -> Iterator[tuple[str, list[str]]]:
    """The examples of calls in the model: the text of each, and its call."""
    if planned.operation.input_events is not None or planned.operation.output_events is not None:
        return
    module = templates_of("belfry_codegen.cpp").get_template("examples.j2").module
    laid_out = getattr(module, "laid_out")  # noqa: B009 - mypy knows no macros
    before = Cpp("const auto result = client.{}(").of(planned.function)
    for view in example_views(plan.types, planned.operation, 0):
        about = " ".join(line.removeprefix("/// ") for line in view.comment)
        lines = str(laid_out(view.input, plan.files.namespace, 0, before, Cpp(");"), 100)).split("\n")
        yield about, lines


def pages_sample(plan: ServicePlan, planned: OperationPlan, value: Mapping[str, Any]) -> list[str]:
    """A loop over the pages of an operation that has them."""
    assert planned.paginator is not None, "only operations with pages have this sample"
    before = f"for (auto& page : client.{planned.paginator.method}("
    lines = Syntax(plan.types, False).input(planned.input, value, before, ")) {")
    return [
        *lines,
        "    if (!page) return fail(page.error());",
        '    std::printf("%s\\n", belfry::to_string(*page).c_str());',
        "}",
    ]


def wait_sample(
    plan: ServicePlan, planned: OperationPlan, method: str, value: Mapping[str, Any]
) -> list[str]:
    """A wait for one of an operation's waiters."""
    before = f"const auto done = client.{method}("
    return [
        *Syntax(plan.types, False).input(planned.input, value, before, ");"),
        "if (!done) return fail(done.error());",
    ]


def text(lines: Sequence[str]) -> str:
    """The lines as one text."""
    return "\n".join(lines) + "\n"


def wire_command(service: str, operation: str, value: Mapping[str, Any]) -> str:
    """The command that prints the request of a call as the library makes it, signed."""
    line = json.dumps({"operation": operation, "params": value}, ensure_ascii=False)
    keys = "--region us-east-1 --access-key AKIDEXAMPLE --secret-key secret"
    return f"echo {shlex.quote(line)} |\n    ./belfry wire {service} --operations {operation} {keys}\n"
