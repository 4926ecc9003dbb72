# SPDX-License-Identifier: Apache-2.0
"""Compiles endpoint rules to the tables that include/belfry/endpoint/ evaluates.

rules         rule sets and diagrams: conditions, endpoints, errors
diagram       the nodes of a decision diagram
expressions   values in rules: literals, references, templates, functions
tables        the instructions and strings of a compiled rule set
view the values that an operation passes to the rules
partitions    a program that makes include/belfry/endpoint/partitions.hpp from botocore's partitions.json
"""
