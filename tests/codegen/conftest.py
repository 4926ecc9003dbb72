# SPDX-License-Identifier: Apache-2.0
"""Lets tests interrupt what they start, even in the background of a shell, where SIGINT is ignored."""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
