# SPDX-License-Identifier: Apache-2.0
"""The commands of the generator. Imports every other package; no other package imports this one.

cli          the command line of `belfry-codegen`: generate, update, diff, list, amalgamate, explain
console      exit statuses and messages of generate_cli and update_cli, the command lines of the next ones
generate     generates the services that changed, in parallel; one of them: generate_service
task         the task of generating one service, and its outcome
project      a project's belfry.toml and belfry.lock; the models that they name: project_models
update       copies a service's newest model from botocore
overlay_repeats   finds entries of an overlay that say what the model says
changes      lists the changes between two versions of a service; of its endpoint rules: endpoint_changes
compilers    finds the C++ compiler for `wire` and `catalogue`
repository   finds the repository, for default paths
diff/        `diff`: tells what changed between two versions of models, and what it breaks
amalgamate/  `amalgamate`: one header with a service's client and all that it includes
explain/     `explain endpoint`: prints endpoint rules as text, and which of them decide
catalogue/   `belfry catalogue`: generates services and compiles them
wire/        `belfry wire`: shows a service's requests and reads its responses
"""
