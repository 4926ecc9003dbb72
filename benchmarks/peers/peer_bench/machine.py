# SPDX-License-Identifier: Apache-2.0
"""The machine that measured."""

from __future__ import annotations

import contextlib
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from peer_bench.catalogue import Peer, Workshop
from peer_bench.peer import NotMeasured


def processor_model() -> str:
    """The name that the system has for the processor."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        match = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    except OSError:
        match = None
    return match[1] if match else platform.processor() or platform.machine()


def system() -> str:
    """Name and version of the operating system."""
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        name = platform.system()
    return f"{name}, {platform.system()} {platform.release().split('-')[0]}"


def describe() -> dict[str, str]:
    """The parts of the machine that decide how fast programs run."""
    return {"processor": processor_model(), "processors": str(os.cpu_count()), "system": system()}


def versions(peers: Sequence[Peer], workshop: Workshop) -> dict[str, str]:
    """The versions of each peer that this run has prepared."""
    found = {}
    for peer in peers:
        if workshop.is_prepared(peer):
            with contextlib.suppress(NotMeasured):
                found[peer.title] = peer.version(workshop.place(peer))
    return found
