# SPDX-License-Identifier: Apache-2.0
"""Templates print literals, comments, names, numbers and their own text; a plain text is refused."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import belfry_codegen
import jinja2
import pytest
from belfry_codegen import cpp
from belfry_codegen.commands.catalogue.source import sources_of
from belfry_codegen.cpp import code
from belfry_codegen.cpp.code import Cpp, PlainTextError
from belfry_codegen.cpp.files import FileView
from belfry_codegen.cpp.render import render_rules, render_view
from belfry_codegen.cpp.templating import templates_of
from belfry_codegen.cpp.text import comment, declared, filled, hanging, literal, remark
from belfry_codegen.cpp.view import ServiceView, service_view
from belfry_codegen.passes.pipeline import load_service
from support import ROOT, botocore_data

PACKAGE = Path(belfry_codegen.__file__).parent
MAKERS = {"cpp/code.py", "cpp/text.py", "cpp/templating.py"}
"""The modules that may make `Cpp` of other text."""
SERVICES = {
    "golden-tower": None,
    "dynamodb": ("BatchGetItem", "GetItem", "TransactWriteItems"),
    "glacier": ("InitiateJob", "UploadArchive"),
    "s3": ("DeleteObjects", "GetObject", "ListObjectsV2", "PutBucketAcl"),
    "docdb": ("CopyDBClusterSnapshot", "ModifyDBCluster"),
    "sso-oidc": None,
    "cloudwatch": ("PutMetricData",),
    "ec2": ("RunInstances",),
    "route53": ("ChangeResourceRecordSets",),
    "sqs": ("SendMessage",),
    "bedrock-runtime": ("InvokeModel",),
    "timestream-query": ("Query",),
}
"""Services, and some of their operations, that together fill most fields of the views."""
COMPARED = {"form", "kind", "container"}
"""Fields with plain texts, which templates only compare."""
UNPRINTED = {"FileView.path", "PaginatorView.method", "WaiterView.method"}
"""Fields from which other fields are made."""
UNSEEN = set(
    "ApiKeyView.name ApiKeyView.scheme BindingView.values BorrowedOperationView.deprecated"
    " DefaultView.type ElementsView.key_name"
    " EnumView.deprecated EnumView.former EnumeratorView.comment EnumeratorView.deprecated"
    " OperationView.former OperationView.payload_media_type ServiceFileView.shape_name"
    " StatusErrorsView.errors StatusErrorsView.function StructureView.deprecated StructureView.former"
    " UnionView.deprecated UnionView.former".split()
)
"""Fields that none of these services fills. Templates check them as they check all."""


FILE = FileView(Cpp("a.hpp"), Cpp("banner"), Cpp("space"), ())


def _rendered(source: str, **values: Any) -> str:
    environment = templates_of("belfry_codegen.cpp")
    return environment.from_string(source).render(values)


@pytest.mark.parametrize(
    "source",
    [
        "{{ text }}",
        "a {{ text }} b",
        "{{ 'x' ~ text }}",
        "{{ text ~ 1 }}",
        "{{ [text] | join(', ') }}",
        "{{ ['x', 'y'] | join(text) }}",
        "{{ texts | first }}",
        "{{ text if text else 'none' }}",
        "{{ text | upper }}",
        "{{ ('x' ~ code) | replace('x', 'y') }}",
        "{{ 'x' + text }}",
        "{{ text * 2 }}",
        "{{ code.upper() }}",
        "{{ '%s' % text }}",
        "{{ 'x{}'.format(text) }}",
        "{{ declared(text, code, 0) | join }}",
        "{{ filled(code, texts, code, 0) | join }}",
        "{{ hanging(code, texts, code, 0) | join }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(text) }}",
        "{% set y = 'x' ~ text %}{{ y }}",
        "{% set y %}{{ text }}{% endset %}{{ y }}",
        "{% for t in texts %}{{ t }}{% endfor %}",
        "{{ true }}",
        "{{ none }}",
        "{{ 1.5 }}",
        "{{ texts }}",
    ],
)
def test_a_template_does_not_print_a_plain_text(source: str) -> None:
    with pytest.raises(PlainTextError, match="neither code nor a number"):
        _rendered(source, text="int x;", texts=["int x;"], code=Cpp("y"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a{{ code }}{{ 1 }}{{ ' b' }}", "ay1 b"),
        ("{{ 'x' ~ code ~ 1 ~ '-' * 3 }}", "xy1---"),
        ("{{ [code, 'x', 2] | join(', ') }}", "y, x, 2"),
        ("{% macro m(x, y='z') %}({{ x }}{{ y }}){% endmacro %}{{ m(code) ~ m('a', 1) }}", "(yz)(a1)"),
        ("{{ 'a\nb'.split('\n') | join('-') }}{{ code.ljust(3) }}|", "a-by  |"),
        ("{{ 'x' if code == 'y' else 'z' }}{{ {'y': 'k'}[code] }}", "xk"),
        ("{{ [1, 2] | map('string') | join }}", "12"),
        ("{{ 'x' if false }}", ""),
    ],
)
def test_a_templates_own_text_code_and_integers_are_printed(source: str, expected: str) -> None:
    assert _rendered(source, code=Cpp("y")) == expected


def test_the_error_names_the_template_and_the_expression() -> None:
    environment = templates_of("belfry_codegen.cpp")
    with pytest.raises(PlainTextError) as raised:
        getattr(environment.get_template("layout.j2").module, "lines")(["int x;"])  # noqa: B009
    assert str(raised.value).startswith(
        "layout.j2:16: `line`: the text 'int x;' is neither code nor a number"
    )
    with pytest.raises(PlainTextError) as raised:
        getattr(environment.get_template("hooks.j2").module, "function")("int x;")  # noqa: B009
    assert str(raised.value).startswith("hooks.j2:3: `name`: ")
    with pytest.raises(PlainTextError, match=r"^fwd\.hpp\.j2:\d+: `name`: the text 'x'"):
        environment.get_template("fwd.hpp.j2").render(file=FILE, operations=["x"], shapes=[])
    member = SimpleNamespace(
        type="int", name=Cpp("x"), default=None, required=False, comment=[], deprecated=None
    )
    shape = SimpleNamespace(members=[member], name=Cpp("S"), comment=[], deprecated=None)
    with pytest.raises(PlainTextError, match=r"^shapes\.j2:\d+: `\{\{ declared\(.*\}\}`: the text 'int'"):
        _rendered("{% from 'shapes.j2' import structure %}{{ structure(shape) }}", shape=shape)


def test_a_name_that_the_view_does_not_have_is_still_an_error() -> None:
    for source in ("{{ missing }}", "{{ 'x' ~ missing }}", "{{ [missing] | join }}"):
        with pytest.raises((jinja2.UndefinedError, PlainTextError)):
            _rendered(source)


def test_code_stays_code_only_with_code() -> None:
    x = Cpp("x")
    for made in (x + x, x * 2, x.of(), Cpp("{}<{}>").of(x, 1), x.joined([x, x]), x.ljust(3), *x.split("y")):
        assert type(made) is Cpp
    plain: Any = "int x;"
    for other in (x + plain, x.upper(), f"{x}", x[0:], str(x)):
        assert type(other) is str
    for refused in (
        lambda: Cpp("{}").of(plain),
        lambda: x.joined([plain]),
        lambda: x.ljust(3, ";"),
        lambda: declared(plain, x, 0),
        lambda: filled(x, [plain], x, 0),
        lambda: hanging(x, [x], plain, 0),
    ):
        with pytest.raises(PlainTextError):
            refused()


@pytest.mark.parametrize("text", ["", "1x", "a b", "a;", "a\n", "a::b", "é", "a-b"])
def test_a_name_is_an_identifier(text: str) -> None:
    with pytest.raises(PlainTextError, match="is not an identifier"):
        code.name(text)
    assert code.name("a_1") == "a_1"


def test_a_word_and_a_number_are_checked() -> None:
    assert [code.word("1a_b"), code.number(-3), code.number(1.5), code.boolean(True)] == [
        "1a_b",
        "-3",
        "1.5",
        "true",
    ]
    assert code.number(-(2**63)) == "-9223372036854775807 - 1"
    for text in ("", "../x", "a.b", "ä"):
        with pytest.raises(PlainTextError):
            code.word(text)
    for value in (float("inf"), float("nan"), True):
        with pytest.raises(PlainTextError):
            code.number(value)


def test_literals_and_comments_are_code() -> None:
    for made in (literal("a"), *comment(["a b"], 0), remark("a\nb\\")):
        assert type(made) is Cpp
    assert remark("a\nb\\") == "a b\\ ."


def _views(view: Any) -> Iterator[Any]:
    """All views in a view."""
    if is_dataclass(view):
        yield view
        for field in fields(view):
            yield from _views(getattr(view, field.name))
    elif isinstance(view, tuple):
        for part in view:
            yield from _views(part)


def _texts(hint: Any) -> set[type]:
    """The types of texts in a type."""
    inner = typing.get_args(hint)
    return {hint} & {str, Cpp} if not inner else {found for part in inner for found in _texts(part)}


def _planted(value: Any) -> Any:
    """The value of a field, with plain texts in place of code."""
    if isinstance(value, tuple):
        return tuple(_planted(part) for part in value)
    return str(value) if type(value) is Cpp else value


def _refuses(view: ServiceView) -> bool:
    try:
        render_view(view)
        render_view(view, True)
        for _ in sources_of(view):
            pass
    except PlainTextError:
        return True
    return False


def _view_classes() -> Iterator[type]:
    for found in pkgutil.walk_packages(cpp.__path__, "belfry_codegen.cpp."):
        for name, value in vars(importlib.import_module(found.name)).items():
            if name.endswith("View") and is_dataclass(value) and isinstance(value, type):
                yield value


def _fields(kind: type) -> set[str]:
    """The fields of all views that hold texts of that type."""
    return {
        f"{view.__name__}.{field}"
        for view in _view_classes()
        for field, hint in typing.get_type_hints(view).items()
        if kind in _texts(hint)
    }


def test_a_plain_text_in_any_field_of_any_view_is_refused() -> None:
    refused: dict[str, bool] = {}
    code_fields = _fields(Cpp)
    for name, operations in SERVICES.items():
        models = ROOT / "tests/golden/models" if name == "golden-tower" else botocore_data()
        view = service_view(load_service(models, name, operations, documentation=True), name, borrowed=True)
        assert not _refuses(view), name
        for part in {id(part): part for part in _views(view)}.values():
            for field in fields(part):
                key = f"{type(part).__name__}.{field.name}"
                value = getattr(part, field.name)
                if key in code_fields - UNPRINTED and value and not refused.get(key):
                    object.__setattr__(part, field.name, _planted(value))
                    refused[key] = _refuses(view)
                    object.__setattr__(part, field.name, value)
    assert {key for key, was_refused in refused.items() if not was_refused} == set()
    assert code_fields - UNPRINTED - refused.keys() == UNSEEN


def test_a_views_plain_texts_are_only_compared() -> None:
    assert {key.partition(".")[2] for key in _fields(str)} == COMPARED


def test_the_endpoint_rules_are_numbers_and_literals() -> None:
    service = load_service(ROOT / "tests/golden/models", "golden-tower")
    rules = service_view(service, "golden-tower").rules.rules
    assert "rules_code" in render_rules(rules, "rules")
    with pytest.raises(PlainTextError):
        render_rules(rules, "x; int y")


def _makes(path: Path) -> Iterator[str]:
    """The calls in a module that make `Cpp` of what is not a constant."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called == "Cpp" and not all(isinstance(argument, ast.Constant) for argument in node.args):
            yield f"{path.name}:{node.lineno}"
        if called == "fixed":
            tables = [argument for argument in node.args if isinstance(argument, ast.Dict)]
            values = [value for table in tables for value in table.values]
            if len(tables) != len(node.args) or not all(isinstance(value, ast.Constant) for value in values):
                yield f"{path.name}:{node.lineno}"


def test_only_three_modules_make_code_of_other_text() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): [*_makes(path)]
        for path in PACKAGE.rglob("*.py")
        if any(_makes(path))
    }
    assert found.keys() <= MAKERS, found


def test_a_module_that_makes_code_of_other_text_is_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("a = Cpp('x')\nb = Cpp(a)\nc = code.Cpp(f'{a}')\nd = fixed({1: a})\ne = fixed(a)\n")
    assert [*_makes(module)] == ["module.py:2", "module.py:3", "module.py:4", "module.py:5"]
