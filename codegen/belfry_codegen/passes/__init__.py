# SPDX-License-Identifier: Apache-2.0
"""IR in, IR out: each pass is a pure function that leaves its argument as it was."""
