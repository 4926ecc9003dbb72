# SPDX-License-Identifier: Apache-2.0
"""Writes random shared files and environments, with the settings that botocore's clients take from them.

A case is `{"environment": {...}, "files": {path: text}, "profile": name or null, "service": SDK id,
"expected": {...}}`; `"expected": {"error": class name}` where botocore refuses. Left out is what botocore
reads differently on purpose, which settings_test.cpp tests by itself. The random choices have a seed, so that
the file is the same each time.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import botocore.client
import botocore.configprovider
import botocore.exceptions
import botocore.loaders
import botocore.session
import botocore.utils

_SEED = 20261129
_CASES = 1200
_SERVICES = ("s3", "s3control", "sts", "dynamodb", "lambda", "chime-sdk-voice", "elasticbeanstalk", "logs")
_HOME = "/home/somebody"

_REGIONS = ("us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1")
_URLS = ("http://localhost:8000", "https://other.example.com", "http://127.0.0.1:9000/path")
_BOOLEANS = ("true", "false", "True", "FALSE")
# The setting, and values that every SDK accepts.
_SETTINGS: dict[str, tuple[str, ...]] = {
    "region": _REGIONS,
    "endpoint_url": _URLS,
    "ignore_configured_endpoint_urls": _BOOLEANS,
    "use_fips_endpoint": _BOOLEANS,
    "use_dualstack_endpoint": _BOOLEANS,
    "max_attempts": ("1", "3", "17"),
    "retry_mode": ("standard", "legacy", "adaptive"),
    "disable_request_compression": _BOOLEANS,
    "request_checksum_calculation": ("when_supported", "when_required", "WHEN_REQUIRED"),
    "response_checksum_validation": ("when_supported", "when_required", "When_Supported"),
    # botocore allows less than the reference guide, which says 0 to 10,485,760.
    "request_min_compression_size_bytes": ("1", "1048576", "512"),
    "disable_host_prefix_injection": _BOOLEANS,
    "account_id_endpoint_mode": ("preferred", "disabled", "required", "Required"),
    "sdk_ua_app_id": ("tower", "a-b.c"),
    "defaults_mode": ("legacy", "standard", "in-region", "cross-region", "mobile"),
    "s3_use_arn_region": _BOOLEANS,
    "s3_us_east_1_regional_endpoint": ("regional", "legacy"),
    "s3_disable_express_session_auth": _BOOLEANS,
    "sts_regional_endpoints": ("regional", "legacy"),
    "sigv4a_signing_region_set": ("us-east-1", "*", "us-east-1,eu-west-1"),
    "endpoint_discovery_enabled": ("true", "False", "auto", "AUTO"),
    "auth_scheme_preference": ("sigv4a", "sigv4,sigv4a", "httpBearerAuth,sigv4"),
}
_NESTED_S3: dict[str, tuple[str, ...]] = {
    "addressing_style": ("path", "virtual", "auto"),
    "use_accelerate_endpoint": _BOOLEANS,
    "use_dualstack_endpoint": _BOOLEANS,
    "use_arn_region": _BOOLEANS,
    "us_east_1_regional_endpoint": ("regional", "legacy"),
    "s3_disable_multiregion_access_points": _BOOLEANS,
}
# Settings that no file has: botocore reads the variable alone.
_NOT_IN_FILES = frozenset({"s3_disable_multiregion_access_points"})


class _Chance(random.Random):
    """Random shared files and environments."""

    def spaced(self, name: str, value: str) -> str:
        return f"{name}{self.choice((' = ', '=', '  =	'))}{value}{self.choice(('', '', ' ', '	'))}"

    def nested(self, name: str, values: dict[str, tuple[str, ...]]) -> list[str]:
        indent = self.choice(("  ", " ", "	", "        "))
        lines = [self.spaced(name, "").rstrip()]
        for key in self.sample(sorted(values), self.randint(1, min(3, len(values)))):
            lines.append(indent + self.spaced(key, self.choice(values[key])))
            if self.random() < 0.1:
                lines.append(self.choice(("", "   ", "# a comment", "   ; a comment")))
        return lines

    def section(self, settings: dict[str, tuple[str, ...]], services: list[str]) -> list[str]:
        indent = self.choice(("", "", "", "  "))
        lines: list[str] = []
        for name in self.sample(sorted(settings), self.randint(0, 6)):
            written = name.upper() if self.random() < 0.05 else name
            lines.append(indent + self.spaced(written, self.choice(settings[name])))
            if self.random() < 0.1:
                lines.append(self.choice(("", "# a comment", "; a comment", "  ")))
        if services and self.random() < 0.5:
            lines.append(indent + self.spaced("services", self.choice(services)))
        if self.random() < 0.4:
            lines += [indent + line for line in self.nested("s3", _NESTED_S3)]
        return lines

    def config(self, profiles: list[str], services: list[str], identifiers: list[str]) -> str:
        lines: list[str] = []
        for name in profiles:
            quote = self.choice(("", '"', "'")) if name != "default" else ""
            header = name if name == "default" and self.random() < 0.8 else f"profile {quote}{name}{quote}"
            lines += [f"[{header}]", *self.section(_SETTINGS, services)]
        for name in services[:2]:
            lines.append(f"[services {name}]")
            for identifier in self.sample(identifiers, self.randint(1, 4)):
                lines += self.nested(identifier, {"endpoint_url": _URLS})
        return self.choice(("\n", "\r\n")).join(lines) + "\n"

    def credentials(self, profiles: list[str]) -> str:
        lines: list[str] = []
        for name in profiles:
            lines += [f"[{name}]", "aws_access_key_id = AKID", "aws_secret_access_key = secret"]
            if self.random() < 0.3:
                lines.append(self.spaced("region", self.choice(_REGIONS)))
        return "\n".join(lines) + "\n"

    def environment(self, identifiers: list[str]) -> dict[str, str]:
        variables: dict[str, str] = {}
        for name in self.sample(sorted(_SETTINGS), self.choice((0, 0, 1, 2, 5))):
            value = self.choice(_SETTINGS[name])
            variables[f"AWS_{name.upper()}"] = value
            if name == "region":
                # botocore reads the second alone.
                variables["AWS_DEFAULT_REGION"] = value
        if self.random() < 0.2:
            variables[f"AWS_ENDPOINT_URL_{self.choice(identifiers).upper()}"] = self.choice(_URLS)
        return variables


def _settings_of(session: botocore.session.Session, service: str) -> dict[str, Any]:
    """The settings of a client of that service."""
    region = session.get_config_variable("region")
    client = session.create_client(
        service, region_name=region or "us-west-2", aws_access_key_id="a", aws_secret_access_key="b"
    )
    config = client.meta.config
    s3 = config.s3 or {}
    style = s3.get("addressing_style")
    return {
        "region": region or "",
        "use_fips": bool(config.use_fips_endpoint),
        "use_dual_stack": bool(config.use_dualstack_endpoint),
        "max_attempts": (config.retries or {}).get("total_max_attempts"),
        "adaptive": (config.retries or {}).get("mode") == "adaptive",
        "disable_compression": bool(config.disable_request_compression),
        "request_checksums": config.request_checksum_calculation,
        "response_checksums": config.response_checksum_validation,
        "min_compression_size": config.request_min_compression_size_bytes,
        "inject_host_prefix": bool(config.inject_host_prefix),
        "application": config.user_agent_appid or "",
        "account_id_endpoint_mode": config.account_id_endpoint_mode,
        "connect_timeout": config.connect_timeout,
        "addressing_style": style if style != "auto" else None,
        "accelerate": bool(s3.get("use_accelerate_endpoint", False)),
        "use_arn_region": s3.get("use_arn_region"),
        "regional_us_east_1": s3.get("us_east_1_regional_endpoint"),
        "disable_access_points": bool(s3.get("s3_disable_multiregion_access_points", False)),
        "disable_express": botocore.utils.ensure_boolean(
            session.get_config_variable("s3_disable_express_session_auth") or False
        ),
        "sts_regional": session.get_config_variable("sts_regional_endpoints"),
        "region_set": config.sigv4a_signing_region_set or "",
        "auth_schemes": config.auth_scheme_preference or "",
        "endpoint_discovery": session.get_config_variable("endpoint_discovery_enabled").lower(),
    }


def _endpoint_of(session: botocore.session.Session, service: str) -> str | None:
    ignored = session.get_config_variable("ignore_configured_endpoint_urls")
    if ignored:
        return None
    provider = botocore.configprovider.ConfiguredEndpointProvider(
        full_config=session.full_config,
        scoped_config=session.get_scoped_config(),
        client_name=service,
    )
    url: str | None = provider.provide()
    return url


def _expected(loader: Any, case: dict[str, Any], service: str, folder: Path) -> dict[str, Any]:
    """The settings that botocore takes from a case, whose files are written to `folder`."""
    os.environ.clear()
    os.environ.update(case["environment"])
    for path, text in case["files"].items():
        target = folder / Path(path).relative_to(_HOME)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    os.environ["HOME"] = str(folder)
    session = botocore.session.Session(profile=case["profile"])
    session.register_component("data_loader", loader)
    try:
        return {"endpoint": _endpoint_of(session, service), **_settings_of(session, service)}
    except botocore.exceptions.BotoCoreError as error:
        return {"error": type(error).__name__}


def main() -> None:
    chance = _Chance(_SEED)
    loader = botocore.loaders.Loader()
    ids = {name: loader.load_service_model(name, "service-2")["metadata"]["serviceId"] for name in _SERVICES}
    identifiers = [sdk_id.lower().replace(" ", "_").replace("-", "_") for sdk_id in ids.values()]
    cases = []
    for _ in range(_CASES):
        profiles = [
            "default",
            *chance.sample(("work", "play-2", "with/slash", "a.b@c"), chance.randint(0, 3)),
        ]
        services = ["mine", "theirs", *(["absent"] if chance.random() < 0.2 else [])]
        files = {f"{_HOME}/.aws/config": chance.config(profiles, services, identifiers)}
        if chance.random() < 0.5:
            files[f"{_HOME}/.aws/credentials"] = chance.credentials(profiles)
        environment = {"HOME": _HOME, **chance.environment(identifiers)}
        if chance.random() < 0.3:
            variable = chance.choice(("AWS_PROFILE", "AWS_DEFAULT_PROFILE"))
            environment[variable] = chance.choice([*profiles, *profiles, "missing"])
        profile = chance.choice([*[None] * 8, *profiles * 2, "unknown"])
        service = chance.choice(_SERVICES)
        case = {"environment": environment, "files": files, "profile": profile, "service": ids[service]}
        with tempfile.TemporaryDirectory() as folder:
            case["expected"] = _expected(loader, case, service, Path(folder))
        cases.append(case)
    Path(sys.argv[1]).write_text(json.dumps(cases, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
