# SPDX-License-Identifier: Apache-2.0
"""Reads Smithy JSON ASTs, version 2.0 or 1.0. Imports `model` and the shared readers.

service                  the service and its operations
shapes                   the shapes that the service reaches
json_ast                 the file with mixins and `apply` statements resolved
auth                     authentication traits
endpoints                the traits with endpoint rules, for `explain`
waiters_and_paginators   waiters, paginators and examples, which are traits of operations
index                    which services a file holds, remembered between runs
"""
