# SPDX-License-Identifier: Apache-2.0
"""A Smithy service that is not AWS's: no AWS traits, no region, the user's endpoint and secret."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import main
from belfry_codegen.readers.models import services
from smithy_support import member, structure, traits, write
from support import ROOT
from test_compile import _compiler

PROGRAM = r"""
#include <belfry/weather.hpp>

#include <cstdio>
#include <string>

int main(int, char** arguments) {
    belfry::ClientConfig config{.credentials = belfry::bearer_credentials(arguments[2])};
    config.endpoint = arguments[1];
    belfry::weather::Client client{config, [](const belfry::HttpRequest& request) {
        std::printf("%s %s\n", request.method.c_str(), request.url.c_str());
        for (const auto& [name, value] : request.headers)
            if (name != "User-Agent") std::printf("%s: %s\n", name.data(), value.data());
        belfry::HttpResponse response;
        response.status = 404;
        response.headers.set("x-amzn-errortype", "NoSuchCity");
        response.body = R"({"resource": "cities"})";
        return response;
    }};
    const auto city = client.get_city({.city_id = "a b"});
    if (city) return 1;
    const auto error = city.error().as<belfry::weather::NoSuchCity>();
    const std::string& why = city.error().message;
    std::printf("%s %s\n", city.error().code.c_str(), error ? error->resource->c_str() : why.c_str());
}
"""


def _weather(**service: Any) -> dict[str, Any]:
    target = "my.weather#"
    shapes: dict[str, Any] = {
        "Weather": {
            "type": "service",
            "version": "2024-10-01",
            "resources": [{"target": f"{target}City"}],
            "traits": traits(aws__protocols__restJson1={}, **service),
        },
        "City": {
            "type": "resource",
            "identifiers": {"cityId": {"target": "smithy.api#String"}},
            "read": {"target": f"{target}GetCity"},
        },
        "GetCity": {
            "type": "operation",
            "input": {"target": f"{target}GetCityInput"},
            "output": {"target": "smithy.api#Unit"},
            "errors": [{"target": f"{target}NoSuchCity"}],
            "traits": traits(readonly={}, http={"method": "GET", "uri": "/cities/{cityId}"}),
        },
        "GetCityInput": structure({"cityId": member("String", required={}, httpLabel={})}, input={}),
        "NoSuchCity": structure({"resource": member("String")}, error="client", httpError=404),
    }
    return {"smithy": "2.0", "shapes": {f"{target}{name}": shape for name, shape in shapes.items()}}


@pytest.mark.parametrize(
    ("service", "request_lines"),
    [
        ({}, ["GET http://127.0.0.1:8080/v1/cities/a%20b", "Host: 127.0.0.1:8080"]),
        (
            {"httpBearerAuth": {}},
            [
                "GET http://127.0.0.1:8080/v1/cities/a%20b",
                "Host: 127.0.0.1:8080",
                "Authorization: Bearer s3cret",
            ],
        ),
        (
            {"httpApiKeyAuth": {"name": "X-Api-Key", "in": "header", "scheme": "Key"}},
            ["GET http://127.0.0.1:8080/v1/cities/a%20b", "Host: 127.0.0.1:8080", "X-Api-Key: Key s3cret"],
        ),
        (
            {"httpApiKeyAuth": {"name": "key", "in": "query"}},
            ["GET http://127.0.0.1:8080/v1/cities/a%20b?key=s3cret", "Host: 127.0.0.1:8080"],
        ),
    ],
    ids=["nothing", "bearer", "key-in-header", "key-in-query"],
)
def test_a_service_outside_of_aws_can_be_called(
    tmp_path: Path, service: dict[str, Any], request_lines: list[str]
) -> None:
    write(tmp_path / "models", _weather(**service), "weather.json")
    assert services(tmp_path / "models") == [("weather", "2024-10-01")]
    out = tmp_path / "include"
    assert main(["generate", "weather", "--models", str(tmp_path / "models"), "--out", str(out)]) == 0
    (tmp_path / "program.cpp").write_text(PROGRAM)
    program = tmp_path / "program"
    includes = ["-I", str(out), "-I", str(ROOT / "include")]
    flags = ["-std=c++20", "-Wall", "-Wextra", "-Werror"]
    command = [_compiler(), *flags, *includes, str(tmp_path / "program.cpp"), "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:4000]
    # A service without authentication is called without credentials.
    run = subprocess.run(
        [program, "http://127.0.0.1:8080/v1", "s3cret"], capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == [*request_lines, "NoSuchCity cities"]


def test_a_service_outside_of_aws_needs_an_endpoint(tmp_path: Path) -> None:
    write(tmp_path / "models", _weather(), "weather.json")
    out = tmp_path / "include"
    assert main(["generate", "weather", "--models", str(tmp_path / "models"), "--out", str(out)]) == 0
    rules = (out / "belfry" / "weather" / "endpoint_rules.hpp").read_text()
    assert "this service needs an endpoint" in rules
    assert "amazonaws" not in rules
