# SPDX-License-Identifier: Apache-2.0
"""The error responses of the stand-in endpoint."""

from __future__ import annotations


class ResponseError(Exception):
    """An error response: its type as `x-amzn-errortype` names it, the status and a message."""

    def __init__(self, error_type: str, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.error_type = error_type
        self.status = status
        self.message = message
        self.code = code


def bad_request(message: str) -> ResponseError:
    """The request does not fit the model."""
    return ResponseError("BadRequestException", 400, message, "BadRequest")


def not_found(message: str) -> ResponseError:
    """There is no such resource."""
    return ResponseError("NotFoundException", 404, message, "NotFound")


def conflict(message: str) -> ResponseError:
    """The request contradicts the resource's state."""
    return ResponseError("ConflictException", 409, message, "Conflict")


def throttled() -> ResponseError:
    """Too many requests."""
    return ResponseError("ThrottledClientException", 429, "Slow down: too many requests.", "Throttled")
