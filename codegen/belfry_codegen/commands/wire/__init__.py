# SPDX-License-Identifier: Apache-2.0
"""`belfry wire`: builds and runs a program that prints a service's requests and parses its responses.

cli          the command line
build        finds the service's program in a cache, or builds it
parts        distributes operations over source files
table        writes the generated part of the program
runner/      the part of the program that all services share, in C++
templates/   the layout of the generated part
"""
