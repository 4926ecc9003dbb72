# SPDX-License-Identifier: Apache-2.0
"""The files that the command writes, keeps and removes, and its output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from belfry_codegen.commands.cli import BAD_INPUT, STALE, main
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model.errors import UsageError
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.files import services
from support import ROOT, botocore_data, model, operation, small_model, structure, write_model

SEEDS = "StartSpeakerSearchTask,GetSpeakerSearchTask"


def _generate(models: Path, out: Path, *more: str, service: str = "bell-tower") -> int:
    return main(["generate", service, "--models", str(models), "--out", str(out), *more])


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_checked_in_headers_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    stale = main(["generate", "--check"])
    assert stale == 0, capsys.readouterr().err


def test_the_golden_files_are_up_to_date(tmp_path: Path) -> None:
    """They are for reviewers: `tests/golden/update` writes them, and git shows the difference."""
    golden = ROOT / "tests" / "golden"
    assert _generate(golden / "models", tmp_path, "--docs", service="golden-tower") == 0
    written, expected = _tree(tmp_path), _tree(golden / "expected")
    assert sorted(written) == sorted(expected)
    for path, content in written.items():
        assert content == expected[path], path


def test_two_operations_generate_only_the_shapes_they_reach(tmp_path: Path) -> None:
    assert _generate(ROOT / "api-models", tmp_path, "--operations", SEEDS, service="chime-sdk-voice") == 0
    headers = {path.name for path in (tmp_path / "belfry" / "chime_sdk_voice" / "types").iterdir()}
    # 9 structures and 4 enums, and the 12 errors that the two operations list.
    assert len(headers) == 24
    assert {"speaker_search_task.hpp", "call_leg_type.hpp", "gone_exception.hpp"} <= headers
    top = {path.name for path in (tmp_path / "belfry" / "chime_sdk_voice").glob("*.hpp")}
    assert top == {
        "async.hpp",
        "client.hpp",
        "endpoint_rules.hpp",
        "errors.hpp",
        "fake.hpp",
        "fwd.hpp",
        "get_speaker_search_task.hpp",
        "service.hpp",
        "start_speaker_search_task.hpp",
    }
    client = (tmp_path / "belfry" / "chime_sdk_voice" / "client.hpp").read_text()
    assert client.count("CallOptions& options = ::belfry::detail::default_options") == 2
    assert "poll_until_speaker_search_task_complete" in client
    assert "paginate_" not in client


def test_pruned_headers_equal_those_of_the_whole_service(tmp_path: Path) -> None:
    assert _generate(ROOT / "api-models", tmp_path, "--operations", SEEDS, service="chime-sdk-voice") == 0
    whole = _tree(ROOT / "include")
    for path, content in _tree(tmp_path).items():
        if Path(path).name not in (
            "async.hpp",
            "client.hpp",
            "errors.hpp",
            "fake.hpp",
            "fwd.hpp",
            "chime_sdk_voice.hpp",
            "manifest.json",
        ):
            assert whole[path] == content, path


def test_only_changed_files_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = small_model()
    write_model(tmp_path / "models", service)
    out = tmp_path / "out"
    assert _generate(tmp_path / "models", out) == 0
    paths = [path for path in out.rglob("*") if path.is_file()]
    for path in paths:
        os.utime(path, (1, 1))
    service["shapes"]["RingResponse"]["members"]["Loud"] = {"shape": "Name"}
    write_model(tmp_path / "models", service)
    capsys.readouterr()
    assert _generate(tmp_path / "models", out) == 0
    assert [path.name for path in paths if path.stat().st_mtime != 1] == ["ring_response.hpp"]
    assert capsys.readouterr().err == f"1 written, {len(paths) - 1} unchanged, 0 removed\n"


def test_stale_files_are_removed_and_others_are_kept(tmp_path: Path) -> None:
    service = small_model()
    service["operations"]["Listen"] = operation("Listen")
    write_model(tmp_path / "models", service)
    out = tmp_path / "out"
    assert _generate(tmp_path / "models", out) == 0
    folder = out / "belfry" / "bell_tower"
    assert (folder / "listen.hpp").exists()
    (folder / "mine.hpp").write_text("// by hand\n")
    assert _generate(tmp_path / "models", out, "--operations", "Ring") == 0
    assert not (folder / "listen.hpp").exists()
    assert not (folder / "types" / "listen_request.hpp").exists()
    assert (folder / "mine.hpp").exists()


def test_a_file_that_was_not_generated_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(tmp_path / "models", small_model())
    theirs = tmp_path / "out" / "belfry" / "bell_tower" / "client.hpp"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("// Written by hand.\n")
    before = _tree(tmp_path / "out")
    assert _generate(tmp_path / "models", tmp_path / "out") == BAD_INPUT
    assert f"{theirs}: this file exists and was not generated" in capsys.readouterr().err
    assert _tree(tmp_path / "out") == before


def test_check_reports_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(tmp_path / "models", small_model())
    out = tmp_path / "out"
    assert _generate(tmp_path / "models", out, "--check") == STALE
    assert not out.exists()
    assert _generate(tmp_path / "models", out) == 0
    assert _generate(tmp_path / "models", out, "--check") == 0
    (out / "belfry" / "bell_tower" / "ring.hpp").write_text("changed")
    capsys.readouterr()
    assert _generate(tmp_path / "models", out, "--check") == STALE
    assert "stale: " in capsys.readouterr().err
    assert (out / "belfry" / "bell_tower" / "ring.hpp").read_text() == "changed"


def test_a_namespace_of_the_command_line_is_the_folder_too(tmp_path: Path) -> None:
    write_model(tmp_path / "models", small_model())
    out = tmp_path / "out"
    space = ("--namespace", "mine::bells")
    assert _generate(tmp_path / "models", out, *space) == 0
    folder = out / "belfry" / "mine"
    assert {path.name for path in folder.iterdir()} == {"bells", "bells.hpp"}
    assert "namespace belfry::inline v0::mine::bells {" in (folder / "bells" / "client.hpp").read_text()
    assert "#include <belfry/mine/bells/client.hpp>" in (folder / "bells" / "ring.hpp").read_text()
    assert '"namespace": "mine::bells"' in (folder / "bells" / "manifest.json").read_text()
    assert _generate(tmp_path / "models", out, *space, "--check") == 0
    (folder / "bells" / "ring.hpp").write_text("changed")
    assert _generate(tmp_path / "models", out, *space, "--check") == STALE


def test_a_namespace_is_one_service_s_and_in_lower_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(tmp_path / "models", small_model())
    for name in ("Mine", "mine:bells", "mine::", "../up"):
        assert _generate(tmp_path / "models", tmp_path / "out", "--namespace", name) == BAD_INPUT
        assert f"not '{name}'" in capsys.readouterr().err
    assert main(["generate", "a", "b", "--namespace", "mine"]) == BAD_INPUT
    assert "one service only" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_operations_for_credentials_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "generate_identity.py"), "--check"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_the_output_does_not_depend_on_hash_seeds(tmp_path: Path) -> None:
    trees = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        command = [sys.executable, "-m", "belfry_codegen", "generate", "chime-sdk-voice", "--out", str(out)]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "codegen")}
        subprocess.run(command, check=True, env=environment, cwd=tmp_path, capture_output=True)
        trees.append(_tree(out))
    assert trees[0] == trees[1]
    assert len(trees[0]) > 300


def test_every_service_renders() -> None:
    data = botocore_data()
    refused = []
    for name, _ in services(data):
        try:
            files = render_service(load_service(data, name), name)
        except UsageError as fault:
            refused.append(str(fault))
            continue
        for path, text in files.items():
            assert text.endswith("\n"), path
            assert "\t" not in text, path
    assert refused == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["generate", "bell-towr"], "no service 'bell-towr'; did you mean 'bell-tower'?"),
        (["generate", "bell-tower", "--operations", "Rign"], "no operation 'Rign'; did you mean 'Ring'?"),
        (["generate", "bell-tower", "--operations", " , "], "--operations must name at least one operation"),
        (
            ["generate", "bell-tower", "other", "--operations", "Ring"],
            "--operations can be used with one service only",
        ),
        (
            ["generate", "bell-tower", "other", "--protocol", "query"],
            "--protocol can be used with one service",
        ),
        (["generate", "bell-tower", "--protocol", "json"], "the model does not list protocol 'json'"),
    ],
)
def test_a_wrong_command_line_gets_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    write_model(tmp_path, small_model())
    code = main([*arguments, "--models", str(tmp_path), "--out", str(tmp_path / "out")])
    said = capsys.readouterr().err
    assert code == BAD_INPUT
    assert said.count("\n") == 1
    assert expected in said
    assert not (tmp_path / "out").exists()


def test_an_unknown_command_prints_help_and_has_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["ring"], ["generate", "--loud"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == BAD_INPUT
        assert "usage:" in capsys.readouterr().err


def test_list_names_services_and_versions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(tmp_path, small_model())
    assert main(["list", "--models", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "bell-tower 2020-01-02\n"


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(tmp_path / "models", small_model())
    (tmp_path / "out").write_text("a file")
    assert _generate(tmp_path / "models", tmp_path / "out") == BAD_INPUT
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(tmp_path / "out") in said


def test_the_models_documentation_becomes_plain_text(tmp_path: Path) -> None:
    service = small_model()
    text = "<p>Rings &amp; sings.</p><ul><li>once</li><li>twice \\</li></ul>\u202e*/ <b>bold</b>"
    service["shapes"]["RingRequest"]["documentation"] = text
    write_model(tmp_path, service)
    loaded = load_service(tmp_path, "bell-tower", documentation=True)
    header = render_service(loaded, "bell-tower")["belfry/bell_tower/types/ring_request.hpp"]
    assert "/// Rings & sings. once twice \\ */ bold\n" in header


def test_a_comment_never_continues_on_the_next_line(tmp_path: Path) -> None:
    service = small_model()
    service["shapes"]["RingRequest"]["documentation"] = "ends with a backslash \\"
    write_model(tmp_path, service)
    loaded = load_service(tmp_path, "bell-tower", documentation=True)
    header = render_service(loaded, "bell-tower")["belfry/bell_tower/types/ring_request.hpp"]
    assert not any(line.endswith("\\") for line in header.splitlines())


def test_wire_names_are_escaped_in_literals(tmp_path: Path) -> None:
    shapes = {
        "In": structure(A={"shape": "S", "locationName": 'q"\\é\n1'}),
        "S": {"type": "string"},
    }
    write_model(tmp_path, model(shapes, Do=operation("Do", "In")))
    header = render_service(load_service(tmp_path, "bell-tower"), "bell-tower")
    assert '{"q\\"\\\\\\303\\251\\0121", ' in header["belfry/bell_tower/types/in.hpp"]


def test_only_shapes_that_are_inputs_alone_have_required_members(tmp_path: Path) -> None:
    shapes = {
        "In": structure("A", "T", A="S", T={"shape": "S", "idempotencyToken": True}, B="Both"),
        "Both": structure("A", A="S"),
        "S": {"type": "string"},
    }
    operations = {"Do": operation("Do", "In"), "Other": operation("Other", "Both")}
    write_model(tmp_path, model(shapes, **operations))
    files = render_service(load_service(tmp_path, "bell-tower"), "bell-tower")
    given = files["belfry/bell_tower/types/in.hpp"]
    assert "::belfry::Required<::std::string, In, required::a> a;" in given
    assert "::belfry::Optional<::std::string> t{};" in given  # a token is filled in
    both = files["belfry/bell_tower/types/both.hpp"]
    assert "::belfry::Optional<::std::string> a{};" in both
    assert ", MemberFlags::required}" in both


def test_an_operation_documents_its_endpoint_discovery(tmp_path: Path) -> None:
    """timestream-query: calls fail without an endpoint, so the comment must say how to get one."""
    told = operation("DescribeEndpoints", endpointoperation=True)
    asked = operation("Query", endpointdiscovery={"required": True})
    write_model(tmp_path / "models", model(None, DescribeEndpoints=told, Query=asked))
    for operations, whom in ((None, "`describe_endpoints` returns"), ("Query", "another operation")):
        more = ["--operations", operations] if operations else []
        out = ["--out", str(tmp_path / "out")]
        assert main(["generate", "bell-tower", "--models", str(tmp_path / "models"), *out, *more]) == 0
        client = (tmp_path / "out" / "belfry" / "bell_tower" / "client.hpp").read_text()
        assert " ".join(client.replace("///", " ").split()).count(f"Needs an endpoint that {whom}") == 1


def test_only_operations_with_endpoint_discovery_have_its_steps(tmp_path: Path) -> None:
    """timestream-query requires it, dynamodb does not; both repeat a call whose endpoint is not valid."""
    write_model(
        tmp_path,
        model(
            None,
            DescribeEndpoints=operation("DescribeEndpoints", endpointoperation=True),
            Query=operation("Query", endpointdiscovery={"required": True}),
            GetItem=operation("GetItem", endpointdiscovery={}),
            Other=operation("Other"),
        ),
    )
    files = render_service(load_service(tmp_path, "bell-tower"), "bell-tower")
    query = files["belfry/bell_tower/query.hpp"]
    assert ".find_endpoint = &::belfry::detail::find_discovered_endpoint,\n" in query
    assert ".endpoint_discovery = ::belfry::EndpointDiscoveryUse::required,\n" in query
    item = files["belfry/bell_tower/get_item.hpp"]
    assert "find_endpoint" not in item
    assert ".endpoint_discovery = ::belfry::EndpointDiscoveryUse::optional,\n" in item
    for text in (query, item):
        assert '{.code = "InvalidEndpointException"},\n    {.code = "421"},\n' in text
    assert '{.name = "x-amz-api-version", .value = "' in files["belfry/bell_tower/describe_endpoints.hpp"]
    assert "ndpoint" not in files["belfry/bell_tower/other.hpp"]
