# SPDX-License-Identifier: Apache-2.0
"""Writes call_cases.json: the results of botocore's waiters and paginators for random rules and responses.

Run it again only to change the cases:  python3 make_call_cases.py [SEED [COUNT [OUT]]]
It needs botocore, jmespath, and codegen/ and tests/unit/jmespath/ on PYTHONPATH. The answers are shapes of
thing.hpp.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import jmespath
from botocore.exceptions import PaginationError, WaiterError
from botocore.paginate import PageIterator
from botocore.waiter import SingleWaiterConfig, Waiter
from jmespath.exceptions import JMESPathError
from make_path_cases import thing

HERE = Path(__file__).parent
CODES = ["NotFoundException", "ConflictException"]
TEXTS = ["a", "b", "RED", ""]


def acceptor(rng: random.Random) -> dict[str, Any]:
    """A random acceptor in the format of waiters-2.json."""
    state = rng.choice(["success", "failure", "retry"])
    matcher = rng.choice(["path", "path", "pathAll", "pathAny", "status", "error"])
    if matcher == "status":
        return {"state": state, "matcher": matcher, "expected": rng.choice([200, 404, 500])}
    if matcher == "error":
        return {"state": state, "matcher": matcher, "expected": rng.choice([*CODES, True, False])}
    if matcher == "path" and rng.random() < 0.4:
        argument = rng.choice(
            ["Flag", "length(Words) > `0`", "Name != 'a' && Color != 'RED'", "Things[0].Flag", "!Inner"]
        )
        return {"state": state, "matcher": matcher, "argument": argument, "expected": rng.random() < 0.5}
    if matcher == "path":
        argument = rng.choice(["Name", "Color", "Inner.Name", "Things[-1].Color", "Choice.Text"])
    else:
        argument = rng.choice(["Words", "Things[].Name", "Named.*.Color", "Matrix[]", "Name", "Sparse"])
    return {"state": state, "matcher": matcher, "argument": argument, "expected": rng.choice(TEXTS)}


def answer(rng: random.Random) -> tuple[int, Any]:
    """A status and a thing, or an error code."""
    if rng.random() < 0.25:
        return rng.choice([404, 500]), rng.choice(CODES)
    return 200, thing(rng, 1)


def wait(rng: random.Random) -> dict[str, Any] | None:
    acceptors = [acceptor(rng) for _ in range(rng.randint(1, 3))]
    answers = [answer(rng) for _ in range(4)]
    polls = 0

    def poll() -> dict[str, Any]:
        nonlocal polls
        status, body = answers[polls]
        polls += 1
        metadata = {"ResponseMetadata": {"HTTPStatusCode": status}}
        if isinstance(body, str):
            return {"Error": {"Code": body, "Message": "so it is"}, **metadata}
        return {**body, **metadata}

    config = SingleWaiterConfig(
        {"operation": "ListThings", "delay": 1, "maxAttempts": 4, "acceptors": acceptors}
    )
    outcome = "success"
    with mock.patch("time.sleep"):
        try:
            Waiter("W", config, poll).wait()
        except WaiterError as error:
            reason = str(error)
            known = {"terminal failure": "failure", "Max attempts": "timeout", "An error occurred": "error"}
            outcome = next(value for key, value in known.items() if key in reason)
        except JMESPathError:
            # A function that got null: botocore lets the exception through, the specification does not.
            return None
    return {"acceptors": acceptors, "answers": answers[:polls], "polls": polls, "outcome": outcome}


def pages(rng: random.Random) -> dict[str, Any]:
    sources = {
        "Token": ["Name", "Name || Things[-1].Name", "Inner.Name", "Words[0]", "Choice.Text || Name"],
        "Number": ["Count", "Things[0].Count"],
        "Tags": ["Tags", "Inner.Tags"],
        "Color": ["Color", "Things[-1].Color"],
    }
    names = rng.sample(sorted(sources), rng.choice([1, 1, 1, 2, 3]))
    tokens = {name: rng.choice(sources[name]) for name in names}
    more = rng.choice(["", "", "Flag", "Inner.Flag"])
    answers = [thing(rng, 1) for _ in range(5)] + [{}]
    inputs: list[Any] = []

    def call(**arguments: Any) -> Any:
        inputs.append(copy.deepcopy(arguments))
        return answers[len(inputs) - 1]

    iterator = PageIterator(
        call,
        names,
        [jmespath.compile(tokens[name]) for name in names],
        jmespath.compile(more) if more else None,
        [jmespath.compile("Things")],
        [],
        None,
        None,
        None,
        None,
        {"Owner": "me"},
    )
    outcome = "end"
    try:
        for _ in iterator:
            pass
    except PaginationError:
        outcome = "repeated"
    return {
        "tokens": tokens,
        "more": more,
        "answers": answers[: len(inputs)],
        "inputs": inputs,
        "outcome": outcome,
    }


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    out = Path(sys.argv[3]) if len(sys.argv) > 3 else HERE / "call_cases.json"
    rng = random.Random(seed)
    waits: list[Any] = []
    while len(waits) < count:
        case = wait(rng)
        # Most random rules time out; keep the mixture even.
        if case is not None and (case["outcome"] != "timeout" or rng.random() < 0.3):
            waits.append(case)
    paged: list[Any] = []
    while len(paged) < count:
        case = pages(rng)
        if len(case["inputs"]) > 1 or rng.random() < 0.1:
            paged.append(case)
    lines = [",\n".join("  " + json.dumps(case) for case in cases) for cases in (waits, paged)]
    out.write_text(f'{{"waits": [\n{lines[0]}],\n"pages": [\n{lines[1]}]}}\n')


if __name__ == "__main__":
    main()
