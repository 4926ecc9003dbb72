# SPDX-License-Identifier: Apache-2.0
"""Model formats to IR. Nothing in here knows what language comes out."""
