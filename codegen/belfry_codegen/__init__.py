# SPDX-License-Identifier: Apache-2.0
"""Generates belfry's service headers from AWS service models."""

__version__ = "0.1.0"
