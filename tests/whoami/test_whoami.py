# SPDX-License-Identifier: Apache-2.0
"""`belfry whoami`, with a home directory for each test, and a server that gives credentials."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRET = "wJalrXUtnFEMI-SECRET"
TOKEN = "session-SECRET-token"
DOCUMENT = {
    "Code": "Success",
    "AccessKeyId": "ASIAEXAMPLEOFSERVER",
    "SecretAccessKey": SECRET,
    "Token": TOKEN,
    "Expiration": "2100-01-02T03:04:05Z",
}

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, (os.environ.get("CXX", ""), "g++", "clang++", "c++"))),
    reason="no C++ compiler is installed",
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whoami")


class Whoami:
    """Runs the command with a home directory for the test."""

    def __init__(self, home: Path, cache: Path) -> None:
        self.home = home
        self.cache = cache
        (home / ".aws").mkdir()

    def config(self, text: str) -> None:
        (self.home / ".aws/config").write_text(text, encoding="utf-8")

    def credentials(self, text: str) -> None:
        (self.home / ".aws/credentials").write_text(text, encoding="utf-8")

    def __call__(self, *arguments: str, **variables: str) -> tuple[int, list[list[str]], str]:
        """The status, the fields of each line, and what was printed to standard error."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        done = subprocess.run(
            [sys.executable, "-m", "belfry_codegen.commands.whoami", "--cache", str(self.cache), *arguments],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**kept, "HOME": str(self.home), "AWS_EC2_METADATA_DISABLED": "true", **variables},
        )
        assert SECRET not in done.stdout + done.stderr
        assert TOKEN not in done.stdout + done.stderr
        lines = [[field for field in line.split("  ") if field] for line in done.stdout.splitlines()]
        return done.returncode, [[field.strip() for field in line] for line in lines], done.stderr


@pytest.fixture
def whoami(tmp_path: Path, cache: Path) -> Whoami:
    return Whoami(tmp_path, cache)


@contextlib.contextmanager
def server(answers: dict[str, Any]) -> Iterator[str]:
    """A server with a JSON document or a text for each method and path; 404 for others. Gives its URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            found = answers.get(f"{self.command} {self.path}")
            body = (found if isinstance(found, str) else json.dumps(found)).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = answer
        do_POST = answer
        do_PUT = answer

        def log_message(self, *arguments: Any) -> None:
            pass

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def test_a_profile_is_told_with_the_places_of_its_values(whoami: Whoami) -> None:
    whoami.config("[default]\nregion = us-west-2\n[profile work]\n\nregion = eu-central-1\n")
    whoami.credentials(f"[work]\naws_access_key_id = AKIAEXAMPLE0WORK\naws_secret_access_key = {SECRET}\n")
    status, lines, _ = whoami("--profile", "work", "--service", "chime-sdk-voice")
    assert status == 0
    assert lines == [
        ["profile", "work", "the program"],
        ["region", "eu-central-1", f"{whoami.home}/.aws/config:5"],
        [
            "endpoint",
            "https://voice-chime.eu-central-1.amazonaws.com",
            "the endpoint rules of chime-sdk-voice",
        ],
        ["credentials", "AKIA...WORK", "the profile"],
    ]


def test_a_profile_with_the_adaptive_retry_mode_is_told(whoami: Whoami) -> None:
    whoami.config("[default]\nregion = us-west-2\nretry_mode = adaptive\n")
    whoami.credentials(f"[default]\naws_access_key_id = AKIAEXAMPLE0WORK\naws_secret_access_key = {SECRET}\n")
    status, lines, _ = whoami("--service", "chime-sdk-voice")
    assert status == 0
    assert ["credentials", "AKIA...WORK", "the profile"] in lines
    assert ["region", "us-west-2", f"{whoami.home}/.aws/config:2"] in lines


def test_variables_come_before_the_profile(whoami: Whoami) -> None:
    whoami.config("[default]\nregion = us-west-2\nuse_fips_endpoint = true\n")
    status, lines, _ = whoami(
        *("--service", "chime-sdk-voice"),
        AWS_REGION="us-east-1",
        AWS_ACCESS_KEY_ID="AKIAEXAMPLEVARIABLE",
        AWS_SECRET_ACCESS_KEY=SECRET,
        AWS_ENDPOINT_URL_CHIME_SDK_VOICE="http://localhost:4566",
    )
    assert status == 0
    assert ["region", "us-east-1", "the environment variable AWS_REGION"] in lines
    assert ["credentials", "AKIA...ABLE", "the environment"] in lines
    # The rules refuse FIPS with a configured endpoint, as every SDK does.
    assert any(line[0] == "endpoint" and line[1].startswith("error: Invalid Configuration") for line in lines)


def test_a_container_is_asked_at_the_address_of_its_variable(whoami: Whoami) -> None:
    with server({"GET /v2/keys": DOCUMENT}) as url:
        status, lines, _ = whoami(AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{url}/v2/keys")
    assert status == 0
    assert ["credentials", "ASIA...RVER", "the container, until 2100-01-02T03:04:05Z"] in lines
    assert [line[0] for line in lines[-2:]] == [
        "the environment: AWS_ACCESS_KEY_ID is not set",
        "the profile: there is no profile 'default' in the shared files",
    ]


def test_an_instance_is_asked_at_the_address_of_its_variable(whoami: Whoami) -> None:
    role = "/latest/meta-data/iam/security-credentials/"
    answers = {"PUT /latest/api/token": TOKEN, f"GET {role}": "ringer", f"GET {role}ringer": DOCUMENT}
    with server(answers) as url:
        status, lines, _ = whoami(AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT=url)
    assert status == 0
    assert ["credentials", "ASIA...RVER", "the EC2 instance, until 2100-01-02T03:04:05Z"] in lines


ROLE = "arn:aws:iam::123456789012:role/ringer"


def sts_document(operation: str) -> str:
    """An answer of STS, as its API reference shows it."""
    members = {
        "AccessKeyId": "ASIAEXAMPLE0000ROLE",
        "SecretAccessKey": SECRET,
        "SessionToken": TOKEN,
        "Expiration": "2100-01-02T03:04:05Z",
    }
    text = "".join(f"<{name}>{value}</{name}>" for name, value in members.items())
    return (
        f"<{operation}Response xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><{operation}Result>"
        f"<Credentials>{text}</Credentials></{operation}Result></{operation}Response>"
    )


def test_a_role_of_a_profile_is_assumed_at_the_address_of_its_variable(whoami: Whoami) -> None:
    whoami.config(f"[default]\nregion = us-east-1\nrole_arn = {ROLE}\nsource_profile = base\n")
    whoami.credentials(f"[base]\naws_access_key_id = AKIAEXAMPLE0BASE\naws_secret_access_key = {SECRET}\n")
    with server({"POST /": sts_document("AssumeRole")}) as url:
        status, lines, _ = whoami(AWS_ENDPOINT_URL_STS=url)
    assert status == 0
    place = f"the profile: AssumeRole for the role '{ROLE}' of {whoami.home}/.aws/config:3"
    assert ["credentials", "ASIA...ROLE", f"{place}, until 2100-01-02T03:04:05Z"] in lines


def test_a_web_identity_of_the_environment_is_exchanged(whoami: Whoami) -> None:
    token = whoami.home / "token"
    token.write_text(TOKEN)
    variables = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": ROLE, "AWS_REGION": "us-east-1"}
    with server({"POST /": sts_document("AssumeRoleWithWebIdentity")}) as url:
        status, lines, _ = whoami(AWS_ENDPOINT_URL_STS=url, **variables)
    assert status == 0
    place = f"the profile: AssumeRoleWithWebIdentity for the role '{ROLE}'"
    assert any(line[0] == "credentials" and line[2].startswith(place) for line in lines)


def test_a_sign_in_is_exchanged_and_one_that_is_missing_says_what_to_do(whoami: Whoami) -> None:
    whoami.config(
        "[profile work]\nsso_session = dev\nsso_account_id = 123456789012\nsso_role_name = Ringer\n"
        "[sso-session dev]\nsso_region = us-east-1\nsso_start_url = https://d-abc123.awsapps.com/start\n"
    )
    status, lines, _ = whoami("--profile", "work")
    assert status == 1
    assert "sign in with `aws sso login --profile work`" in " ".join(lines[-1])
    cache = whoami.home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    document = {"accessToken": TOKEN, "expiresAt": "2100-01-02T03:04:05Z"}
    (cache / f"{hashlib.sha1(b'dev').hexdigest()}.json").write_text(json.dumps(document))
    keys = {
        "accessKeyId": "ASIAEXAMPLE00000SSO",
        "secretAccessKey": SECRET,
        "sessionToken": TOKEN,
        "expiration": 4102542245000,
    }
    path = "/federation/credentials?role_name=Ringer&account_id=123456789012"
    with server({f"GET {path}": {"roleCredentials": keys}}) as url:
        status, lines, _ = whoami("--profile", "work", AWS_ENDPOINT_URL_SSO=url)
    assert status == 0
    place = "the profile: GetRoleCredentials for the role 'Ringer' of the account 123456789012"
    assert ["credentials", "ASIA...0SSO", f"{place}, until 2100-01-02T03:04:05Z"] in lines


def test_a_login_session_is_told_with_its_file(whoami: Whoami) -> None:
    whoami.config("[default]\nregion = us-east-1\nlogin_session = me\n")
    cache = whoami.home / "sessions"
    cache.mkdir()
    file = cache / f"{hashlib.sha256(b'me').hexdigest()}.json"
    status, lines, _ = whoami(AWS_LOGIN_CACHE_DIRECTORY=str(cache))
    assert status == 1
    assert f"there is no login session in {file}; run `aws login --profile default`" in " ".join(lines[-1])
    keys = {"accessKeyId": "ASIAEXAMPLE00LOGIN", "secretAccessKey": SECRET, "sessionToken": TOKEN}
    document = {
        "accessToken": {**keys, "expiresAt": "2100-01-02T03:04:05Z"},
        "refreshToken": TOKEN,
        "clientId": "client",
        "dpopKey": SECRET,
    }
    file.write_text(json.dumps(document))
    status, lines, _ = whoami(AWS_LOGIN_CACHE_DIRECTORY=str(cache))
    assert status == 0
    place = f"the profile: the login session in {file}, until 2100-01-02T03:04:05Z"
    assert ["credentials", "ASIA...OGIN", place] in lines


def test_a_bearer_token_is_told_where_the_settings_ask_for_one(whoami: Whoami) -> None:
    botocore = pytest.importorskip("botocore")
    models = Path(botocore.__file__).parent / "data"
    bedrock = ("--service", "bedrock-runtime", "--models", str(models))
    keys = f"aws_access_key_id = AKIAEXAMPLE0WORK\naws_secret_access_key = {SECRET}\n"
    whoami.config(f"[default]\nregion = us-east-1\nauth_scheme_preference = sigv4\n{keys}")
    place = f"{whoami.home}/.aws/config:3"
    status, lines, _ = whoami(*bedrock)
    assert status == 0
    assert ["auth scheme", "sigv4", place] in lines
    assert ["credentials", "AKIA...WORK", "the profile"] in lines
    # botocore's rule: a token that is for this service is more specific than the list of a file.
    status, lines, _ = whoami(*bedrock, AWS_BEARER_TOKEN_BEDROCK=TOKEN)
    assert status == 0
    assert ["auth scheme", "httpBearerAuth", "the environment variable AWS_BEARER_TOKEN_BEDROCK"] in lines
    assert ["credentials", "a bearer token", "the environment"] in lines
    # The token is not for other services.
    status, lines, _ = whoami("--service", "chime-sdk-voice", AWS_BEARER_TOKEN_BEDROCK=TOKEN)
    assert status == 0
    assert ["credentials", "AKIA...WORK", "the profile"] in lines
    assert "auth scheme" not in [line[0] for line in lines]

    whoami.config(f"[default]\nregion = us-east-1\nauth_scheme_preference = httpBearerAuth\n{keys}")
    status, lines, _ = whoami(*bedrock)
    assert status == 1
    assert ["auth scheme", "httpBearerAuth", place] in lines
    text = " ".join(lines[-1])
    assert f"{place}: auth_scheme_preference: asks for a bearer token, and there is none" in text
    assert "set AWS_BEARER_TOKEN_BEDROCK" in text


def test_without_credentials_each_source_says_why_and_the_status_is_1(whoami: Whoami) -> None:
    status, lines, _ = whoami()
    assert status == 1
    assert lines[0] == ["profile", "default", "the default"]
    text = [" ".join(line) for line in lines]
    assert "There are no credentials:" in text
    assert "the EC2 instance: AWS_EC2_METADATA_DISABLED is true" in text
    assert len(text) == 2 + 4


def test_a_wrong_setting_is_named_with_its_place_and_the_status_is_1(whoami: Whoami) -> None:
    whoami.config("[default]\nmax_attempts = many\n")
    status, lines, _ = whoami()
    assert status == 1
    assert f"error: {whoami.home}/.aws/config:2: max_attempts: expected a number" in " ".join(lines[-1])
    status, lines, _ = whoami("--profile", "missing")
    assert status == 1
    assert "there is no profile 'missing'" in " ".join(lines[-1])


def test_a_service_that_is_not_there_is_bad_input(whoami: Whoami) -> None:
    status, lines, err = whoami("--service", "chime-sdk-voise")
    assert (status, lines) == (2, [])
    assert "chime-sdk-voice" in err
