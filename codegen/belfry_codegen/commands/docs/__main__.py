# SPDX-License-Identifier: Apache-2.0
"""Lets `python -m belfry_codegen.commands.docs` run the command line."""

from belfry_codegen.commands.docs.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
