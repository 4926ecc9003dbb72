# SPDX-License-Identifier: Apache-2.0
"""A service on both sides: compares botocore's client with Belfry's wire program."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore
import botocore.handlers
import pytest
from botocore_judge import Judge, Response, ServiceError, Shape
from comparison import compare_request, compare_response
from plain_values import to_wire
from random_values import Values
from runs import Run, seeds
from smithy_side import SmithyModel
from wire_program import Wire, request_line, response_line

# Known difference: botocore's handlers for a few services.
_CONVENIENCES = {
    *("sse_md5", "copy_source_sse_md5", "decode_list_object"),
    *("decode_list_object_v2", "decode_list_object_versions"),
    *("json_decode_policies", "json_decode_template_body", "decode_console_output"),
    *(
        "base64_encode_user_data",
        "inject_presigned_url_ec2",
        "inject_presigned_url_rds",
        "change_get_to_post",
    ),
}

MODELS = Path(botocore.__file__).parent / "data"
_SHARED = Path(os.environ.get("BELFRY_SHARED", Path(__file__).parents[3] / "shared"))
SMITHY = _SHARED / "models" / "smithy"
"""AWS's Smithy models, which may be absent."""
REGION = "us-west-2"


@dataclass(frozen=True)
class Case:
    """A service, some of its operations, and their settings."""

    service: str
    why: str
    operations: tuple[str, ...] = ()
    """None for all."""
    apart: tuple[str, ...] = ()
    """Operations that have separate tests."""
    protocol: str | None = None
    """None for the best."""
    models: Path = MODELS
    values: type[Values] = Values

    @property
    def name(self) -> str:
        """The name of the case in the list of tests."""
        parts = [self.service, self.protocol or "", "" if self.models == MODELS else "smithy"]
        return "-".join(part for part in parts if part)


def _smithy_file(case: Case) -> Path:
    [found] = case.models.glob(f"{case.service}-[0-9]*.json")
    return found


class Service:
    """A service on both sides."""

    def __init__(
        self,
        case: Case,
        region: str = REGION,
        flags: tuple[str, ...] = (),
        conveniences: bool = False,
        **config: Any,
    ) -> None:
        self.case = case
        # Known difference: asymmetric signatures.
        config.setdefault("auth_scheme_preference", "sigv4")
        self.smithy = SmithyModel(_smithy_file(case)) if case.models == SMITHY else None
        change = self.smithy.reduced if self.smithy is not None else None
        self.judge = Judge(case.service, region, protocol=case.protocol, change=change, **config)
        for event, handler, *_ in () if conveniences else botocore.handlers.BUILTIN_HANDLERS:
            if getattr(handler, "__name__", "") in _CONVENIENCES:
                self.judge.client.meta.events.unregister(event, handler)
        forced = ("--protocol", case.protocol) if case.protocol is not None else ()
        chosen = (*case.operations, *case.apart)
        self.wire = Wire(case.service, region, case.models, chosen, (*forced, *flags))
        self.operations = case.operations or tuple(self.judge.operations())

    def model(self, operation: str) -> Any:
        """botocore's model of an operation."""
        return self.judge.model.operation_model(operation)

    def minimal(self, operation: str) -> dict[str, Any]:
        """Minimal valid parameters."""
        return self.case.values("any", optional=0).parameters(self.model(operation).input_shape)

    def seed(self, *parts: object) -> str:
        """The generator of random values, seeded the same way in every run."""
        return ".".join((self.case.service, *map(str, parts)))

    def check_request(self, run: Run, seed: int, params: dict[str, Any]) -> None:
        """Compares what both send for these parameters."""
        shape = self.model(run.operation).input_shape
        line = request_line(run.name(seed), run.operation, to_wire(shape, params))
        run.note(seed, line, compare_request(self.judge, run.operation, params, self.wire.ask(line)))

    def check_response(self, run: Run, seed: int, response: Response) -> None:
        """Compares both results for a response."""
        line = response_line(run.name(seed), run.operation, response)
        theirs = self.judge.parse(run.operation, self.minimal(run.operation), response)
        answer = self.wire.ask(line)
        if self.smithy is not None and isinstance(theirs, ServiceError):
            shape = self.judge.model.shape_for_error_code(theirs.code)
            known = () if shape is None else shape.members
            answer["modeled"] = {name: value for name, value in answer["modeled"].items() if name in known}
        elif self.smithy is not None:
            theirs = self.smithy.with_defaults(self.model(run.operation).output_shape, theirs)
        run.note(seed, line, compare_response(self.judge, run.operation, theirs, answer))

    def runs(self) -> Iterator[Run]:
        """A run of each operation; it fails when the next one is asked for."""
        for operation in self.operations:
            run = Run(self.case.service, operation)
            yield run
            run.finish()

    def check_requests(self, count: int) -> None:
        """Compares the requests of every operation for random parameters."""
        for run in self.runs():
            shape = self.model(run.operation).input_shape
            for seed in seeds(count):
                values = self.case.values(self.seed(run.operation, seed))
                self.check_request(run, seed, values.parameters(shape))

    def check_successes(self, count: int, make: Callable[[str, Any], Response]) -> None:
        """Compares what is read from responses that `make` makes from a seed and an operation's model."""
        for run in self.runs():
            model = self.model(run.operation)
            for seed in seeds(count):
                self.check_response(run, seed, make(self.seed(run.operation, seed), model))

    def check_errors(self, count: int, make: Callable[[str, Any, Shape | None], Response]) -> None:
        """Compares what is read from each modelled error, and from one that is not modelled (None)."""
        for run in self.runs():
            model = self.model(run.operation)
            for seed in seeds(count):
                for shape in (None, *model.error_shapes):
                    name = self.seed(run.operation, shape and shape.name, seed)
                    self.check_response(run, seed, make(name, model, shape))


@contextmanager
def opened(
    case: Case,
    region: str = REGION,
    flags: tuple[str, ...] = (),
    conveniences: bool = False,
    **config: Any,
) -> Iterator[Service]:
    """A service for the length of a `with`; `flags` of the wire program correspond to `config` of botocore.

    With `conveniences`, botocore's handlers for a few services are active.
    """
    if not case.models.is_dir():
        pytest.skip(f"{case.models} is not here")
    made = Service(case, region, flags, conveniences, **config)
    try:
        yield made
    finally:
        made.wire.close()
