# SPDX-License-Identifier: Apache-2.0
"""Skips everything, visibly, where botocore is not installed."""

from __future__ import annotations

import pytest

pytest.importorskip("botocore", reason="botocore, the judge, is not installed")
