# SPDX-License-Identifier: Apache-2.0
"""A service's endpoint rules as a decision diagram, without reading the service."""

from __future__ import annotations

from pathlib import Path

from belfry_codegen.model import ir
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.smithy.json_ast import Model, traits_of


def endpoint_diagram(path: Path, shape_id: str) -> ir.Json:
    """The diagram of a service in a Smithy model; None if it does not have one."""
    model = Model(path)
    traits = traits_of(model.shape(shape_id, Node(model.file, "", {})))
    return traits.value("smithy.rules#endpointBdd")
