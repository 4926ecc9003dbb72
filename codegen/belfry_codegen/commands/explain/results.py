# SPDX-License-Identifier: Apache-2.0
"""Endpoints and errors, at which rules end: their text, and what they are for parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from belfry_codegen.commands.explain.evaluate import Evaluator, UnsetError
from belfry_codegen.commands.explain.functions import is_sendable_url
from belfry_codegen.commands.explain.words import template_words, value_words

NO_RULE = "no endpoint rule fits the parameters"


@dataclass(frozen=True)
class Outcome:
    """The result of rules for parameters: an endpoint, or an error."""

    url: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, list[str]] = field(default_factory=dict)
    error: str | None = None

    def lines(self) -> Iterator[str]:
        """The outcome for a person."""
        if self.error is not None:
            yield f"error: {self.error}"
            return
        yield f"endpoint {self.url}"
        yield from _details(self.properties, self.headers, str)


def result_lines(rule: dict[str, Any]) -> Iterator[str]:
    """The text of the endpoint or the error of a rule, with its templates."""
    if rule["type"] == "error":
        error = rule["error"]
        yield f"error {value_words(error)}"
        return
    endpoint = rule["endpoint"]
    url = endpoint["url"]
    yield f"endpoint {template_words(url) if isinstance(url, str) else '{' + value_words(url) + '}'}"
    yield from _details(endpoint.get("properties", {}), endpoint.get("headers", {}), template_words)


def outcome_of(rule: dict[str, Any], evaluator: Evaluator) -> Outcome:
    """The result of a rule whose conditions are true."""
    try:
        if rule["type"] == "error":
            return Outcome(error=_text(rule["error"], evaluator))
        endpoint = rule["endpoint"]
        outcome = Outcome(
            _text(endpoint["url"], evaluator),
            evaluator.json(endpoint.get("properties", {})),
            {
                name: [_text(value, evaluator) for value in values]
                for name, values in endpoint.get("headers", {}).items()
            },
        )
    except UnsetError:
        return Outcome(error="the endpoint rules use a value that is not set")
    if not is_sendable_url(outcome.url or ""):
        return Outcome(error=f"not an absolute http or https URL without a query: {outcome.url}")
    return outcome


def _text(value: Any, evaluator: Evaluator) -> str:
    result = evaluator.template(value) if isinstance(value, str) else evaluator.value(value)
    if not isinstance(result, str):
        raise UnsetError(value_words(value))
    return result


def _details(properties: dict[str, Any], headers: dict[str, Any], words: Any) -> Iterator[str]:
    for scheme in properties.get("authSchemes", []):
        yield f"  auth scheme {words(scheme['name'])}{''.join(_scheme_parts(scheme, words))}"
    for name, value in properties.items():
        if name != "authSchemes":
            yield f"  property {name}: {words(value) if isinstance(value, str) else json.dumps(value)}"
    for name, values in headers.items():
        for value in values:
            text = words(value) if isinstance(value, str) else f"{{{value_words(value)}}}"
            yield f"  header {name}: {text}"


def _scheme_parts(scheme: dict[str, Any], words: Any) -> Iterator[str]:
    if scheme.get("signingName"):
        yield f", signing name {words(scheme['signingName'])}"
    if scheme.get("signingRegion"):
        yield f", signing region {words(scheme['signingRegion'])}"
    if scheme.get("signingRegionSet"):
        yield f", signing regions {' '.join(map(words, scheme['signingRegionSet']))}"
    if scheme.get("disableDoubleEncoding"):
        yield ", path not encoded a second time"
