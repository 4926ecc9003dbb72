# SPDX-License-Identifier: Apache-2.0
"""Lets the tests run from a checkout, from whatever folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "codegen"))
