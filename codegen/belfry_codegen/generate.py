# SPDX-License-Identifier: Apache-2.0
"""From services' names to the plan of what must be written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from belfry_codegen.output import Plan, plan
from belfry_codegen.pipeline import load_service
from belfry_codegen.progress import with_progress
from belfry_codegen.render import render_service


def generate(
    models: Path,
    services: Sequence[str],
    out: Path,
    operations: Sequence[str] | None = None,
    documentation: bool = False,
) -> Plan:
    """Renders services in memory and compares them with what lies under `out`; writes nothing."""
    files: dict[Path, str] = {}
    owned: list[Path] = []
    for name in with_progress(services, "services"):
        service = load_service(models, name, operations, documentation)
        for path, text in render_service(service, name).items():
            files[out / path] = text
        owned.append(out / "belfry" / service.namespace)
    return plan(files, owned)
