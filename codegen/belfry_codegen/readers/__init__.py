# SPDX-License-Identifier: Apache-2.0
"""Reads models of both formats into `model.ir`, and overlays into `model.overlay`.

The modules do not depend on the generated language. Imports `model` only.

models                   finds services in a folder or file of models, and reads one
files                    finds, opens and parses the JSON files of a folder
node                     typed access to parsed JSON; an error names the file and the place
shared_traits            what both formats state in nearly the same words: limits, HTTP bindings, checksums
overlay                  finds and parses overlays
overlay_file             one overlay file, and all errors in it with their lines
waiters_and_paginators   botocore's files of waiters, paginators and examples; overlays use the same form
botocore/                the `service-2.json` format
smithy/                  Smithy JSON ASTs
"""
