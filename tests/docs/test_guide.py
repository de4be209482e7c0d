"""The guide names everything that a rulebook may hold, and its commands give what it shows."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from kpi.calendar import WindowKind
from kpi.cases.named import RESULTS
from kpi.checkup.references import _KINDS as REFERENCES
from kpi.cli import main
from kpi.cli.commands import COMMANDS, build_parser
from kpi.expressions import FUNCTIONS
from kpi.rulebook.answers import RefusalKind
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.rulebook.ledgers import FieldType
from tests.docs.guide import DOCS, EXAMPLES, PAGES, ROOT, blocks, whole_text

TAGS = ("measure", "mechanic", "pays", "reduces", "check")
CODE = re.compile(r'"(?:error|question|warning)",\s*"(\w+)",|"(\w+_not_stated|tier_without_share)"')


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, UnionType, tuple, list, dict):
        for part in get_args(annotation):
            yield from models_in(part)
    elif annotation is not None and hasattr(annotation, "__metadata__"):
        yield from models_in(annotation.__origin__)


def models() -> dict[str, type[BaseModel]]:
    """Every type that a rulebook can hold, by name; `Answer[…]` once."""
    found: dict[str, type[BaseModel]] = {}
    waiting: list[type[BaseModel]] = [Rulebook]
    while waiting:
        model = waiting.pop()
        name = model.__name__.partition("[")[0]
        if (model.__name__ if name == "Answer" else name) in found:
            continue
        found[model.__name__ if name == "Answer" else name] = model
        for info in model.model_fields.values():
            waiting += models_in(info.annotation)
    return found


MODELS = models()


def words(annotation: Any) -> Iterator[str]:
    """The words of the literals inside an annotation."""
    if get_origin(annotation) is Literal:
        yield from (word for word in get_args(annotation) if isinstance(word, str))
    else:
        for part in get_args(annotation):
            yield from words(part)


def tags() -> dict[str, set[str]]:
    """Words of each tag: every measure, mechanic, amount, reduction and check of the schema."""
    found: dict[str, set[str]] = {tag: set() for tag in TAGS}
    for model in MODELS.values():
        for tag in TAGS:
            if tag in model.model_fields:
                found[tag] |= set(words(model.model_fields[tag].annotation))
    return found


def named(word: str, text: str) -> bool:
    return re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text) is not None


TEXT = whole_text()


def test_the_walk_finds_the_schema() -> None:
    assert {
        "Rulebook",
        "PerUnit",
        "TierShare",
        "Escalating",
        "UniqueCheck",
        "Sustained",
        "SamplingPlan",
    } <= MODELS.keys()
    assert all(len(found) >= 4 for found in tags().values())


@pytest.mark.parametrize(
    ("tag", "word"), [(tag, word) for tag, found in tags().items() for word in sorted(found)]
)
def test_every_measure_mechanic_amount_and_check_has_an_example(tag: str, word: str) -> None:
    inside = "\n".join(
        block.text for page in PAGES for block in blocks(page) if block.kind.startswith("yaml")
    )
    used = re.search(rf"{tag}: {word}\b", inside)
    assert used, f"指南里没有 {tag}: {word} 的例子；请在 docs/rulebook/ 里补写"


@pytest.mark.parametrize("model", sorted(MODELS))
def test_every_key_is_named(model: str) -> None:
    keys = {info.alias or name for name, info in MODELS[model].model_fields.items()}
    missing = sorted(key for key in keys if not named(key, TEXT))
    assert not missing, f"指南里没有提到 {model} 的 {'、'.join(missing)}；请在 docs/rulebook/ 里补写"


@pytest.mark.parametrize("model", sorted(MODELS))
def test_every_word_of_an_enumeration_is_named(model: str) -> None:
    choices = {word for info in MODELS[model].model_fields.values() for word in words(info.annotation)}
    missing = sorted(word for word in choices if not named(word, TEXT))
    assert not missing, f"指南里没有提到 {model} 可以写的 {'、'.join(missing)}；请在 docs/rulebook/ 里补写"


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("字段类型", [kind.value for kind in FieldType]),
        ("时段", [kind.value for kind in WindowKind]),
        ("设置里的键", sorted(Given.model_fields)),
        ("函数", sorted(FUNCTIONS)),
        ("案例的结果", sorted(RESULTS)),
        ("不能计算的种类", sorted(get_args(RefusalKind))),
        ("命令", sorted(COMMANDS)),
    ],
)
def test_every_name_is_explained(what: str, names: list[str]) -> None:
    missing = [name for name in names if f"`{name}`" not in TEXT and not named(name, TEXT)]
    assert not missing, f"指南里没有写{what} {'、'.join(missing)}；请补写"


def test_every_code_of_the_checkup_is_explained() -> None:
    text = (DOCS / "rulebook" / "messages.md").read_text("utf-8")
    sources = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "kpi" / "checkup").glob("*.py")))
    codes = {one or other for one, other in CODE.findall(sources)} | {
        f"unknown_{kind}" for kind in REFERENCES
    }
    assert len(codes) > 50
    missing = sorted(code for code in codes - {"question"} if f"`{code}`" not in text)
    assert not missing, f"docs/rulebook/messages.md 里没有写 {'、'.join(missing)}；请写明怎么办"


def test_the_pages_link_to_pages_that_exist() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} 链接的 {target} 不存在"


# -- commands ------------------------------------------------------------------------------------

MENTIONED = re.compile(r"python -m kpi ([^\n`|]+)")


def test_commands_in_the_text_are_known() -> None:
    parser = build_parser()
    for found in MENTIONED.findall(TEXT):
        arguments = ["1" if one == "…" else one for one in shlex.split(found)]
        if "--help" in arguments or "[-h]" in arguments or len(arguments) == 1:
            assert arguments[0] in COMMANDS, found
        else:
            parser.parse_args(arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_commands_print_what_the_guide_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "docs" / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for block in blocks(page):
        if block.kind == "console":
            for command, expected in sessions(block.text):
                assert_printed(run(command), expected, f"{block.place} {command}")


def sessions(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each `$ command` of a console with the lines below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, rest = part.partition("\n")
        yield command, rest.splitlines()


def run(command: str) -> list[str]:
    """What a command prints: what goes to the error stream, then the rest."""
    out, errors = io.StringIO(), io.StringIO()
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "kpi"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors), contextlib.suppress(SystemExit):
        main(words[3:])
    return [line.rstrip() for line in (errors.getvalue() + out.getvalue()).splitlines()]


def assert_printed(printed: list[str], expected: list[str], place: str) -> None:
    """The lines come in this order; between `…` nothing is left out."""
    at = 0
    adjacent = False
    for line in expected:
        if line == "…":
            adjacent = False
            continue
        rest = printed[at : at + 1] if adjacent else printed[at:]
        assert line in rest, f"{place}\n没有输出:{line}\n实际输出:\n" + "\n".join(printed[at : at + 12])
        at += rest.index(line) + 1
        adjacent = True
