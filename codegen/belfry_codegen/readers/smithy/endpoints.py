# SPDX-License-Identifier: Apache-2.0
"""A service's endpoint rules in both of the forms that a model can have, without reading the service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.model import ir
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.smithy.json_ast import Model, traits_of


@dataclass(frozen=True, slots=True)
class EndpointTraits:
    """The traits; None where the service does not have one."""

    rule_set: ir.Json
    bdd: ir.Json
    """The rules as a binary decision diagram."""


def endpoint_traits(path: Path, shape_id: str) -> EndpointTraits:
    """The traits of a service in a Smithy model."""
    model = Model(path)
    traits = traits_of(model.shape(shape_id, Node(model.file, "", {})))
    return EndpointTraits(
        traits.value("smithy.rules#endpointRuleSet"), traits.value("smithy.rules#endpointBdd")
    )
