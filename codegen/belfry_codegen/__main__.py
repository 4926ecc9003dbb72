# SPDX-License-Identifier: Apache-2.0
"""Lets `python -m belfry_codegen` run the command line."""

import sys

if __name__ == "__main__":
    try:
        from belfry_codegen.commands.cli import main

        sys.exit(main())
    except ModuleNotFoundError as fault:
        if fault.name not in ("jinja2", "markupsafe", "jmespath"):
            raise
        sys.exit(
            f"belfry: the Python package '{fault.name}' is not installed; run `{sys.executable} -m pip"
            " install jinja2 jmespath` (in a virtual environment), or install the packages"
            " python3-jinja2 and python3-jmespath (apt, dnf), python-jinja and python-jmespath (pacman) or"
            " py3-jinja2 and py3-jmespath (apk)"
        )
