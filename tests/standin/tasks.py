# SPDX-License-Identifier: Apache-2.0
"""Speaker search tasks of the stand-in: each GET of a task moves it to its next state."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from response_errors import conflict, not_found, throttled

# A voice connector whose id starts like this is busy: each start on it is throttled twice, then accepted.
BUSY_CONNECTOR = "throttle"
BUSY_TIMES = 2
RESULTS = 3
FINISHED = ("SUCCEEDED", "STOPPED")


def timestamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds, as the service writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass
class Task:
    """One search."""

    request: Mapping[str, Any]
    created: datetime
    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "IN_QUEUE"
    looks: int = 0
    updated: datetime | None = None
    started: datetime | None = None

    def move_to(self, status: str, now: datetime) -> None:
        """Changes the status and its times."""
        if status != self.status:
            self.status = status
            self.updated = now
            if status == "IN_PROGRESS":
                self.started = now

    def results(self) -> list[dict[str, Any]]:
        """Matches that depend on the request alone, so that a run can be repeated; the best comes first."""
        found = []
        for index in range(RESULTS):
            key = f"{self.request['TransactionId']}/{self.request['VoiceProfileDomainId']}/{index}"
            digest = hashlib.sha256(key.encode()).digest()
            score = round(int.from_bytes(digest[:4], "big") / 2**32, 6)
            profile = uuid.UUID(bytes=digest[16:], version=4)
            found.append({"ConfidenceScore": score, "VoiceProfileId": str(profile)})
        return sorted(found, key=lambda result: -result["ConfidenceScore"])

    def to_json(self) -> dict[str, Any]:
        """The task as a SpeakerSearchTask on the wire."""
        task: dict[str, Any] = {
            "SpeakerSearchTaskId": self.identifier,
            "SpeakerSearchTaskStatus": self.status,
            "CallDetails": {
                "VoiceConnectorId": self.request["VoiceConnectorId"],
                "TransactionId": self.request["TransactionId"],
                "IsCaller": self.request.get("CallLeg", "Caller") == "Caller",
            },
            "SpeakerSearchDetails": None,
            "CreatedTimestamp": timestamp(self.created),
            "UpdatedTimestamp": timestamp(self.updated or self.created),
            "StartedTimestamp": timestamp(self.started) if self.started else None,
            "StatusMessage": None,
        }
        if self.status == "SUCCEEDED":
            task["SpeakerSearchDetails"] = {
                "Results": self.results(),
                "VoiceprintGenerationStatus": "VoiceprintGenerationSuccess",
            }
        return task


class Tasks:
    """All searches. Safe to use from several threads."""

    def __init__(self, looks_per_status: int = 1, throttle_every: int = 0) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[tuple[str, str], Task] = {}
        self._by_token: dict[str, Task] = {}
        self._refusals: dict[str, int] = {}
        self._starts = 0
        self._looks_per_status = looks_per_status
        self._throttle_every = throttle_every

    def start(self, request: Mapping[str, Any], now: datetime) -> Task:
        """A new task, or that of the same ClientRequestToken; raises ResponseError when throttled."""
        with self._lock:
            self._throttle(request)
            token = request.get("ClientRequestToken")
            known = self._by_token.get(token) if token else None
            if known:
                if known.request != request:
                    raise conflict("the ClientRequestToken belongs to another request")
                return known
            task = Task(request, now)
            self._tasks[request["VoiceConnectorId"], task.identifier] = task
            if token:
                self._by_token[token] = task
            return task

    def look(self, request: Mapping[str, Any], now: datetime) -> Task:
        """The task, moved to its next state after enough calls."""
        with self._lock:
            task = self._find(request)
            if task.status not in FINISHED:
                task.looks += 1
                steps = ("IN_QUEUE", "IN_PROGRESS", "SUCCEEDED")
                task.move_to(steps[min(task.looks // self._looks_per_status, 2)], now)
            return task

    def stop(self, request: Mapping[str, Any], now: datetime) -> None:
        """Stops a task that is not finished."""
        with self._lock:
            task = self._find(request)
            if task.status in FINISHED:
                raise conflict(f"the task is already {task.status}")
            task.move_to("STOPPED", now)

    def _find(self, request: Mapping[str, Any]) -> Task:
        key = request["VoiceConnectorId"], request["SpeakerSearchTaskId"]
        if key not in self._tasks:
            raise not_found(f"There is no speaker search task {key[1]}.")
        return self._tasks[key]

    def _throttle(self, request: Mapping[str, Any]) -> None:
        self._starts += 1
        if self._throttle_every and self._starts % self._throttle_every == 0:
            raise throttled()
        if request["VoiceConnectorId"].startswith(BUSY_CONNECTOR):
            # The token identifies a call; without one, all of its members do.
            call = str(request.get("ClientRequestToken") or sorted(request.items()))
            self._refusals[call] = self._refusals.get(call, 0) + 1
            if self._refusals[call] <= BUSY_TIMES:
                raise throttled()
