# SPDX-License-Identifier: Apache-2.0
"""`belfry catalogue`: generates services and compiles the result.

cli          the command line
sample       draws services, different ones every day
units        writes a service's source files, and tells whether they must be compiled again
source       renders these source files
compile      runs the compiler
report       prints the results, and writes them as JSON or CSV
templates/   the layout of the source files
"""
