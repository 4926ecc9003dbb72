# SPDX-License-Identifier: Apache-2.0
"""`python -m belfry_codegen.commands.whoami`"""

import sys

from belfry_codegen.commands.whoami.cli import main

sys.exit(main())
