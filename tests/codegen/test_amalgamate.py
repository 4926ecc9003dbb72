# SPDX-License-Identifier: Apache-2.0
"""`amalgamate`: the order of headers, conditions around includes, and errors of the command."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from belfry_codegen.commands.amalgamate.combine import Combiner, guard_of
from belfry_codegen.commands.cli import main
from support import ROOT

TASK = ["chime-sdk-voice", "--operations", "GetSpeakerSearchTask"]


def combined(*roots: str, **headers: str) -> str:
    """The text of headers, whose names have '_' for '.': `a_hpp` is <belfry/a.hpp>."""
    texts = {f"belfry/{name.replace('_', '.')}": text for name, text in headers.items()}
    return Combiner(texts.__getitem__).combine([f"belfry/{root}" for root in roots])


def code(text: str) -> list[str]:
    """The lines of a text, without guards, comments and empty lines."""
    guards = re.sub(r"#if !defined\((BELFRY_HAS_\w+)\)\n#define \1\n(.*?)", r"\2", text)
    return [line for line in guards.splitlines() if line.strip() and not line.startswith("// belfry/")]


def preprocessed(text: str, *flags: str) -> str:
    """The words that a compiler sees, without includes."""
    kept = "\n".join(line for line in text.splitlines() if "#include" not in line)
    done = subprocess.run(
        ["c++", "-x", "c++", "-E", "-P", *flags, "-"], input=kept, capture_output=True, text=True, check=True
    )
    return " ".join(done.stdout.split())


def test_a_header_stands_once_before_those_that_include_it() -> None:
    text = combined(
        "top.hpp",
        top_hpp="#pragma once\n#include <belfry/left.hpp>\n#include <belfry/right.hpp>\nint top;\n",
        left_hpp="#pragma once\n#include <belfry/base.hpp>\n#include <vector>\nint left;\n",
        right_hpp="#pragma once\n#include <belfry/base.hpp>\n#include <vector>\nint right;\n",
        base_hpp="// SPDX-License-Identifier: Apache-2.0\n#pragma once\nint base;\n",
    )
    assert [line for line in code(text) if line != "#endif"] == [
        "int base;",
        "#include <vector>",
        "int left;",
        "int right;",
        "int top;",
    ]
    assert preprocessed(text + text) == "int base; int left; int right; int top;"


def test_bodies_stand_after_their_declarations() -> None:
    text = combined(
        "a.hpp",
        a_hpp="#include <belfry/b.hpp>\nint declared;\n\n#if !defined(BELFRY_SEPARATE_COMPILATION)\n"
        "#include <belfry/a.ipp>\n#endif\n",
        a_ipp="#include <belfry/a.hpp>\n#include <belfry/c.hpp>\nint body;\n",
        b_hpp="int b;\n",
        c_hpp="#include <belfry/a.hpp>\nint c;\n",
    )
    assert preprocessed(text) == "int b; int declared; int c; int body;"
    assert "SEPARATE" not in text


def test_a_header_under_a_condition_stays_under_it() -> None:
    text = combined(
        "a.hpp",
        a_hpp="#if defined(ODD)\n#include <belfry/odd.hpp>\n#include <windows.h>\n#else\nint even;\n#endif\n"
        "int a;\n",
        odd_hpp="#include <belfry/base.hpp>\n#include <cstddef>\nint odd;\n",
        base_hpp="#include <cstddef>\nint base;\n",
    )
    assert preprocessed(text) == "int base; int even; int a;"
    assert preprocessed(text, "-DODD") == "int base; int odd; int a;"
    assert text.index("#include <windows.h>") > text.index("#if defined(ODD)")


def test_a_header_that_others_need_in_any_case_is_not_under_a_condition() -> None:
    text = combined(
        "a.hpp",
        a_hpp="#if defined(ODD)\n#include <belfry/time.hpp>\n#endif\n#include <belfry/b.hpp>\nint a;\n",
        b_hpp="#include <belfry/time.hpp>\nint b;\n",
        time_hpp="int time;\n",
    )
    assert preprocessed(text) == preprocessed(text, "-DODD") == "int time; int b; int a;"


def test_a_header_under_two_conditions_is_there_for_both() -> None:
    text = combined(
        "a.hpp",
        "b.hpp",
        a_hpp="#if defined(ONE)\n#include <belfry/c.hpp>\n#endif\nint a;\n",
        b_hpp="#if defined(TWO)\n#include <belfry/c.hpp>\n#endif\nint b;\n",
        c_hpp="int c;\n",
    )
    assert preprocessed(text) == "int a; int b;"
    assert preprocessed(text, "-DONE") == preprocessed(text, "-DONE", "-DTWO") == "int c; int a; int b;"
    assert preprocessed(text, "-DTWO") == "int a; int c; int b;"


def test_a_header_between_code_stays_between_it() -> None:
    text = combined(
        "a.hpp", a_hpp="int first;\n#include <belfry/b.hpp>\nint last;\n", b_hpp="#include <map>\nint b;\n"
    )
    assert preprocessed(text) == "int first; int b; int last;"


def test_guards_of_different_headers_differ() -> None:
    paths = [path.relative_to(ROOT / "include").as_posix() for path in (ROOT / "include").rglob("*.?pp")]
    assert len(paths) > 500
    assert len({guard_of(path) for path in paths}) == len(paths)


def test_the_header_goes_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["amalgamate", *TASK]) == 0
    assert "chime_sdk_voice.hpp: 1 operation, " in capsys.readouterr().err
    text = Path("chime_sdk_voice.hpp").read_text(encoding="utf-8")
    assert main(["amalgamate", *TASK, "--out", "new/folder/voice.hpp"]) == 0
    assert Path("new/folder/voice.hpp").read_text(encoding="utf-8") == text
    capsys.readouterr()
    assert main(["amalgamate", *TASK, "--out", "-"]) == 0
    assert capsys.readouterr().out == text
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "chime_sdk_voice.hpp",
        "folder",
        "new",
        "voice.hpp",
    ]


def test_other_headers_are_added(tmp_path: Path) -> None:
    out = tmp_path / "voice.hpp"
    others = ["--with", "belfry/chime_sdk_voice/fake.hpp", "--with", "<belfry/explain.hpp>"]
    assert main(["amalgamate", *TASK, *others, "--out", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "\n// belfry/chime_sdk_voice/fake.hpp\n" in text
    assert "\n// belfry/call/explain.hpp\n" in text


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["chime-sdk-voice", "--operations", "GetSpeakerSearchTsk"], "did you mean 'GetSpeakerSearchTask'"),
        (["chime-sdk-voice", "--operations", ","], "--operations must name at least one operation"),
        (["chime-sdk-voce"], "did you mean 'chime-sdk-voice'"),
        ([*TASK, "--with", "belfry/explian.hpp"], "did you mean 'belfry/explain.hpp'"),
        ([*TASK, "--with", "belfry/../../CMakeLists.txt"], "there is no such header"),
        (
            [*TASK, "--with", "belfry/chime_sdk_voice/list_sip_rules.hpp"],
            "the chosen operations have no such",
        ),
        ([*TASK, "--include", "/nowhere"], "does not hold belfry's headers"),
        ([*TASK, "--protocol", "query"], "query"),
        ([*TASK, "--out", "."], "name a file"),
    ],
)
def test_bad_input_is_an_error_that_writes_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["amalgamate", *arguments]) == 2
    assert expected in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_not_generated_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mine.hpp"
    out.write_text("int mine;\n")
    assert main(["amalgamate", *TASK, "--out", str(out)]) == 2
    assert "was not generated" in capsys.readouterr().err
    assert out.read_text() == "int mine;\n"
