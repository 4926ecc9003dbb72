# SPDX-License-Identifier: Apache-2.0
"""Makes botocore's signatures the same in each run."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from unittest import mock

import botocore.auth


@contextlib.contextmanager
def signed_at(time: datetime.datetime) -> Iterator[None]:
    """Has botocore sign as if it were that time."""
    with (
        mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: time),
        # Where awscrt is installed, botocore signs with it, by its own clock.
        mock.patch.dict(
            botocore.auth.AUTH_TYPE_MAPS, v4=botocore.auth.SigV4Auth, s3v4=botocore.auth.S3SigV4Auth
        ),
    ):
        yield
