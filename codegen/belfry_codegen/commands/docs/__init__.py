# SPDX-License-Identifier: Apache-2.0
"""`belfry docs` makes a reference of services as a static site, from what the headers are made from.

cli         the command line
run         which services are made again, and in which order things are written
task        makes the pages of one service
shell       Sphinx with the theme Furo, into which pages are placed
guide       the pages of docs/ that are part of the site
search      the search index, which Pagefind makes
serve       shows the site in a browser
pages       what the pages of a service say
entries     the lists of members, with types, limits and constants
samples     values for sample calls
syntax      C++ of these values, and of the types of a response
programs    the program of each page
message     the request of a sample call, by the parts of HTTP
documents   the bodies of requests: JSON, XML, forms
prose       documentation as HTML that cannot contain a script
"""
