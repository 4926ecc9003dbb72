# SPDX-License-Identifier: Apache-2.0
"""The request that botocore's serializers make of a sample input, in a form that can be compared."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import botocore
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.serialize import create_serializer

MODELS = Path(botocore.__file__).parent / "data"


@cache
def service_model(service: str) -> ServiceModel:
    """A service as botocore reads it."""
    loader = Loader(extra_search_paths=[str(MODELS)], include_default_search_paths=False)
    return ServiceModel(loader.load_service_model(service, "service-2"), service)


def expected_request(service: str, protocol: str, operation: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Method, path, query, headers and body of botocore's request."""
    model: OperationModel = service_model(service).operation_model(operation)
    serializer = create_serializer(protocol, include_validation=False)
    parameters = _typed(model.input_shape, value) if model.input_shape is not None else {}
    return dict(serializer.serialize_to_request(parameters, model))


def _typed(shape: Shape, value: Any) -> Any:
    """A sample with Python's times and bytes in place of their texts."""
    kind = shape.type_name
    if getattr(shape, "is_document_type", False) or shape.serialization.get("jsonvalue"):
        return value
    if kind == "structure":
        return {name: _typed(shape.members[name], held) for name, held in value.items()}
    if kind == "list":
        return [_typed(shape.member, each) for each in value]
    if kind == "map":
        return {key: _typed(shape.value, held) for key, held in value.items()}
    if kind == "timestamp":
        return datetime.fromisoformat(value)
    return value.encode() if kind == "blob" else value


def target_of(request: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """The path, and the parameters of the query in alphabetical order."""
    path, _, fixed = request["url_path"].partition("?")
    query = parse_qsl(fixed, keep_blank_values=True)
    given = request.get("query_string") or {}
    for name, value in given.items() if isinstance(given, dict) else given:
        query += [(name, _text(each)) for each in (value if isinstance(value, list) else [value])]
    return path, sorted(query)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def split_target(target: str) -> tuple[str, list[tuple[str, str]]]:
    """The path and the query of a target, in the same form."""
    path, _, query = target.partition("?")
    return path, sorted(parse_qsl(query, keep_blank_values=True))


def body_of(body: Any, language: str) -> Any:
    """A body as a tree: of JSON, of XML, or of a form."""
    if isinstance(body, dict):
        return {quote(str(name)): _text(value) for name, value in body.items()}
    text = body.decode() if isinstance(body, bytes) else str(body)
    if not text:
        return None
    if language == "json":
        return json.loads(text)
    if language == "xml":
        return _tree(ElementTree.fromstring(text))
    return text


def form_of(body: str) -> dict[str, str]:
    """The parameters of a form on a page, which has one on each line."""
    return {quote(name): value for name, value in parse_qsl(body.replace("\n", ""), keep_blank_values=True)}


def _tree(element: ElementTree.Element) -> Any:
    # Siblings may come in any order.
    children = sorted((_tree(child) for child in element), key=str)
    return (element.tag, sorted(element.attrib.items()), (element.text or "").strip(), children)
