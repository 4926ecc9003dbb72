# SPDX-License-Identifier: Apache-2.0
"""The protocol of a service that lists several is botocore's choice.

Only `model/protocols.py` knows protocols by their names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import belfry_codegen
import pytest
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.protocols import PROTOCOLS, choose_protocol
from belfry_codegen.readers.models import read_service, services
from support import botocore_data

model = pytest.importorskip("botocore.model", reason="botocore, the judge, is not installed")


def test_the_order_of_protocols_is_botocores() -> None:
    theirs = list(model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS)
    ours = [protocol.name for protocol in PROTOCOLS]
    assert [name for name in ours if name in theirs] == theirs
    assert set(ours) - set(theirs) == {"smithy-rpc-v2-json"}


def test_every_service_uses_the_protocol_that_botocore_uses() -> None:
    session = pytest.importorskip("botocore.session").get_session()
    data = botocore_data()
    several = 0
    for name, _ in services(data):
        service = read_service(data, name)
        theirs = session.get_service_model(name)
        assert choose_protocol(service.protocols, name).name == theirs.resolved_protocol, name
        assert list(service.protocols) == (theirs.metadata.get("protocols") or [theirs.protocol]), name
        for protocol in service.protocols:
            assert choose_protocol(service.protocols, name, protocol).name == protocol
        several += len(service.protocols) > 1
    assert several >= 41


@pytest.mark.parametrize(
    ("listed", "wanted", "words"),
    [
        (("json", "query"), "jsn", ("tower", "'jsn'", "did you mean 'json'", "json, query")),
        (("json", "query"), "ec2", ("tower", "'ec2'", "json, query")),
        (("carrier-pigeon",), None, ("tower", "carrier-pigeon", "rest-json")),
    ],
)
def test_an_unsupported_protocol_is_an_error_that_lists_the_supported(
    listed: tuple[str, ...], wanted: str | None, words: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError) as fault:
        choose_protocol(listed, "tower", wanted)
    for word in words:
        assert word in str(fault.value)


TESTS = ("startswith", "endswith", "removeprefix", "removesuffix", "index", "find")
GENERATOR = Path(belfry_codegen.__file__).parent
OTHER_MEANINGS = {
    ("readers/smithy/auth.py", "query"): "where an API key travels",
    ("commands/diff/command.py", "json"): "the format of a report",
    ("commands/docs/message.py", "json"): "the language of a text",
}
"""Strings that are compared and equal a protocol's name, with their meaning."""


def test_every_protocol_has_a_header_and_a_codec_of_events() -> None:
    include = GENERATOR.parents[1] / "include"
    for protocol in PROTOCOLS:
        name = protocol.cpp_name
        text = (include / f"belfry/protocol/{name}.hpp").read_text(encoding="utf-8")
        assert re.search(rf"\bProtocol {name}\b", text), name
        if protocol.event_codec is not None:
            header = include / f"belfry/events/{protocol.event_codec}.hpp"
            text = header.read_text(encoding="utf-8")
            assert re.search(rf"\bEventCodec {protocol.event_codec}_event_codec\b", text), protocol.name


def test_no_other_module_tests_for_a_protocol_by_its_name() -> None:
    found = {
        (path.relative_to(GENERATOR).as_posix(), text)
        for path in GENERATOR.rglob("*.py")
        if path != GENERATOR / "model" / "protocols.py"
        for text in _protocol_tests(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set(OTHER_MEANINGS)


@pytest.mark.parametrize(
    "source",
    [
        'service.protocol == "json"',
        'name in ("rest-xml", "x")',
        'XML = ("rest-xml", "ec2")',
        'name.startswith("rest-")',
        'name.startswith(("smithy-rpc", "x"))',
        'CODECS = {"json": 1, "cbor": 2}',
        'match name:\n  case "query": pass',
        'trait == "aws.protocols#restJson1"',
        'name == "rpc_v2_cbor"',
        'name.endswith("-cbor")',
        'f"{name}" == f"rest-{kind}"',
    ],
)
def test_a_test_for_a_name_is_found(source: str) -> None:
    assert list(_protocol_tests(ast.parse(source)))


@pytest.mark.parametrize(
    "source", ['open("x.json")', 'meta.text("json")', 'QUERY = "query"', 'f"{name}.json"', 'name == ""']
)
def test_a_string_that_is_not_compared_is_not_found(source: str) -> None:
    assert not list(_protocol_tests(ast.parse(source)))


def _protocol_tests(tree: ast.AST) -> Iterator[str]:
    """Names of protocols, and parts of them, that code compares with or looks up."""
    for node in ast.walk(tree):
        tested: list[ast.expr | None] = []
        if isinstance(node, ast.Compare):
            tested = [node.left, *node.comparators]
        elif isinstance(node, ast.Dict):
            tested = list(node.keys)
        elif isinstance(node, (ast.Tuple, ast.Set, ast.List)):
            tested = list(node.elts)
        elif isinstance(node, ast.MatchValue):
            tested = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TESTS:
            tested = list(node.args)
        for part in tested:
            for text in _strings(part):
                if _is_of_a_protocol(text):
                    yield text


def _strings(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, (ast.Tuple, ast.Set, ast.List)):
        for element in node.elts:
            yield from _strings(element)
    elif isinstance(node, ast.JoinedStr):
        for value in node.values:
            yield from _strings(value)


def _is_of_a_protocol(text: str) -> bool:
    for protocol in PROTOCOLS:
        names = (protocol.name, protocol.cpp_name, *protocol.smithy_traits)
        if text and text in names:
            return True
        # Enough of a name to tell protocols apart: "rest-", "smithy-rpc", "-cbor", "aws.protocols#rest".
        if (
            len(text) > 3
            and any(mark in text for mark in "-_#")
            and any(name.startswith(text) or name.endswith(text) for name in names)
        ):
            return True
    return False
