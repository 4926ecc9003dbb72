# SPDX-License-Identifier: Apache-2.0
"""Writes random profiles with roles, web identities and SSO, and what botocore makes of them.

A case is `{"environment": {...}, "files": {path: text}, "profile": name or null, "now": seconds,
"requests": [...], "key": id}`, with `"error": text` in place of the key where botocore refuses. A server that
answers every request stands behind both: the n-th request gets the credentials `AKIDEXAMPLE` and n. The
random choices have a seed.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import random
import sys
import tempfile
import urllib.parse
from pathlib import Path
from typing import Any
from unittest import mock

import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
import botocore.httpsession
import botocore.loaders
import botocore.session
import botocore.tokens

_SEED = 20261129
_CASES = 500
_HOME = "/home/somebody"
_NAMES = ("default", "a", "b", "c", "d")
_REGIONS = ("us-east-1", "eu-west-1", "us-gov-west-1")
_URL = "https://d-abc123.awsapps.com/start"
_ROLE = "arn:aws:iam::123456789012:role/"


class _Chance(random.Random):
    """Random shared files and environments."""

    def keys(self, name: str) -> list[str]:
        return [f"aws_access_key_id = AKIDOF{name.upper()}", "aws_secret_access_key = secret"]

    def role(self, name: str) -> list[str]:
        lines = [f"role_arn = {_ROLE}{name}"]
        if self.random() < 0.9:
            lines.append(f"source_profile = {self.choice(_NAMES)}")
        if self.random() < 0.12:
            lines.append(f"credential_source = {self.choice(('Environment', 'EcsContainer', 'Other'))}")
        if self.random() < 0.3:
            lines.append("external_id = of the/owner")
        if self.random() < 0.5:
            lines.append(f"role_session_name = session-{name}")
        if self.random() < 0.3:
            lines.append(f"duration_seconds = {self.choice((900, 3600))}")
        return lines

    def sso(self, sessions: tuple[str, ...]) -> list[str]:
        lines = ["sso_account_id = 012345678901"] if self.random() < 0.95 else []
        lines += ["sso_role_name = Reader"] if self.random() < 0.95 else []
        if self.random() < 0.6:
            lines.append(f"sso_session = {self.choice(sessions)}")
        if self.random() < 0.5:
            lines += [f"sso_start_url = {_URL}", f"sso_region = {self.choice(('us-east-1', 'eu-west-1'))}"]
        return lines

    def profile(self, name: str) -> list[str]:
        lines = [f"region = {self.choice(_REGIONS)}"]
        if self.random() < 0.55:
            lines += self.role(name)
        if self.random() < 0.15:
            lines.append(f"web_identity_token_file = {_HOME}/{self.choice(('token', 'token', 'missing'))}")
        if self.random() < 0.3:
            # Each client of botocore looks for a bearer token of the session, also one that assumes a role.
            lines += self.sso(("dev", "dev", "dev", "none") if len(lines) == 1 else ("dev",))
        if self.random() < 0.45:
            lines += self.keys(name)
        return lines

    def files(self, now: int) -> dict[str, str]:
        config = []
        for name in _NAMES:
            if self.random() < 0.95:
                header = name if name == "default" else f"profile {name}"
                config += [f"[{header}]", *self.profile(name)]
        config += ["[sso-session dev]", "sso_region = us-east-1", f"sso_start_url = {_URL}"]
        files = {f"{_HOME}/.aws/config": "\n".join(config) + "\n", f"{_HOME}/token": "the.web.token"}
        if self.random() < 0.5:
            credentials = []
            for name in self.sample(_NAMES, 2):
                credentials += [f"[{name}]", *self.keys(name)]
            files[f"{_HOME}/.aws/credentials"] = "\n".join(credentials) + "\n"
        for token in ("dev", _URL):
            if self.random() < 0.8:
                path = f"{_HOME}/.aws/sso/cache/{hashlib.sha1(token.encode()).hexdigest()}.json"
                files[path] = self.token(now)
        return files

    def token(self, now: int) -> str:
        def time(seconds: int) -> str:
            return datetime.datetime.fromtimestamp(now + seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

        token = {"accessToken": "token-of-file", "expiresAt": time(self.choice((-600, 300, 7200, 7200)))}
        if self.random() < 0.7:
            token |= {"clientId": "client", "clientSecret": "client-secret", "refreshToken": "refresh"}
            token["registrationExpiresAt"] = time(self.choice((-600, 86400, 86400)))
        return json.dumps(token)

    def environment(self) -> dict[str, str]:
        variables = {"HOME": _HOME, "AWS_EC2_METADATA_DISABLED": "true"}
        if self.random() < 0.12:
            variables |= {"AWS_ACCESS_KEY_ID": "AKIDOFVARIABLE", "AWS_SECRET_ACCESS_KEY": "secret"}
        if self.random() < 0.2:
            variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2"
        if self.random() < 0.15:
            variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = f"{_HOME}/token"
        if self.random() < 0.2:
            variables["AWS_ROLE_ARN"] = f"{_ROLE}of-variable"
        if self.random() < 0.2:
            variables["AWS_ROLE_SESSION_NAME"] = "of-variable"
        if self.random() < 0.1:
            variables["AWS_STS_REGIONAL_ENDPOINTS"] = self.choice(("legacy", "regional"))
        if self.random() < 0.1:
            variables[self.choice(("AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO"))] = "http://localhost:4566"
        if self.random() < 0.5:
            variables["AWS_PROFILE"] = self.choice(_NAMES)
        return variables


def _document(operation: str, number: int) -> str:
    keys = {
        "AccessKeyId": f"AKIDEXAMPLE{number}",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": "2100-01-01T00:00:00Z",
    }
    text = "".join(f"<{name}>{value}</{name}>" for name, value in keys.items())
    user = "<AssumedRoleId>a:b</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/a/b</Arn>"
    user = f"<AssumedRoleUser>{user}</AssumedRoleUser>"
    result = f"<{operation}Result>{user}<Credentials>{text}</Credentials></{operation}Result>"
    return f'<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">{result}</{operation}Response>'


def answer(url: str, body: str, number: int) -> str:
    """The server's answer to the n-th request; roles_test.cpp gives the same one."""
    if "Action=" in body:
        return _document(dict(urllib.parse.parse_qsl(body))["Action"], number)
    if url.endswith("/token"):
        return json.dumps({"accessToken": "token-of-server", "expiresIn": 28800})
    keys = {"accessKeyId": f"AKIDEXAMPLE{number}", "secretAccessKey": "secret", "sessionToken": "token"}
    if "/federation/credentials" in url:
        return json.dumps({"roleCredentials": {**keys, "expiration": 4102444800000}})
    document = {"AccessKeyId": f"AKIDEXAMPLE{number}", "SecretAccessKey": "secret", "Token": "token"}
    return json.dumps({**document, "Expiration": "2100-01-01T00:00:00Z"})


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")


class _Server:
    """Answers botocore's requests, and keeps what they say."""

    def __init__(self) -> None:
        self.requests: list[dict[str, str]] = []

    def send(self, request: Any) -> Any:
        body = request.body
        if not isinstance(body, (str, bytes)) and body is not None:
            body = body.read()
        body = _text(body)
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        signed = headers.get("authorization", "")
        fields = dict(urllib.parse.parse_qsl(body)) if "Action=" in body else json.loads(body) if body else {}
        if fields.get("RoleSessionName", "").startswith("botocore-session-"):
            fields["RoleSessionName"] = "(the default)"
        url = urllib.parse.urlsplit(request.url)
        self.requests.append(
            {
                "method": request.method,
                "url": f"{url.scheme}://{url.netloc}{url.path or '/'}",
                "query": json.dumps(sorted(urllib.parse.parse_qsl(url.query))),
                "fields": json.dumps(fields, sort_keys=True),
                "key": signed.partition("Credential=")[2].partition("/")[0],
                "token": headers.get("x-amz-sso_bearer_token", ""),
            }
        )
        text = answer(request.url, body, len(self.requests)).encode()
        response = botocore.awsrequest.AWSResponse(request.url, 200, {}, None)
        response._content = text
        return response


def _expected(case: dict[str, Any], folder: Path, loader: Any) -> dict[str, Any]:
    """The outcome of botocore in this home directory."""
    home = folder / "home"
    environment = {name: value.replace(_HOME, str(home)) for name, value in case["environment"].items()}
    for path, text in case["files"].items():
        file = Path(path.replace(_HOME, str(home)))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace(_HOME, str(home)), encoding="utf-8")
    server = _Server()
    cache = str(home / ".aws" / "sso" / "cache")
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch.object(
            botocore.httpsession.URLLib3Session, "send", lambda _, request: server.send(request)
        ),
        mock.patch.object(botocore.credentials.SSOProvider, "_SSO_TOKEN_CACHE_DIR", cache),
        mock.patch.object(botocore.tokens.SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", cache),
    ):
        session = botocore.session.Session(profile=case["profile"])
        session.register_component("data_loader", loader)
        result: dict[str, Any] = {}
        try:
            credentials = session.get_credentials()
            frozen = credentials.get_frozen_credentials() if credentials is not None else None
            result = {"key": frozen.access_key} if frozen is not None else {"error": "NoCredentials"}
        except (botocore.exceptions.BotoCoreError, OSError) as fault:
            result = {"error": f"{type(fault).__name__}: {fault}"}
    return {**result, "requests": server.requests}


def main() -> None:
    """Writes the cases to the file that is named."""
    chance = _Chance(_SEED)
    loader = botocore.loaders.Loader()
    loader.search_paths.append(botocore.loaders.Loader.BUILTIN_DATA_PATH)
    now = int(datetime.datetime.now(datetime.UTC).timestamp())
    cases = []
    for _ in range(_CASES):
        case = {
            "now": now,
            "environment": chance.environment(),
            "files": chance.files(now),
            "profile": chance.choice(_NAMES) if chance.random() < 0.4 else None,
        }
        with tempfile.TemporaryDirectory() as folder:
            cases.append({**case, **_expected(case, Path(folder), loader)})
    Path(sys.argv[1]).write_text(json.dumps(cases, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
