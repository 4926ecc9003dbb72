# SPDX-License-Identifier: Apache-2.0
"""Writes a program that names everything that a service's headers declare."""

from __future__ import annotations

from collections.abc import Container, Iterator

from belfry_codegen.cpp.surface import MemberSurface, MethodSurface, OperationSurface, Surface, TypeSurface
from belfry_codegen.model import ir

_ARGUMENTS = {
    "call": "const {input}&",
    "call_with_events": "const {input}&, ::belfry::EventHandler<{events}>",
    "event_stream": "::belfry::DuplexTransport&, const {input}&",
    "pages": "{input}",
    "wait": "const {input}&",
}
"""The types of a method's arguments without those that have defaults."""
MESSAGES = ("input", "output", "events that it sends", "events that it receives")


Key = tuple[str, ...]


def program_with_everything(surface: Surface, without: Container[Key] = ()) -> str:
    """The source of a program that compiles only if each of these names is there, with its type.

    It does not name the parts of the model whose keys `without` has.
    """
    lines = [
        f"#include <{surface.umbrella}>",
        *sorted(
            {
                f"#include <{one.header}>"
                for name, one in surface.types.items()
                if ("shape", name) not in without
            }
        ),
        "#include <belfry/visit_error.hpp>",
        "#include <type_traits>",
        "#include <utility>",
        "BELFRY_IGNORE_DEPRECATED_BEGIN",
        # Names as a program writes them, which cannot be confused with those of the library.
        f"namespace belfry::inline v0::{surface.namespace} {{",
        "namespace everything {",
        "template <class T> T& any();",
    ]
    for number, (name, one) in enumerate(surface.types.items()):
        if ("shape", name) not in without:
            lines.append(f"inline void type_{number}() {{")
            lines += [f"    {line}" for line in _type(name, one, without)]
            lines.append("}")
    for number, (name, operation) in enumerate(surface.operations.items()):
        if ("operation", name) not in without:
            lines.append(f"inline void operation_{number}([[maybe_unused]] const Client& client) {{")
            lines += [f"    {line}" for line in _operation(name, operation, without)]
            lines.append("}")
    for former, shape in surface.kept.items():
        if ("name", former) not in without and ("shape", shape) not in without:
            lines.append(f"static_assert(std::is_same_v<{former}, {surface.types[shape].name}>);")
    lines += ["}", "}", "BELFRY_IGNORE_DEPRECATED_END", "int main() {}", ""]
    return "\n".join(lines)


def _type(name: str, one: TypeSurface, without: Container[Key]) -> Iterator[str]:
    left = [member for key, member in one.members.items() if ("member", name, key) not in without]
    if one.kind is ir.Kind.ENUM:
        for value, constant in one.constants.items():
            if ("value", name, value) not in without:
                yield f"static_cast<void>({one.name}({one.name}::{constant}));"
    elif one.kind is ir.Kind.UNION:
        for member in left:
            yield f"{{ {one.name} made = {one.name}::from_{member.name}(any<{member.type}>());"
            yield f"  {member.type}* held = made.as_{member.name}(); static_cast<void>(held); }}"
    else:
        if ("braces", name) not in without:
            given = ", ".join(f".{member.name} = {_value(member)}" for member in left)
            yield f"static_cast<void>({one.name}{{{given}}});"
            # A member that must be set now breaks the shortest braces that were right.
            least = ", ".join(f".{member.name} = {_value(member)}" for member in left if member.must_be_set)
            yield f"static_cast<void>({one.name}{{{least}}});"
        yield f"[[maybe_unused]] {one.name}& made = any<{one.name}>();"
        for member in left:
            star = "" if member.slot == member.type else "*"
            yield f"{{ {member.type}& held = {star}made.{member.name}; static_cast<void>(held); }}"


def _value(member: MemberSurface) -> str:
    return f"any<{member.type if member.must_be_set else member.slot}>()"


def _operation(name: str, operation: OperationSurface, without: Container[Key]) -> Iterator[str]:
    methods = [(("call", name), operation.call), (("paginator", name), operation.pages)]
    methods += [(("waiter", waiter), method) for waiter, method in operation.waits.items()]
    messages = [("operation", name, noun) for noun in MESSAGES]
    if not any(key in without for key in messages):
        for key, method in methods:
            if method is not None and key not in without:
                yield f"static_cast<void>(client.{method.name}({_arguments(operation, method)}));"
        yield f"using Tag = operations::{operation.tag};"
        yield f"static_assert(std::is_same_v<Tag::Input, {operation.input}>);"
        yield f"static_assert(std::is_same_v<Tag::Output, {operation.output}>);"
    for error, type_name in operation.errors.items():
        if ("error", name, error) not in without:
            handler = f"[](const {type_name}&) {{}}"
            yield f"::belfry::visit_error(operations::{operation.tag}(), any<::belfry::Error>(), {handler});"


def _arguments(operation: OperationSurface, method: MethodSurface) -> str:
    text = _ARGUMENTS[method.kind].format(input=operation.input, events=operation.output_events)
    found, depth, start = [], 0, 0
    for at, letter in enumerate(f"{text},"):
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            found.append(text[start:at].strip())
            start = at + 1
    return ", ".join(f"any<{one.removesuffix('&')}>()" for one in found)
