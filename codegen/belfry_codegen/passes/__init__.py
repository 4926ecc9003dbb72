# SPDX-License-Identifier: Apache-2.0
"""Prepares a service for the generator: each pass is a pure function from `ir.Service` to `ir.Service`.

Imports `model`; `overlay` and `pipeline` also import `readers`.

pipeline           reads a service and applies all passes, in their order
documentation      removes documentation
overlay            applies overlay files
error_codes        gives exceptions the codes and statuses of the chosen protocol
prune              keeps the chosen operations and the shapes that they reach
event_streams      moves event streams out of inputs and outputs
wire_names         sets each member's location and name for the protocol
normalize          removes differences between models that have no meaning
big_numbers        replaces arbitrary-precision numbers by strings if the protocol has no numbers for them
endpoint_labels    removes host prefixes and labels that the endpoint rules put into the URL themselves
endpoint_values    removes values that operations give to parameters which no endpoint rule reads
endpoint_options   adds a structure for the endpoint rule parameters that a client sets
synthesize         gives every operation an input and an output
spellings          puts members into the order of earlier models
defaults           makes implied defaults explicit
recursion          marks shapes that contain themselves
jmespath/          compiles the expressions of waiters, paginators and endpoint parameters
references         which shapes a shape refers to; other passes and `cpp` use it
"""
