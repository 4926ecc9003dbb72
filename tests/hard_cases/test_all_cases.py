# SPDX-License-Identifier: Apache-2.0
"""Which test is about which hard case, and that none of the list has been forgotten.

The list lies beside the project, in HARD-CASES.md. Here each of its lines is named by its heading and number
("Names 1"), each of the words that it marks as code is the subject of a test, and each test has its place.
Where a case is about the generator alone, the test stands with the generator's own.
"""

from __future__ import annotations

import ast
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import ROOT

HERE = Path(__file__).resolve().parent
MESSAGES = "tests/hard_cases/test_messages.py"
ERRORS = "tests/hard_cases/test_errors.py"
CPP = "tests/hard_cases/test_cpp.py"
REAL = "tests/hard_cases/test_real_services.py"
NAMING = "tests/codegen/test_naming.py"


@dataclass(frozen=True)
class Case:
    """Something hard, and the tests of it (`file::function`)."""

    line: str
    what: str
    marked: str
    """The words that the list marks as code, between bars."""
    tests: tuple[str, ...]


def _in(file: str, *tests: str) -> tuple[str, ...]:
    return tuple(f"{file}::{test}" for test in tests)


_COMPILED = _in(CPP, "test_every_header_compiles_among_macros", "test_people_can_use_them")

CASES = (
    Case(
        "Names 1",
        "members and shapes that are keywords",
        "Predicate.and/or|JobParameter.int/float|Node.struct|PolicyDefinition.static|SearchRequest.return"
        "|long|float|int",
        (
            *_COMPILED,
            *_in(MESSAGES, "test_keywords_travel_as_the_model_spells_them"),
            *_in(NAMING, "test_a_member_gets_a_name_that_compiles", "test_a_type_gets_a_name_in_pascal_case"),
        ),
    ),
    Case(
        "Names 2",
        "members, values and operations that are macros",
        "AttributeValue.NULL|PlatformCommand.linux|ContentDeltaEvent.stdout|I|ERROR|DELETE|None|IN|DOMAIN|NULL"
        "|OUT|i386|SendMessage|CreateEvent|GetObject|DeleteFile",
        (
            *_COMPILED,
            *_in(REAL, "test_operations_that_windows_has"),
            *_in(NAMING, "test_an_enumerator_keeps_the_wires_spelling_where_it_can"),
        ),
    ),
    Case(
        "Names 3",
        "values that are no identifiers, are many, or are called like a sentinel",
        "s3:ObjectCreated:*|image/svg+xml|Linux/UNIX (Amazon VPC)|0.5|InstanceType|UNKNOWN|none",
        (
            *_COMPILED,
            *_in(MESSAGES, "test_values_that_are_no_identifiers_keep_every_byte"),
            *_in(REAL, "test_enumerations_have_these_values", "test_the_largest_enumeration"),
            *_in(NAMING, "test_an_enumerator_avoids_the_sentinel_the_class_and_its_functions"),
        ),
    ),
    Case(
        "Names 4",
        "members named like their structure or an operation; what differs by case only",
        "CidrBlock.CidrBlock|Tags.Tags|CreateChannel|Lags.lags|EventType|eventType|Endpoint|endpoint",
        (
            *_COMPILED,
            *_in(MESSAGES, "test_members_that_differ_by_case_only_are_two"),
            *_in(REAL, "test_structures_have_these_members", "test_shapes_that_are_called_like_operations"),
            *_in(NAMING, "test_an_operation_and_a_shape_may_share_a_name"),
        ),
    ),
    Case(
        "Names 5",
        "underscores in front, very long names, names that generated code would like to have",
        "__|CheckNoNewAccessResult|schema|Document|Member|Operation",
        (
            *_COMPILED,
            *_in(REAL, "test_the_longest_name", "test_shapes_are_of_these_types"),
            *_in(NAMING, "test_a_synthesized_message_avoids_a_shape_that_has_its_name"),
            *_in(NAMING, "test_a_type_does_not_take_a_name_that_generated_code_needs"),
        ),
    ),
    Case(
        "Shapes 1",
        "recursion: direct, through lists and maps, in unions, seven shapes; nesting",
        "CertificateFilterStatement.Not|AttributeValue.M|Statement",
        (*_COMPILED, *_in(MESSAGES, "test_shapes_in_themselves", "test_twenty_two_levels")),
    ),
    Case(
        "Shapes 2",
        "unions, documents, sparse collections, secrets, tokens, JSON in headers",
        "jsonvalue",
        (
            *_COMPILED,
            *_in(MESSAGES, "test_documents_sparse_collections_and_tokens", "test_json_in_a_header"),
            *_in(REAL, "test_odd_members"),
        ),
    ),
    Case(
        "Shapes 3",
        "one shape as input and output, or output of many",
        "IdentityPool|SourceServer",
        (
            *_COMPILED,
            *_in(MESSAGES, "test_one_shape_both_ways"),
            *_in(REAL, "test_one_shape_both_ways_and_for_many"),
        ),
    ),
    Case(
        "Shapes 4",
        "one wire name twice",
        "TopicConfigurationDeprecated|Event|Events",
        _in(MESSAGES, "test_one_wire_name_for_two_members"),
    ),
    Case(
        "HTTP 1",
        "literal queries, slashes, labels, query maps, bodies of GET, prefixes, attributes",
        "?operation=...|SendApiAsset|Grantee|xsi:type",
        (
            *_in(
                MESSAGES,
                "test_a_literal_query_stands_before_what_members_add",
                "test_a_slash_at_the_end_stays",
            ),
            *_in(MESSAGES, "test_a_greedy_label_keeps_its_slashes_and_no_other_does"),
            *_in(MESSAGES, "test_a_label_may_be_a_number", "test_a_query_map_gives_way_to_members"),
            *_in(MESSAGES, "test_a_get_may_have_a_body", "test_an_empty_prefix_takes_every_header"),
            *_in(MESSAGES, "test_prefixes_of_the_host", "test_a_label_of_the_host_must_be_one"),
            *_in(MESSAGES, "test_an_attribute_with_a_prefix"),
            *_in(REAL, "test_uris_end_like_this", "test_odd_operations"),
        ),
    ),
    Case(
        "HTTP 2",
        "labels that differ in case from their members",
        "{voiceConnectorId}|VoiceConnectorId",
        (
            *_in("tests/codegen/test_smithy_reader.py", "test_labels_are_found_whatever_their_case"),
            *_in(
                "tests/codegen/test_smithy_chime.py",
                "test_both_models_give_the_same_headers_but_for_what_one_lacks",
            ),
        ),
    ),
    Case(
        "HTTP 3",
        "event streams, streaming blobs, compression, lengths, checksums, endpoint discovery",
        "",
        (
            *_COMPILED,
            *_in(MESSAGES, "test_streams_travel_as_they_are", "test_checksums_of_requests_and_responses"),
            *_in(MESSAGES, "test_an_operation_with_endpoint_discovery_goes_to_the_endpoint_it_is_given"),
        ),
    ),
    Case(
        "HTTP 4",
        "endpoint parameters, and operations without authentication",
        "",
        _in(MESSAGES, "test_parameters_of_endpoint_rules", "test_no_signature_where_none_is_wanted"),
    ),
    Case(
        "Errors 1",
        "codes that are not names, two shapes for one code, members in headers or none, repetitions",
        "ResourceNotFound|QuotaExceeded.DBSecurityGroup",
        (
            *_COMPILED,
            *_in(ERRORS, "test_the_name_of_an_error_is_not_its_code", "test_two_shapes_for_one_code"),
            *_in(ERRORS, "test_members_of_an_error_in_headers", "test_an_error_without_members"),
            *_in(ERRORS, "test_an_error_that_is_listed_twice_is_one"),
            *_in(REAL, "test_errors"),
        ),
    ),
    Case(
        "Errors 2",
        "where a code may stand, and what stands in an error's body instead",
        "x-amzn-errortype|__type|code|namespace#|:http://...|Code|x-amzn-query-error",
        (
            *_in(ERRORS, "test_where_the_code_may_stand", "test_an_error_inside_a_success"),
            *_in(ERRORS, "test_the_old_code_of_a_service_that_once_spoke_query"),
            *_in(ERRORS, "test_a_page_of_a_proxy_on_503", "test_nothing_at_all"),
        ),
    ),
    Case(
        "Head",
        "protocols listed or not, and files beside the model",
        "protocols|service-2.sdk-extras.json",
        (
            *_in(MESSAGES, "test_a_type_that_a_file_beside_the_model_corrects"),
            *_in("tests/codegen/test_reader.py", "test_extras_lie_over_the_model"),
            *_in(REAL, "test_odd_operations"),
        ),
    ),
    Case(
        "Head",
        "whatever else a message of these models may hold",
        "",
        _in(
            "tests/hard_cases/test_random_messages.py",
            *("test_requests", "test_successes", "test_modelled_errors"),
        ),
    ),
)


def _listed() -> dict[str, str]:
    """The lines of the list by heading and number; `Head` is what stands before the first heading."""
    shared = Path(os.environ.get("BELFRY_SHARED") or ROOT.parent / "shared")
    path = shared / "HARD-CASES.md"
    if not path.is_file():
        pytest.skip(f"no list of hard cases in {shared}")
    head, *parts = re.split(r"^\*\*(\w+)\*\*$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = {"Head": head}
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        lines = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
        found |= {f"{heading} {number}": line for number, line in enumerate(lines, start=1)}
    return found


def test_every_line_of_the_list_has_a_test_and_every_word_it_marks() -> None:
    listed = _listed()
    assert {case.line for case in CASES} == set(listed)
    for name, text in listed.items():
        marked = {word for case in CASES if case.line == name for word in case.marked.split("|") if word}
        assert set(re.findall(r"`([^`]+)`", text)) == marked, name


def test_every_test_that_is_named_exists_and_every_test_here_is_named() -> None:
    named = {test for case in CASES for test in case.tests}
    for test in sorted(named):
        file, _, function = test.partition("::")
        assert function in _functions(ROOT / file), test
    for path in sorted(HERE.glob("test_*.py")):
        if path != Path(__file__).resolve():
            for function in _functions(path):
                assert f"tests/hard_cases/{path.name}::{function}" in named


def _functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
