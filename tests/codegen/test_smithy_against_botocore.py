# SPDX-License-Identifier: Apache-2.0
"""Compares AWS's Smithy models with botocore's models of the same services, fact by fact.

Both are read and go through the passes; each remaining difference must be of a kind that is listed below with
its reason. Some kinds are only two ways of writing the same: a rule says which values those are. The others
are differences of the models, which have different dates; their number is limited, so that an error of a
reader that causes many is found, too. test_smithy_chime.py also compares headers. Transcribe's streaming
service is not in botocore.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import pytest
from belfry_codegen.model import ir
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import services
from support import botocore_data
from test_smithy_chime import shared

ABSENT = object()
NAMES = (
    *("chime-sdk-voice", "cloudwatch", "dynamodb", "iam", "kinesis", "kms", "lambda", "polly", "s3", "sqs"),
    "sts",
)
# CloudWatch's Smithy model is older than the protocols that botocore's lists.
PROTOCOLS = {"cloudwatch": "query"}


@dataclass(frozen=True)
class Kind:
    """A kind of difference: where, why, between which values, and how many there may be over all services."""

    where: str
    why: str
    same: Callable[[Any, Any], bool]
    most: int | None = None
    """None for two ways of writing the same."""


def _any(_botocore: Any, _smithy: Any) -> bool:
    return True


def _gone(_botocore: Any, smithy: Any) -> bool:
    return smithy is ABSENT


def _botocore_has_none(botocore: Any, _smithy: Any) -> bool:
    return botocore in (None, (), False)


def _smithy_has_none(_botocore: Any, smithy: Any) -> bool:
    return smithy in (None, (), False, "")


def _one_has_none(botocore: Any, smithy: Any) -> bool:
    return botocore is None or smithy is None


def _fewer(botocore: Any, smithy: Any) -> bool:
    return set(smithy) < set(botocore)


def _only_x_id(botocore: Any, smithy: Any) -> bool:
    return re.sub(r"[?&]x-id=\w+", "", str(smithy)) == str(botocore)


def _unanchored(botocore: Any, smithy: Any) -> bool:
    return isinstance(smithy, str) and smithy in (f"^{botocore}$", f"^{botocore}", f"{botocore}$")


def _message(botocore: Any, smithy: Any) -> bool:
    return botocore is ABSENT and str(smithy.name).lower() in ("message", "code")


def _waiter(botocore: tuple[ir.Acceptor, ...], smithy: tuple[ir.Acceptor, ...]) -> bool:
    """Success is a status in botocore's models, and not having an error in Smithy's; others are equal."""
    gone: dict[Any, Any] = {(ir.Matcher.STATUS, 404): "NoSuchEntity"}

    def others(acceptors: tuple[ir.Acceptor, ...]) -> set[Any]:
        return {
            (one.state, one.argument, gone.get((one.matcher, one.expected), one.expected))
            for one in acceptors
            if (one.matcher, one.expected) != (ir.Matcher.ERROR, False)
            and not (one.matcher is ir.Matcher.STATUS and one.expected in (200, 301, 403))
        }

    return others(botocore) == others(smithy)


def _rules(rules: Any) -> Any:
    if isinstance(rules, dict):
        return {
            key: value.lower() if key == "type" and isinstance(value, str) else _rules(value)
            for key, value in rules.items()
            if key != "documentation"
        }
    return [_rules(item) for item in rules] if isinstance(rules, list) else rules


KINDS = (
    # Two ways of writing the same.
    Kind(r"\.global_endpoint", "the endpoint rules know it; nobody else asks", _smithy_has_none),
    Kind(r"\.signature_version", "botocore calls S3's way to sign `s3`", lambda b, s: (b, s) == ("s3", "v4")),
    Kind(r"\.checksum_format", "for S3's oldest checksum, which nobody here asks for", _smithy_has_none),
    Kind(r"\.endpoint_rules", "types in capitals, and documentation", lambda b, s: _rules(b) == _rules(s)),
    Kind(r"\.xml_namespace", "Smithy's say it for protocols without XML, too", _botocore_has_none),
    Kind(
        r".*xml\.\w+",
        "JSON has no XML; of S3's, tests/differential/test_smithy_models.py has the bytes",
        _any,
    ),
    Kind(
        r".*\.box", "Smithy 2 says it the other way round: what has a default is not boxed", _smithy_has_none
    ),
    Kind(r".*\.default", "botocore's models have none", _botocore_has_none),
    Kind(r".*\.error\.query", "botocore's have one code for every protocol", _botocore_has_none),
    Kind(r"\.shape_name", "botocore's say it where a protocol needs it", lambda b, s: b == "" != s),
    Kind(r".*\.enum_values\(.*\)\.name", "botocore's have only the values", _botocore_has_none),
    Kind(r".*\.error\.(sender_fault|http_status)", "botocore leaves out what is usual", _botocore_has_none),
    Kind(r".*\.http\.status", "botocore leaves out 200", lambda b, s: (b, s) == (None, 200)),
    Kind(r".*\.limits\.minimum", "botocore leaves out 0", lambda b, s: (b, s) == (None, 0)),
    Kind(r".*\.pattern", "Smithy's have anchors", _unanchored),
    Kind(r".*\.max_attempts", "Smithy's waiters wait for a time, not for a number", lambda _, s: s == 0),
    Kind(r".*\.max_delay_seconds", "botocore's pauses do not grow", lambda b, s: (b, s) == (None, 120)),
    Kind(r".*\.acceptors", "success is a status, or no error; gone is 404, or an error's name", _waiter),
    Kind(
        r".*\.(more_results|non_aggregate_keys)", "Smithy's paginators have no such thing", _smithy_has_none
    ),
    Kind(r".*\.result_keys", "Smithy's paginators name one list, or none where there are several", _fewer),
    Kind(r".*\.auth", "the service's own, said again", lambda b, s: (b, s) == (None, (ir.Auth.SIGV4,))),
    Kind(r".*\.synthetic", "botocore marks what a Java SDK once made up", _smithy_has_none),
    Kind(r".*\.wire_name", "a blob that is the whole body has no element", lambda _, s: s == "StreamingBlob"),
    Kind(r".*\.static_context", "in another order", lambda b, s: dict(b) == dict(s)),
    Kind(r"\.client_context", "in another order", lambda b, s: set(b) == set(s)),
    Kind(r"\.no_error_wrapping", "our reader of errors takes both", _botocore_has_none),
    Kind(r".*\.http\.uri", "S3's x-id tells operations apart in logs", _only_x_id),
    Kind(r"\.(json_version|shape_name|query_compatible|protocols)", "CloudWatch's newer protocols", _any, 4),
    # Differences of the models, whose dates differ.
    Kind(r".*\.(operations|shapes|waiters)\[[\w ]+\]", "newer in botocore's", _gone, 1062),
    Kind(r".*\.(members|enum_values)\(.*\)", "newer in botocore's", _gone, 471),
    Kind(r".*\.members\(\w+\)", "botocore's leave out the message of some exceptions", _message, 32),
    Kind(
        r".*\.shapes\[(InvalidEndpointException|ExceptionMessage|NotFound|StreamingBlob)\]", "older", _any, 4
    ),
    Kind(r".*\.paginator", "botocore's files have others than Smithy's traits", _one_has_none, 23),
    Kind(r".*\.errors", "errors come, and few go", _any, 89),
    Kind(r".*\.target", "types with limits of their own for what was any string or blob", _any, 104),
    Kind(
        r".*\.required", "clientOptional: clients may leave out what the service wants", _smithy_has_none, 86
    ),
    Kind(r".*\.required", "no longer wanted by the service", _botocore_has_none, 13),
    Kind(r".*\.(limits\.\w+|pattern)", "limits that were changed", _any, 83),
    Kind(r".*\.(readonly|idempotent|deprecated|retryable)", "said since", _smithy_has_none, 51),
    Kind(r".*\.error\.code", "botocore's SQS has no codes of the query protocol", _any, 18),
    Kind(r".*\.kind", "S3's and DynamoDB's unions are older than the word; S3's markers", _any, 5),
    Kind(r".*\.static_context", "newer rules", _smithy_has_none, 4),
    Kind(r".*\.operation_context", "newer rules", _smithy_has_none, 1),
    Kind(r"\.endpoint_(rules|account|options)", "newer rules", _any, 7),
    Kind(r".*\.http\.status", "DeleteFunction's", _any, 1),
    Kind(r"\.http2", "Polly's events are newer", _smithy_has_none, 1),
    Kind(r".*\.checksum\.\w+", "S3's newer algorithms", lambda b, s: s is None or set(s) < set(b), 2),
    Kind(r"\.auth", "STS may be signed with sigv4a", lambda b, s: set(s) < set(b), 1),
)


def _differences(where: str, botocore: Any, smithy: Any) -> Iterator[tuple[str, Any, Any]]:
    if botocore == smithy:
        return
    if is_dataclass(botocore) and type(botocore) is type(smithy):
        for field in fields(botocore):
            place = f"{where}.{field.name}"
            yield from _differences(place, getattr(botocore, field.name), getattr(smithy, field.name))
    elif where.endswith((".members", ".enum_values")):
        before, after = ({_key(item): item for item in items} for items in (botocore, smithy))
        for key in {**before, **after}:
            yield from _differences(f"{where}({key})", before.get(key, ABSENT), after.get(key, ABSENT))
    elif isinstance(botocore, Mapping) and isinstance(smithy, Mapping) and where != ".endpoint_rules":
        for key in {**botocore, **smithy}:
            yield from _differences(f"{where}[{key}]", botocore.get(key, ABSENT), smithy.get(key, ABSENT))
    else:
        yield where, botocore, smithy


def _key(item: ir.Member | ir.EnumValue) -> str:
    return item.name if isinstance(item, ir.Member) else item.value


@pytest.fixture(scope="module")
def found() -> dict[str, list[tuple[str, Any, Any]]]:
    smithy, botocore = shared(), botocore_data()
    both = {}
    for name in NAMES:
        protocol = PROTOCOLS.get(name)
        ours = load_service(botocore, name, protocol=protocol)
        theirs = load_service(smithy, name, protocol=protocol)
        both[name] = list(_differences("", ours, theirs))
    return both


def test_every_service_but_one_is_in_botocore() -> None:
    assert {name for name, _ in services(shared())} - set(NAMES) == {"transcribe-streaming"}


def test_every_difference_from_botocore_has_a_known_reason(
    found: dict[str, list[tuple[str, Any, Any]]],
) -> None:
    unexplained = []
    count: Counter[Kind] = Counter()
    for service, differences in found.items():
        for where, botocore, smithy in differences:
            for kind in KINDS:
                if re.fullmatch(kind.where, where) and kind.same(botocore, smithy):
                    count[kind] += 1
                    break
            else:
                unexplained.append(
                    f"{service}{where}: {botocore!r:.90} in botocore's, {smithy!r:.90} in Smithy's"
                )
    assert unexplained == [], f"{len(unexplained)}:\n" + "\n".join(unexplained)
    assert [kind for kind in KINDS if not count[kind]] == []
    assert [(kind, count[kind]) for kind in KINDS if kind.most is not None and count[kind] > kind.most] == []


def test_only_s3_has_other_xml_names(found: dict[str, list[tuple[str, Any, Any]]]) -> None:
    """After the passes the names and lists of the query protocols are equal."""
    for service in ("cloudwatch", "iam", "sts"):
        assert [where for where, _, _ in found[service] if "xml." in where] == []


def test_optional_members_are_those_that_the_model_marks() -> None:
    """CloudWatch's Smithy model marks 83 members as required and clientOptional; botocore's has one word."""
    ast = json.loads(next(shared().glob("cloudwatch-*.json")).read_text(encoding="utf-8"))
    marked = {
        (shape_id.partition("#")[2], member)
        for shape_id, shape in ast["shapes"].items()
        for member, entry in shape.get("members", {}).items()
        if {"smithy.api#required", "smithy.api#clientOptional"} <= set(entry.get("traits", {}))
    }
    ours = load_service(botocore_data(), "cloudwatch", protocol="query").shapes
    theirs = load_service(shared(), "cloudwatch").shapes
    differing = {
        (name, member.name)
        for name in ours.keys() & theirs.keys()
        for member in theirs[name].members
        if not member.required and (other := ours[name].member(member.name)) is not None and other.required
    }
    assert differing == {place for place in marked if place[0] in ours and place in differing}
    assert len(differing) == 83
