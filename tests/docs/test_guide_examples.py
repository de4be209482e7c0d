"""Every example of the guide runs, and the engine says of it what the guide says."""

from __future__ import annotations

import csv
import io
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
import yaml

from kpi.calendar import WorkCalendar
from kpi.checkup import check
from kpi.evaluation import Evaluation, evaluate
from kpi.expressions import Expression
from kpi.indicators.collect import collect
from kpi.ledger import EntryChecker
from kpi.quantities import Period, plain
from kpi.rulebook.answers import Answers
from kpi.rulebook.given import Days, Given, read_given
from kpi.rulebook.json_schema import rulebook_schema
from kpi.rulebook.ledgers import Field
from kpi.rulebook.loader import load_text
from kpi.rulebook.order import USUAL
from kpi.rulebook.yaml_text import Places, TextProblems, read_yaml
from kpi.verification import Verification
from tests.docs.examples import LEDGER, SAYS, source
from tests.docs.guide import DOCS, Block, blocks, every, function_table, spoken, with_functions

KINDS = {
    "yaml part", "yaml item", "yaml amount", "yaml reduction", "yaml score", "yaml ledger", "yaml figure", "yaml setup", "yaml cases",
    "yaml broken", "yaml unsound", "yaml comment", "text", "text combined", "text records", "console", "json",
    "csv fair", "csv job",
}  # fmt: skip
TERM = Period(date(2026, 3, 1), date(2026, 6, 30))
STATIONS = {"id": "stations", "title": "驿站", "clause": "A-1", "members": ["北门", "码头"]}


def place(block: Block) -> str:
    return block.place


def test_no_fence_is_left_unchecked() -> None:
    assert {
        one.kind
        for page in DOCS.rglob("*.md")
        if page.parent.name not in {"decisions", "guide"}  # the console's guide has checks of its own
        for one in blocks(page)
    } <= KINDS


@pytest.mark.parametrize(
    ("kind", "example", "block"),
    [(kind, *pair) for kind in SAYS for pair in spoken(kind)],
    ids=[block.place for kind in SAYS for _, block in spoken(kind)],
)
def test_the_engine_says_what_the_guide_says(kind: str, example: Block, block: Block) -> None:
    assert SAYS[kind](example, block) == block.text.strip()


@pytest.mark.parametrize("block", every("yaml part"), ids=place)
def test_parts_of_a_rulebook_load(block: Block) -> None:
    loaded = source({"ledgers": [LEDGER], **block.value}).rulebook
    for key in block.value:
        assert getattr(loaded, key) is not None


@pytest.mark.parametrize("block", every("yaml setup"), ids=place)
def test_set_ups_are_read(block: Block) -> None:
    raw, places = read_yaml(block.text, block.place)
    given = read_given(raw, places)
    assert all(getattr(given, key) is not None for key in raw)


# -- measures ------------------------------------------------------------------------------------


def measured(block: Block) -> Any:
    """The figure of a block over the entries that its page shows."""
    page = blocks(block.page)
    ledgers = [one.value for one in page if one.kind == "yaml ledger"]
    indicator = {"clause": "A-1", "title": "例", "figures": block.value}
    rulebook = source({"ledgers": ledgers, "members": [STATIONS], "indicators": [indicator]}).rulebook
    checker = EntryChecker(rulebook, TERM, "verified")
    entries = []
    for one in page:
        if one.kind.startswith("csv "):
            for line, row in enumerate(csv.DictReader(io.StringIO(one.text)), 2):
                checked = checker.check(
                    {**row, "佐证材料": "现场照片:a.jpg;现场照片:b.jpg"}, "例子", line, one.kind[4:]
                )
                assert checked.entry is not None, checked.problems
                entries.append(checked.entry)
    given = Given(term=Days(start=TERM.start, end=TERM.end))
    counted = Verification(rulebook).verified(entries)
    return collect(rulebook, Answers(rulebook), given, WorkCalendar(), counted)[0].value


def shown(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    return plain(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else value


@pytest.mark.parametrize("block", every("yaml figure"), ids=place)
def test_measures_count_what_the_guide_says(block: Block) -> None:
    following = blocks(block.page)
    at = next(number for number, one in enumerate(following) if one.line == block.line)
    text = block.page.read_text("utf-8")
    until = following[at + 1].span[0] if at + 1 < len(following) else len(text)
    said = text[block.span[1] : until].split("得：`", 1)[1].split("`", 1)[0]
    assert shown(measured(block)) == _texts(yaml.safe_load(said))


def _texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_texts(one) for one in value]
    return None if value is None else str(value)


# -- tables --------------------------------------------------------------------------------------


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table under these headings."""
    lines = (DOCS / page).read_text("utf-8").splitlines()
    found = []
    for line in lines[lines.index(heading) + 2 :]:
        if not line.startswith("|"):
            break
        cells = line.strip("|").replace("\\|", "\0").split("|")
        found.append([cell.replace("\0", "|").strip() for cell in cells])
    return found


def test_the_table_of_steps_is_the_usual_order() -> None:
    cells = [name.strip("`") for row in rows("rulebook/mechanics.md", "| 步骤 | 做什么 |") for name in row[0].split("、")]
    usual = [one if isinstance(one, str) else "{round: 2}" for one in USUAL]
    assert cells == usual


FIELD_ROWS = rows("rulebook/ledgers-and-indicators.md", "| 类型 | 填什么 | 例 | 算式里是什么 |")


@pytest.mark.parametrize(
    ("kind", "value"),
    [(row[0].strip("`"), one) for row in FIELD_ROWS for one in row[2].strip("`").split("`、`")],
)
def test_field_values_are_written_as_the_guide_shows(kind: str, value: str) -> None:
    field = {"id": "x", "name": "丙", "type": kind, "choices": ["甲", "乙"], "ledger": "visit"}
    Field.model_validate(field)
    ledger = {**LEDGER, "fields": [*LEDGER["fields"], field]}
    checker = EntryChecker(source({"ledgers": [ledger]}).rulebook)
    checked = checker.check({"date": "2026-03-05", "x": value}, "例子", 2, "visit")
    assert checked.entry is not None, checked.problems
    assert "x" in checked.entry.fields


EXPRESSIONS = rows("rulebook/expressions.md", "| 算式 | 数据 | 得 |")


@pytest.mark.parametrize("row", EXPRESSIONS, ids=lambda row: str(row[0]))
def test_expressions_give_what_the_guide_says(row: list[str]) -> None:
    text, data, result = (cell.strip("`") for cell in row)
    figures = read_yaml(data)[0]
    ledger_like = {name: _typed(value) for name, value in figures.items()}
    found = Expression(text).over(lambda name: ledger_like[name])
    assert (str(found).lower() if isinstance(found, bool) else plain(found)) == result


def _typed(value: Any) -> Any:
    if isinstance(value, str) and value[:2].isdigit() and ":" in value:
        return Expression(f"time('{value}')").over(lambda name: None)
    if isinstance(value, str) and value.endswith("%"):
        return Expression(value).over(lambda name: None)
    return value


def test_the_table_of_functions_is_in_step() -> None:
    text = (DOCS / "rulebook" / "expressions.md").read_text("utf-8")
    assert function_table() in text
    assert with_functions(text) == text


# -- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("example", "block"), list(spoken("yaml broken")), ids=lambda one: one.place)
def test_mistakes_bring_the_messages_that_the_guide_shows(example: Block, block: Block) -> None:
    with pytest.raises(TextProblems) as problems:
        load_text(example.text, "规则书.yaml")
    assert str(problems.value).splitlines() == block.text.strip().splitlines()


@pytest.mark.parametrize(("example", "block"), list(spoken("yaml unsound")), ids=lambda one: one.place)
def test_the_checkup_finds_what_the_guide_shows(example: Block, block: Block) -> None:
    errors = [one.message for one in check(source(example.value)).of("error")]
    assert block.text.strip() in errors


# -- the rest ------------------------------------------------------------------------------------


def evaluated(page: str, number: int) -> tuple[Evaluation, Block]:
    """The part and the set-up of a page together, and the text that belongs to them."""
    inside = blocks(DOCS / page)
    at = next(index for index, one in enumerate(inside) if one.kind == "yaml setup")
    part = inside[at + number]
    raw = {
        "indicators": [{"clause": "A-1", "title": "例", "figures": {"问题": {"measure": "by_hand"}}}],
        **part.value,
    }
    given = read_given(inside[at].value, Places("例子")).model_copy(update={"facts": {"A-1": {"问题": 12}}})
    return evaluate(source(raw), given), inside[at + 1]


def test_parts_of_the_assessment_are_combined_as_the_guide_says() -> None:
    evaluation, block = evaluated("rulebook/mechanics.md", -1)
    assert block.kind == "text combined"
    assert evaluation.combined is not None
    assert evaluation.combined.explanation == block.text.strip()


def test_records_score_as_the_guide_says() -> None:
    inside = blocks(DOCS / "rulebook/surveys.md")
    part, setup, text = inside[0], inside[1], inside[2]
    records = evaluate(source(part.value), read_given(setup.value, Places("例子"))).records
    assert [one.explain() for one in records] == text.text.strip().splitlines()


def test_the_survey_of_the_guide_has_no_errors() -> None:
    part = blocks(DOCS / "rulebook/surveys.md")[0]
    assert [
        one.message for one in check(source(part.value)).of("error") if one.code != "uncovered_clause"
    ] == []


def test_the_schema_names_every_key_that_the_guide_uses_at_the_top() -> None:
    keys = {key for block in every("yaml part") for key in block.value}
    assert keys <= rulebook_schema()["properties"].keys()
