# SPDX-License-Identifier: Apache-2.0
"""Adds what a client needs to know of the endpoint rules.

That is a structure with the parameters that a client can set, if there are any, and whether the rules take
the account, or offer Signature Version 4a or sessions of S3 Express.
"""

from __future__ import annotations

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace
from belfry_codegen.passes.endpoint_labels import declared_parameters

_CONFIGURED = ("AWS::Region", "SDK::Endpoint", "AWS::UseFIPS", "AWS::UseDualStack")
"""The built-ins that every client's configuration already has."""
_ACCOUNT = "AWS::Auth::AccountId"
_ARN_REGION = "Use the region of an ARN if it differs from the client's; true if absent."
# The built-ins that the rules language defines for SDKs (Smithy, "AWS rules engine built-ins").
_ABOUT = {
    _ACCOUNT: "The AWS account whose endpoint is used, in place of the credentials' account.",
    "AWS::Auth::AccountIdEndpointMode": "Whether an account's own endpoint is used: `preferred`,"
    " `disabled` or `required`; `preferred` if absent.",
    "AWS::S3::Accelerate": "Use S3 Transfer Acceleration.",
    "AWS::S3::DisableMultiRegionAccessPoints": "Refuse the ARNs of multi-region access points.",
    "AWS::S3::ForcePathStyle": "Put the bucket into the path and not into the host name, for servers"
    " with only one name.",
    "AWS::S3::UseArnRegion": _ARN_REGION,
    "AWS::S3Control::UseArnRegion": _ARN_REGION,
    "AWS::S3::UseGlobalEndpoint": "Use the global endpoint for us-east-1.",
    "AWS::STS::UseGlobalEndpoint": "Use the global endpoint for regions that originally had no other one.",
}
_KINDS = {"boolean": ir.Kind.BOOLEAN, "string": ir.Kind.STRING}


def add_endpoint_options(service: ir.Service) -> ir.Service:
    """The service with `EndpointOptions` among its shapes, if there are parameters for it."""
    members: list[ir.Member] = []
    kinds: dict[str, ir.Shape] = {}
    account = False
    for name, declared in sorted(declared_parameters(service.endpoint_rules).items()):
        built_in = declared.get("builtIn")
        account |= built_in == _ACCOUNT
        kind = _KINDS.get(str(declared.get("type")).lower())
        of_client = (built_in is not None and built_in not in _CONFIGURED) or any(
            name == other for other, _ in service.client_context
        )
        if not of_client or kind is None:
            continue
        target = f"EndpointOptions {kind.value}"
        kinds[target] = ir.Shape(target, kind)
        about = _ABOUT.get(str(built_in), f"The endpoint rules' parameter `{name}`.")
        members.append(ir.Member(name, target, wire_name=name, documentation=about))
    service = replace(
        service,
        sigv4a_endpoints=_offers("sigv4a", service.endpoint_rules),
        session_endpoints=_offers("sigv4-s3express", service.endpoint_rules),
    )
    if not members:
        return service
    name = "EndpointOptions" if "EndpointOptions" not in service.shapes else "ClientEndpointOptions"
    options = ir.Shape(
        name,
        ir.Kind.STRUCTURE,
        documentation="The endpoint rules' parameters that a client can set, besides its region. An absent"
        " member leaves the rules' default.",
        members=tuple(members),
    )
    return replace(
        service,
        shapes={**service.shapes, **kinds, name: options},
        endpoint_options=name,
        endpoint_account=account,
    )


def _offers(name: str, rules: ir.Json) -> bool:
    """Whether an endpoint of the rules has an auth scheme of that name."""
    if isinstance(rules, list):
        return any(_offers(name, rule) for rule in rules)
    if not isinstance(rules, dict):
        return False
    schemes = rules.get("authSchemes")
    if isinstance(schemes, list) and any(
        isinstance(scheme, dict) and scheme.get("name") == name for scheme in schemes
    ):
        return True
    return any(_offers(name, part) for part in rules.values())
