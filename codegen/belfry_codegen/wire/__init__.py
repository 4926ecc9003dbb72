# SPDX-License-Identifier: Apache-2.0
"""`belfry wire`: builds and runs a program that shows a service's requests and reads its responses."""
