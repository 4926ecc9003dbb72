# SPDX-License-Identifier: Apache-2.0
"""A minimal service for botocore and for Belfry's wire program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botocore_judge import Judge, Refused, Request, Response, ServiceError
from comparison import compare_request, compare_response
from plain_values import to_wire
from random_values import Values
from wire_program import Wire, request_line, request_of, response_line

REGION = "us-west-2"


class Both:
    """Both sides of one service."""

    def __init__(self, service: str, models: Path, endpoint: str | None = "https://bell.example") -> None:
        self.service = service
        # With an endpoint, the rules' own, both do not ask the service for one (endpoint discovery).
        self.judge = Judge(service, REGION, endpoint_url=endpoint, disable_request_compression=True)
        self.wire = Wire(service, REGION, models, arguments=("--endpoint", endpoint) if endpoint else ())

    def close(self) -> None:
        self.wire.close()

    def operations(self) -> list[str]:
        return self.judge.operations()

    def model(self, operation: str) -> Any:
        return self.judge.model.operation_model(operation)

    def request_differences(self, operation: str, params: dict[str, Any]) -> list[str]:
        """Where the two requests for these parameters differ."""
        answer = self.wire.ask(self._request_line(operation, params))
        return list(compare_request(self.judge, operation, params, answer))

    def request(self, operation: str, params: dict[str, Any]) -> Request:
        """The request that both of them make."""
        differences = self.request_differences(operation, params)
        assert not differences, "\n".join(differences)
        return request_of(self.wire.ask(self._request_line(operation, params)))

    def requests(self, operation: str, params: dict[str, Any]) -> tuple[Request, Request]:
        """Our request and botocore's, which may differ."""
        theirs = self.judge.request(operation, params)
        assert not isinstance(theirs, Refused), theirs.reason
        return request_of(self.ours_of_request(operation, params)), theirs

    def refusal(self, operation: str, params: dict[str, Any]) -> str:
        """Belfry's error for parameters that both refuse."""
        assert isinstance(self.judge.request(operation, params), Refused)
        return str(self.ours_of_request(operation, params)["error"]["message"])

    def ours_of_request(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """Belfry's answer to parameters."""
        return self.wire.ask(self._request_line(operation, params))

    def reading_differences(self, operation: str, response: Response) -> list[str]:
        """The differences between both results for a response."""
        answer = self.wire.ask(response_line("x", operation, response))
        return list(compare_response(self.judge, operation, self._theirs(operation, response), answer))

    def reading(self, operation: str, response: Response) -> dict[str, Any]:
        """The result of both for a response."""
        differences = self.reading_differences(operation, response)
        assert not differences, "\n".join(differences)
        return self.ours(operation, response)

    def ours(self, operation: str, response: Response) -> dict[str, Any]:
        """Belfry's result for a response."""
        return self.wire.ask(response_line("x", operation, response))

    def _theirs(self, operation: str, response: Response) -> dict[str, Any] | ServiceError:
        params = Values("any", optional=0).parameters(self.model(operation).input_shape)
        return self.judge.parse(operation, params, response)

    def _request_line(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        return request_line("x", operation, to_wire(self.model(operation).input_shape, params))
