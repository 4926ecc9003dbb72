# SPDX-License-Identifier: Apache-2.0
"""Has botocore's adaptive retry mode limit the rate of random attempts.

    python adaptive_retry_botocore.py OUTPUT_JSON

The attempts are the same in each run. Each step of a case says how much time has passed, whether an attempt
is asked for or has ended, and what botocore's limiter says then: the wait before the attempt, or the rate.
`adaptive_retry_test.cpp` repeats the steps and compares.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from botocore.retries import adaptive, bucket, throttling

CASES = 60
STEPS = 300


class _Clock:
    """The clock of botocore's limiter, which the cases set."""

    def __init__(self, now: float) -> None:
        self.now = now

    def current_time(self) -> float:
        return self.now


class _Detector:
    """Stands for botocore's look at a response."""

    def __init__(self) -> None:
        self.throttled = False

    def is_throttling_error(self, **_: Any) -> bool:
        return self.throttled


def _case(chance: random.Random) -> dict[str, Any]:
    start = float(chance.randrange(1_000))
    clock = _Clock(start)
    detector = _Detector()
    tokens = bucket.TokenBucket(max_rate=1, clock=clock)
    limiter = adaptive.ClientRateLimiter(
        rate_adjustor=throttling.CubicCalculator(starting_max_rate=0, start_time=start),
        rate_clocker=adaptive.RateClocker(clock),
        token_bucket=tokens,
        throttling_detector=detector,
        clock=clock,
    )
    pace = chance.choice((0.001, 0.02, 0.1, 0.4))
    throttles = chance.choice((0.0, 0.05, 0.3, 0.9))
    steps = []
    for _ in range(STEPS):
        passed = chance.expovariate(1 / pace)
        clock.now += passed
        step: dict[str, Any] = {"passed": passed}
        if limiter._enabled and chance.random() < 0.4:
            # The wait of `acquire`, without waiting.
            tokens._refill()
            wait = max(0.0, tokens._sleep_amount(1))
            if wait == 0:
                tokens._current_capacity -= 1
            step["wait"] = wait
        else:
            detector.throttled = chance.random() < throttles
            limiter.on_receiving_response()
            step["throttled"] = detector.throttled
            step["rate"] = tokens.max_rate
            step["enabled"] = limiter._enabled
        steps.append(step)
    return {"start": start, "steps": steps}


def main() -> None:
    """Writes the cases."""
    chance = random.Random(11)
    cases = [_case(chance) for _ in range(CASES)]
    Path(sys.argv[1]).write_text(json.dumps(cases))


if __name__ == "__main__":
    main()
