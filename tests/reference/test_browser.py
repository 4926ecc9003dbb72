# SPDX-License-Identifier: Apache-2.0
"""The site in Chromium: search, keys, dark mode, telephones, and the accessibility rules of axe."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from site_pages import SERVICE, Site

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
pytest.importorskip("sphinx", reason="Sphinx is not installed: tools/requirements-docs.txt")
from belfry_codegen.commands.docs.serve import server  # noqa: E402

PAGES = (
    "index.html",
    f"{SERVICE}/index.html",
    f"{SERVICE}/start_speaker_search_task.html",
    f"{SERVICE}/get_speaker_search_task.html",
    f"{SERVICE}/create_voice_connector.html",
    "README.html",
    "docs/guide/credentials.html",
    "search.html?q=speaker",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as running:
        # A container often has neither a sandbox nor enough shared memory.
        chromium = running.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """The address of the site, which a server delivers as `--serve` does."""
    with server(site.folder, 0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()
        thread.join()


class Visit:
    """A window, and everything that went wrong in it."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.address = address
        self.faults: list[str] = []
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"a request to {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} for {response.url}")

    def open(self, path: str) -> Any:
        """Opens a page of the site."""
        self.page.goto(self.address + path, wait_until="networkidle")
        if path.startswith("search"):
            self.page.wait_for_selector(".pagefind-ui__result-link", timeout=60_000)
        return self.page

    def close(self) -> None:
        """Closes the window, and fails if something went wrong in it."""
        self.context.close()
        assert self.faults == []


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    """A window of a desktop."""
    window = Visit(browser, address, viewport={"width": 1400, "height": 900})
    yield window
    window.close()


@pytest.mark.parametrize(
    "words", ["StartSpeakerSearchTask", "start_speaker_search_task", "start speaker search task"]
)
def test_search_finds_an_operation(visit: Visit, words: str) -> None:
    page = visit.open(f"{SERVICE}/index.html")
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_selector(".pagefind-ui__result-link", timeout=60_000)
    first = page.locator(".pagefind-ui__result-link").first
    assert first.inner_text() == "start_speaker_search_task"
    first.click()
    page.wait_for_load_state()
    assert page.url.split("#")[0].split("?")[0].endswith(f"{SERVICE}/start_speaker_search_task.html")
    assert page.locator("h1").inner_text().startswith("start_speaker_search_task")


def test_search_reads_the_full_text(visit: Visit) -> None:
    page = visit.open("search.html?q=biometrics")
    titles = page.locator(".pagefind-ui__result-title").all_inner_texts()
    assert any("start_speaker_search_task" in title for title in titles)


def test_search_for_words_that_are_nowhere_says_so(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}search.html?q=zzyzxqqq", wait_until="networkidle")
    page.locator(".pagefind-ui__message", has_text="No results").wait_for()


def test_a_deep_link_leads_to_a_parameter(visit: Visit) -> None:
    page = visit.open(f"{SERVICE}/start_speaker_search_task.html#request-call_leg")
    entry = page.locator("#request-call_leg")
    assert entry.evaluate("element => element.matches(':target')")
    box = entry.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900


def test_a_filter_shortens_a_list_and_says_how_long_it_is(visit: Visit) -> None:
    page = visit.open(f"{SERVICE}/index.html")
    page.get_by_label("Filter").fill("speaker search")
    shown = page.locator("#operation-list li:visible")
    assert shown.all_inner_texts()
    assert all("speaker_search" in text for text in shown.all_inner_texts())
    assert page.locator('[data-counts="operation-list"]').inner_text() == f"{shown.count()} operations"


def test_every_page_of_the_service_opens_without_an_error(visit: Visit, site: Site) -> None:
    paths = sorted((site.folder / SERVICE).glob("*.html"))
    assert len(paths) == 97
    # Each has the same parts; those of an eighth are loaded in the browser, the links of all by another test.
    for path in paths[::8]:
        visit.open(f"{SERVICE}/{path.name}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility_rules_hold(browser: Any, address: str, scheme: str) -> None:
    window = Visit(browser, address, color_scheme=scheme, viewport={"width": 1400, "height": 900})
    found = {}
    for path in PAGES:
        result = axe.Axe().run(window.open(path))
        if result.response["violations"]:
            found[path] = [
                f"{one['id']}: {[node['html'][:150] for node in one['nodes'][:3]]}"
                for one in result.response["violations"]
            ]
    window.close()
    assert found == {}


def test_axe_finds_a_fault(visit: Visit) -> None:
    page = visit.open("index.html")
    page.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert "image-alt" in [one["id"] for one in axe.Axe().run(page).response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system(browser: Any, address: str, scheme: str) -> None:
    window = Visit(browser, address, color_scheme=scheme)
    page = window.open(f"{SERVICE}/start_speaker_search_task.html")
    red, green, blue = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).slice(0, 3)"
    )
    assert (min(red, green, blue) > 200) if scheme == "light" else (max(red, green, blue) < 60)
    window.close()


@pytest.mark.parametrize("path", PAGES[::2])
def test_a_telephone_does_not_scroll_sideways(browser: Any, address: str, path: str) -> None:
    window = Visit(browser, address, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page = window.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".nav-overlay-icon").first.click()
    # A function: the policy of the page refuses the evaluation of texts.
    page.wait_for_function("() => document.querySelector('.sidebar-drawer').getBoundingClientRect().x >= 0")
    window.close()


def test_keys_reach_the_content(visit: Visit) -> None:
    page = visit.open(f"{SERVICE}/start_speaker_search_task.html")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('skip-to-content')"):
            break
    else:
        pytest.fail("Tab does not reach the link that skips the navigation")
    page.keyboard.press("Enter")
    assert page.url.endswith("#furo-main-content")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('article').contains(document.activeElement)")


def test_pages_work_without_scripts(browser: Any, address: str) -> None:
    window = Visit(browser, address, java_script_enabled=False)
    page = window.open(f"{SERVICE}/get_speaker_search_task.html")
    assert page.locator("#response-speaker_search_task").is_visible()
    page.get_by_role("link", name=SERVICE).first.click()
    assert page.locator("#operation-list li").count() == 96
    window.close()
