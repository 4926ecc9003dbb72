# SPDX-License-Identifier: Apache-2.0
"""Compares Belfry with other SDKs: the same call in the same run, and the page that shows the figures."""
