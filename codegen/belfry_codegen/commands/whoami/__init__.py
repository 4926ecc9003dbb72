# SPDX-License-Identifier: Apache-2.0
"""`belfry whoami`: the region, the endpoint and the credentials that a client would use, and from where.

cli          the command line, and the endpoint by a service's rules
runner.cpp   the program that asks the library
"""
