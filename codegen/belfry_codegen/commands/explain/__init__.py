# SPDX-License-Identifier: Apache-2.0
"""`belfry-codegen explain endpoint SERVICE`: endpoint rules as text, their results, their program.

command      the command line
endpoint     the lines that are printed
words        conditions and values in words
rules        a rule set: its numbered text, and its trace
diagram      a decision diagram (`endpointBdd`): its numbered text, and its trace
results      endpoints and errors: their text, and what they are for parameters
evaluate     values of conditions and templates for parameters
functions    the functions of the rules language
partitions   the partitions that `aws.partition` knows
parameters   the parameters of rules: their text, and values from the command line
program      the compiled program, instruction by instruction
"""
