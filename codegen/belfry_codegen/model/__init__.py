# SPDX-License-Identifier: Apache-2.0
"""A service as plain data, and what every other package needs of it.

Nothing here knows a file format or a programming language. Imports no other package.

ir            the service as frozen dataclasses: operations, shapes, members, traits
expressions   JMESPath expressions, and the trees that they are compiled to
protocols     what the generator must know of each protocol; the only module that knows them by name
overlay       the schema of overlays, which say what a model does not
errors        errors in what the user gave: a model, an overlay, the command line
suggestions   "did you mean ...?" for misspelled names
"""
