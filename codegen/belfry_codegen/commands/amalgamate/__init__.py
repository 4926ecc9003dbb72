# SPDX-License-Identifier: Apache-2.0
"""`amalgamate`: one header with the client of a service and everything of Belfry that it includes.

command   the command line, and the file that it writes
combine   puts headers into one text, in the order in which a compiler reads them
"""
