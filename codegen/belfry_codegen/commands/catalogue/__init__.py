# SPDX-License-Identifier: Apache-2.0
"""`belfry catalogue`: generates services and compiles what was generated.

cli          the command line
sample       chooses services, others every day
units        the source files of a service, and whether they must be compiled again
source       the text of these source files
compile      runs the compiler
report       the results, for people and for programs
templates/   the layout of the source files
"""
