# SPDX-License-Identifier: Apache-2.0
"""`belfry docs` as a command: what it makes again, what it refuses, and what it leaves behind."""

from __future__ import annotations

import json
import shutil
import threading
import urllib.request
from pathlib import Path

import pytest
from site_pages import ROOT, run_docs

pytest.importorskip("sphinx", reason="Sphinx is not installed: tools/requirements-docs.txt")
from belfry_codegen.commands.docs.serve import server

GOLDEN = ROOT / "tests" / "golden" / "models"


def models_in(folder: Path) -> Path:
    """A folder of models with one small service, which a test may change."""
    shutil.copytree(GOLDEN / "golden-tower", folder / "models" / "golden-tower")
    return folder / "models"


def files_of(site: Path) -> dict[str, bytes]:
    """All files of a site, without the search index."""
    return {
        str(path.relative_to(site)): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file() and "pagefind" not in path.parts
    }


def test_a_site_is_made_again_only_where_something_changed(tmp_path: Path) -> None:
    models, site = models_in(tmp_path), tmp_path / "site"
    arguments = ("golden-tower", "--models", str(models), "--out", str(site))
    done = run_docs(*arguments)
    assert done.returncode == 0, done.stderr
    assert "1 service made, 0 unchanged" in done.stderr
    assert not list(site.glob(".building-*"))
    before = files_of(site)
    page = site / "golden-tower" / "index.html"
    time = page.stat().st_mtime_ns

    done = run_docs(*arguments)
    assert "0 services made, 1 unchanged" in done.stderr
    assert page.stat().st_mtime_ns == time

    # A second service joins the site; the first one stays as it is.
    done = run_docs("chime-sdk-voice", "--out", str(site))
    assert done.returncode == 0, done.stderr
    assert page.stat().st_mtime_ns == time
    start = (site / "index.html").read_text(encoding="utf-8")
    assert "chime-sdk-voice/index.html" in start
    assert "golden-tower/index.html" in start

    [file] = models.glob("*/*/service-2.json")
    model = json.loads(file.read_text(encoding="utf-8"))
    name = next(iter(model["operations"]))
    model["operations"][name]["documentation"] = "<p>A text that was not there.</p>"
    file.write_text(json.dumps(model), encoding="utf-8")
    done = run_docs(*arguments)
    assert "1 service made, 0 unchanged" in done.stderr
    changed = {path for path, content in files_of(site).items() if before.get(path) != content}
    assert any("golden-tower" in path for path in changed)
    texts = [path.read_text(encoding="utf-8") for path in (site / "golden-tower").glob("*.html")]
    assert sum("A text that was not there." in text for text in texts) >= 2


def test_a_service_that_cannot_be_read_leaves_the_site_as_it_was(tmp_path: Path) -> None:
    models, site = models_in(tmp_path), tmp_path / "site"
    arguments = ("golden-tower", "--models", str(models), "--out", str(site))
    assert run_docs(*arguments).returncode == 0
    before = files_of(site)
    [file] = models.glob("*/*/service-2.json")
    file.write_text('{"metadata": {"serviceId": "Golden Tower"', encoding="utf-8")
    done = run_docs(*arguments)
    assert done.returncode == 2
    assert "service-2.json" in done.stderr
    assert "Traceback" not in done.stderr
    assert files_of(site) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("no-such-service",), "no service 'no-such-service'"),
        (("chime-sdk-voice", "--all"), "not both"),
        (("chime-sdk-voice", "--no-open"), "--serve"),
        (("chime-sdk-voice", "--models", "/nonexistent"), "/nonexistent"),
        (("chime-sdk-voice", "--serve", "70000"), "0 to 65535"),
    ],
)
def test_bad_input_is_an_error_that_says_what_is_wrong(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    out = tmp_path / "site"
    done = run_docs(*arguments, "--out", str(out))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    done = run_docs("chime-sdk-voice", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "did not write" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_server_delivers_the_site_to_this_machine_only(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>here</p>", encoding="utf-8")
    with server(tmp_path, 0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        assert running.server_address[0] == "127.0.0.1"
        with urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}/") as answer:
            assert answer.read() == b"<p>here</p>"
            assert answer.headers["Cache-Control"] == "no-cache"
        running.shutdown()
        thread.join()
