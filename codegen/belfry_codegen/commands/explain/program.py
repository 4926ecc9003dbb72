# SPDX-License-Identifier: Apache-2.0
"""The compiled program of a rule set, one instruction a line; `endpoint/program.hpp` describes the words."""

from __future__ import annotations

import json
from collections.abc import Iterator

from belfry_codegen.cpp.endpoint.expressions import FUNCTIONS
from belfry_codegen.cpp.endpoint.rules import PARAMETER_FLAGS, REQUIRED_FLAG, CompiledRules
from belfry_codegen.cpp.endpoint.tables import Attribute, Code

_ARITY = {function.code: len(function.arguments) for function in FUNCTIONS.values()} | {Code.IF_ELSE: 3}
_TYPE_NAMES = {flag: type_.name.lower() for type_, flag in PARAMETER_FLAGS.items()}


def program_lines(compiled: CompiledRules) -> Iterator[str]:
    """The instructions; `@N` is the instruction at word N, `$N` the slot N of parameters and variables."""
    yield f"{len(compiled.words)} words of code, {len(compiled.text)} bytes of text"
    yield "@N is the instruction at word N; $N is slot N, which holds a parameter or a variable."
    program = _Program(compiled)
    while program.at < compiled.parameters_at:
        start = program.at
        code = Code(program.word())
        yield f"{start:6}  {code.name.lower().rstrip('_'):17} {program.operands(code)}".rstrip()
    yield "parameters:"
    for slot in range(len(compiled.parameters)):
        yield f"{program.at:6}  {program.parameter(slot)}"
    if compiled.is_diagram:
        yield from _diagram_lines(program, compiled)
        return
    yield "rules:"
    yield f"{program.at:6}  {program.nodes(program.word())}"


def _diagram_lines(program: _Program, compiled: CompiledRules) -> Iterator[str]:
    start, first_step = compiled.words[compiled.rules_at : compiled.rules_at + 2]
    yield "results:"
    while program.at < first_step:
        yield f"{program.at:6}  {program.nodes(program.word())}"
    yield "steps (@0 stands for no result):"
    while program.at < compiled.rules_at:
        yield f"{program.at:6}  {program.step()}"
    yield f"The first step is @{start}."


class _Program:
    """Reads words one after the other."""

    def __init__(self, compiled: CompiledRules) -> None:
        self._compiled = compiled
        # The first word is unused, so that 0 can mean "none".
        self.at = 1

    def word(self) -> int:
        value = self._compiled.words[self.at]
        self.at += 1
        return value

    def nodes(self, count: int) -> str:
        return " ".join(self._node() for _ in range(count))

    def operands(self, code: Code) -> str:
        """The words after an instruction's first."""
        match code:
            case Code.STRING:
                return self._text()
            case Code.INTEGER:
                return str(self._integer())
            case Code.STRINGS:
                return ", ".join(self._text() for _ in range(self.word()))
            case Code.SLOT:
                return self._slot(self.word())
            case Code.ATTRIBUTE:
                return f"{Attribute(self.word()).name.lower()} of {self._node()}"
            case Code.ELEMENT:
                return f"{self._integer()} of {self._node()}"
            case Code.CONCATENATION | Code.JSON | Code.COALESCE:
                return self.nodes(self.word())
            case Code.TREE | Code.ERROR | Code.ENDPOINT:
                return self._rule(code)
            case Code.AUTH_SCHEME:
                path = " not encoded a second time" if self.word() else ""
                return "".join(self._members("name", "signing_name", "region", "region_set")) + path
        return self.nodes(_ARITY.get(code, 0))

    def parameter(self, slot: int) -> str:
        flags = self.word()
        name, built_in, default = self._text(), self._text(), self.word()
        text = f"${slot} {json.loads(name)}: {_TYPE_NAMES[flags & ~REQUIRED_FLAG]}"
        text += f", built-in {json.loads(built_in)}" if built_in != '""' else ""
        text += ", required" if flags & REQUIRED_FLAG else ""
        return text + (f", default @{default}" if default else "")

    def step(self) -> str:
        """A step of a decision diagram."""
        return f"if {self._condition()} then {self._node()} else {self._node()}"

    def _condition(self) -> str:
        slot, node = self.word(), self._node()
        return f"${slot - 1} := {node}" if slot else node

    def _rule(self, code: Code) -> str:
        conditions = [self._condition() for _ in range(self.word())]
        start = f"if {' and '.join(conditions)} " if conditions else ""
        if code is Code.TREE:
            return f"{start}then rules {self.nodes(self.word())}"
        if code is Code.ERROR:
            return f"{start}then {self._node()}"
        text = f"{start}then" + "".join(self._members("url", "properties"))
        count = self.word()
        text += f" auth {self.nodes(count)}" if count else ""
        return text + "".join(f" header {self._text()} {self._node()}" for _ in range(self.word()))

    def _members(self, *names: str) -> Iterator[str]:
        for name in names:
            node = self.word()
            if node:
                yield f" {name} @{node}"

    def _node(self) -> str:
        return f"@{self.word()}"

    def _integer(self) -> int:
        value = self.word()
        return value - 0x10000 if value >= 0x8000 else value

    def _slot(self, slot: int) -> str:
        parameters = self._compiled.parameters
        return f"${slot}" + (f" ({parameters[slot].name})" if slot < len(parameters) else "")

    def _text(self) -> str:
        start, size = self.word(), self.word()
        return json.dumps(self._compiled.text[start : start + size].decode("utf-8"), ensure_ascii=False)
