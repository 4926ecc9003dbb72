# SPDX-License-Identifier: Apache-2.0
"""Generates the operations of STS, SSO, SSO OIDC, Signin and S3 that get credentials.

Their models are in codegen/identity-models/, which `./belfry update SERVICE --models codegen/identity-models`
brings up to date. They are generated into include/belfry/identity/ and `belfry::identity`, so that a
program's `belfry/sts/` is another service. The model of S3 is written by hand: CreateSession, as it is sent
to the endpoint of a bucket.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "codegen"))

from belfry_codegen.commands.cli import main as belfry_codegen  # noqa: E402

OPERATIONS = {
    "s3": ("CreateSession",),
    "signin": ("CreateOAuth2Token",),
    "sso": ("GetRoleCredentials",),
    "sso-oidc": ("CreateToken",),
    "sts": ("AssumeRole", "AssumeRoleWithWebIdentity"),
}


def main() -> int:
    """Generates the headers. Returns 0, or the status of the first service that failed or is stale."""
    parser = argparse.ArgumentParser(description="Generate the services that give credentials.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "include", metavar="DIR", help="the include folder to write to"
    )
    options = parser.parse_args()
    worst = 0
    for service, operations in OPERATIONS.items():
        status = belfry_codegen(
            [
                *("generate", service, "--models", str(ROOT / "codegen" / "identity-models")),
                *("--operations", ",".join(operations)),
                *("--namespace", f"identity::{service.replace('-', '_')}"),
                *("--out", str(options.out)),
                *(["--check"] if options.check else []),
            ]
        )
        worst = worst or status
    return worst


if __name__ == "__main__":
    sys.exit(main())
