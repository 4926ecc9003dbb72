# SPDX-License-Identifier: Apache-2.0
"""The contents of pages, judged by botocore's model and by the two pages of boto3 with which Belfry began."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from belfry_codegen.commands.docs.guide import guide_files
from belfry_codegen.commands.docs.programs import example_calls
from belfry_codegen.cpp.naming import plain_enumerator_name, plain_member_name, snake_case
from belfry_codegen.cpp.plan import plan_service
from belfry_codegen.passes.pipeline import load_service
from site_pages import ROOT, SERVICE, SHARED, Page, Site

pytest.importorskip("botocore", reason="botocore, the judge, is not installed")
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore_requests import MODELS, service_model

SEEDS = ("start_speaker_search_task", "get_speaker_search_task")
_NAMED = re.compile(r"\b([A-Z]\w+) \((string|dict|list|boolean|float|datetime|integer)\)")


def seed(name: str) -> str:
    """A page of boto3, as text."""
    path = SHARED / "seeds" / f"{name}.txt"
    if not path.is_file():
        pytest.skip(f"the facts of boto3's pages are not here: {path}")
    return path.read_text(encoding="utf-8")


def model() -> ServiceModel:
    """The service as botocore reads it."""
    return service_model(SERVICE)


def operations() -> list[OperationModel]:
    """Its operations."""
    return [model().operation_model(name) for name in model().operation_names]


def members(shape: Shape | None, seen: tuple[str, ...] = ()) -> set[str]:
    """The names of all members of a shape and of the shapes in it."""
    if shape is None or shape.name in seen:
        return set()
    inner = (*seen, shape.name)
    if shape.type_name == "structure":
        found = set(shape.members)
        for member in shape.members.values():
            found |= members(member, inner)
        return found
    if shape.type_name == "list":
        return members(shape.member, inner)
    return members(shape.value, inner) if shape.type_name == "map" else set()


def constants(shape: Shape | None, seen: tuple[str, ...] = ()) -> set[str]:
    """The values of all enums of a shape and of the shapes in it."""
    if shape is None or shape.name in seen:
        return set()
    inner = (*seen, shape.name)
    if shape.type_name == "structure":
        return {value for member in shape.members.values() for value in constants(member, inner)}
    if shape.type_name == "list":
        return constants(shape.member, inner)
    if shape.type_name == "map":
        return constants(shape.value, inner)
    return set(getattr(shape, "enum", ()))


# --- boto3's two pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SEEDS)
def test_a_page_has_each_parameter_and_member_of_boto3s_page(site: Site, name: str) -> None:
    found = {plain_member_name(each) for each, _ in _NAMED.findall(seed(name))}
    assert len(found) >= 10
    page = site.operation(name)
    assert found - page.names("request") - page.names("response") == set()


@pytest.mark.parametrize("name", SEEDS)
def test_a_page_has_the_types_of_boto3s_page(site: Site, name: str) -> None:
    of = {
        "string": r"std::string|CallLegType|SpeakerSearchTaskStatus|VoiceprintGenerationStatus",
        "dict": r"[A-Z]\w+",
        "list": r"belfry::List<",
        "boolean": r"bool",
        "float": r"float",
        "datetime": r"belfry::Timestamp",
    }
    page = site.operation(name)
    types = {
        (str(each.find("code", class_="name").get_text()), str(each.find(class_="type").get_text()))
        for each in page.tree.select("ul.entries > li")
    }
    for member, kind in set(_NAMED.findall(seed(name))):
        own = [text for label, text in types if label == plain_member_name(member)]
        assert own, member
        assert all(re.search(of[kind], text) for text in own), (member, kind, own)


def test_a_page_marks_what_boto3s_page_marks_as_required(site: Site) -> None:
    text = seed(SEEDS[0])
    wanted = re.findall(r"• (\w+) \(string\) \S\s+\[REQUIRED\]", text)
    assert wanted == ["VoiceConnectorId", "TransactionId", "VoiceProfileDomainId"]
    page = site.operation(SEEDS[0])
    marked = [
        str(each.find("code", class_="name").get_text())
        for each in page.tree.select("ul.entries > li")
        if each.find("p", class_="entry").find(class_="required") is not None and "request-" in each["id"]
    ]
    assert marked == [plain_member_name(name) for name in wanted]


def test_the_request_syntax_has_what_boto3s_has(site: Site) -> None:
    block = seed(SEEDS[0]).partition("Request Syntax")[2].partition("Parameters")[0]
    code = site.operation(SEEDS[0]).code("request-syntax")
    names = re.findall(r"^\s+(\w+)=", block, re.MULTILINE)
    assert len(names) == 5
    assert re.findall(r"^\s+\.(\w+) = ", code, re.MULTILINE) == [plain_member_name(name) for name in names]
    [values] = re.findall(r"CallLeg=(\S+)", block)
    assert values == "'Caller'|'Callee'"
    assert "api::CallLegType::Caller, // or Callee" in code


@pytest.mark.parametrize("name", SEEDS)
def test_a_page_has_the_statuses_and_results_that_boto3s_text_names(site: Site, name: str) -> None:
    text = seed(name)
    words = set(re.findall(r"\b(IN_QUEUE|IN_PROGRESS|PARTIAL_SUCCESS|SUCCEEDED|FAILED|STOPPED)\b", text))
    words |= {"VoiceprintGenerationSuccess", "VoiceprintGenerationFailure"}
    assert len(words) == 8
    section = site.operation(name).section("response-structure")
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", section)] == []


def test_a_page_has_the_exceptions_of_boto3s_page_with_their_status(site: Site) -> None:
    wanted = re.findall(r"Client\.exceptions\.(\w+?)(?=ChimeSDK|\b)", seed(SEEDS[1]))
    assert len(wanted) >= 8
    section = site.operation(SEEDS[1]).section("errors")
    for name in wanted:
        if name in model().shape_names:
            status = model().shape_for(name).metadata["error"]["httpStatusCode"]
            assert re.search(rf"{name} +HTTP {status}\b", section), name


@pytest.mark.parametrize("name", SEEDS)
def test_a_page_has_text_for_the_operation_and_each_member(site: Site, name: str) -> None:
    page = site.operation(name)
    for each in page.tree.select("ul.entries > li"):
        texts = [p for p in each.find_all("p", recursive=False) if not p.get("class")]
        assert any(len(p.get_text()) > 15 for p in texts), each["id"]
    warned = [each.get_text() for each in site.operation(SEEDS[0]).tree.select("div.admonition")]
    assert any("consent" in text for text in warned), "boto3's page warns to obtain consents"
    assert f"WebAPI/{model().metadata['uid']}/" in " ".join(page.links)


# --- all operations of the service ------------------------------------------------------------------------


def test_each_operation_has_a_page_with_all_members_of_botocores_model(site: Site) -> None:
    assert len(operations()) == 96
    for operation in operations():
        page = site.operation(snake_case(operation.name))
        sent = {plain_member_name(name) for name in members(operation.input_shape)}
        received = {plain_member_name(name) for name in members(operation.output_shape)}
        assert sent - bare(page.names("request")) == set(), operation.name
        assert received - bare(page.names("response")) == set(), operation.name


def bare(names: set[str]) -> set[str]:
    """Names without the underscore of those that are reserved in C++."""
    return names | {name.rstrip("_") for name in names}


def test_pages_have_each_constant_of_botocores_model(site: Site) -> None:
    count = 0
    for operation in operations():
        page = site.operation(snake_case(operation.name))
        words = {str(code.get_text()).rstrip("_") for code in page.tree.select(".constants code")}
        wanted = constants(operation.input_shape) | constants(operation.output_shape)
        assert {plain_enumerator_name(value) for value in wanted} - words == set(), operation.name
        count += len(wanted)
    assert count >= 200


def test_required_members_are_those_of_botocores_model(site: Site) -> None:
    for operation in operations():
        page = site.operation(snake_case(operation.name))
        shape = operation.input_shape
        wanted = {plain_member_name(name) for name in shape.required_members} if shape is not None else set()
        marked = {
            str(each.find("code", class_="name").get_text())
            for each in page.tree.select("ul.entries > li")
            if re.fullmatch(r"request-\w+", each["id"]) and each.p.find(class_="required") is not None
        }
        assert marked == wanted, operation.name


def test_exceptions_have_their_status(site: Site) -> None:
    for operation in operations():
        section = site.operation(snake_case(operation.name)).section("errors")
        for error in operation.error_shapes:
            status = error.metadata["error"]["httpStatusCode"]
            assert re.search(rf"{error.name} +HTTP {status}\b", section), (operation.name, error.name)


def test_limits_of_botocores_model_are_on_the_page(site: Site) -> None:
    shape = model().operation_model("StartSpeakerSearchTask").input_shape.members["TransactionId"]
    low, high = shape.metadata["min"], shape.metadata["max"]
    entry = site.operation("start_speaker_search_task").entry("request-transaction_id").get_text()
    assert f"{low} to {high} characters" in entry


def test_the_index_lists_operations_paginators_and_exceptions(site: Site) -> None:
    page = site.page(f"{SERVICE}/index")
    assert {f"{snake_case(each.name)}.html" for each in operations()} <= set(page.links)
    listed = page.section("paginators")
    loader_names = paginators()
    assert loader_names
    assert [name for name in loader_names if f"paginate_{snake_case(name)}" not in listed] == []
    errors = page.section("errors")
    assert [each.name for each in model().error_shapes if f"{each.name} HTTP" not in errors] == []
    assert "voice-chime.us-east-1.amazonaws.com" in page.section("endpoints")
    assert model().protocol in page.section("protocol")
    assert model().signing_name in page.section("authentication")
    assert "poll_until_speaker_search_task_complete" in page.text


def paginators() -> list[str]:
    """The operations with pages in botocore's data."""
    loader = Loader(extra_search_paths=[str(MODELS)], include_default_search_paths=False)
    return list(loader.load_service_model(SERVICE, "paginators-1")["pagination"])


# --- the site ---------------------------------------------------------------------------------------------


def html_files(site: Site) -> list[Path]:
    return [path for path in sorted(site.folder.rglob("*.html")) if "_static" not in path.parts]


def broken(site: Site, page: Page) -> list[str]:
    """The links of a page that do not lead to a file, or to an anchor, of the site."""
    found = []
    for link in page.links:
        address, _, anchor = unquote(link).partition("#")
        if re.match(r"[a-z]+:", address):
            continue
        target = (page.path.parent / address).resolve() if address else page.path
        known = target.is_file() and target.is_relative_to(site.folder.resolve())
        if not known or (anchor and target.suffix == ".html" and anchor not in site.at(target).ids):
            found.append(link)
    return found


def test_every_link_leads_to_a_page_and_an_anchor(site: Site) -> None:
    files = html_files(site)
    assert len(files) >= 96 + 1 + len(guide_files(ROOT))
    faults = {page.name: found for page in files if (found := broken(site, site.at(page)))}
    assert faults == {}


def test_a_broken_link_is_found(site: Site) -> None:
    path = site.folder / SERVICE / "planted.html"
    path.write_text(
        '<a href="nothing.html">a</a><a href="index.html#nothing">b</a><a href="index.html">c</a>'
    )
    try:
        assert broken(site, Page(path)) == ["nothing.html", "index.html#nothing"]
    finally:
        path.unlink()


def test_pages_load_nothing_from_other_hosts(site: Site) -> None:
    for path in html_files(site):
        page = site.at(path)
        assert page.loaded, path
        assert [address for address in page.loaded if re.match(r"(?!data:,$)([a-z]+:|//)", address)] == [], (
            path
        )
        policy = page.tree.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        assert policy is not None, path
        assert "default-src 'self'" in policy["content"]
        assert "http" not in policy["content"]


def test_anchors_are_unique(site: Site) -> None:
    for path in html_files(site):
        if path.parent.name == SERVICE:
            ids = [str(element["id"]) for element in site.at(path).tree.find_all(id=True)]
            assert len(ids) == len(set(ids)), path


def test_the_guide_is_part_of_the_site(site: Site) -> None:
    pages = guide_files(ROOT)
    assert len(pages) >= 10
    home: Any = site.page("index")
    for path in pages:
        name = path.relative_to(ROOT).with_suffix(".html").as_posix()
        assert name in home.links
        assert len(site.at(site.folder / name).tree.find("article").get_text()) > 300, name


def test_a_page_links_to_its_header_and_to_its_neighbours(site: Site) -> None:
    page = site.operation("start_speaker_search_task")
    assert {"index.html", "../index.html", "headers/start_speaker_search_task.hpp.txt"} <= set(page.links)
    assert any(re.fullmatch(r"[a-z_]+\.html", link) and link != "index.html" for link in page.links)
    contents = [str(link["href"]) for link in page.tree.select(".toc-tree li li a")]
    headings = [f"#{heading['id']}" for heading in page.tree.select("article h2")]
    assert contents == headings
    copied = (site.folder / SERVICE / "headers" / "start_speaker_search_task.hpp.txt").read_text()
    own = ROOT / "include" / "belfry" / "chime_sdk_voice" / "start_speaker_search_task.hpp"
    assert copied == own.read_text(encoding="utf-8")


def test_examples_of_the_model_become_calls() -> None:
    examples = Loader(
        extra_search_paths=[str(MODELS)], include_default_search_paths=False
    ).load_service_model("dynamodb", "examples-1")["examples"]
    plan = plan_service(load_service(MODELS, "dynamodb", documentation=True, misfits=[]), "dynamodb")
    count = 0
    for planned in plan.operations:
        calls = list(example_calls(plan, planned))
        titles = [one["title"] for one in examples.get(planned.operation.name, ())]
        assert [text for text, _ in calls if not any(text.startswith(title[:40]) for title in titles)] == []
        assert all(f"client.{planned.function}(" in lines[0] for _, lines in calls)
        count += len(calls)
    assert count >= 10
