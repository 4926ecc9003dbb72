# SPDX-License-Identifier: Apache-2.0
"""The spellings of earlier models that generated code keeps: names of types, and orders of members."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.changes import all_changes, changes_of_update
from belfry_codegen.commands.cli import BAD_INPUT, main
from belfry_codegen.commands.diff.records import Change
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model import ir
from belfry_codegen.passes.pipeline import load_service
from support import operation, small_model, structure, write_model

Edit = Callable[[dict[str, Any]], None]
FOLDER = "belfry/bell_tower"


def tower() -> dict[str, Any]:
    """A service with a nested structure, an enum and a union, each used once or twice."""
    found = small_model()
    shapes = found["shapes"]
    shapes["Bell"] = structure(Size="Size", Weight="Count")
    shapes["Bells"] = {"type": "list", "member": {"shape": "Bell"}}
    shapes["Size"] = {"type": "string", "enum": ["SMALL", "LARGE"]}
    shapes["Choice"] = {**structure(Rope="Name", Motor="Count"), "union": True}
    shapes["RingRequest"]["members"] |= {"Spare": {"shape": "Bell"}, "Choice": {"shape": "Choice"}}
    shapes["RingResponse"]["members"] |= {"Rung": {"shape": "Bells"}}
    return found


def rename(*pairs: tuple[str, str]) -> Edit:
    """Renames shapes wherever the model has them."""

    def edit(service: dict[str, Any]) -> None:
        text = json.dumps([service["shapes"], service["operations"]])
        for old, new in pairs:
            text = text.replace(f'"shape": "{old}"', f'"shape": "{new}"')
        service["shapes"], service["operations"] = json.loads(text)
        for old, new in pairs:
            service["shapes"][new] = service["shapes"].pop(old)

    return edit


def edited(*edits: Edit, of: dict[str, Any] | None = None) -> dict[str, Any]:
    found = copy.deepcopy(of or tower())
    for edit in edits:
        edit(found)
    return found


def load(folder: Path, service: dict[str, Any], spellings: ir.Spellings | None = None) -> ir.Service:
    write_model(folder, service)
    return load_service(folder, "bell-tower", spellings=spellings)


def updated(
    folder: Path, new: dict[str, Any], old: dict[str, Any] | None = None
) -> tuple[list[Change], ir.Spellings]:
    before, after = load(folder / "old", old or tower()), load(folder / "new", new)
    return changes_of_update(before, after, "bell-tower")


RENAMED = {
    "an output": ("RingResponse", "RingResult"),
    "an input": ("RingRequest", "RingInput"),
    "a structure": ("Bell", "BronzeBell"),
    "an enum": ("Size", "BellSize"),
    "a union": ("Choice", "Alternative"),
    "an exception with the same code": ("Cracked", "CrackedException"),
}


@pytest.mark.parametrize("name", RENAMED)
def test_a_renamed_type_keeps_its_name(tmp_path: Path, name: str) -> None:
    old, new = RENAMED[name]
    service = tower()
    service["shapes"]["Cracked"]["error"]["code"] = "Cracked"
    changes, spellings = updated(tmp_path, edited(rename((old, new)), of=service), service)
    assert [change.text for change in changes if change.source] == []
    assert spellings == ir.Spellings({old: new})
    text = f"the type {old} is {new} now; {old} stays as a deprecated name of it"
    assert text in [change.text for change in changes]
    # Without that it breaks source code.
    before, after = (
        load(tmp_path / "old", service),
        load(tmp_path / "new", edited(rename((old, new)), of=service)),
    )
    assert any(change.source for change in all_changes(before, after, "bell-tower"))


def test_the_old_name_is_declared_where_it_was(tmp_path: Path) -> None:
    new = edited(rename(("RingResponse", "RingResult")))
    spellings = ir.Spellings({"RingResponse": "RingResult"})
    files = render_service(load(tmp_path, new, spellings), "bell-tower")
    alias = 'using RingResponse [[deprecated("use RingResult, as the model calls it now")]] = RingResult;'
    assert alias in files[f"{FOLDER}/types/ring_result.hpp"]
    assert alias in files[f"{FOLDER}/fwd.hpp"]
    assert f"#include <{FOLDER}/types/ring_result.hpp>" in files[f"{FOLDER}/types/ring_response.hpp"]
    compiled = render_service(load(tmp_path, new, spellings), "bell-tower", is_compiled=True)
    assert "using belfry::bell_tower::RingResponse;" in compiled[f"{FOLDER}/source/module.cppm"]


def test_a_renamed_type_in_a_renamed_type(tmp_path: Path) -> None:
    pairs = ("Bell", "BronzeBell"), ("Size", "BellSize"), ("RingResponse", "RingResult")
    changes, spellings = updated(tmp_path, edited(rename(*pairs)))
    assert spellings.names == dict(pairs)
    assert not any(change.source for change in changes)


def _drop_weight(service: dict[str, Any]) -> None:
    del service["shapes"]["BronzeBell"]["members"]["Weight"]


def test_a_type_without_all_that_the_old_one_had_does_not_take_its_name(tmp_path: Path) -> None:
    changes, spellings = updated(tmp_path, edited(rename(("Bell", "BronzeBell")), _drop_weight))
    assert spellings == ir.NO_SPELLINGS
    assert "the type Bell is gone" in [change.source for change in changes]
    # A type that holds it cannot have its own old name either: its member has another type.
    pairs = ("Bell", "BronzeBell"), ("RingResponse", "RingResult")
    _, spellings = updated(tmp_path, edited(rename(*pairs), _drop_weight))
    assert spellings == ir.NO_SPELLINGS


def test_a_type_that_became_two_has_no_alias(tmp_path: Path) -> None:
    def split(service: dict[str, Any]) -> None:
        shapes = service["shapes"]
        shapes["SpareBell"] = shapes["HungBell"] = shapes.pop("Bell")
        shapes["RingRequest"]["members"]["Spare"]["shape"] = "SpareBell"
        shapes["Bells"]["member"]["shape"] = "HungBell"

    changes, spellings = updated(tmp_path, edited(split))
    assert spellings == ir.NO_SPELLINGS
    assert "the type Bell is gone" in [change.source for change in changes]


def test_a_name_that_another_type_has_is_not_kept(tmp_path: Path) -> None:
    def taken(service: dict[str, Any]) -> None:
        service["shapes"]["Bell"] = structure(Loud="Name")
        service["shapes"]["RingResponse"]["members"]["Other"] = {"shape": "Bell"}

    changes, spellings = updated(tmp_path, edited(rename(("Bell", "BronzeBell")), taken))
    assert spellings == ir.NO_SPELLINGS
    assert any(change.source for change in changes)


def test_names_stay_over_several_updates(tmp_path: Path) -> None:
    second = edited(rename(("RingResponse", "RingResult")))
    third = edited(rename(("RingResult", "RingOutput")), of=second)
    _, spellings = updated(tmp_path, second)
    before, after = load(tmp_path / "old", second, spellings), load(tmp_path / "new", third)
    changes, spellings = changes_of_update(before, after, "bell-tower")
    assert spellings.names == {"RingResponse": "RingOutput", "RingResult": "RingOutput"}
    assert not any(change.source for change in changes)
    # A later model without the type ends both.
    gone = edited(lambda service: service["operations"]["Ring"].pop("output"), of=third)
    before, after = load(tmp_path / "old", third, spellings), load(tmp_path / "new", gone)
    changes, spellings = changes_of_update(before, after, "bell-tower")
    assert spellings.names == {}
    reasons = [change.source for change in changes]
    assert "RingResponse is no longer a name of RingOutput" in reasons
    assert "the type RingOutput is gone" in reasons


def _turn_around(*names: str) -> Edit:
    def edit(service: dict[str, Any]) -> None:
        for name in names:
            members = service["shapes"][name]["members"]
            service["shapes"][name]["members"] = dict(reversed(members.items()))

    return edit


def test_members_keep_their_order(tmp_path: Path) -> None:
    def more(service: dict[str, Any]) -> None:
        members = service["shapes"]["Bell"]["members"]
        service["shapes"]["Bell"]["members"] = {
            "Weight": members["Weight"],
            "Tone": {"shape": "Name"},
            "Size": members["Size"],
        }

    changes, spellings = updated(tmp_path, edited(more))
    assert spellings == ir.Spellings(orders={"Bell": ("Size", "Weight", "Tone")})
    assert not any(change.source for change in changes)
    [order] = [change.text for change in changes if "changed places" in change.text]
    assert order.endswith("; the generated structure keeps their order")
    files = render_service(load(tmp_path / "new", edited(more), spellings), "bell-tower")
    text = files[f"{FOLDER}/types/bell.hpp"]
    assert text.index(" size{}") < text.index(" weight{}") < text.index(" tone{}")


def test_a_renamed_type_keeps_the_order_too(tmp_path: Path) -> None:
    changes, spellings = updated(tmp_path, edited(rename(("Bell", "BronzeBell")), _turn_around("BronzeBell")))
    assert spellings == ir.Spellings({"Bell": "BronzeBell"}, {"BronzeBell": ("Size", "Weight")})
    assert not any(change.source for change in changes)


def test_the_order_that_tables_count_is_the_one_that_is_kept(tmp_path: Path) -> None:
    """A paginator's token is written by the number of its member."""
    service = edited()
    service["shapes"]["ListRequest"] = structure(Limit="Count", Token="Name", Other="Name")
    service["shapes"]["ListResponse"] = structure(Next="Name", Tones="Tones")
    service["operations"]["List"] = operation("List", "ListRequest", "ListResponse")
    pages = {"input_token": "Token", "output_token": "Next", "result_key": "Tones"}
    turned = edited(_turn_around("ListRequest", "ListResponse"), of=service)
    for folder, one in (("old", service), ("new", turned)):
        write_model(tmp_path / folder, one, paginators_1={"pagination": {"List": pages}})
    old, new = (load_service(tmp_path / folder, "bell-tower") for folder in ("old", "new"))
    _, spellings = changes_of_update(old, new, "bell-tower")
    kept = load_service(tmp_path / "new", "bell-tower", spellings=spellings)
    assert render_service(kept, "bell-tower") == render_service(old, "bell-tower")
    assert render_service(new, "bell-tower") != render_service(old, "bell-tower")


def test_update_writes_the_names_beside_the_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models, source, out = tmp_path / "models", tmp_path / "source", tmp_path / "out"
    update = ["update", "bell-tower", "--models", str(models), "--from", str(source)]
    write_model(source, tower())
    assert main(update) == 0
    path = models / "bell-tower" / "spellings.json"
    assert not path.exists()
    write_model(source, edited(rename(("RingResponse", "RingResult"))))
    assert main(update) == 0
    assert "the type RingResponse is RingResult now" in capsys.readouterr().out
    assert json.loads(path.read_text()) == {"names": {"RingResponse": "RingResult"}}
    generate = ["generate", "bell-tower", "--models", str(models), "--out", str(out)]
    assert main([*generate, "--cache", str(tmp_path / "cache")]) == 0
    assert (out / FOLDER / "types/ring_response.hpp").is_file()
    # The same model again changes nothing, and the record of what was generated knows the file.
    assert main(update) == 0
    assert "no change that users can see" in capsys.readouterr().out
    path.write_text('{"names": {"RingAnswer": "RingResult"}}')
    assert main([*generate, "--cache", str(tmp_path / "cache")]) == 0
    assert (out / FOLDER / "types/ring_answer.hpp").is_file()
    # With the old model the name is the type's own.
    write_model(source, tower())
    assert main(update) == 0
    assert json.loads(path.read_text()) == {
        "names": {"RingAnswer": "RingResponse", "RingResult": "RingResponse"}
    }


FAULTS = {
    "unknown key": ('{"name": {}}', "unknown key 'name'; did you mean 'names'?"),
    "not a name": ('{"names": {"a b": "RingResponse"}}', "'a b' is not a name of a C++ type"),
    "not a shape": ('{"names": {"A": 1}}', "'A' must be a string"),
    "not a list": ('{"orders": {"Bell": "Size"}}', "'Bell' must be a list of names, not a string"),
    "twice": ('{"orders": {"Bell": ["Size", "Size"]}}', "'Bell' has a member twice"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    text, said = FAULTS[name]
    write_model(tmp_path, tower())
    (tmp_path / "bell-tower" / "spellings.json").write_text(text)
    out = tmp_path / "out"
    assert main(["generate", "bell-tower", "--models", str(tmp_path), "--out", str(out)]) == BAD_INPUT
    fault = capsys.readouterr().err
    assert "spellings.json" in fault
    assert said in fault
    assert not out.exists()


def test_a_name_that_cannot_be_declared_has_no_effect(tmp_path: Path) -> None:
    names = {"class": "Bell", "Client": "Bell", "Size": "Bell", "Gone": "NoShape", "Tons": "Tones"}
    service = load(tmp_path, tower(), ir.Spellings(names, {"NoShape": ("A",)}))
    assert render_service(service, "bell-tower") == render_service(load(tmp_path, tower()), "bell-tower")


def test_diff_of_folders_knows_what_they_keep(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(tmp_path / "old", tower())
    write_model(tmp_path / "new", edited(rename(("RingResponse", "RingResult"))))
    arguments = ["diff", str(tmp_path / "old"), str(tmp_path / "new"), "--fail-on", "source"]
    assert main(arguments) == 1
    assert "source: the type RingResponse is gone" in capsys.readouterr().out
    spellings = tmp_path / "new" / "bell-tower" / "spellings.json"
    spellings.write_text('{"names": {"RingResponse": "RingResult"}}')
    assert main(arguments) == 0
