# SPDX-License-Identifier: Apache-2.0
"""The table of partitions."""

from __future__ import annotations

import copy
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.cpp.endpoint.partitions import (
    PartitionsError,
    main,
    read_partitions,
    region_prefixes,
    to_cpp,
)

ROOT = Path(__file__).resolve().parents[2]

OUTPUTS = {
    "dnsSuffix": "all.test",
    "dualStackDnsSuffix": "dual.test",
    "implicitGlobalRegion": "us-east-1",
    "supportsFIPS": True,
    "supportsDualStack": True,
}
DOCUMENT: dict[str, Any] = {
    "partitions": [
        {"id": "aws-x", "outputs": OUTPUTS, "regionRegex": r"^xx\-\w+\-\d+$", "regions": {"xx-a-1": {}}},
        {
            "id": "aws",
            "outputs": OUTPUTS,
            "regionRegex": r"^(us|eu)\-\w+\-\d+$",
            "regions": {"us-east-1": {"description": "x"}, "us-west-1": {"supportsFIPS": False}},
        },
    ]
}


def test_the_default_partition_comes_first_and_regions_with_own_outputs_get_a_row() -> None:
    rows = read_partitions(DOCUMENT)
    assert [row.name for row in rows] == ["aws", "aws-x", "aws"]
    assert rows[0].regions == ("us-east-1",)
    assert rows[0].region_prefixes == ("us-", "eu-")
    assert (rows[2].regions, rows[2].region_prefixes) == (("us-west-1",), ())
    assert (rows[0].supports_fips, rows[2].supports_fips) == (True, False)


@pytest.mark.parametrize(
    ("regex", "prefixes"),
    [
        (r"^(us|eu)\-\w+\-\d+$", ("us-", "eu-")),
        (r"^us\-gov\-\w+\-\d+$", ("us-gov-",)),
        (r"^eusc\-(de)\-\w+\-\d+$", ("eusc-de-",)),
        (r"^(a|b)-(c|d)-\w+-\d+$", ("a-c-", "a-d-", "b-c-", "b-d-")),
    ],
)
def test_the_known_form_of_region_expressions_becomes_prefixes(regex: str, prefixes: tuple[str, ...]) -> None:
    assert region_prefixes(regex, "") == prefixes


@pytest.mark.parametrize(
    "regex",
    [None, "", r"us\-\w+\-\d+", r"^us\-.*\-\d+$", r"^us.\-\w+\-\d+$", r"^(us|eu\-\w+\-\d+$", r"^\w+\-\d+$"],
)
def test_any_other_form_is_an_error(regex: Any) -> None:
    with pytest.raises(PartitionsError, match="does not look like"):
        region_prefixes(regex, "partitions[0].regionRegex")


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("partitions",), None, "partitions"),
        (("partitions", 0), None, "partitions[0]"),
        (("partitions", 1, "id"), "amazon", "partitions"),
        (("partitions", 0, "id"), 'a"b', "partitions[0].outputs"),
        (("partitions", 0, "regions"), [], "partitions[0].regions"),
        (("partitions", 0, "regions"), {"a b": {}}, "partitions[0].regions"),
        (("partitions", 0, "regions"), {"xx-a-1": 1}, "partitions[0].regions.xx-a-1"),
        (("partitions", 0, "regions"), {"xx-a-1": {"dnsSuffix": 1}}, "partitions[0].regions.xx-a-1"),
        (("partitions", 0, "outputs"), {}, "partitions[0].outputs"),
        (("partitions", 0, "outputs"), {**OUTPUTS, "supportsFIPS": 1}, "partitions[0].outputs"),
    ],
)
def test_broken_partitions_are_an_error_with_their_place(
    path: tuple[Any, ...], value: Any, where: str
) -> None:
    document = copy.deepcopy(DOCUMENT)
    at: Any = document
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    with pytest.raises(PartitionsError) as caught:
        read_partitions(document)
    assert caught.value.where == where


def test_a_broken_file_is_one_line_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "partitions.json"
    path.write_text("{}", encoding="utf-8")
    assert main([str(path)]) == 2
    assert main([]) == 2
    assert main([str(tmp_path / "absent.json")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 3


def botocore_partitions() -> Any:
    session = pytest.importorskip("botocore.session").get_session()
    return session.get_component("data_loader").load_data("partitions")


def test_the_checked_in_table_has_botocores_partitions_and_regions() -> None:
    """Newer releases of botocore may know more regions, never fewer."""
    header = (ROOT / "include/belfry/endpoint/partitions.hpp").read_text(encoding="utf-8")
    rows = re.findall(r'^        \.name = "([^"]+)"', header, re.MULTILINE)
    assert rows[0] == "aws"
    names = [partition["id"] for partition in botocore_partitions()["partitions"]]
    assert set(rows) <= set(names)


def test_prefixes_match_the_same_regions_as_the_expressions() -> None:
    document = botocore_partitions()
    rows = {row.name: row for row in read_partitions(document)}
    starts = sorted(
        {prefix for row in rows.values() for prefix in row.region_prefixes} | {"", "xx-", "us-foo-"}
    )
    ends = ["a-1", "A_9-12", "a-", "-1", "a-b-1", "a-1x", "1", "a.b-1"]
    for partition in document["partitions"]:
        for start, end in itertools.product(starts, ends):
            region = start + end
            expected = re.match(partition["regionRegex"], region) is not None
            word = re.fullmatch(r"(.*?)([A-Za-z0-9_]+)-([0-9]+)", region)
            found = word is not None and word[1] in rows[partition["id"]].region_prefixes
            assert found == expected, region


def test_the_header_is_the_same_each_time() -> None:
    assert to_cpp(read_partitions(DOCUMENT)) == to_cpp(read_partitions(copy.deepcopy(DOCUMENT)))
