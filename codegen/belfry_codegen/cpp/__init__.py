# SPDX-License-Identifier: Apache-2.0
"""Makes the C++ headers of a service. All that the generator knows about C++ is here.

A plan holds what is decided about a service and its operations, once. A view holds names, numbers, flags and
finished literals of one file; only templates hold text of C++. Imports `model` and `passes`.

naming       C++ names from the model's names; irregular_names.txt, initialisms.txt
reserved     words that must not be names; reserved.txt, macros/
types        the C++ type of each shape
library      the library's names that headers use, and which header declares each
roles        how operations use structures, and which structures share a header
files        paths, first lines and includes of headers
plan         the plan of a service: each operation with its names, hooks and includes
hooks        views of `OperationHooks`, which few operations have
auth         how requests are authenticated
paging       views of paginators and waiters
jmespath     views of JMESPath expressions
view         from the plan to the views of all files
service      views of what the service is, and of its endpoint rules
operations   views of operations
methods      views of the client's methods
examples     views of the model's example calls, for comments
shapes       views of structures and unions; enums, members, defaults
xml          views of what the XML and query codecs need
facts        limits and units of a member, for its comment
text         string literals and comments
render       fills each template with its view: all files of a service
templating   opens a package's folder of templates
templates/   all text of C++: a file for each kind of header, and macros
endpoint/    the compiler of endpoint rules
"""
