# SPDX-License-Identifier: Apache-2.0
"""Marks every member that must not be printed: by the model, or by a name that means a secret everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace

SECRET_ENDINGS: Mapping[str, str] = {
    "accesstoken": "OAuth 2.0 and Cognito: whoever has it acts as the user (RFC 6749 section 1.4)",
    "apikeyvalue": "Security Lake, EventBridge: authenticates calls to an API",
    "apitoken": "AppFlow: authenticates calls to Dynatrace",
    "authcode": "OAuth 2.0: is exchanged for tokens (RFC 6749 section 1.3.1)",
    "authkey": "Direct Connect: authenticates BGP messages (RFC 2385)",
    "authorizationcode": "OAuth 2.0: is exchanged for tokens (RFC 6749 section 1.3.1)",
    "authorizationtoken": "ECR, CodeArtifact: the password of a registry",
    "authtoken": "ElastiCache, Athena: the password of a cache or of a session",
    "bearertoken": "whoever has it acts as the user (RFC 6750)",
    "billingtoken": "Managed Blockchain: authenticates calls to a network",
    "clientsecret": "OAuth 2.0: the password of an application (RFC 6749 section 2.3.1)",
    "confirmationcode": "Cognito: with it a new password is set",
    "connectiontoken": "Connect: whoever has it acts as the participant of a chat",
    "contextassertion": "STS: a signed statement about a user",
    "gatewaytoken": "GameLift: authenticates a player's traffic",
    "grafanatoken": "Grafana Labs: ties an account with a licence",
    "hectoken": "Firehose: authenticates events that Splunk takes",
    "idtoken": "OpenID Connect: proves who the user is",
    "onetimepassword": "a password",
    "participanttoken": "Connect: makes connection tokens",
    "passphrase": "a password",
    "password": "a password",
    "passwordverifier": "Cognito: a password can be guessed from it (RFC 2945)",
    "personalpin": "Chime: a user's number for meetings",
    "presharedkey": "VPN: authenticates a tunnel",
    "privatekey": "signs and decrypts",
    "privatekeybase64": "Lightsail: signs and decrypts",
    "refreshtoken": "OAuth 2.0: makes new access tokens (RFC 6749 section 1.5)",
    "samlassertion": "proves who the user is (SAML 2.0 core section 2.3)",
    "secretaccesskey": "signs requests to AWS",
    "secretbinary": "Secrets Manager: a secret's value",
    "secretstring": "Secrets Manager: a secret's value",
    "secrettoken": "CodePipeline: signs the calls of a webhook",
    "sessiontoken": "STS: the third part of temporary credentials",
    "sharedsecret": "Invoicing: authenticates calls to a portal",
    "signedtoken": "License Manager: proves a licence",
    "tokencode": "STS: the number that a device for multi-factor authentication shows",
    "tokenkey": "Pinpoint: the key that signs Apple's tokens",
}
"""How the names of secrets end, in lower case and without underscores, and why they are secrets. Models mark
most of them, but not all; STS, which hands out credentials, is one that does not. Each was judged by all
members of botocore's models that end so; `tests/codegen/judged_secrets.txt` has the names of no secrets."""

SECRET_MEMBERS: Mapping[str, str] = {
    "AssumeImpersonationRoleResponse.Token": "WorkMail: whoever has it acts as the role",
    "BaiduChannelRequest.ApiKey": "Pinpoint: authenticates calls to Baidu",
    "BaiduChannelRequest.SecretKey": "Pinpoint: authenticates calls to Baidu",
    "BaiduChannelResponse.Credential": "Pinpoint: authenticates calls to Baidu",
    "CreateTokenResponse.Token": "License Manager: a refresh token",
    "GCMChannelRequest.ApiKey": "Pinpoint: authenticates calls to Google",
    "GCMChannelResponse.Credential": "Pinpoint: authenticates calls to Google",
    "GetAccessTokenRequest.Token": "License Manager: a refresh token",
    "GetDepotUrlResponse.token": "EVS: authenticates calls to a depot",
    "HlsAkamaiSettings.Token": "MediaLive: authenticates uploads to Akamai",
    "License.token": "EKS: proves a licence",
    "ResumeSessionResponse.TokenValue": "Systems Manager: authenticates a session's connection",
    "SSMSession.tokenValue": "CodeBuild: authenticates a session's connection",
    "SalesforceAction.token": "IoT: authenticates calls to Salesforce",
    "StartSessionResponse.TokenValue": "Systems Manager: authenticates a session's connection",
    "TestInvokeAuthorizerRequest.token": "IoT: a user's token",
    "UserContext.Token": "Kendra: a user's token",
    "VerifyOTPMessageRequestParameters.Otp": "Pinpoint: a one-time password",
    "Webhook.secret": "CodeBuild: signs the calls of a webhook",
}
"""Members, as `Shape.member`, that hold a secret under a name that elsewhere means something else."""

_ENDINGS = tuple(SECRET_ENDINGS)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
"""A word of a name in camel case or with underscores, so that `InvalidToken` does not end in `IdToken`."""

_SEPARATORS = str.maketrans("", "", "_-.")

NOT_SECRET: Mapping[str, str] = {
    "ListenerTlsFileCertificate.privateKey": "App Mesh: the path of a file",
    "UpdateSAMLProviderRequest.RemovePrivateKey": "IAM: the id of a key",
    "VirtualGatewayListenerTlsFileCertificate.privateKey": "App Mesh: the path of a file",
}
"""Members, as `Shape.member`, with such an ending that hold something else."""


def mark_sensitive(service: ir.Service) -> ir.Service:
    """The service in which `sensitive` is set on each member through which a sensitive value is reached.

    A structure that is sensitive itself has sensitive members only, wherever it stands.
    """
    hidden = _sensitive_shapes(service.shapes)

    def marked(shape: ir.Shape, member: ir.Member) -> ir.Member:
        is_text = service.shapes[member.target].kind in (ir.Kind.STRING, ir.Kind.BLOB)
        named = is_text and is_secret(shape.name, member.name)
        secret = shape.sensitive or member.target in hidden or named
        return replace(member, sensitive=True) if secret and not member.sensitive else member

    def with_marks(shape: ir.Shape) -> ir.Shape:
        members = tuple(marked(shape, member) for member in shape.members)
        return shape if members == shape.members else replace(shape, members=members)

    return replace(service, shapes={name: with_marks(shape) for name, shape in service.shapes.items()})


def _sensitive_shapes(shapes: Mapping[str, ir.Shape]) -> set[str]:
    """Shapes that are sensitive, and the lists and maps that hold them, however deep."""
    hidden = {name for name, shape in shapes.items() if shape.sensitive}
    found = True
    while found:
        found = False
        for name, shape in shapes.items():
            held = (shape.element, shape.key, shape.value)
            if name not in hidden and any(part is not None and part.target in hidden for part in held):
                hidden.add(name)
                found = True
    return hidden


def is_secret(shape: str, member: str) -> bool:
    """Whether the name of a shape's member, which is a text or a blob, means a secret."""
    # This decides about most names; taking a name apart is slow.
    letters = member.translate(_SEPARATORS).lower()
    if not letters.endswith(_ENDINGS):
        return f"{shape}.{member}" in SECRET_MEMBERS
    if f"{shape}.{member}" in NOT_SECRET:
        return False
    words = [word.lower() for word in _WORD.findall(member)]
    endings = {"".join(words[i:]) for i in range(len(words))}
    # Some names are written in lower case throughout.
    return not endings.isdisjoint(SECRET_ENDINGS) or words[-1].endswith("password")
