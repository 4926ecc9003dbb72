# SPDX-License-Identifier: Apache-2.0
"""Copying a model: facts without documentation, and the list of changes."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.changes import all_changes
from belfry_codegen.commands.cli import BAD_INPUT, MISFIT, main
from belfry_codegen.commands.diff.order import moved_members
from belfry_codegen.commands.update import without_prose
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.passes.spellings import in_old_order
from belfry_codegen.readers.botocore.service import read_service
from belfry_codegen.readers.models import find
from belfry_codegen.readers.overlay_file import key_lines
from support import ROOT, VERSION, botocore_data, small_model, structure, write_model

CHIME = ROOT / "api-models" / "chime-sdk-voice"


def _update(models: Path, source: Path) -> int:
    return main(["update", "bell-tower", "--models", str(models), "--from", str(source)])


def _strings(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, path)


def test_the_checked_in_model_equals_the_update_from_botocore() -> None:
    data = botocore_data()
    import botocore

    source = json.loads((CHIME / "2022-08-03" / "source.json").read_text())
    if botocore.__version__ != source["version"]:
        pytest.skip(f"the model is of botocore {source['version']}, installed is {botocore.__version__}")
    ours = read_service(ROOT / "api-models", "chime-sdk-voice")
    theirs = read_service(data, "chime-sdk-voice")
    entry = find(ROOT / "api-models", "chime-sdk-voice")
    old, new = (load_service(entry.models, entry.name, entry=entry, model=one) for one in (theirs, ours))
    assert all_changes(old, new, entry.name) == []
    assert ours.endpoint_rules["rules"] == without_prose(theirs.endpoint_rules)["rules"]
    assert (len(ours.operations), len(ours.shapes)) == (96, 342)


def test_the_next_update_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    write_model(tmp_path / "source", small_model())
    models = tmp_path / "models"
    assert _update(models, tmp_path / "source") == 0
    folder = models / "bell-tower" / VERSION
    (folder / "notes.txt").write_text("the user's own")
    before = {path.name for path in folder.iterdir()}
    (folder / ".belfry-6mzew4e1" / "0").mkdir(parents=True)
    (folder / ".belfry-6mzew4e1" / "0" / "service-2.json").write_text("{")
    assert _update(models, tmp_path / "source") == 0
    assert {path.name for path in folder.iterdir()} == before


def test_the_checked_in_model_has_no_documentation() -> None:
    for path in (CHIME / "2022-08-03").glob("*.json"):
        for place, text in _strings(json.loads(path.read_text())):
            # Patterns and the error messages of rules contain spaces, too.
            if place[-1] in ("pattern", "error", "serviceFullName", "serviceId"):
                continue
            assert "documentation" not in place[-1:], (path, place)
            assert len(text.split()) < 4, (path, place, text)


def test_the_overlay_repeats_no_sentence_of_the_model() -> None:
    theirs = read_service(botocore_data(), "chime-sdk-voice")
    said: set[str] = set()
    for shape in theirs.shapes.values():
        for text in (shape.documentation, *(member.documentation for member in shape.members)):
            said.update(_sentences(text))
    for operation in theirs.operations.values():
        said.update(_sentences(operation.documentation))
    assert len(said) > 500
    overlay = json.loads((CHIME / "overlay.json").read_text())
    ours = {
        s for place, text in _strings(overlay) if "ocumentation" in " ".join(place) for s in _sentences(text)
    }
    assert len(ours) > 40
    assert ours & said == set()


def _sentences(text: str) -> set[str]:
    import re

    plain = re.sub(r"<[^>]*>", " ", text)
    sentences = (" ".join(part.split()).lower() for part in re.split(r"[.!?]\s|[.!?]$", plain))
    return {sentence for sentence in sentences if len(sentence) > 12}


def test_documentation_is_removed_and_members_of_that_name_are_kept() -> None:
    shape = {
        "documentation": "<p>Words.</p>",
        "deprecatedMessage": "Use another.",
        "members": {"documentation": {"shape": "S", "documentation": "More words."}},
    }
    assert without_prose(shape) == {"members": {"documentation": {"shape": "S"}}}


def test_an_update_merges_extras_and_reports_breaking_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_model(tmp_path / "data", small_model())
    (path.parent / "service-2.sdk-extras.json").write_text(
        '{"merge": {"shapes": {"Extra": {"type": "long"}}}}'
    )
    models = tmp_path / "models"
    assert _update(models, tmp_path / "data") == 0
    assert "this is the service's first version" in capsys.readouterr().out
    written = json.loads((models / "bell-tower" / VERSION / "service-2.json").read_text())
    assert written["shapes"]["Extra"] == {"type": "long"}

    assert _update(models, tmp_path / "data") == 0
    said = capsys.readouterr().out
    assert "0 files written" in said
    assert "no change that users can see" in said

    changed = small_model()
    del changed["shapes"]["RingResponse"]["members"]["Tones"]
    changed["shapes"]["RingRequest"]["required"] = ["Bell", "Times"]
    changed["shapes"]["New"] = structure(A="Name")
    changed["shapes"]["RingResponse"]["members"]["New"] = {"shape": "New"}
    write_model(tmp_path / "data", changed)
    assert _update(models, tmp_path / "data") == 0
    said = capsys.readouterr().out
    assert "BREAKING: member RingResponse.Tones removed" in said
    assert "BREAKING: member RingRequest.Times is required now" in said
    assert "  structure New added" in said


def test_an_update_proposes_to_drop_what_the_model_has_now(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(tmp_path / "data", small_model())
    models = tmp_path / "models"
    overlay = {
        "operations": {"Ring": {"longPoll": True, "deprecated": True}},
        "shapes": {
            "Cracked": {"retryable": {}},
            "RingRequest": {"members": {"Times": {"deprecated": True, "sensitive": True}}},
        },
        "exceptionMembers": {"Depth": {"shape": "Count"}},
    }
    (models / "bell-tower").mkdir(parents=True)
    (models / "bell-tower" / "overlay.json").write_text(json.dumps(overlay, indent=1))
    assert _update(models, tmp_path / "data") == 0
    assert "remove the entry" not in capsys.readouterr().err

    grown = small_model()
    grown["operations"]["Ring"]["deprecated"] = True
    grown["shapes"]["Cracked"]["retryable"] = {}
    grown["shapes"]["RingRequest"]["members"]["Times"]["deprecated"] = True
    write_model(tmp_path / "data", grown)
    assert _update(models, tmp_path / "data") == 0
    advice = "the model says this by itself; remove the entry"
    file = models / "bell-tower" / "overlay.json"
    assert capsys.readouterr().err.splitlines() == [
        f"belfry: {file}:5: operations.Ring.deprecated: {advice}",
        f"belfry: {file}:10: shapes.Cracked.retryable: {advice}",
        f"belfry: {file}:15: shapes.RingRequest.members.Times.deprecated: {advice}",
    ]


def test_files_that_the_source_no_longer_has_are_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_model(tmp_path / "data", small_model())
    acceptor = {"state": "success", "matcher": "status", "expected": 200}
    waiter = {"operation": "Ring", "delay": 1, "maxAttempts": 2, "acceptors": [acceptor]}
    waiters = path.parent / "waiters-2.json"
    waiters.write_text(json.dumps({"version": 2, "waiters": {"Rung": waiter}}))
    assert _update(tmp_path / "models", tmp_path / "data") == 0
    taken = tmp_path / "models" / "bell-tower" / VERSION / "waiters-2.json"
    assert taken.is_file()
    capsys.readouterr()

    waiters.unlink()
    assert _update(tmp_path / "models", tmp_path / "data") == 0
    said = capsys.readouterr().out
    assert "0 files written, 1 file removed" in said
    assert "BREAKING: waiter Rung removed" in said
    assert not taken.exists()


def test_a_broken_source_leaves_the_models_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(tmp_path / "data", small_model())
    assert _update(tmp_path / "models", tmp_path / "data") == 0
    before = {path: path.read_bytes() for path in (tmp_path / "models").rglob("*.json")}
    broken = small_model()
    del broken["shapes"]["Name"]
    write_model(tmp_path / "data", broken)
    assert _update(tmp_path / "models", tmp_path / "data") == BAD_INPUT
    err = capsys.readouterr().err
    assert "shape 'Name' is not defined" in err
    assert err.startswith(f"belfry: {tmp_path / 'data' / 'bell-tower'}")
    assert "/service-2.json: " in err
    assert {path: path.read_bytes() for path in (tmp_path / "models").rglob("*.json")} == before


def _let_pip_download(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes `pip download` write a wheel with the files of `folder / "botocore"`."""

    def download(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        target = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(target / "botocore-1.2.3-py3-none-any.whl", "w") as wheel:
            for path in (folder / "botocore").rglob("*.*"):
                wheel.write(path, str(path.relative_to(folder)))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("subprocess.run", download)


def test_a_downloaded_model_says_from_which_release_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_model(tmp_path / "botocore/data", small_model())
    (tmp_path / "botocore" / "__init__.py").write_text("__version__ = '1.2.3'\n")
    _let_pip_download(tmp_path, monkeypatch)
    assert main(["update", "bell-tower", "--models", str(tmp_path / "models")]) == 0
    assert "from botocore 1.2.3, " in capsys.readouterr().out


def test_an_error_in_a_downloaded_model_names_the_file_in_the_wheel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = small_model()
    del broken["shapes"]["Name"]
    write_model(tmp_path / "botocore/data", broken)
    _let_pip_download(tmp_path, monkeypatch)
    assert main(["update", "bell-tower", "--models", str(tmp_path / "models")]) == BAD_INPUT
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("belfry: botocore-1.2.3-py3-none-any.whl: botocore/data/bell-tower/")
    assert "shape 'Name' is not defined" in lines[-1]


OVERLAY = """{
  "documentation": "The bells of a tower.",
  "shapes": {
    "Gone": {"sensitive": true},
    "RingRequest": {
      "documentation": "Names a bell.",
      "members": {
        "Times": {"documentation": "How often."},
        "Loudness": {"sensitive": true},
        "Bell": {"shape": "BellName", "documentation": "The bell's name."}
      }
    },
    "Count": {
      "lastSegment": true
    }
  },
  "newMembers": {
    "RingResponse": {
      "Tones": {"shape": "Name"},
      "Echo": {"shape": "EchoName"},
      "Pitch": {"shape": "Name"}
    }
  },
  "operations": {
    "Toll": {"noAuth": true},
    "Ring": {"deprecatedMessage": "Use Toll."}
  },
  "waiters": {
    "Rung": {
      "operation": "Ring", "delay": 1, "maxAttempts": 2,
      "acceptors": [{"state": "success", "matcher": "path", "argument": "Colour", "expected": "red"}]
    }
  }
}
"""
MISFITS = {
    4: "shapes.Gone: is not in the model",
    9: "shapes.RingRequest.members.Loudness: is not in the model",
    10: "shapes.RingRequest.members.Bell: shape 'BellName' is not defined",
    14: "shapes.Count: 'lastSegment' applies only to strings",
    19: "newMembers.RingResponse.Tones: is already in the model",
    20: "newMembers.RingResponse.Echo: shape 'EchoName' is not defined",
    25: "operations.Toll: is not in the model",
    26: "operations.Ring: 'deprecatedMessage' applies only with 'deprecated'",
    29: "waiters.Rung, expression `Colour`: ",
}
"""The entries of OVERLAY that do not fit, by their lines."""


def _with_overlay(tmp_path: Path, overlay: str) -> Path:
    write_model(tmp_path / "data", small_model())
    models = tmp_path / "models"
    (models / "bell-tower").mkdir(parents=True)
    (models / "bell-tower" / "overlay.json").write_text(overlay)
    return models


def _misfits(models: Path, said: str) -> dict[int, str]:
    """The errors of an overlay by their lines; fails if there is another one."""
    start = f"belfry: {models / 'bell-tower' / 'overlay.json'}:"
    *lines, last = said.splitlines()
    assert "change or remove" in last
    found: dict[int, str] = {}
    for line in lines:
        assert line.startswith(start), line
        number, _, text = line.removeprefix(start).partition(": ")
        found[int(number)] = text
    return found


def test_all_entries_of_an_overlay_that_no_longer_fit_are_reported_with_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = _with_overlay(tmp_path, OVERLAY)
    assert _update(models, tmp_path / "data") == MISFIT
    output = capsys.readouterr()
    assert "first version" in output.out
    assert (models / "bell-tower" / VERSION / "service-2.json").is_file()
    found = _misfits(models, output.err)
    assert found.keys() == MISFITS.keys()
    for line, text in MISFITS.items():
        assert found[line].startswith(text)


def test_the_entries_that_still_fit_are_applied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = _with_overlay(tmp_path, OVERLAY)
    assert _update(models, tmp_path / "data") == MISFIT
    capsys.readouterr()
    out = tmp_path / "include"
    arguments = ["generate", "bell-tower", "--models", str(models), "--out", str(out)]
    arguments += ["--cache", str(tmp_path / "cache")]
    for _ in range(2):
        # The second run generates nothing and says the same.
        assert main(arguments) == MISFIT
        said = capsys.readouterr().err.splitlines()
        summary = said.pop()
        assert "written" in summary
        assert _misfits(models, "\n".join(said)).keys() == MISFITS.keys()
    assert main([*arguments, "--check"]) == MISFIT
    capsys.readouterr()
    folder = out / "belfry" / "bell_tower"
    request = (folder / "types" / "ring_request.hpp").read_text()
    for text in ("Names a bell.", "How often.", "The bell's name."):
        assert text in request
    assert " pitch" in (folder / "types" / "ring_response.hpp").read_text()
    assert "wait_until_rung" not in (folder / "ring.hpp").read_text()


def test_endpoint_rules_are_explained_whatever_the_overlay_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = _with_overlay(tmp_path, OVERLAY)
    write_model(models, small_model())
    arguments = ["explain", "endpoint", "bell-tower", "--models", str(models)]
    assert main([*arguments, "--parameter", "Region=eu-west-1"]) == 0
    assert "endpoint https://bell.example" in capsys.readouterr().out


def test_misfits_of_several_services_are_all_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = _with_overlay(tmp_path, '{"shapes": {"Gone": {}}}')
    write_model(tmp_path / "data", small_model(), "carillon")
    write_model(models, small_model(), "carillon")
    (models / "carillon" / "overlay.json").write_text('{"operations": {"Toll": {}}}')
    write_model(models, small_model(), "absent")
    names = ["absent", "bell-tower", "carillon"]
    source = ["--models", str(models), "--from", str(tmp_path / "data")]
    # An error of one service does not hide those of the others.
    assert main(["update", *names, *source]) == BAD_INPUT
    said = capsys.readouterr().err
    assert "absent: " in said and "no service 'absent'" in said
    assert "overlay.json:1: shapes.Gone: is not in the model" in said
    assert "overlay.json:1: operations.Toll: is not in the model" in said
    assert main(["update", *names[1:], *source]) == MISFIT


def test_an_overlay_that_is_wrong_for_every_model_reports_all_errors_and_generates_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay = """{
 "shaps": {},
 "shapes": {
  "Gone": {},
  "Name": {"sensitive": "yes", "documentatoin": "x"}
 }
}
"""
    models = _with_overlay(tmp_path, overlay)
    write_model(models, small_model())
    out = tmp_path / "include"
    arguments = ["generate", "bell-tower", "--models", str(models), "--out", str(out)]
    assert main([*arguments, "--cache", str(tmp_path / "cache")]) == BAD_INPUT
    lines = [line.partition("overlay.json:")[2] for line in capsys.readouterr().err.splitlines()]
    assert sorted(line.partition(";")[0] for line in lines) == [
        "2: unknown key 'shaps'",
        "4: shapes.Gone: is not in the model",
        "5: shapes.Name: 'sensitive' must be true or false, not a string",
        "5: shapes.Name: unknown key 'documentatoin'",
    ]
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"a": 1,\n"b": {"c": [\n{"d": 1}], "e": "x\\"y,{",\n"f.g": {}}}', [1, 2, 2, 3, 4]),
        ('\n\n{\n"\\u0061":\n{"b":null\n,"c":true}}', [4, 5, 6]),
        ("{}", []),
    ],
)
def test_the_lines_of_keys(text: str, lines: list[int]) -> None:
    found = dict(key_lines(text))
    keys = list(_paths(json.loads(text)))
    assert list(found) == keys
    assert list(found.values()) == lines


# --- the order of members


def _members(models: Path, shape: str) -> list[str]:
    written = json.loads((models / "bell-tower" / VERSION / "service-2.json").read_text())
    return list(written["shapes"][shape]["members"])


def test_members_that_swap_places_are_reported_and_keep_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = tmp_path / "models"
    service = small_model()
    service["shapes"]["RingRequest"] = structure(A="Name", B="Name", C="Name", D="Name", Out="Name")
    service["operations"]["Ring"]["http"]["requestUri"] = "/bells"
    write_model(tmp_path / "data", service)
    assert _update(models, tmp_path / "data") == 0
    capsys.readouterr()

    service["shapes"]["RingRequest"] = structure(
        First="Name", D="Name", A="Name", New="Name", B="Name", C="Name", Last="Name"
    )
    write_model(tmp_path / "data", service)
    for _ in range(2):
        # The second update has the copy of the first one before it, and changes nothing.
        assert _update(models, tmp_path / "data") == 0
        said = capsys.readouterr().out
        assert "  members of RingRequest changed places in botocore's model: D; this copy keeps" in said
        assert _members(models, "RingRequest") == ["First", "A", "New", "B", "C", "Last", "D"]
    assert "0 files written" in said

    out = tmp_path / "include"
    arguments = ["generate", "bell-tower", "--models", str(models), "--out", str(out)]
    assert main([*arguments, "--cache", str(tmp_path / "cache")]) == 0
    header = (out / "belfry" / "bell_tower" / "types" / "ring_request.hpp").read_text()
    places = [header.index(f" {name}{{}};") for name in ("first", "a", "b", "c", "d")]
    assert places == sorted(places)


def test_a_new_version_of_the_api_keeps_the_order_of_the_old_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = tmp_path / "models"
    write_model(tmp_path / "data", small_model())
    assert _update(models, tmp_path / "data") == 0
    later = small_model()
    later["shapes"]["RingRequest"]["members"] = dict(
        reversed(later["shapes"]["RingRequest"]["members"].items())
    )
    folder = write_model(tmp_path / "data", later).parent
    folder.rename(folder.with_name("2021-03-04"))
    capsys.readouterr()
    assert _update(models, tmp_path / "data") == 0
    assert "members of RingRequest changed places" in capsys.readouterr().out
    written = json.loads((models / "bell-tower" / "2021-03-04" / "service-2.json").read_text())
    assert list(written["shapes"]["RingRequest"]["members"]) == ["Bell", "Times"]


def test_a_member_that_moves_from_the_overlay_to_the_model_stays_where_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay = {
        "newMembers": {"RingResponse": {"Echo": {"shape": "Name"}}},
        "exceptionMembers": {"Code": {"shape": "Name"}},
    }
    models = _with_overlay(tmp_path, json.dumps(overlay))
    assert _update(models, tmp_path / "data") == 0
    service = small_model()
    service["shapes"]["RingResponse"] = structure(Echo="Name", Tones="Tones")
    service["shapes"]["Cracked"]["members"] = {"Code": {"shape": "Name"}, "Since": {"shape": "Name"}}
    write_model(tmp_path / "data", service)
    capsys.readouterr()
    assert _update(models, tmp_path / "data") == MISFIT
    said = capsys.readouterr().out
    assert "members of RingResponse changed places in botocore's model" in said
    assert _members(models, "RingResponse") == ["Tones", "Echo"]
    assert _members(models, "Cracked") == ["Since", "Code"]


def test_two_models_in_another_order_differ_in_a_way_that_breaks_programs(tmp_path: Path) -> None:
    write_model(tmp_path / "old", small_model())
    swapped = small_model()
    swapped["shapes"]["RingRequest"]["members"] = dict(
        reversed(swapped["shapes"]["RingRequest"]["members"].items())
    )
    write_model(tmp_path / "new", swapped)
    old, new = (load_service(tmp_path / name, "bell-tower") for name in ("old", "new"))
    [change] = all_changes(old, new, "bell-tower")
    assert change.source
    assert not change.wire
    assert change.text.startswith("members of RingRequest changed places: ")


@pytest.mark.parametrize(
    ("old", "new", "moved", "ordered"),
    [
        ("abc", "abc", "", "abc"),
        ("abc", "bca", "a", "abc"),
        ("abc", "cba", "ab", "abc"),
        ("abcd", "badc", "ac", "abcd"),
        ("abc", "xaybzc", "", "xaybzc"),
        ("abc", "cxyab", "c", "abcxy"),
        ("abc", "c", "", "c"),
        ("abc", "xy", "", "xy"),
        ("", "xy", "", "xy"),
        ("abcde", "eabcd", "e", "abcde"),
    ],
)
def test_moved_members_and_their_old_order(old: str, new: str, moved: str, ordered: str) -> None:
    found = moved_members(list(old), list(new))
    assert len(found) == len(moved)
    rest = [name for name in old if name in new and name not in found]
    assert rest == sorted(rest, key=new.index)
    assert "".join(in_old_order(list(old), list(new))) == ordered
    assert moved_members(list(old), in_old_order(list(old), list(new))) == []


# --- the documentation


def _documented() -> dict[str, Any]:
    service = small_model()
    service["shapes"]["RingRequest"]["documentation"] = "<p>Names a bell of the tower.</p>"
    service["shapes"]["RingRequest"]["members"]["Times"]["documentation"] = "<p>The number of strokes.</p>"
    return service


def test_documentation_is_kept_where_the_caller_asks_for_it_and_in_later_updates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = {"title": "Rings", "description": "It rings.", "input": {"Bell": "Emma", "Times": 3}}
    examples = {"version": "1.0", "examples": {"Ring": [example]}}
    write_model(tmp_path / "data", _documented(), examples_1=examples)
    models, out = tmp_path / "models", tmp_path / "include"
    folder = models / "bell-tower" / VERSION
    update = ["update", "bell-tower", "--models", str(models), "--from", str(tmp_path / "data")]
    generate = ["generate", "bell-tower", "--models", str(models), "--out", str(out), "--docs"]
    generate += ["--cache", str(tmp_path / "cache")]
    request = out / "belfry" / "bell_tower" / "types" / "ring_request.hpp"

    assert main(update) == 0
    assert not (folder / "examples-1.json").exists()
    capsys.readouterr()
    for _ in range(2):
        assert main(generate) == 0
        said = capsys.readouterr().err
        assert f"{folder}: the model has no documentation that --docs could copy; `" in said
        assert "update bell-tower --keep-docs" in said
    assert "The number of strokes." not in request.read_text()

    assert main([*update, "--keep-docs"]) == 0
    assert (folder / "examples-1.json").is_file()
    # Without the option the copy stays as it is.
    assert main(update) == 0
    capsys.readouterr()
    assert main(generate) == 0
    assert "documentation" not in capsys.readouterr().err
    for text in ("Names a bell of the tower.", "The number of strokes."):
        assert text in request.read_text()
    assert "It rings." in (out / "belfry" / "bell_tower" / "client.hpp").read_text()

    assert main([*update, "--no-keep-docs"]) == 0
    assert "documentation" not in (folder / "service-2.json").read_text()
    assert not (folder / "examples-1.json").exists()


def test_an_overlay_is_not_the_documentation_of_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = _with_overlay(tmp_path, '{"documentation": "The bells of a tower."}')
    write_model(models, small_model())
    arguments = ["generate", "bell-tower", "--models", str(models), "--out", str(tmp_path / "include")]
    assert main([*arguments, "--docs", "--cache", str(tmp_path / "cache")]) == 0
    said = capsys.readouterr().err
    assert "the model has no documentation that --docs could copy" in said
    # `update` did not make this copy, so that it cannot bring what is missing.
    assert "--keep-docs" not in said


def _paths(value: Any, path: str = "") -> Iterator[str]:
    """The paths of all keys that do not lie in a list."""
    for key, item in value.items() if isinstance(value, dict) else ():
        here = f"{path}.{key}" if path else key
        yield here
        yield from _paths(item, here)
