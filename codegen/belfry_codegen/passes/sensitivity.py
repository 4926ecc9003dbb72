# SPDX-License-Identifier: Apache-2.0
"""Marks every member that must not be printed: by the model, or by a name that means a secret everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from belfry_codegen.model import ir

SECRET_ENDINGS: Mapping[str, str] = {
    "accesstoken": "OAuth 2.0 and Cognito: whoever has it acts as the user (RFC 6749 section 1.4)",
    "authorizationtoken": "ECR, CodeArtifact: the password of a registry",
    "authtoken": "ElastiCache, Athena: the password of a cache or of a session",
    "bearertoken": "whoever has it acts as the user (RFC 6750)",
    "clientsecret": "OAuth 2.0: the password of an application (RFC 6749 section 2.3.1)",
    "idtoken": "OpenID Connect: proves who the user is",
    "passphrase": "a password",
    "password": "a password",
    "privatekey": "signs and decrypts",
    "refreshtoken": "OAuth 2.0: makes new access tokens (RFC 6749 section 1.5)",
    "secretaccesskey": "signs requests to AWS",
    "secretbinary": "Secrets Manager: a secret's value",
    "secretstring": "Secrets Manager: a secret's value",
    "sessiontoken": "STS: the third part of temporary credentials",
}
"""How the names of secrets end, in lower case and without underscores, and why they are secrets. Models mark
most of them, but not all; STS, which hands out credentials, is one that does not."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
"""A word of a name in camel case or with underscores, so that `InvalidToken` does not end in `IdToken`."""

_SEPARATORS = str.maketrans("", "", "_-.")

NOT_SECRET = frozenset({"RemovePrivateKey"})
"""Members with such an ending that hold something else: this one is the id of a key."""


def mark_sensitive(service: ir.Service) -> ir.Service:
    """The service in which `sensitive` is set on each member through which a sensitive value is reached.

    A structure that is sensitive itself has sensitive members only, wherever it stands.
    """
    hidden = _sensitive_shapes(service.shapes)

    def marked(shape: ir.Shape, member: ir.Member) -> ir.Member:
        secret = shape.sensitive or member.target in hidden or _is_secret(service, member)
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


def _is_secret(service: ir.Service, member: ir.Member) -> bool:
    if service.shapes[member.target].kind not in (ir.Kind.STRING, ir.Kind.BLOB):
        return False
    # This decides about most names; taking a name apart is slow.
    letters = member.name.translate(_SEPARATORS).lower()
    if not letters.endswith(tuple(SECRET_ENDINGS)) or member.name in NOT_SECRET:
        return False
    words = [word.lower() for word in _WORD.findall(member.name)]
    endings = {"".join(words[i:]) for i in range(len(words))}
    # Some names are written in lower case throughout.
    return not endings.isdisjoint(SECRET_ENDINGS) or words[-1].endswith("password")
