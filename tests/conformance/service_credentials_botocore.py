# SPDX-License-Identifier: Apache-2.0
"""Writes random settings and tokens, and how botocore's clients authenticate requests with them.

A case is `{"environment": {...}, "files": {path: text}, "profile": name or null, "preference": text or null,
"service": {"id": ..., "signing_name": ..., "auth": [...]}, "url": text, "expected": {...}}`. `preference` is
the one of the program. `expected` is `{"bearer": token}`, `{"key": id}` or `{"error": class name}`, and is
read from the request that botocore would send. The random choices have a seed.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import botocore.awsrequest
import botocore.config
import botocore.exceptions
import botocore.loaders
import botocore.session
import botocore.tokens
import botocore.utils

_SEED = 20261130
_CASES = 500
_HOME = "/home/somebody"
# An operation of each service, with its input. They accept signatures and tokens, tokens alone, or signatures
# alone; the signing name of the fourth one is that of Amazon Bedrock, too.
_CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "bedrock-runtime": ("Converse", {"modelId": "bell"}),
    "bedrock": ("ListFoundationModels", {}),
    "codecatalyst": ("VerifySession", {}),
    "bedrock-agent": ("ListAgents", {}),
    "dynamodb": ("ListTables", {}),
    "sts": ("GetCallerIdentity", {}),
}
_SCHEMES = ("sigv4", "sigv4a", "httpBearerAuth", "noAuth", "HTTPBEARERAUTH", "httpApiKeyAuth", "")
_SESSION_FILE = f"{_HOME}/.aws/sso/cache/{hashlib.sha1(b'dev').hexdigest()}.json"
_SCHEME_OF_VERSION = {"v4": "aws.auth#sigv4", "bearer": "smithy.api#httpBearerAuth"}
_URLS = ("http://other.example.com", "https://other.example.com")


class _Chance(random.Random):
    """Random shared files and environments."""

    def schemes(self) -> str:
        names = self.choices(_SCHEMES, (5, 1, 5, 1, 1, 1, 1), k=self.choice((1, 1, 2, 3)))
        return self.choice((",", ", ", " ,	")).join(names)

    def profile(self, name: str) -> list[str]:
        header = name if name == "default" else f"profile {name}"
        lines = [f"[{header}]", "region = us-east-1"]
        if self.random() < 0.35:
            lines.append(f"auth_scheme_preference = {self.schemes()}")
        if self.random() < 0.4:
            lines.append("sso_session = dev")
        if self.random() < 0.6:
            lines += [f"aws_access_key_id = AKIDOF{name.upper()}", "aws_secret_access_key = secret"]
        if self.random() < 0.1:
            lines.append(f"endpoint_url = {self.choice(_URLS)}")
        return lines

    def environment(self, variables: list[str]) -> dict[str, str]:
        result = {"HOME": _HOME, "AWS_EC2_METADATA_DISABLED": "true"}
        for variable in variables:
            if self.random() < 0.35:
                result[variable] = f"of-{variable}"
        if self.random() < 0.35:
            result["AWS_AUTH_SCHEME_PREFERENCE"] = self.schemes()
        if self.random() < 0.3:
            result |= {"AWS_ACCESS_KEY_ID": "AKIDOFVARIABLES", "AWS_SECRET_ACCESS_KEY": "secret"}
        return result


class _NotSentError(Exception):
    """Ends a call in place of the network."""

    def __init__(self, request: botocore.awsrequest.AWSPreparedRequest) -> None:
        super().__init__(request.url)
        header = request.headers["Authorization"]
        text = header.decode() if isinstance(header, bytes) else header
        self.url = request.url
        if text.startswith("Bearer "):
            self.outcome = {"bearer": text.removeprefix("Bearer ")}
        else:
            self.outcome = {"key": text.split("Credential=")[1].split("/")[0]}


def _send(request: botocore.awsrequest.AWSPreparedRequest, **_: Any) -> None:
    raise _NotSentError(request)


def _expected(loader: Any, case: dict[str, Any], name: str, folder: Path) -> tuple[str, dict[str, str]]:
    """The URL and the credentials of botocore's request for a case, whose files are written to `folder`."""
    os.environ.clear()
    os.environ.update(case["environment"])
    os.environ["HOME"] = str(folder)
    for path, text in case["files"].items():
        target = folder / Path(path).relative_to(_HOME)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    session = botocore.session.Session(profile=case["profile"])
    session.register_component("data_loader", loader)
    # botocore computes the folder of tokens once, when it is imported.
    cache = botocore.utils.JSONFileCache(str(folder / ".aws/sso/cache"))
    tokens = [
        botocore.tokens.ScopedEnvTokenProvider(session),
        botocore.tokens.SSOTokenProvider(session, cache),
    ]
    session.register_component("token_provider", botocore.tokens.TokenProviderChain(tokens))
    operation, parameters = _CALLS[name]
    preference = case["preference"]
    url = ""
    try:
        client = session.create_client(name, config=botocore.config.Config(auth_scheme_preference=preference))
        url = client.meta.endpoint_url
        client.meta.events.register("before-send", _send)
        getattr(client, botocore.xform_name(operation))(**parameters)
    except _NotSentError as kept:
        return kept.url, kept.outcome
    except botocore.exceptions.BotoCoreError as error:
        return url, {"error": type(error).__name__}
    raise AssertionError("botocore has sent a request")


def main() -> None:
    chance = _Chance(_SEED)
    loader = botocore.loaders.Loader()
    facts = {}
    for name in _CALLS:
        metadata = loader.load_service_model(name, "service-2")["metadata"]
        facts[name] = {
            "id": metadata["serviceId"],
            "signing_name": metadata.get("signingName", metadata["endpointPrefix"]),
            "auth": metadata.get("auth", [_SCHEME_OF_VERSION[metadata["signatureVersion"]]]),
        }
    variables = sorted(
        {"AWS_BEARER_TOKEN_" + fact["signing_name"].replace("-", "_").upper() for fact in facts.values()}
    )
    token = {"startUrl": "https://a.awsapps.com/start", "accessToken": "of-sso", "region": "us-east-1"}
    token["expiresAt"] = "2099-01-01T00:00:00Z"
    session = "[sso-session dev]\nsso_region = us-east-1\nsso_start_url = https://a.awsapps.com/start\n"
    cases = []
    for _ in range(_CASES):
        profiles = ["default", *(["work"] if chance.random() < 0.5 else [])]
        sections = ["\n".join(chance.profile(profile)) + "\n" for profile in profiles]
        files = {f"{_HOME}/.aws/config": "".join(sections) + session, _SESSION_FILE: json.dumps(token)}
        name = chance.choice([*_CALLS, "bedrock-runtime", "bedrock-runtime"])
        case: dict[str, Any] = {
            "environment": chance.environment(variables),
            "files": files,
            "profile": chance.choice([None, None, *profiles]),
            "preference": chance.schemes() if chance.random() < 0.25 else None,
            "service": facts[name],
        }
        with tempfile.TemporaryDirectory() as folder:
            case["url"], case["expected"] = _expected(loader, case, name, Path(folder))
        cases.append(case)
    Path(sys.argv[1]).write_text(json.dumps(cases, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
