# SPDX-License-Identifier: Apache-2.0
"""`belfry catalogue`: generates services and compiles what was generated."""
