# SPDX-License-Identifier: Apache-2.0
"""The data structures that all other packages share.

The modules do not depend on a file format or a programming language. Imports no other package.

ir            the service as a frozen dataclass, and all names of the next two
operations    operations, paginators, waiters
shapes        shapes, members, traits
expressions   JMESPath expressions, and the trees that they are compiled to
records       `dataclass` and `replace` for all of these
protocols     the properties of each protocol; the only module that knows protocols by name
overlay       the schema of overlays, which add facts to a model
errors        errors in the user's input: a model, an overlay, the command line
suggestions   "did you mean ...?" for misspelled names
"""
