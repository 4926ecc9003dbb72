# SPDX-License-Identifier: Apache-2.0
"""`belfry wire`: builds and runs a program that shows a service's requests and reads its responses.

cli          the command line
build        finds the service's program in a cache, or builds it
table        the generated part of the program
runner/      the rest of the program, in C++, the same for all services
templates/   the layout of the generated part
"""
