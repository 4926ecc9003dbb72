# SPDX-License-Identifier: Apache-2.0
"""Compiles the JMESPath expressions of waiters, paginators and endpoint parameters.

service    the pass: compiles every expression of a service and checks the type of its value
compiler   compiles one expression: parses it with the jmespath library, checks it, makes nodes
types      the types that an expression's value can have
"""
