# SPDX-License-Identifier: Apache-2.0
"""Round trips with Amazon's own DynamoDB Local."""

from __future__ import annotations

from collections.abc import Callable


def test_dynamodb_local_accepts_the_calls(dynamodb_local: str, run_program: Callable[..., None]) -> None:
    run_program("dynamodb", dynamodb_local)
