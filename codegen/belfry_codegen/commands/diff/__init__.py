# SPDX-License-Identifier: Apache-2.0
"""`belfry-codegen diff OLD NEW`: what changed between two versions of models, and whom it breaks.

command      the command line
sources      folders of models, releases of botocore and git revisions
pair         compares a service of two sources
compare      all changes of a service
records      a change, and the verdict on many
operations   changes of operations, pages, waiters and the service itself
shapes       changes of types and members, on the wire
source       code that no longer compiles
uses         which operations send and receive a shape
order        names that changed places
check        lines of a program that a change may concern
database     a compile_commands.json
compile      lines of a program that no longer compile
run          compares all services, and checks a program
report       text, Markdown and JSON
github       annotations and a summary for GitHub Actions
"""
