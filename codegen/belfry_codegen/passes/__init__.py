# SPDX-License-Identifier: Apache-2.0
"""Prepares a service for the generator: each pass is a pure function from `ir.Service` to `ir.Service`.

Imports `model`; `overlay` and `pipeline` also import `readers`.

pipeline           reads a service and applies all passes, in their order
documentation      removes documentation
overlay            applies overlay files
error_codes        gives exceptions the codes and statuses of the chosen protocol
prune              keeps the chosen operations and the shapes that they reach
event_streams      moves event streams out of inputs and outputs
wire_names         settles each member's location and name for the protocol
normalize          removes differences in spelling that mean nothing
big_numbers        gives numbers of any size the form that the protocol has for them
endpoint_labels    drops host prefixes and labels that the endpoint rules place themselves
endpoint_options   adds a structure for what the endpoint rules ask of the client
synthesize         gives every operation an input and an output
defaults           makes implied defaults explicit
recursion          marks shapes that contain themselves
jmespath/          compiles the expressions of waiters, paginators and endpoint parameters
references         which shapes a shape refers to; other passes and `cpp` use it
"""
