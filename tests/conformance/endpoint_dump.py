# SPDX-License-Identifier: Apache-2.0
"""Compiles the rule sets of Smithy models into a C++ header for `endpoint_test.cpp`.

python endpoint_dump.py OUTPUT_HEADER MODEL_JSON...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from belfry_codegen.cpp.endpoint.rules import EndpointRulesError, compile_rule_set
from belfry_codegen.cpp.render import render_rules

RULE_SET = "smithy.rules#endpointRuleSet"


def main(arguments: list[str]) -> int:
    """Writes the header named first with the rule sets of the models named after it."""
    output, models = Path(arguments[0]), [Path(argument) for argument in arguments[1:]]
    tables: list[str] = []
    entries: list[str] = []
    for model in models:
        shapes = json.loads(model.read_text(encoding="utf-8"))["shapes"]
        for name, shape in shapes.items():
            rule_set = shape.get("traits", {}).get(RULE_SET)
            if rule_set is None:
                continue
            try:
                compiled = compile_rule_set(rule_set)
            except EndpointRulesError as error:
                print(f"{model}: {name}: {error}", file=sys.stderr)
                return 1
            variable = f"rules_{len(entries)}"
            tables.append(render_rules(compiled, variable) + "\n")
            entries.append(f"    {{{json.dumps(str(model))}, {json.dumps(name)}, &{variable}}},\n")
    output.write_text(
        "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n\n#include <belfry/endpoint/builtins.hpp>\n\n"
        "namespace endpoint_cases {\n\n"
        "struct Service {\n    const char* model;\n    const char* shape;\n"
        "    const belfry::EndpointRules* rules;\n};\n\n"
        + "".join(tables)
        + f"inline constexpr Service services[] = {{\n{''.join(entries)}}};\n\n"
        + "} // namespace endpoint_cases\n",
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
