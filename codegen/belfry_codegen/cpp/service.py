# SPDX-License-Identifier: Apache-2.0
"""Views of the headers of a service's table and of its endpoint rules."""

from __future__ import annotations

from belfry_codegen.cpp.auth import bearer_tokens
from belfry_codegen.cpp.code import EMPTY, Cpp, name
from belfry_codegen.cpp.endpoint.diagram import is_diagram
from belfry_codegen.cpp.endpoint.rules import CompiledRules, EndpointRulesError, compile_rules
from belfry_codegen.cpp.files import FileView
from belfry_codegen.cpp.library import COMPILED_TABLES, DECLARED_IN, Includes
from belfry_codegen.cpp.plan import ServicePlan
from belfry_codegen.cpp.text import comment, literal, prose
from belfry_codegen.cpp.xml import NamespaceView, namespace_view
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class RulesFileView:
    """The header of the endpoint rules."""

    file: FileView
    rules: CompiledRules


@dataclass(frozen=True, slots=True)
class ServiceFileView:
    """The header of the service's table, and the source file that a library has for it.

    Names and versions are literals; empty for none.
    """

    file: FileView
    declared: FileView
    """The header that goes with the source file."""
    source: FileView
    options: Cpp
    """The structure of endpoint options; empty for most services."""
    comment: tuple[Cpp, ...]
    id: Cpp
    name: Cpp
    api_version: Cpp
    signing_name: Cpp
    protocol: Cpp
    """The library's object."""
    sign_path_verbatim: bool
    target_prefix: Cpp
    json_version: Cpp
    xml_namespace: NamespaceView | None
    query_compatible: bool
    no_error_wrapping: bool
    shape_name: Cpp
    error_body: Cpp
    """The library's structure for the members of errors."""
    endpoint_options: bool
    endpoint_account: bool
    bearer_tokens: Cpp
    """The enumerator of `BearerTokens`."""
    max_attempts: int | None
    retry_delay_milliseconds: int | None


def rules_file(plan: ServicePlan) -> RulesFileView:
    """The view of the header of the endpoint rules."""
    service, files = plan.service, plan.files
    if service.endpoint_rules is None:
        raise UsageError(f"{plan.folder}: the model does not have endpoint rules (endpoint-rule-set-1)")
    try:
        compiled = compile_rules(service.endpoint_rules)
    except EndpointRulesError as fault:
        file = "endpoint-bdd-1" if is_diagram(service.endpoint_rules) else "endpoint-rule-set-1"
        where = f"{plan.folder}/{service.api_version}/{file}"
        raise ModelError(where, "", str(fault)) from fault
    includes = Includes()
    includes.use(compiled.library or "EndpointRules")
    if compiled.is_diagram:
        includes.use("walk_diagram")
    return RulesFileView(files.view(files.path(Cpp("endpoint_rules")), includes.paths), compiled)


def service_file(plan: ServicePlan) -> ServiceFileView:
    """The view of the header of the service's table."""
    service, files = plan.service, plan.files
    spoken = service.protocol
    protocol = name(spoken.cpp_name)
    includes = Includes(files.path(Cpp("endpoint_rules")), Cpp("belfry/protocol/{}.hpp").of(protocol))
    includes.use("Service")
    oauth_errors = service.oauth_errors and spoken.json_errors
    error_body = includes.use("OauthErrorBody") if oauth_errors else EMPTY
    about = (
        prose(service.documentation)
        or f"The service {service.full_name or service.id}, as its operations use it."
    )
    namespace = service.xml_namespace if spoken.xml else None
    own = files.path(Cpp("service"))
    return ServiceFileView(
        file=files.view(own, includes.paths),
        declared=files.view(own, [files.path(Cpp("fwd")), DECLARED_IN["Service"]]),
        source=files.view(
            files.source_path(Cpp("service")),
            [*includes.paths, files.path(Cpp("client")), own, COMPILED_TABLES],
        ),
        options=plan.types.names[service.endpoint_options] if service.endpoint_options else EMPTY,
        comment=comment([about], 0),
        id=literal(service.id),
        name=literal(plan.folder),
        api_version=literal(service.api_version),
        signing_name=literal(service.signing_name),
        protocol=protocol,
        sign_path_verbatim=service.sign_path_verbatim,
        target_prefix=literal(service.shape_name) if spoken.target_header else EMPTY,
        json_version=literal(service.json_version or "1.0") if spoken.target_header else EMPTY,
        xml_namespace=namespace_view(namespace) if namespace is not None else None,
        query_compatible=service.query_compatible,
        no_error_wrapping=service.no_error_wrapping and spoken.xml and spoken.http_bindings,
        shape_name=literal(service.shape_name) if spoken.rpc_v2 else EMPTY,
        error_body=error_body,
        endpoint_options=service.endpoint_options is not None,
        endpoint_account=service.endpoint_account,
        bearer_tokens=bearer_tokens(service),
        max_attempts=service.max_attempts,
        retry_delay_milliseconds=service.retry_delay_milliseconds,
    )
