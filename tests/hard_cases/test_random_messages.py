# SPDX-License-Identifier: Apache-2.0
"""Random messages of every operation of the minimal services, compared with botocore."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from both import Both
from botocore_judge import Response
from random_responses import Responses
from random_values import Values
from random_xml_responses import XmlResponses
from runs import seeds

# Those of hard-xml are in test_messages.py: there is no generator of random restXml.
SERVICES = ("hard-names", "hard-shapes", "hard-http", "hard-query", "hard-rpc")


@pytest.fixture(scope="module", params=SERVICES)
def both(request: pytest.FixtureRequest, models: Path) -> Iterator[Both]:
    made = Both(request.param, models)
    yield made
    made.close()


def _run(both: Both, differences: Callable[[str, str], list[str]]) -> None:
    found = []
    for operation in both.operations():
        for seed in seeds(25):
            lines = differences(operation, f"{both.service}.{operation}.{seed}")
            found += [f"{operation}, seed {seed}: {line}" for line in lines]
    assert found == [], "\n".join(found[:10])


def test_random_requests_equal_botocores(both: Both) -> None:
    def differences(operation: str, seed: str) -> list[str]:
        params = Values(seed).parameters(both.model(operation).input_shape)
        return both.request_differences(operation, params)

    _run(both, differences)


def test_random_outputs_are_read_as_by_botocore(both: Both) -> None:
    def differences(operation: str, seed: str) -> list[str]:
        model = both.model(operation)
        return both.reading_differences(operation, _success(both.service, seed, model))

    _run(both, differences)


def _success(service: str, seed: str, model: Any) -> Response:
    if service == "hard-query":
        return XmlResponses(seed).query_success(model)
    return Responses(seed).success(model)


def test_modelled_errors_are_read_as_by_botocore(both: Both) -> None:
    def differences(operation: str, seed: str) -> list[str]:
        model = both.model(operation)
        found = []
        for shape in model.error_shapes:
            status = shape.metadata.get("error", {}).get("httpStatusCode", 400)
            if both.service == "hard-query":
                response = XmlResponses(seed).query_failure(model, shape, status, shape.error_code)
            elif both.service == "hard-rpc":
                response = Responses(seed).rpc_failure(shape, status, shape.error_code)
            else:
                response = Responses(seed).failure(shape, status, shape.error_code)
            found += both.reading_differences(operation, response)
        return found

    _run(both, differences)
