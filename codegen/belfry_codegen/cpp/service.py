# SPDX-License-Identifier: Apache-2.0
"""Views of the headers of a service's table and of its endpoint rules."""

from __future__ import annotations

from dataclasses import dataclass

from belfry_codegen.cpp.endpoint.rules import CompiledRules, EndpointRulesError, compile_rule_set
from belfry_codegen.cpp.files import FileView
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.plan import ServicePlan
from belfry_codegen.cpp.text import comment, literal, prose
from belfry_codegen.cpp.xml import NamespaceView, namespace_view
from belfry_codegen.model.errors import ModelError, UsageError


@dataclass(frozen=True, slots=True)
class RulesFileView:
    """The header of the endpoint rules."""

    file: FileView
    rules: CompiledRules


@dataclass(frozen=True, slots=True)
class ServiceFileView:
    """The header of the service's table. Names and versions are literals; empty for none."""

    file: FileView
    comment: tuple[str, ...]
    id: str
    name: str
    api_version: str
    signing_name: str
    protocol: str
    """The library's object."""
    sign_path_verbatim: bool
    target_prefix: str
    json_version: str
    xml_namespace: NamespaceView | None
    query_compatible: bool
    no_error_wrapping: bool
    shape_name: str
    error_body: str
    """The library's structure for the members of errors."""
    endpoint_options: bool
    endpoint_account: bool


def rules_file(plan: ServicePlan) -> RulesFileView:
    """The view of the header of the endpoint rules."""
    service, files = plan.service, plan.files
    if service.endpoint_rules is None:
        raise UsageError(f"{plan.folder}: the model does not have endpoint rules (endpoint-rule-set-1)")
    try:
        compiled = compile_rule_set(service.endpoint_rules)
    except EndpointRulesError as fault:
        where = f"{plan.folder}/{service.api_version}/endpoint-rule-set-1"
        raise ModelError(where, "", str(fault)) from fault
    includes = Includes()
    includes.use("endpoint_library" if compiled.needs_library else "EndpointRules")
    return RulesFileView(files.view(files.path("endpoint_rules"), includes.paths), compiled)


def service_file(plan: ServicePlan) -> ServiceFileView:
    """The view of the header of the service's table."""
    service, files = plan.service, plan.files
    spoken = service.protocol
    includes = Includes(files.path("endpoint_rules"), f"belfry/protocol/{spoken.cpp_name}.hpp")
    includes.use("Service")
    oauth_errors = service.oauth_errors and spoken.json_errors
    error_body = includes.use("OauthErrorBody") if oauth_errors else ""
    about = (
        prose(service.documentation)
        or f"The service {service.full_name or service.id}, as its operations use it."
    )
    namespace = service.xml_namespace if spoken.xml else None
    return ServiceFileView(
        file=files.view(files.path("service"), includes.paths),
        comment=comment([about], 0),
        id=literal(service.id),
        name=literal(plan.folder),
        api_version=literal(service.api_version),
        signing_name=literal(service.signing_name),
        protocol=spoken.cpp_name,
        sign_path_verbatim=service.sign_path_verbatim,
        target_prefix=literal(service.shape_name) if spoken.target_header else "",
        json_version=literal(service.json_version or "1.0") if spoken.target_header else "",
        xml_namespace=namespace_view(namespace) if namespace is not None else None,
        query_compatible=service.query_compatible,
        no_error_wrapping=service.no_error_wrapping and spoken.xml and spoken.http_bindings,
        shape_name=literal(service.shape_name) if spoken.rpc_v2 else "",
        error_body=error_body,
        endpoint_options=service.endpoint_options is not None,
        endpoint_account=service.endpoint_account,
    )
