# SPDX-License-Identifier: Apache-2.0
"""The effects that `diff` gives to changes of a model. tests/history compares it with a compiler."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.changes import all_changes
from belfry_codegen.commands.cli import BAD_INPUT, main
from belfry_codegen.commands.diff.records import Change, Verdict, verdict_of
from belfry_codegen.passes.pipeline import load_service
from support import RULES, model, operation, small_model, structure, write_model

Edit = Callable[[dict[str, Any]], object]
BREAKS = 1


def _tower() -> dict[str, Any]:
    """A service with a member of each interesting type, sent and received."""
    tower = small_model()
    shapes = tower["shapes"]
    shapes["Size"] = {"type": "string", "enum": ["SMALL", "LARGE"]}
    shapes["Bell"] = structure(Size="Size", Weight="Count")
    shapes["When"] = {"type": "timestamp"}
    shapes["Choice"] = {**structure(Rope="Name", Motor="Count"), "union": True}
    shapes["RingRequest"]["members"] |= {
        "Size": {"shape": "Size"},
        "Spare": {"shape": "Bell"},
        "Choice": {"shape": "Choice"},
        "When": {"shape": "When"},
        "Token": {"shape": "Name", "location": "header", "locationName": "x-token"},
    }
    shapes["RingResponse"]["members"] |= {"Rung": {"shape": "Bell"}, "At": {"shape": "When"}}
    return tower


def _changes(tmp_path: Path, edit: Edit, tower: dict[str, Any] | None = None) -> list[Change]:
    before = tower or _tower()
    after = copy.deepcopy(before)
    edit(after)
    write_model(tmp_path / "old", before)
    write_model(tmp_path / "new", after)
    old, new = (load_service(tmp_path / name, "bell-tower") for name in ("old", "new"))
    return all_changes(old, new, "bell-tower")


def _shape(name: str, **changes: Any) -> Edit:
    return lambda new: new["shapes"][name].update(changes)


def _member(shape: str, name: str, target: str | dict[str, Any]) -> Edit:
    entry = {"shape": target} if isinstance(target, str) else target
    return lambda new: new["shapes"][shape]["members"].__setitem__(name, entry)


def _drop(shape: str, name: str) -> Edit:
    return lambda new: new["shapes"][shape]["members"].pop(name)


def _operation(**changes: Any) -> Edit:
    return lambda new: new["operations"]["Ring"].update(changes)


def _retarget(shape: str, member: str, **target: Any) -> Edit:
    def edit(new: dict[str, Any]) -> None:
        new["shapes"]["Other"] = target
        new["shapes"][shape]["members"][member]["shape"] = "Other"

    return edit


CASES: dict[str, tuple[Edit, str, bool, bool]] = {
    # Name: edit, a part of the text, whether it breaks the wire, whether it breaks source code.
    "input member removed": (_drop("RingRequest", "Times"), "member RingRequest.Times removed", True, True),
    "output member removed": (_drop("RingResponse", "At"), "member RingResponse.At removed", True, True),
    "optional member added": (_member("RingRequest", "More", "Name"), "RingRequest.More added", False, False),
    "required input member added": (
        lambda new: (
            _member("RingRequest", "More", "Name")(new),
            new["shapes"]["RingRequest"]["required"].append("More"),
        ),
        "required member RingRequest.More added",
        True,
        True,
    ),
    "input member required": (
        _shape("RingRequest", required=["Bell", "Times"]),
        "Times is required now",
        True,
        True,
    ),
    "output member required": (
        _shape("RingResponse", required=["Tones"]),
        "Tones is required now",
        False,
        False,
    ),
    "nested member required": (_shape("Bell", required=["Size"]), "Bell.Size is required now", True, False),
    "type renamed": (_retarget("RingRequest", "Times", type="integer"), "", False, False),
    "type wider": (_retarget("RingRequest", "Times", type="long"), "(integer), is Other (long)", True, True),
    "structure renamed": (
        _retarget("RingResponse", "Rung", **structure(Size="Size", Weight="Count")),
        "was Bell, is Other",
        False,
        True,
    ),
    "structure replaced": (
        _retarget("RingResponse", "Rung", **structure(Size="Count")),
        "was Bell, is Other",
        True,
        True,
    ),
    "limits narrowed": (_shape("Name", max=7), "limits were 1 to 8, are 1 to 7", True, False),
    "limits widened": (_shape("Name", max=9), "limits were 1 to 8, are 1 to 9", False, False),
    "limits of another type narrowed": (
        _retarget("RingRequest", "Token", type="string", min=2, max=8),
        "member RingRequest.Token: limits were 1 to 8, are 2 to 8",
        True,
        False,
    ),
    "limits of elements narrowed": (
        lambda new: (
            new["shapes"].update(
                Short={"type": "string", "max": 3}, Tunes={"type": "list", "member": {"shape": "Short"}}
            ),
            _member("RingRequest", "Tunes", "Tunes")(new),
        ),
        "member RingRequest.Tunes added",
        False,
        False,
    ),
    "pattern": (_shape("Name", pattern="[a-z]*"), "pattern was none, is '[a-z]*'", False, False),
    "enum value added": (
        _shape("Size", enum=["SMALL", "LARGE", "HUGE"]),
        "value Size 'HUGE' added",
        False,
        False,
    ),
    "enum value removed": (_shape("Size", enum=["SMALL"]), "value Size 'LARGE' removed", True, True),
    "enum becomes a string": (
        lambda new: new["shapes"]["Size"].pop("enum"),
        "was enum, is string",
        False,
        True,
    ),
    "union member added": (_member("Choice", "Hand", "Name"), "member Choice.Hand added", False, False),
    "union member removed": (_drop("Choice", "Motor"), "member Choice.Motor removed", True, True),
    "union becomes a structure": (
        lambda new: new["shapes"]["Choice"].pop("union"),
        "was union, is structure",
        True,
        True,
    ),
    "order": (
        lambda new: new["shapes"]["Bell"].update(structure(Weight="Count", Size="Size")),
        "members of Bell changed places",
        False,
        True,
    ),
    "header renamed": (
        _member("RingRequest", "Token", {"shape": "Name", "location": "header", "locationName": "y-token"}),
        "was x-token in the header, is y-token in the header",
        True,
        False,
    ),
    "moved to the body": (_member("RingRequest", "Token", "Name"), "is Token in the body", True, False),
    "body name": (
        _member("RingRequest", "Times", {"shape": "Count", "locationName": "times"}),
        "was Times in the body, is times in the body",
        True,
        False,
    ),
    "timestamp format": (
        _member("RingRequest", "When", {"shape": "When", "timestampFormat": "iso8601"}),
        "timestamp format was the protocol's, is date-time",
        True,
        False,
    ),
    "idempotency token": (
        _member("RingRequest", "Times", {"shape": "Count", "idempotencyToken": True}),
        "is an idempotency token now",
        False,
        False,
    ),
    "sensitive": (_shape("Name", sensitive=True), "shape Name is sensitive now", False, False),
    "deprecated": (
        _member("RingRequest", "Times", {"shape": "Count", "deprecated": True}),
        "is deprecated now",
        False,
        False,
    ),
    "error status": (
        _shape("Cracked", error={"httpStatusCode": 410}),
        "status was 409, is 410",
        False,
        False,
    ),
    "error code": (
        _shape("Cracked", error={"code": "Broken", "httpStatusCode": 409}),
        "code was Cracked",
        True,
        False,
    ),
    "error retryable": (
        _shape("Cracked", retryable={"throttling": False}),
        "Cracked is retryable now",
        False,
        False,
    ),
    "error unlisted": (_operation(errors=[]), "operation Ring: error Cracked removed", False, True),
    "method": (
        _operation(http={"method": "PUT", "requestUri": "/bells/{Bell}", "responseCode": 201}),
        "POST /bells/{Bell} is PUT /bells/{Bell}",
        True,
        False,
    ),
    "status": (
        _operation(http={"method": "POST", "requestUri": "/bells/{Bell}", "responseCode": 202}),
        "status was 201, is 202",
        False,
        False,
    ),
    "operation deprecated": (_operation(deprecated=True), "operation Ring: is deprecated now", False, False),
    "anonymous": (_operation(authtype="none"), "is smithy.api#noAuth", True, False),
    "host prefix": (
        _operation(endpoint={"hostPrefix": "loud."}),
        "host prefix was none, is loud.",
        True,
        False,
    ),
    "operation added": (
        lambda new: new["operations"].update(Stop=operation("Stop")),
        "operation Stop added",
        False,
        False,
    ),
    "operation removed": (lambda new: new["operations"].pop("Ring"), "operation Ring removed", True, True),
    "protocol": (
        lambda new: new["metadata"].update(protocol="json", jsonVersion="1.1", targetPrefix="Tower"),
        "protocol was rest-json, is json",
        True,
        False,
    ),
    "signing name": (
        lambda new: new["metadata"].update(signingName="tower"),
        "signing name was bell",
        True,
        False,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_change_has_its_effects(tmp_path: Path, name: str) -> None:
    edit, text, wire, source = CASES[name]
    tower = _tower()
    tower["operations"]["Peal"] = operation("Peal")
    changes = _changes(tmp_path, edit, tower)
    assert (any(change.wire for change in changes), any(change.source for change in changes)) == (
        wire,
        source,
    ), changes
    if text:
        [found] = [change for change in changes if text in change.text]
        assert bool(found.wire) == wire
    else:
        assert changes == []
    verdict = verdict_of(changes)
    assert (verdict is Verdict.MAJOR) == (wire or source)


def test_operations_that_a_change_concerns_are_named(tmp_path: Path) -> None:
    tower = _tower()
    tower["operations"]["Peal"] = operation("Peal", None, "RingResponse")
    tower["operations"]["Stop"] = operation("Stop")
    [change] = [one for one in _changes(tmp_path, _drop("Bell", "Weight"), tower) if one.is_breaking]
    assert change.operations == ("Peal", "Ring")


def test_waiters_and_pages(tmp_path: Path) -> None:
    tower = model(
        {
            "ListRequest": structure(Token="Name", Max="Count"),
            "ListResponse": structure(Token="Name", Names="Names"),
            "Names": {"type": "list", "member": {"shape": "Name"}},
            "Name": {"type": "string"},
            "Count": {"type": "integer"},
        },
        List=operation("List", "ListRequest", "ListResponse"),
    )
    pages = {"input_token": "Token", "output_token": "Token", "limit_key": "Max", "result_key": "Names"}
    acceptor = {"state": "success", "matcher": "status", "expected": 200}
    waiter = {"operation": "List", "delay": 1, "maxAttempts": 2, "acceptors": [acceptor]}
    before: dict[str, Any] = {
        "paginators_1": {"pagination": {"List": pages}},
        "waiters_2": {"version": 2, "waiters": {"Rung": waiter}},
    }
    slower = {"version": 2, "waiters": {"Rung": {**waiter, "delay": 9}, "New": waiter}}
    write_model(tmp_path / "old", tower, **before)
    write_model(tmp_path / "new", tower, paginators_1={"pagination": {}}, waiters_2=slower)
    old, new = (load_service(tmp_path / name, "bell-tower") for name in ("old", "new"))
    forth = {change.text: bool(change.source) for change in all_changes(old, new, "bell-tower")}
    assert forth == {
        "paginator of operation List removed": True,
        "waiter Rung: polls at other times": False,
        "waiter New added": False,
    }
    back = {
        change.text: (bool(change.source), change.is_new) for change in all_changes(new, old, "bell-tower")
    }
    assert back["waiter New removed"] == (True, False)
    assert back["paginator of operation List added"] == (False, True)


def test_endpoint_rules_have_an_example_whose_answer_changed(tmp_path: Path) -> None:
    tower = _tower()
    moved = copy.deepcopy(RULES)
    moved["rules"][0]["endpoint"]["url"] = "https://tower.{Region}.example"
    gone = copy.deepcopy(RULES)
    gone["rules"] = [
        {
            "conditions": [{"fn": "stringEquals", "argv": [{"ref": "Region"}, "us-east-1"]}],
            "endpoint": {"url": "https://bell.example"},
            "type": "endpoint",
        },
        {"conditions": [], "error": "no bell here", "type": "error"},
    ]
    for name, rules in (("old", RULES), ("moved", moved), ("gone", gone)):
        write_model(tmp_path / name, tower, endpoint_rule_set_1=rules)
    old, one, two = (load_service(tmp_path / name, "bell-tower") for name in ("old", "moved", "gone"))
    [change] = all_changes(old, one, "bell-tower")
    assert not change.is_breaking
    assert (
        "Region=us-east-1: was endpoint https://bell.example, is endpoint https://tower.us-east-1.example"
        in change.text
    )
    [change] = all_changes(old, two, "bell-tower")
    assert change.wire
    assert "5 of 6 sets of parameters have no endpoint any more" in change.text
    assert "Region=eu-central-1: was endpoint https://bell.example, is error: no bell here" in change.text
    [change] = all_changes(two, old, "bell-tower")
    assert change.is_new


def _folders(tmp_path: Path) -> tuple[str, str]:
    new = _tower()
    _drop("RingRequest", "Times")(new)
    _member("RingRequest", "More", "Name")(new)
    write_model(tmp_path / "old", _tower())
    write_model(tmp_path / "new", new)
    return str(tmp_path / "old"), str(tmp_path / "new")


def test_the_report_in_all_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = _folders(tmp_path)
    assert main(["diff", *pair]) == 0
    text = capsys.readouterr().out
    assert "bell-tower: " in text
    assert "major; 1 breaking (1 on the wire, 1 in source), 1 new\n" in text
    assert "BREAKING: member RingRequest.Times removed\n" in text
    assert "    source: RingRequest::times is gone\n    operations: Ring\n" in text
    assert text.endswith("verdict: major\n")

    assert main(["diff", *pair, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["verdict"] == "major"
    [service] = document["services"]
    removed, added = sorted(service["changes"], key=lambda change: bool(change["new"]))
    assert (removed["kind"], removed["path"], removed["operations"]) == (
        "member",
        ["RingRequest", "Times"],
        ["Ring"],
    )
    assert removed["source"] == "RingRequest::times is gone"
    assert removed["wire"]
    assert (added["wire"], added["source"], added["new"]) == (None, None, True)

    assert main(["diff", *pair, "--format", "markdown"]) == 0
    markdown = capsys.readouterr().out
    assert "| bell-tower | major | 1 | 1 | 0 |" in markdown
    assert "**Breaking**\n\n- member RingRequest.Times removed\n" in markdown

    assert main(["diff", *pair, "--format", "changelog"]) == 0
    assert "**New**\n\n- member RingRequest.More added\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "forth", "same"),
    [("wire", BREAKS, 0), ("source", BREAKS, 0), ("breaking", BREAKS, 0), ("any", BREAKS, 0)],
)
def test_the_exit_status_for_scripts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, forth: int, same: int
) -> None:
    old, new = _folders(tmp_path)
    assert main(["diff", old, new, "--fail-on", kind]) == forth
    assert main(["diff", old, old, "--fail-on", kind]) == same
    assert "no change that users can see" in capsys.readouterr().out


def test_only_the_kind_that_is_asked_for_fails(tmp_path: Path) -> None:
    new = _tower()
    _shape("Name", max=7)(new)
    write_model(tmp_path / "old", _tower())
    write_model(tmp_path / "new", new)
    pair = [str(tmp_path / "old"), str(tmp_path / "new")]
    assert main(["diff", *pair, "--fail-on", "source"]) == 0
    assert main(["diff", *pair, "--fail-on", "wire"]) == BREAKS


def test_lines_of_a_program_that_a_change_concerns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = _folders(tmp_path)
    program = tmp_path / "src" / "main.cpp"
    program.parent.mkdir()
    program.write_text(
        "// input.times is only a comment\n"
        'bell::RingRequest input{.bell = "great", .times = 3};\n'
        "auto n = input->times;\n"
        "auto sometimes = input.timestamp;\n"
        "auto rung = client.ring(input);\n"
    )
    (program.parent / "notes.txt").write_text(".times")
    assert main(["diff", *pair, "--check", str(program.parent)]) == 0
    said = capsys.readouterr().out
    found = [line.split(":")[1] for line in said.splitlines() if line.strip().startswith(str(program))]
    assert found == ["2", "3"]

    assert main(["diff", *pair, "--check", str(tmp_path / "nothing")]) == BAD_INPUT
    assert f"{tmp_path / 'nothing'}: there is no such file or folder" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main(["diff", *pair, "--check", str(tmp_path / "empty")]) == BAD_INPUT
    assert "no C++ files are in it" in capsys.readouterr().err


def test_services_that_come_and_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(tmp_path / "old", small_model())
    write_model(tmp_path / "old", small_model(), "clock-tower")
    write_model(tmp_path / "new", small_model())
    write_model(tmp_path / "new", small_model(), "water-tower")
    pair = [str(tmp_path / "old"), str(tmp_path / "new")]
    assert main(["diff", *pair]) == 0
    said = capsys.readouterr().out
    assert "BREAKING: service removed" in said
    assert "  service added" in said
    assert "1 of 3 services have no change that users can see" in said
    assert main(["diff", *pair, "watertower"]) == BAD_INPUT
    assert "no service 'watertower'" in capsys.readouterr().err


def test_a_git_revision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet")
    write_model(tmp_path / "api-models", _tower())
    git("add", ".")
    git("commit", "--quiet", "-m", "Add the model")
    new = _tower()
    _drop("RingRequest", "Times")(new)
    write_model(tmp_path / "api-models", new)
    monkeypatch.chdir(tmp_path)
    assert main(["diff", "git:HEAD", "api-models"]) == 0
    said = capsys.readouterr().out
    assert "bell-tower: HEAD to api-models: major" in said
    assert main(["diff", "git:HEAD:elsewhere", "api-models"]) == BAD_INPUT
    assert "git:HEAD:elsewhere: " in capsys.readouterr().err
    assert main(["diff", "git:--output=x", "api-models"]) == BAD_INPUT
    assert "give a revision" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_source_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(tmp_path / "old", small_model())
    assert main(["diff", str(tmp_path / "old"), str(tmp_path / "new")]) == BAD_INPUT
    assert f"{tmp_path / 'new'}: there is no such file or folder; give a folder" in capsys.readouterr().err


def test_a_model_that_cannot_be_read_is_named_and_the_others_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = small_model()
    del broken["shapes"]["Name"]
    for name in ("old", "new"):
        write_model(tmp_path / name, small_model())
        write_model(tmp_path / name, broken if name == "new" else small_model(), "clock-tower")
    assert main(["diff", str(tmp_path / "old"), str(tmp_path / "new")]) == BAD_INPUT
    said = capsys.readouterr()
    assert "belfry: clock-tower: " in said.err
    assert "shape 'Name' is not defined" in said.err
    assert "no change that users can see" in said.out
