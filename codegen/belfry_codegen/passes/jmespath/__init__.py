# SPDX-License-Identifier: Apache-2.0
"""Compiles the JMESPath expressions of waiters, paginators and endpoint parameters.

service    the pass: every expression of a service, and what its value is used for
compiler   one expression: parsed by the jmespath library, checked against the shapes, made into nodes
types      what the values of an expression can be
"""
