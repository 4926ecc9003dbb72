# SPDX-License-Identifier: Apache-2.0
"""A service as plain data, and what every other package needs of it.

Nothing here knows a file format or a programming language. Imports no other package.

ir            the service as frozen dataclasses: operations, shapes, members, traits
protocols     chooses which of its protocols a service is generated for
errors        errors in what the user gave: a model, an overlay, the command line
suggestions   "did you mean ...?" for misspelled names
"""
