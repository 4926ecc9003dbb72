# SPDX-License-Identifier: Apache-2.0
"""Maps each hard case to its tests, and checks that the list is complete.

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


_COMPILED = _in(CPP, "test_every_header_compiles_among_macros", "test_every_hard_name_can_be_used")

CASES = (
    Case(
        "Names 1",
        "members and shapes that are keywords",
        "Predicate.and/or|JobParameter.int/float|Node.struct|PolicyDefinition.static|SearchRequest.return"
        "|long|float|int",
        (
            *_COMPILED,
            *_in(MESSAGES, "test_keywords_are_sent_with_the_models_spelling"),
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
            *_in(REAL, "test_operations_with_names_of_windows_macros_exist"),
            *_in(NAMING, "test_an_enumerator_keeps_the_wires_spelling_if_it_is_valid"),
        ),
    ),
    Case(
        "Names 3",
        "values that are no identifiers, are many, or are called like a sentinel",
        "s3:ObjectCreated:*|image/svg+xml|Linux/UNIX (Amazon VPC)|0.5|InstanceType|UNKNOWN|none",
        (
            *_COMPILED,
            *_in(MESSAGES, "test_values_that_are_not_identifiers_keep_every_byte"),
            *_in(
                REAL,
                "test_enumerations_have_these_values",
                "test_the_largest_enumeration_has_at_least_1405_values",
            ),
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
            *_in(REAL, "test_structures_have_these_members", "test_shapes_with_names_of_operations_exist"),
            *_in(NAMING, "test_an_operation_and_a_shape_may_share_a_name"),
        ),
    ),
    Case(
        "Names 5",
        "underscores in front, very long names, names that generated code would like to have",
        "__|CheckNoNewAccessResult|schema|Document|Member|Operation",
        (
            *_COMPILED,
            *_in(REAL, "test_the_longest_name_begins_with_two_underscores", "test_shapes_are_of_these_types"),
            *_in(NAMING, "test_a_synthesized_message_avoids_a_shape_that_has_its_name"),
            *_in(NAMING, "test_a_type_does_not_take_a_name_that_generated_code_needs"),
        ),
    ),
    Case(
        "Shapes 1",
        "recursion: direct, through lists and maps, in unions, seven shapes; nesting",
        "CertificateFilterStatement.Not|AttributeValue.M|Statement",
        (
            *_COMPILED,
            *_in(
                MESSAGES,
                "test_recursive_shapes_are_written_and_read",
                "test_twenty_two_levels_of_shapes_are_written_and_read",
            ),
        ),
    ),
    Case(
        "Shapes 2",
        "unions, documents, sparse collections, secrets, tokens, JSON in headers",
        "jsonvalue",
        (
            *_COMPILED,
            *_in(
                MESSAGES,
                "test_documents_sparse_collections_and_tokens_are_written_and_read",
                "test_json_in_a_header_is_written_and_read",
            ),
            *_in(REAL, "test_members_with_rare_traits_exist"),
        ),
    ),
    Case(
        "Shapes 3",
        "one shape as input and output, or output of many",
        "IdentityPool|SourceServer",
        (
            *_COMPILED,
            *_in(MESSAGES, "test_a_shape_that_is_input_and_output_is_checked_as_input"),
            *_in(REAL, "test_shapes_shared_by_inputs_and_outputs_exist"),
        ),
    ),
    Case(
        "Shapes 4",
        "one wire name twice",
        "TopicConfigurationDeprecated|Event|Events",
        _in(MESSAGES, "test_two_members_with_one_wire_name_are_both_read"),
    ),
    Case(
        "HTTP 1",
        "literal queries, slashes, labels, query maps, bodies of GET, prefixes, attributes",
        "?operation=...|SendApiAsset|Grantee|xsi:type",
        (
            *_in(
                MESSAGES,
                "test_a_literal_query_comes_before_query_members",
                "test_a_trailing_slash_is_kept",
            ),
            *_in(MESSAGES, "test_only_a_greedy_label_keeps_its_slashes"),
            *_in(MESSAGES, "test_a_label_may_be_a_number", "test_a_query_map_does_not_replace_query_members"),
            *_in(MESSAGES, "test_a_get_may_have_a_body", "test_an_empty_prefix_takes_every_header"),
            *_in(
                MESSAGES,
                "test_a_host_prefix_is_added_with_its_label",
                "test_a_value_that_is_not_a_host_label_is_refused_as_one",
            ),
            *_in(MESSAGES, "test_an_xml_attribute_with_a_prefix_is_written_and_read"),
            *_in(REAL, "test_operations_have_these_ends_of_uris", "test_operations_with_rare_traits_exist"),
        ),
    ),
    Case(
        "HTTP 2",
        "labels that differ in case from their members",
        "{voiceConnectorId}|VoiceConnectorId",
        (
            *_in("tests/codegen/test_smithy_reader.py", "test_labels_are_matched_without_case"),
            *_in(
                "tests/codegen/test_smithy_chime.py",
                "test_both_formats_of_chime_give_the_same_headers",
            ),
        ),
    ),
    Case(
        "HTTP 3",
        "event streams, streaming blobs, compression, lengths, checksums, endpoint discovery",
        "",
        (
            *_COMPILED,
            *_in(
                MESSAGES, "test_streams_are_sent_and_read_unchanged", "test_checksums_are_sent_and_verified"
            ),
            *_in(MESSAGES, "test_an_operation_with_endpoint_discovery_uses_the_callers_endpoint"),
        ),
    ),
    Case(
        "HTTP 4",
        "endpoint parameters, and operations without authentication",
        "",
        _in(
            MESSAGES,
            "test_endpoint_parameters_come_from_members_constants_and_expressions",
            "test_an_operation_without_authentication_is_not_signed",
        ),
    ),
    Case(
        "Errors 1",
        "codes that are not names, two shapes for one code, members in headers or none, repetitions",
        "ResourceNotFound|QuotaExceeded.DBSecurityGroup",
        (
            *_COMPILED,
            *_in(
                ERRORS,
                "test_an_error_has_its_code_and_not_its_shapes_name",
                "test_two_shapes_with_one_code_give_the_modelled_members",
            ),
            *_in(
                ERRORS,
                "test_members_of_an_error_are_read_from_headers",
                "test_an_error_without_members_has_code_and_message",
            ),
            *_in(ERRORS, "test_an_error_that_is_listed_twice_is_one"),
            *_in(REAL, "test_errors_with_rare_codes_and_members_exist"),
        ),
    ),
    Case(
        "Errors 2",
        "where a code may stand, and what stands in an error's body instead",
        "x-amzn-errortype|__type|code|namespace#|:http://...|Code|x-amzn-query-error",
        (
            *_in(
                ERRORS,
                "test_the_code_is_found_in_each_of_its_places",
                "test_an_error_document_with_status_200_is_an_error",
            ),
            *_in(ERRORS, "test_a_service_migrated_from_query_keeps_its_old_code"),
            *_in(
                ERRORS,
                "test_an_html_page_with_status_503_is_a_service_error",
                "test_an_error_without_a_body_has_its_status_as_code",
            ),
        ),
    ),
    Case(
        "Head",
        "protocols listed or not, and files beside the model",
        "protocols|service-2.sdk-extras.json",
        (
            *_in(MESSAGES, "test_extras_of_a_model_correct_a_type"),
            *_in("tests/codegen/test_reader.py", "test_extras_are_merged_into_the_model"),
            *_in(REAL, "test_operations_with_rare_traits_exist"),
        ),
    ),
    Case(
        "Head",
        "whatever else a message of these models may hold",
        "",
        _in(
            "tests/hard_cases/test_random_messages.py",
            *(
                "test_random_requests_equal_botocores",
                "test_random_outputs_are_read_as_by_botocore",
                "test_modelled_errors_are_read_as_by_botocore",
            ),
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
