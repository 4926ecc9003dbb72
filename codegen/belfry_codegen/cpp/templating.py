# SPDX-License-Identifier: Apache-2.0
"""Loads templates, which print only `Cpp` and integers.

A template's own text is `Cpp`, also where an expression quotes it; so are the results of macros. All else is
checked where it is printed, or joined by `~` or by the filter `join`.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.environment import TemplateModule

from belfry_codegen.cpp.code import EMPTY, Cpp, PlainTextError, number, printed, require
from belfry_codegen.cpp.text import declared, filled, hanging
from belfry_codegen.model.errors import UsageError

_MODULE = "belfry_codegen.cpp.code"


class _Generator(CodeGenerator):
    """Writes the Python of a template: constants are `Cpp`, and what is printed must be."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._texts: dict[str, str] = {}

    # Jinja names these methods, and their parameters.
    # ruff: noqa: N802, ARG002

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline(f"from {_MODULE} import Cpp")
        super().visit_Template(node, frame)
        # Functions look these up when they are called, so that they may come last.
        for text, variable in self._texts.items():
            self.writeline(f"{variable} = Cpp({text!r})")

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:
        self.write(self._constant(node.as_const(frame.eval_ctx)))

    def _constant(self, value: Any) -> str:
        if isinstance(value, str):
            return self._texts.setdefault(value, f"text_{len(self._texts)}")
        if isinstance(value, dict):
            entries = (f"{self._constant(key)}: {self._constant(held)}" for key, held in value.items())
            return "{" + ", ".join(entries) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self._constant, value)) + "]"
        if isinstance(value, tuple):
            return "(" + "".join(f"{self._constant(part)}, " for part in value) + ")"
        return repr(value)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write(f"), {self._place(node)!r})")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        # Views have attributes. Jinja's own way also finds the entries of a dict, and takes ten times longer.
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if node.dyn_args is not None or node.dyn_kwargs is not None or forward_caller:
            self.fail("a call has only positional and named arguments", node.lineno)
        # Jinja's own way asks whether the function wants the context, which takes longer than most macros.
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        # The function that `macro_body` has written. Jinja's own object looks at each call for what macros
        # here do not have, and takes longer for that than most of them take.
        node = macro_ref.node
        if macro_ref.accesses_caller or macro_ref.accesses_kwargs or macro_ref.accesses_varargs:
            self.fail("a macro has only the arguments that it names", node.lineno)
        if node.defaults:
            self.write(
                f"lambda *given, macro=macro: macro(*given, *[missing] * ({len(node.args)} - len(given)))"
            )
        else:
            self.write("macro")

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        if node.with_context:
            self.fail("leave out `with context`: macros get all values as arguments", node.lineno)
        self.write("environment.macros_of(")
        self.visit(node.template, frame)
        self.write(")")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        value = node.as_const(frame.eval_ctx)
        if not isinstance(value, str) and type(value) is not int:
            raise nodes.Impossible
        return str(value)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self._printed = self.temporary_identifier()
        self.write(f"({self._printed} if type({self._printed} := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(f") is Cpp else environment.printed({self._printed}, {self._place(node)!r}))")

    def _place(self, node: nodes.Expr) -> str:
        return f"{self.name}:{node.lineno}: `{_source(node)}`"


def _source(node: nodes.Node) -> str:
    """An expression as the template has it, more or less."""
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Const(value=value):
            return repr(value)
        case nodes.Getattr(node=inner, attr=attribute):
            return f"{_source(inner)}.{attribute}"
        case nodes.Getitem(node=inner, arg=argument):
            return f"{_source(inner)}[{_source(argument)}]"
        case nodes.Filter(node=inner, name=name):
            return f"{_source(inner)} | {name}" if inner is not None else str(name)
        case nodes.Call(node=inner, args=arguments):
            return f"{_source(inner)}({', '.join(map(_source, arguments))})"
        case nodes.Concat(nodes=parts):
            return " ~ ".join(map(_source, parts))
        case nodes.CondExpr(expr1=first, expr2=second):
            return " or ".join(_source(part) for part in (first, second) if part is not None)
    return type(node).__name__.lower()


class _Environment(jinja2.Environment):
    code_generator_class = _Generator

    @cache  # noqa: B019 - there is one environment for each package, and it stays
    def macros_of(self, template: str) -> TemplateModule:
        """The macros of a template, which do not depend on the values of the template that imports them."""
        return self.get_template(template).module

    @staticmethod
    def concat(parts: Iterable[str]) -> Cpp:
        """The result of a template or macro, all of whose parts were checked."""
        return Cpp("".join(parts))

    @staticmethod
    def printed(value: object, place: str) -> str:
        """The text of an expression that is not `Cpp`."""
        if isinstance(value, jinja2.Undefined):
            return str(value)
        try:
            return printed(value)
        except PlainTextError as fault:
            raise PlainTextError(fault.what, place) from None

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Adds the place to an error of a function or filter that a template calls."""
        fault = sys.exception()
        if isinstance(fault, PlainTextError) and not fault.place:
            raise PlainTextError(fault.what, self._place_of(fault)) from fault
        super().handle_exception(source)

    def _place_of(self, fault: Exception) -> str:
        place = ""
        for frame, line in traceback.walk_tb(fault.__traceback__):
            template = frame.f_globals.get("__jinja_template__")
            if template is not None:
                at = template.get_corresponding_lineno(line)
                place = f"{template.name}:{at}"
                if self.loader is not None and template.name is not None:
                    source, _, _ = self.loader.get_source(self, template.name)
                    place += f": `{source.splitlines()[at - 1].strip()}`"
        return place

    def joined(self, parts: tuple[object, ...], place: str) -> Cpp:
        """The operands of `~`, joined."""
        return Cpp("".join([part if type(part) is Cpp else self.printed(part, place) for part in parts]))


def _join(values: Iterable[Cpp], separator: Cpp = EMPTY) -> Cpp:
    require(separator)
    return separator.joined(values)


class CompiledTemplates(jinja2.FileSystemBytecodeCache):
    """The templates' code for Python, in a folder, which is not written to if it cannot be."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


@cache
def templates_of(package: str) -> jinja2.Environment:
    """The templates in a package's folder `templates`, which may use those of this package.

    A template that uses a name which the view does not have is an error; so is one that prints a plain text.
    """
    if hasattr(jinja2, "Markup"):
        # Version 3.1 removed it. To ask the package for its version takes longer than a service.
        raise UsageError("Jinja2 is too old; run pip install 'jinja2>=3.1'")
    environment = _Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(package), jinja2.PackageLoader("belfry_codegen.cpp")]
        ),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["join"] = _join
    environment.filters["string"] = number
    for function in (declared, filled, hanging):
        environment.globals[function.__name__] = function
    return environment
