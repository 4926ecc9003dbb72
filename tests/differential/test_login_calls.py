# SPDX-License-Identifier: Apache-2.0
"""Credentials of `aws login`: files, requests and outcomes, compared with botocore's.

Both work on real files. The package `cryptography` verifies the DPoP proofs of both.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
import json
import os
import random
import stat
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import botocore.awsrequest
import botocore.exceptions
import botocore.httpsession
import botocore.session
import pytest
from belfry_codegen.commands.compilers import find_compiler
from wire_program import ROOT

pytest.importorskip("awscrt", reason="awscrt, by which botocore signs DPoP proofs, is not installed")
pytest.importorskip("cryptography", reason="cryptography, which verifies DPoP proofs, is not installed")

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

SESSION = "arn:aws:sts::012345678910:assumed-role/Admin/admin"
NAME = hashlib.sha256(SESSION.encode()).hexdigest() + ".json"
NEW = {"accessKeyId": "ANEW", "secretAccessKey": "secret/new", "sessionToken": "token+new=="}
ANSWER = {"accessToken": NEW, "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": 'fresh"\u00e9'}


@dataclass
class Case:
    """A login session, and the answer of the service."""

    seconds: int
    """Until its credentials expire."""
    region: str | None = "eu-west-1"
    sign_in_region: str | None = None
    form: serialization.PrivateFormat = serialization.PrivateFormat.TraditionalOpenSSL
    folder: str = ""
    """`AWS_LOGIN_CACHE_DIRECTORY`."""
    without: str = ""
    """A member that is missing in the file."""
    variables: dict[str, str] = field(default_factory=dict)
    status: int = 200
    answer: Any = None
    error: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def document(self) -> dict[str, Any]:
        time = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=self.seconds)
        pem = self.key.private_bytes(serialization.Encoding.PEM, self.form, serialization.NoEncryption())
        document = {
            "accessToken": {
                "accessKeyId": "AOLD",
                "secretAccessKey": "secret/old",
                "sessionToken": "token+old==",
                "accountId": "012345678901",
                "expiresAt": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
            "tokenType": "aws_sigv4",
            "refreshToken": "old/refresh",
            "idToken": "the.id.token",
            "clientId": "arn:aws:signin:::devtools/same-device",
            "dpopKey": pem.decode(),
            "later": [1.50, {"\u00e9": None}],
        }
        if self.sign_in_region:
            document["signInRegion"] = self.sign_in_region
        document.pop(self.without, None)
        return document

    def write(self, home: Path) -> tuple[Path, dict[str, str]]:
        """Writes the files; the path of the session's, and the environment."""
        cache = Path(self.folder.replace("~", str(home))) if self.folder else home / ".aws/login/cache"
        cache.mkdir(parents=True)
        (home / ".aws").mkdir(exist_ok=True)
        region = f"region = {self.region}\n" if self.region else ""
        (home / ".aws/config").write_text(f"[default]\n{region}login_session = {SESSION}\n")
        (cache / NAME).write_text(json.dumps(self.document(), indent=1), encoding="utf-8")
        environment = {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", **self.variables}
        if self.folder:
            environment["AWS_LOGIN_CACHE_DIRECTORY"] = self.folder
        return cache / NAME, environment

    @property
    def body(self) -> str:
        return json.dumps(ANSWER if self.answer is None else self.answer)


@dataclass
class Outcome:
    """The requests and the result of a library."""

    requests: list[dict[str, Any]]
    credentials: list[str] | None
    """Key, secret, token and account; null after an error."""
    expiry: int
    error: str
    file: dict[str, Any]
    """The session's file afterwards."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("login") / "calls"
    source = str(ROOT / "tests" / "differential" / "login_calls.cpp")
    build = [*find_compiler(), "-std=c++20", "-O0", f"-I{ROOT / 'include'}", source]
    subprocess.run([*build, "-lcrypto", "-o", str(path)], check=True)
    return path


def run_belfry(program: Path, case: Case, home: Path) -> Outcome:
    file, environment = case.write(home)
    command = [str(program), str(case.status), case.body, case.error]
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    requests: list[dict[str, Any]] = []
    credentials = None
    error, expiry = "", 0
    for line in output.splitlines():
        word, _, rest = line.partition(" ")
        match word:
            case "request":
                method, url = rest.split(" ")
                requests.append({"method": method, "url": url, "headers": {}})
            case "header":
                name, value = rest.split(": ", 1)
                assert name.lower() not in requests[-1]["headers"]
                requests[-1]["headers"][name.lower()] = value
            case "body":
                requests[-1]["body"] = json.loads(rest)
            case "credentials":
                *credentials, seconds = rest.split(" ")
                expiry = int(seconds)
            case "error":
                error = rest
    assert stat.S_IMODE(file.stat().st_mode) in (0o600, 0o644)
    return Outcome(requests, credentials, expiry, error, json.loads(file.read_text(encoding="utf-8")))


def run_botocore(case: Case, home: Path) -> Outcome:
    file, environment = case.write(home)
    requests: list[dict[str, Any]] = []

    def send(_: Any, request: Any) -> Any:
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        requests.append(
            {
                "method": request.method,
                "url": request.url,
                "headers": headers,
                "body": json.loads(request.body),
            }
        )
        answer_headers = {"x-amzn-errortype": case.error} if case.error else {}
        response = botocore.awsrequest.AWSResponse(request.url, case.status, answer_headers, None)
        response._content = case.body.encode()
        return response

    credentials, error, expiry = None, "", 0
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch.object(botocore.httpsession.URLLib3Session, "send", send),
        mock.patch("time.sleep"),
    ):
        try:
            found = botocore.session.Session().get_credentials()
            assert found is not None
            keys = found.get_frozen_credentials()
            credentials = [keys.access_key, keys.secret_key, keys.token, keys.account_id]
            expiry = int(found._expiry_time.timestamp())
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, KeyError) as fault:
            error = f"{type(fault).__name__}: {fault}"
    return Outcome(requests, credentials, expiry, error, json.loads(file.read_text(encoding="utf-8")))


def decoded(text: str) -> bytes:
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check_proof(proof: str, key: ec.EllipticCurvePrivateKey, url: str) -> tuple[Any, list[str]]:
    """Verifies a DPoP proof (RFC 9449 section 4.3); its header, and the names of its claims."""
    head, claims, signature = proof.split(".")
    header, payload = json.loads(decoded(head)), json.loads(decoded(claims))
    assert (header["typ"], header["alg"]) == ("dpop+jwt", "ES256")
    jwk = header["jwk"]
    assert set(jwk) == {"kty", "crv", "x", "y"}
    x, y = (int.from_bytes(decoded(jwk[name]), "big") for name in ("x", "y"))
    assert [len(decoded(jwk[name])) for name in ("x", "y")] == [32, 32]
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    assert public.public_numbers() == key.public_key().public_numbers()
    numbers = decoded(signature)
    assert len(numbers) == 64
    r, s = int.from_bytes(numbers[:32], "big"), int.from_bytes(numbers[32:], "big")
    public.verify(utils.encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert (payload["htm"], payload["htu"]) == ("POST", url)
    assert abs(payload["iat"] - datetime.datetime.now(datetime.UTC).timestamp()) < 60
    assert uuid.UUID(payload["jti"]).version == 4
    return header, list(payload)


def compare(program: Path, case: Case, tmp_path: Path) -> tuple[Outcome, Outcome]:
    ours = run_belfry(program, case, tmp_path / "belfry")
    theirs = run_botocore(case, tmp_path / "botocore")
    assert len(ours.requests) == len(theirs.requests), (ours, theirs)
    proofs = []
    for one, other in zip(ours.requests, theirs.requests, strict=True):
        for part in ("method", "url", "body"):
            assert one[part] == other[part]
        for name in ("content-type", "authorization"):
            assert one["headers"].get(name) == other["headers"].get(name)
        proof = check_proof(one["headers"]["dpop"], case.key, one["url"])
        assert proof == check_proof(other["headers"]["dpop"], case.key, other["url"])
        proofs.append(one["headers"]["dpop"])
    assert len(set(proofs)) == len(proofs)
    assert ours.credentials == theirs.credentials, (ours, theirs)
    # The two do not write at the same time.
    assert abs(ours.expiry - theirs.expiry) < 60
    for outcome in (ours, theirs):
        outcome.file.get("accessToken", {}).pop("expiresAt", None)
    assert ours.file == theirs.file
    return ours, theirs


SEC1, PKCS8 = serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8
DENIED = "AccessDeniedException"
CASES = {
    "valid": (Case(3600), "AOLD"),
    "valid for six minutes": (Case(360), "AOLD"),
    "valid for four minutes": (Case(240), "ANEW"),
    "expired": (Case(-3600), "ANEW"),
    "region of the sign-in": (Case(-1, sign_in_region="us-gov-west-1"), "ANEW"),
    "region of the sign-in alone": (Case(-1, region=None, sign_in_region="us-east-2"), "ANEW"),
    "no region": (Case(-1, region=None), ""),
    "region in China": (Case(-1, region="cn-north-1"), "ANEW"),
    "region of a variable": (Case(-1, variables={"AWS_DEFAULT_REGION": "ap-southeast-2"}), "ANEW"),
    "FIPS": (Case(-1, variables={"AWS_USE_FIPS_ENDPOINT": "true"}), "ANEW"),
    "dual stack": (Case(-1, variables={"AWS_USE_DUALSTACK_ENDPOINT": "true"}), "ANEW"),
    "endpoint": (Case(-1, variables={"AWS_ENDPOINT_URL_SIGNIN": "http://localhost:4566/a"}), "ANEW"),
    "endpoint of all": (Case(-1, variables={"AWS_ENDPOINT_URL": "http://localhost:4566"}), "ANEW"),
    "folder": (Case(-1, folder="~/some where"), "ANEW"),
    "a key in PKCS #8": (Case(-1, form=PKCS8), "ANEW"),
    "no accessToken": (Case(3600, without="accessToken"), ""),
    "no refreshToken": (Case(3600, without="refreshToken"), ""),
    "no clientId": (Case(3600, without="clientId"), ""),
    "no dpopKey": (Case(3600, without="dpopKey"), ""),
    "no tokenType": (Case(-1, without="tokenType"), "ANEW"),
    "answer without a document": (Case(-1, answer={}), ""),
    "answer without keys": (Case(-1, answer={**ANSWER, "accessToken": {}}), ""),
    "answer without a time": (
        Case(-1, answer={name: value for name, value in ANSWER.items() if name != "expiresIn"}),
        "",
    ),
    **{
        reason: (Case(-1, status=400, error=DENIED, answer={"error": reason, "message": "no"}), "")
        for reason in ("TOKEN_EXPIRED", "USER_CREDENTIALS_CHANGED", "INSUFFICIENT_PERMISSIONS", "OTHER")
    },
    "bad request": (Case(-1, status=400, error="ValidationException", answer={"message": "no"}), ""),
    "server error": (Case(-1, status=500, error="InternalServerException", answer={"message": "no"}), ""),
}
# botocore's classes of errors, and words of Belfry's messages.
EXPLAINED = {
    "TOKEN_EXPIRED": ("LoginRefreshRequired", "the session has ended"),
    "USER_CREDENTIALS_CHANGED": ("LoginRefreshRequired", "the user's credentials have changed"),
    "INSUFFICIENT_PERMISSIONS": ("LoginInsufficientPermissions", "a permission for signin:CreateOAuth2Token"),
    "OTHER": ("LoginError", "run `aws login --profile default`"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_login_session_is_used_as_botocore_does(program: Path, tmp_path: Path, name: str) -> None:
    case, key = CASES[name]
    ours, theirs = compare(program, case, tmp_path)
    assert (ours.credentials[0] if ours.credentials else "") == key
    if key == "ANEW":
        assert len(ours.requests) == 1
        assert ours.file["accessToken"]["accessKeyId"] == "ANEW"
        assert ours.file["refreshToken"] == ANSWER["refreshToken"]
        assert ours.file["later"] == [1.5, {"\u00e9": None}]
    else:
        assert ours.file.get("refreshToken") in ("old/refresh", None)
    if name in EXPLAINED:
        kind, words = EXPLAINED[name]
        assert theirs.error.startswith(kind + ":")
        assert words in ours.error


def test_random_login_sessions_are_used_as_botocore_does(program: Path, tmp_path: Path) -> None:
    chance = random.Random(20261130)
    for number in range(60):
        case = Case(
            chance.choice((-100000, -5, 30, 200, 320, 500, 800, 3000)),
            region=chance.choice(("us-east-1", "eu-central-1", "us-gov-east-1", "cn-northwest-1")),
            sign_in_region=chance.choice((None, "us-west-2", "eu-west-3", "")),
            form=chance.choice((SEC1, PKCS8)),
            folder=chance.choice(("", "", "~/cache")),
            answer={**ANSWER, "expiresIn": chance.randrange(1, 901)},
        )
        compare(program, case, tmp_path / str(number))


def test_credentials_that_are_valid_outlive_a_refusal(program: Path, tmp_path: Path) -> None:
    """botocore keeps credentials only if more than ten minutes are left; it asks at five."""
    case = Case(240, status=400, error=DENIED, answer={"error": "TOKEN_EXPIRED", "message": "no"})
    ours = run_belfry(program, case, tmp_path)
    assert ours.credentials == ["AOLD", "secret/old", "token+old==", "012345678901"]
    assert len(ours.requests) == 1


def test_each_attempt_has_its_own_proof(program: Path, tmp_path: Path) -> None:
    """botocore does not repeat a request after TooManyRequestsError, and repeats others with their proof."""
    case = Case(-1, status=429, error="TooManyRequestsError", answer={"message": "no"})
    ours = run_belfry(program, case, tmp_path)
    assert len({request["headers"]["dpop"] for request in ours.requests}) == 3


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_is_read_only_keeps_the_old_session(program: Path, tmp_path: Path) -> None:
    case = Case(-1)
    file, environment = case.write(tmp_path)
    before = file.read_text(encoding="utf-8")
    with read_only(file.parent):
        command = [str(program), "200", case.body, ""]
        output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    assert "credentials ANEW" in output
    assert file.read_text(encoding="utf-8") == before
    assert [path.name for path in file.parent.iterdir()] == [NAME]
