# SPDX-License-Identifier: Apache-2.0
"""`explain endpoint`: its texts, programs and errors. test_explain_traces.py tests the results of traces."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import main
from belfry_codegen.commands.explain import functions
from belfry_codegen.commands.explain.program import program_lines
from belfry_codegen.commands.explain.results import NO_RULE
from belfry_codegen.commands.explain.words import condition_words
from belfry_codegen.cpp.endpoint.rules import compile_rules
from belfry_codegen.cpp.endpoint.tables import Code
from support import NO_RESULT, RULES, botocore_data, model, small_diagram, write_model

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BELFRY_SHARED") or ROOT.parent / "shared")
RULE_SET = "smithy.rules#endpointRuleSet"
BDD = "smithy.rules#endpointBdd"
TESTS = "smithy.rules#endpointTests"


def refs(name: str) -> dict[str, str]:
    return {"ref": name}


def call(name: str, *arguments: Any, **more: Any) -> dict[str, Any]:
    return {"fn": name, "argv": list(arguments), **more}


def explain(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, output and errors of the command."""
    status = main(["explain", "endpoint", *arguments])
    streams = capsys.readouterr()
    return status, streams.out, streams.err


def test_programs_of_all_services_of_botocore_have_no_word_that_is_not_printed() -> None:
    data = botocore_data()
    entries = sorted(data.glob("*/*/endpoint-rule-set-1.json.gz"))
    assert len(entries) >= 300
    for entry in entries:
        compiled = compile_rules(json.loads(gzip.decompress(entry.read_bytes())))
        lines = list(program_lines(compiled))
        split = lines.index("parameters:")
        starts = [int(line.split()[0]) for line in lines[2:split]]
        # Each node that another word refers to begins where an instruction was printed.
        named = {
            int(word.strip(",")[1:]) for line in lines[2:split] for word in line.split() if is_place(word)
        }
        assert named <= set(starts), entry
        assert len(lines) - split - 3 == len(compiled.parameters)
        assert int(lines[split + 1].split()[0]) == compiled.parameters_at
        # A parameter takes six words (`include/belfry/endpoint/program.hpp`).
        last = compiled.parameters_at + 6 * len(compiled.parameters)
        assert int(lines[-1].split()[0]) == last == compiled.rules_at


def is_place(word: str) -> bool:
    return word.startswith("@") and word[1:].strip(",").isdigit()


def test_the_program_names_opcodes_as_the_header_does() -> None:
    header = (ROOT / "include" / "belfry" / "endpoint" / "program.hpp").read_text(encoding="utf-8")
    found = header.partition("enum class EndpointCode")[2].partition("};")[0]
    for code in Code:
        assert code.name.lower() in found


def test_the_texts_of_a_small_service(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rule_set = {
        "version": "1.0",
        "parameters": {
            "Region": {
                "type": "string",
                "builtIn": "AWS::Region",
                "required": True,
                "documentation": "Where.",
            },
            "Names": {"type": "stringArray", "default": ["a", "b"]},
        },
        "rules": [
            {
                "type": "tree",
                "conditions": [],
                "rules": [
                    {
                        "type": "tree",
                        "conditions": [call("aws.partition", refs("Region"), assign="Partition")],
                        "rules": [
                            {
                                "type": "endpoint",
                                "conditions": [call("stringEquals", refs("Region"), "x-y-1")],
                                "endpoint": {
                                    "url": "https://{Partition#name}.test",
                                    "headers": {"x-a": ["{Region}", refs("Region")]},
                                    "properties": {
                                        "authSchemes": [
                                            {
                                                "name": "sigv4",
                                                "signingName": "bell",
                                                "disableDoubleEncoding": True,
                                            }
                                        ],
                                        "more": "yes",
                                    },
                                },
                            },
                            {
                                "type": "error",
                                "conditions": [call("not", call("isSet", refs("Names")))],
                                "error": "no {{names}} in {Region}",
                            },
                        ],
                    }
                ],
            },
        ],
    }
    write_model(tmp_path, model(), endpoint_rule_set_1=rule_set)
    status, out, err = explain(capsys, "--models", str(tmp_path))
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "Endpoint rules of bell-tower 2020-01-02",
        "",
        "Parameters:",
        "   Region  string, built-in AWS::Region, required",
        "      Where.",
        '   Names   list of strings, default ["a", "b"]',
        "",
        "Rules, tried in order; the first endpoint or error reached is the result:",
        "(`NAME := VALUE` holds if the value exists, and gives it the name.)",
        "1. if Partition := the partition of Region:",
        '   1.1. if Region is "x-y-1":',
        "        endpoint https://{Partition.name}.test",
        "          auth scheme sigv4, signing name bell, path not encoded a second time",
        "          property more: yes",
        "          header x-a: {Region}",
        "          header x-a: {Region}",
        "   1.2. if Names is not set:",
        '        error "no {names} in {Region}"',
    ]
    status, out, err = explain(capsys, "bell-tower", "--models", str(tmp_path), "--parameter", "Region=x-y-1")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "Parameters:",
        '   Region = "x-y-1"',
        '   Names = ["a", "b"] (default)',
        "",
        "Conditions:",
        '   1. yes  Partition := the partition of Region  (name "aws", dnsSuffix "amazonaws.com",'
        ' dualStackDnsSuffix "api.aws", implicitGlobalRegion "us-east-1", supportsFIPS true,'
        " supportsDualStack true)",
        '      1.1. yes  Region is "x-y-1"',
        "",
        "endpoint https://aws.test",
        "  auth scheme sigv4, signing name bell, path not encoded a second time",
        "  property more: yes",
        "  header x-a: x-y-1",
        "  header x-a: x-y-1",
    ]


def test_the_trace_of_a_service_says_no_where_a_condition_fails(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--parameter", "Region=eu-west-1", "--parameter", "UseFIPS=true"]
    status, out, _ = explain(capsys, "chime-sdk-voice", *arguments)
    assert status == 0
    lines = out.splitlines()
    assert "   UseFIPS = true" in lines
    assert "   UseDualStack = false (default)" in lines
    assert "   Endpoint = not set" in lines
    assert "   1. no   Endpoint is set" in lines
    assert "      2.2. yes  UseFIPS is true" in lines
    assert lines[-1] == "endpoint https://voice-chime-fips.eu-west-1.amazonaws.com"


def test_a_program_is_printed_for_a_service_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explain(capsys, "chime-sdk-voice", "--program")
    assert status == 0
    assert "     2  slot              $3 (Endpoint)" in out.splitlines()
    assert "     4  is_set            @2" in out.splitlines()
    assert "$0 Region: string, built-in AWS::Region" in out


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["chime-sdk-vois"], "no service 'chime-sdk-vois'; did you mean 'chime-sdk-voice'?"),
        (["chime-sdk-voice", "--parameter", "UseFips=true"], "no such parameter; did you mean 'UseFIPS'?"),
        (["chime-sdk-voice", "--parameter", "Region"], "NAME=VALUE is expected"),
        (["chime-sdk-voice", "--parameter", "UseFIPS=1"], "is a boolean; give true or false"),
        (["chime-sdk-voice", "--parameter", "Region=a", "--parameter", "Region=b"], "given twice"),
        (["chime-sdk-voice", "--bdd"], "has no decision diagram (endpointBdd)"),
        (["chime-sdk-voice", "--parameter", "Region=a", "--partitions", "/no/file"], "No such file"),
    ],
)
def test_a_wrong_command_line_is_an_error_that_names_the_mistake(
    capsys: pytest.CaptureFixture[str], arguments: list[str], what: str
) -> None:
    status, _, err = explain(capsys, *arguments)
    assert status == 2
    assert err.startswith("belfry: ") and err.count("\n") == 1
    assert what in err


def test_broken_rules_are_an_error_that_names_the_file_and_the_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = {**RULES, "rules": [{"type": "trie", "conditions": []}]}
    write_model(tmp_path, model(), endpoint_rule_set_1=broken)
    status, _, err = explain(capsys, "bell-tower", "--models", str(tmp_path))
    assert status == 2
    assert "rules[0]: unknown type of rule 'trie'" in err
    assert str(tmp_path) in err


def smithy_model(path: Path, traits: dict[str, Any]) -> Path:
    """A Smithy model of one service that has those traits."""
    service = {
        "type": "service",
        "version": "2020-01-02",
        "traits": {"aws.protocols#restJson1": {}, "aws.auth#sigv4": {"name": "bell"}, **traits},
    }
    path.write_text(json.dumps({"smithy": "2.0", "shapes": {"a#Bell": service}}), encoding="utf-8")
    return path


R1, R2, NONE = NO_RESULT + 1, NO_RESULT + 2, NO_RESULT


def test_a_model_with_a_decision_diagram_alone_is_explained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # The second node is used exchanged: B is true leads to the error.
    bdd = small_diagram([(0, -3, NONE), (1, R1, R2)])
    path = str(smithy_model(tmp_path / "bell.json", {BDD: bdd}))
    status, out, err = explain(capsys, "--models", path)
    assert (status, err) == (0, "")
    assert out.splitlines()[-8:] == [
        "Steps of the decision diagram:",
        "1. if A is set:",
        "   2. if B is true:",
        '      error "no"',
        "   else:",
        "      endpoint {A}",
        "else:",
        f'   error "{NO_RULE}"',
    ]
    status, out, _ = explain(capsys, "--models", path, "--parameter", "A=https://a.test")
    assert out.splitlines()[-5:] == [
        "Conditions:",
        "   step 1: yes  A is set",
        "   step 2: no   B is true",
        "",
        "endpoint https://a.test",
    ]
    status, out, _ = explain(capsys, "--models", path, "--program")
    assert status == 0
    assert out.splitlines()[out.splitlines().index("results:") + 1].startswith("    36  ")
    # The step behind the other one is used exchanged: it leads to the error if B is true.
    assert out.splitlines()[out.splitlines().index("steps (@0 stands for no result):") + 1 :] == [
        "    40  if @9 then @38 else @36",
        "    44  if @4 then @40 else @0",
        "The first step is @44.",
    ]


def test_a_model_with_both_is_explained_by_its_rule_set_unless_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = str(smithy_model(tmp_path / "bell.json", {BDD: small_diagram([(0, R1, R2)]), RULE_SET: RULES}))
    assert "Rules, tried in order" in explain(capsys, "--models", path)[1]
    assert "Steps of the decision diagram" in explain(capsys, "--models", path, "--bdd")[1]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (call("isSet", refs("A")), "A is set"),
        (call("not", call("isSet", refs("A"))), "A is not set"),
        (call("not", call("not", call("isSet", refs("A")))), "A is set"),
        (call("booleanEquals", refs("A"), True), "A is true"),
        (call("booleanEquals", False, refs("A")), "A is false"),
        (call("not", call("booleanEquals", refs("A"), True)), "A is not true"),
        (call("booleanEquals", call("isValidHostLabel", refs("A"), False), False), "A is not a host label"),
        (call("booleanEquals", refs("A"), refs("B")), "A is the same as B"),
        (call("stringEquals", call("getAttr", refs("P"), "a.b[1]"), "x{A}"), 'P.a.b[1] is "x{A}"'),
        (call("parseURL", refs("A"), assign="u"), "u := A as a URL"),
        (call("parseURL", refs("A")), "A is a URL"),
        (call("substring", refs("A"), 0, 4, False, assign="s"), "s := the first 4 characters of A"),
        (call("substring", refs("A"), 0, 1, True, assign="s"), "s := the last character of A"),
        (call("substring", refs("A"), 8, 12, True, assign="s"), "s := characters 9 to 12 from the end of A"),
        (call("substring", refs("A"), 49, 50, True, assign="s"), "s := character 50 from the end of A"),
        (
            call("getAttr", call("split", refs("A"), "--", 0), "[-2]", assign="s"),
            's := (the parts of A between "--")[-2]',
        ),
        (
            call("ite", call("coalesce", refs("A"), False), ".x", "", assign="s"),
            's := (if (A, or else false) is true or a value then ".x" else "")',
        ),
        (call("getAttr", refs("P"), "resourceId[4]"), "P.resourceId[4] exists"),
        (call("isValidHostLabel", refs("A"), True), "A is a host label or several with dots between"),
    ],
)
def test_a_condition_is_said_in_words(condition: dict[str, Any], words: str) -> None:
    assert condition_words(condition) == words


@pytest.mark.parametrize(
    ("url", "is_ip"),
    [
        ("https://a.test", False),
        ("HTTP://127.0.0.1:80/base", True),
        ("https://[::1]:8443", True),
        ("https://[::g]", None),
        ("https://u@h/x", False),
        ("https://a.test?q", None),
        ("https://a test", None),
        ("https://a.test:65536", None),
        ("https://:80", None),
        ("ftp://a.test", None),
        ("a.test", None),
    ],
)
def test_a_url_is_read_as_the_rules_ask(url: str, is_ip: bool | None) -> None:
    read = functions.parse_url(url)
    assert (read and read.isIp) is is_ip
