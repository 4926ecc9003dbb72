# SPDX-License-Identifier: Apache-2.0
"""Makes the C++ headers of a service. All that the generator knows about C++ is here.

A view holds the strings and booleans of one file; a template lays them out. Imports `model` and `passes`.

render       fills each template with its view: all files of a service
view         the views of all files, and what each file includes
operations   views of operations
methods      the client's methods
paging       views of paginators and waiters
jmespath     tables of JMESPath expressions
shapes       views of structures, unions and enums
types        the C++ type of each shape
naming       C++ names from the model's names; reserved.txt, irregular_names.txt
extras       the tables of `OperationHooks`, which few operations have
auth         how requests are authenticated
defaults     initializers of members that have a default
xml          tables that the XML and query codecs need
facts        limits and units of a member, for its comment
examples     the model's example calls, for comments
text         string literals and comments
templating   opens a package's folder of templates
templates/   the layout of each kind of header
endpoint/    the compiler of endpoint rules
"""
