# SPDX-License-Identifier: Apache-2.0
"""Reads a Smithy JSON AST and resolves its mixins and `apply` statements.

The format is described at https://smithy.io/2.0/spec/json-ast.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from belfry_codegen.model.records import dataclass
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.node import Node

_SIMPLE = (
    "String",
    "Blob",
    "Boolean",
    "Byte",
    "Short",
    "Integer",
    "Long",
    "Float",
    "Double",
    "BigInteger",
    "BigDecimal",
    "Timestamp",
    "Document",
)
_PRELUDE: dict[str, dict[str, Any]] = {
    f"smithy.api#{name}": {"type": name[0].lower() + name[1:]} for name in _SIMPLE
} | {
    # Types of version 1: numbers and booleans with a default value.
    f"smithy.api#Primitive{name}": {"type": name.lower()}
    for name in ("Boolean", "Byte", "Short", "Integer", "Long", "Float", "Double")
}
_PRELUDE["smithy.api#Unit"] = {"type": "structure", "members": {}}
UNIT = "smithy.api#Unit"
"""The target of an operation's input or output if it has none."""
_JOINED = ("errors", "operations", "resources", "collectionOperations")
"""The lists that a service, resource or operation joins with those of its mixins."""


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of a shape or member; a name without namespace belongs to `smithy.api`."""

    node: Node

    @staticmethod
    def _id(name: str) -> str:
        return name if "#" in name else f"smithy.api#{name}"

    def has(self, name: str) -> bool:
        return self._id(name) in self.node.data

    def value(self, name: str) -> Any:
        return self.node.data.get(self._id(name))

    def text(self, name: str) -> str | None:
        """The value of a trait that is a string."""
        return Node(self.node.file, self.node.where, self.node.data).optional_text(self._id(name))

    def http_status(self, name: str) -> int | None:
        return self.node.http_status(self._id(name))

    def texts(self, name: str) -> tuple[str, ...]:
        return self.node.texts(self._id(name))

    def child(self, name: str) -> Node | None:
        """The value of a trait that is an object."""
        return self.node.child(self._id(name))


def traits_of(node: Node) -> Traits:
    """The traits that stand in a shape's or a member's node."""
    return Traits(node.child("traits") or Node(node.file, node.where, {}))


def short_name(shape_id: str) -> str:
    """The name in `namespace#name`."""
    return shape_id.partition("#")[2].partition("$")[0]


class Model:
    """All shapes of a file, by their absolute ids."""

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        root = Node.of(self.file, "", load_json(path))
        version = root.required_text("smithy")
        if version.partition(".")[0] not in ("1", "2"):
            root.fail(
                f"version '{version}' of the Smithy JSON AST is not supported; belfry reads 1.0 and 2.0"
            )
        self.has_implied_defaults = version.startswith("1")
        """Whether numbers and booleans without a trait that says otherwise default to 0 and false."""
        self._raw: dict[str, Node] = {}
        applied: list[tuple[str, Node]] = []
        for shape_id, node in root.children("shapes", "shape"):
            if not short_name(shape_id):
                node.fail("a shape ID must have the form 'namespace#name'")
            _check_parts(node)
            if node.required_text("type") == "apply":
                applied.append((shape_id, node))
            else:
                self._raw[shape_id] = node
        for shape_id, data in _PRELUDE.items():
            self._raw.setdefault(shape_id, Node(self.file, f"shape '{shape_id}'", data))
        self._flat: dict[str, Node] = {}
        self._applied: dict[str, dict[str, Any]] = {}
        for target, node in applied:
            if target.partition("$")[0] not in self._raw:
                node.fail(f"shape '{target}' is not defined{close_matches(target, self._raw)}")
            self._applied.setdefault(target, {}).update(traits_of(node).node.data)

    def services(self) -> list[str]:
        """The IDs of the services in the file, mixins excluded."""
        return [
            shape_id
            for shape_id, node in self._raw.items()
            if node.text("type") == "service" and not traits_of(node).has("mixin")
        ]

    def has_trait(self, shape_id: str, trait: str) -> bool:
        """Whether a shape of that ID exists and has that trait."""
        node = self._raw.get(shape_id)
        return node is not None and traits_of(node).has(trait)

    def shape(self, shape_id: str, user: Node) -> Node:
        """A shape with its mixins' members and traits; the error for an undefined shape names `user`."""
        if shape_id not in self._flat:
            if shape_id not in self._raw:
                user.fail(f"shape '{shape_id}' is not defined{close_matches(shape_id, self._raw)}")
            self._flat[shape_id] = self._flattened(shape_id, ())
        return self._flat[shape_id]

    def _flattened(self, shape_id: str, users: tuple[str, ...]) -> Node:
        node = self._raw[shape_id]
        if shape_id in users:
            node.fail("this shape is a mixin of itself")
        data: dict[str, Any] = {}
        for mixin in node.items("mixins"):
            target = mixin.required_text("target")
            if target not in self._raw:
                node.fail(f"mixin '{target}' is not defined{close_matches(target, self._raw)}")
            _lay_over(data, _inherited(self._flattened(target, (*users, shape_id))))
        own = {key: value for key, value in node.data.items() if key != "mixins"}
        _lay_over(data, own)
        if shape_id in self._applied:
            _lay_over(data, {"traits": self._applied[shape_id]})
        for target, traits in self._applied.items():
            owner, _, member = target.partition("$")
            if owner == shape_id and member:
                self._apply_to_member(node, data, member, traits)
        return Node(node.file, node.where, data)

    def _apply_to_member(self, node: Node, data: dict[str, Any], name: str, traits: dict[str, Any]) -> None:
        if name in (data.get("members") or {}):
            _lay_over(data, {"members": {name: {"traits": traits}}})
        elif name in data:
            _lay_over(data, {name: {"traits": traits}})
        else:
            node.fail(f"an 'apply' statement names its member '{name}', which is not defined")


def _check_parts(node: Node) -> None:
    """Fails unless the parts that mixins and `apply` statements extend have the right types."""
    _check_traits(node)
    for _, child in node.children("members", "member"):
        _check_traits(child)
    for key in ("member", "key", "value"):
        part = node.child(key, f"{node.where}, {key}")
        if part is not None:
            _check_traits(part)
    for key in ("mixins", *_JOINED):
        for _ in node.items(key):
            pass


def _check_traits(node: Node) -> None:
    mixin = traits_of(node).child("mixin")
    if mixin is not None:
        mixin.texts("localTraits")


def _inherited(mixin: Node) -> dict[str, Any]:
    """The parts of a mixin that a shape inherits."""
    traits = mixin.data.get("traits") or {}
    own = traits.get("smithy.api#mixin") or {}
    local = {"smithy.api#mixin", *(own.get("localTraits") or [])}
    return {**mixin.data, "traits": {key: value for key, value in traits.items() if key not in local}}


def _lay_over(base: dict[str, Any], extra: Mapping[str, Any]) -> None:
    for key, value in extra.items():
        if key == "traits":
            base[key] = {**(base.get(key) or {}), **(value or {})}
        elif key == "members" and isinstance(value, dict):
            members = dict(base.get(key) or {})
            for name, member in value.items():
                members[name] = _joined(members.get(name), member)
            base[key] = members
        elif key in ("member", "key", "value"):
            base[key] = _joined(base.get(key), value)
        elif key in _JOINED and isinstance(value, list):
            base[key] = [*(base.get(key) or []), *value]
        else:
            base[key] = value


def _joined(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **new, "traits": {**(old.get("traits") or {}), **(new.get("traits") or {})}}


def targets(node: Node, key: str) -> Iterator[str]:
    """The ids in a list of `{"target": id}`."""
    for item in node.items(key):
        yield item.required_text("target")


def operation_ids(model: Model, service: Node) -> list[str]:
    """The operations of a service and of all its nested resources, each once."""
    found: dict[str, None] = {}
    seen: set[str] = set()

    def collect(node: Node) -> None:
        found.update(dict.fromkeys(targets(node, "operations")))
        found.update(dict.fromkeys(targets(node, "collectionOperations")))
        for role in ("put", "create", "read", "update", "delete", "list"):
            child = node.child(role)
            if child is not None:
                found[child.required_text("target")] = None
        for resource in targets(node, "resources"):
            if resource not in seen:
                seen.add(resource)
                collect(model.shape(resource, node))

    collect(service)
    return list(found)
