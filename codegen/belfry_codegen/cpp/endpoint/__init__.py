# SPDX-License-Identifier: Apache-2.0
"""Compiles endpoint rules to the tables that include/belfry/endpoint/ evaluates.

rules         a rule set: conditions, endpoints, errors
expressions   values in rules: literals, references, templates, functions
tables        the instructions and strings of a compiled rule set
view          what an operation passes to the rules
partitions    a program: botocore's partitions.json to include/belfry/endpoint/partitions.hpp
"""
