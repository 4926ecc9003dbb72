# SPDX-License-Identifier: Apache-2.0
"""Conditions and values of endpoint rules in words. The rules must have been compiled before: see `rules`."""

from __future__ import annotations

import json
from typing import Any

from belfry_codegen.cpp.endpoint.expressions import template_pieces

LEGEND = "`NAME := VALUE` holds if the value exists, and gives it the name."


def condition_words(condition: dict[str, Any]) -> str:
    """A condition in words."""
    if condition.get("assign") is not None:
        return f"{condition['assign']} := {value_words(condition)}"
    return _predicate(condition, negated=False)


def value_words(value: Any) -> str:
    """A value in words."""
    if isinstance(value, str):
        return f'"{template_words(value)}"'
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if "ref" in value:
        return str(value["ref"])
    arguments = value["argv"]
    words = [value_words(argument) for argument in arguments]
    match value["fn"]:
        case "getAttr":
            path = arguments[1]
            return words[0] + (path if path.startswith("[") else f".{path}")
        case "aws.partition":
            return f"the partition of {words[0]}"
        case "parseURL":
            return f"{words[0]} as a URL"
        case "aws.parseArn":
            return f"{words[0]} as an ARN"
        case "uriEncode":
            return f"{words[0]} percent-encoded"
        case "substring":
            return _substring(words[0], *arguments[1:])
        case "split":
            most = f", at most {words[2]}" if arguments[2] else ""
            return f"(the parts of {words[0]} between {words[1]}{most})"
        case "coalesce":
            return f"({', or else '.join(words)})"
        case "ite":
            return f"(if {_predicate(arguments[0], negated=False)} then {words[1]} else {words[2]})"
    return f"({_predicate(value, negated=False)})"


def template_words(text: str) -> str:
    """A template with its placeholders written as values are elsewhere: `{Partition.dnsSuffix}`."""
    words = ""
    for is_literal, piece in template_pieces(text, "template"):
        if is_literal:
            words += json.dumps(piece, ensure_ascii=False)[1:-1]
        else:
            name, _, path = piece.partition("#")
            words += "{" + name + (path if not path or path.startswith("[") else f".{path}") + "}"
    return words


def _predicate(value: Any, negated: bool) -> str:
    """A value of which only matters whether it is true, or exists."""
    is_ = "is not" if negated else "is"
    if isinstance(value, dict) and "fn" in value:
        arguments = value["argv"]
        words = [value_words(argument) for argument in arguments]
        match value["fn"]:
            case "not":
                return _predicate(arguments[0], not negated)
            case "isSet":
                return f"{words[0]} {is_} set"
            case "stringEquals":
                return f"{words[0]} {is_} {words[1]}"
            case "booleanEquals":
                return _boolean_equals(arguments, negated)
            case "isValidHostLabel":
                dots = " or several with dots between" if arguments[1] is True else ""
                return f"{words[0]} {is_} a host label{dots}"
            case "aws.isVirtualHostableS3Bucket":
                dots = " with dots" if arguments[1] is True else " without dots"
                return f"{words[0]} {is_} a bucket name that fits into a host name{dots}"
            case "parseURL":
                return f"{words[0]} {is_} a URL"
            case "aws.parseArn":
                return f"{words[0]} {is_} an ARN"
            case "ite":
                return f"{value_words(value)} {is_} true"
            case "coalesce":
                return f"{value_words(value)} {is_} true or a value"
        return f"{value_words(value)} {'does not exist' if negated else 'exists'}"
    if isinstance(value, bool):
        return "always" if value is not negated else "never"
    return f"{value_words(value)} {is_} true"


def _boolean_equals(arguments: list[Any], negated: bool) -> str:
    left, right = arguments
    if isinstance(left, bool):
        left, right = right, left
    if not isinstance(right, bool):
        return f"{value_words(left)} {'is not' if negated else 'is'} the same as {value_words(right)}"
    calls_predicate = isinstance(left, dict) and left.get("fn") in (
        "isSet",
        "not",
        "stringEquals",
        "booleanEquals",
        "isValidHostLabel",
        "aws.isVirtualHostableS3Bucket",
    )
    if calls_predicate:
        return _predicate(left, negated is right)
    return f"{value_words(left)} {'is not' if negated else 'is'} {value_words(right)}"


def _substring(of: str, start: Any, stop: Any, reverse: Any) -> str:
    if not (isinstance(start, int) and isinstance(stop, int) and isinstance(reverse, bool)):
        return f"characters {value_words(start)} to {value_words(stop)} of {of}"
    count = stop - start
    if start == 0:
        which = "last" if reverse else "first"
        return f"the {which} {count} characters of {of}" if count != 1 else f"the {which} character of {of}"
    side = "from the end of" if reverse else "of"
    if count == 1:
        return f"character {stop} {side} {of}"
    return f"characters {start + 1} to {stop} {side} {of}"
