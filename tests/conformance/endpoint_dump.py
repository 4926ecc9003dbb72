# SPDX-License-Identifier: Apache-2.0
"""Compiles the endpoint rules of Smithy models into a C++ header for `endpoint_test.cpp`.

python endpoint_dump.py OUTPUT_HEADER MODEL_JSON...

A model may also be a file with the endpoint traits of one service.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from belfry_codegen.cpp.endpoint.rules import EndpointRulesError, compile_rules
from belfry_codegen.cpp.render import render_rules

RULE_SET = "smithy.rules#endpointRuleSet"
DIAGRAM = "smithy.rules#endpointBdd"


def traits_in(model: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The name of each service, the JSON pointer to its traits, and the traits."""
    if "shapes" not in model:
        yield model["service"], "", model
        return
    for name, shape in model["shapes"].items():
        yield name, f"/shapes/{name.replace('~', '~0').replace('/', '~1')}/traits", shape.get("traits", {})


def main(arguments: list[str]) -> int:
    """Writes the header named first with the rules of the models named after it."""
    output, models = Path(arguments[0]), [Path(argument) for argument in arguments[1:]]
    tables: list[str] = []
    entries: list[str] = []
    for model in models:
        for name, pointer, traits in traits_in(json.loads(model.read_text(encoding="utf-8"))):
            variables = {RULE_SET: "nullptr", DIAGRAM: "nullptr"}
            for trait in variables:
                if trait not in traits:
                    continue
                try:
                    compiled = compile_rules(traits[trait])
                except EndpointRulesError as error:
                    print(f"{model}: {name}: {error}", file=sys.stderr)
                    return 1
                variable = f"rules_{len(tables)}"
                tables.append(render_rules(compiled, variable) + "\n")
                variables[trait] = f"&{variable}"
            if set(variables.values()) != {"nullptr"}:
                place = ", ".join(json.dumps(text) for text in (str(model), pointer, name))
                entries.append(f"    {{{place}, {variables[RULE_SET]}, {variables[DIAGRAM]}}},\n")
    output.write_text(
        "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n\n"
        "#include <belfry/endpoint/diagram.hpp>\n#include <belfry/endpoint/session_schemes.hpp>\n\n"
        "namespace endpoint_cases {\n\n"
        "struct Service {\n    const char* model;\n    const char* traits;\n    const char* shape;\n"
        "    const belfry::EndpointRules* rule_set;\n    const belfry::EndpointRules* diagram;\n};\n\n"
        + "".join(tables)
        + f"inline constexpr Service services[] = {{\n{''.join(entries)}}};\n\n"
        + "} // namespace endpoint_cases\n",
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
