# SPDX-License-Identifier: Apache-2.0
"""The commands of the generator. Imports every other package; no other package imports this one.

cli          the command line of `belfry-codegen`: generate, update, list, explain
generate     generates services side by side
update       takes over a service's newest model from botocore
diff         what changed between two versions of a model, and what of it breaks users
compilers    finds the C++ compiler for `wire` and `catalogue`
repository   where the repository is, for default paths
explain/     `explain endpoint`: endpoint rules as text, and which of them decide
catalogue/   `belfry catalogue`: generates services and compiles them
wire/        `belfry wire`: shows a service's requests and reads its responses
"""
