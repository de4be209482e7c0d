"""Rules in words, the rulebook as a document, two versions side by side."""

from __future__ import annotations

import inspect

import pytest

from app.services.books import Book, loaded
from app.services.setup import texts
from app.services.setup.differences import Changed, Differences, differences
from app.services.setup.document import Line, Section, document
from app.services.setup.wording import Words, labels
from app.services.setup.wording.expressions import words
from kpi.expressions import FUNCTIONS, Expression
from kpi.rulebook import assumptions, indicators, ledgers, mechanics, payments, rubric, survey
from kpi.rulebook import document as whole
from kpi.rulebook.answers import Answers
from kpi.rulebook.base import Rule
from kpi.rulebook.yaml_text import TextProblems
from tests.services.setting_up import changed, lakeside, sixth

NAMES = {"present": "实到", "due": "应到", "trade": "工种", "passed": "合格", "held": "已办", "A/met": "A 的达标", "posts": "岗位"}
EVERY = [texts.known_text(one.key) for one in texts.known()] + [sixth(), lakeside()]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("present <= due", "实到 ≤ 应到"),
        ("trade == '其他'", "工种为“其他”"),
        ("present == due", "实到等于应到"),
        ("trade != '其他' and not passed", "工种不为“其他”，并且“合格”为否"),
        ("passed or present < 3 and due > 1", "“合格”为是，或者实到小于3，并且应到大于1"),
        ("(passed or present < 3) and due > 1", "（“合格”为是，或者实到小于3），并且应到大于1"),
        ("not blank(trade)", "工种已填"),
        ("blank(trade)", "工种没有填"),
        ("not (present < 3)", "不满足（实到小于3）"),
        ("present / due >= 90%", "实到 ÷ 应到 ≥ 90%"),
        ("(present + 1) * due - (held - 2)", "（实到 + 1） × 应到 - （已办 - 2）"),
        ("1 if passed else 0", "如果“合格”为是，则为1，否则为0"),
        ("shortfall(posts, 50)", "岗位比50少的数"),
        ("missing(posts) == 0", "没有岗位数据的期数等于0"),
        ("of('A', 'met')", "A 的达标"),
        ("trade in ['甲', '乙']", "工种属于“甲”、“乙”"),
        ("min(present, due)", "实到、应到中最小的"),
        ("round(present)", "实到（四舍五入到 2 位小数）"),
        ("-present", "-实到"),
        ("1 <= present <= due", "1 ≤ 实到，并且实到 ≤ 应到"),
        ("unknown > true", "unknown大于是"),
    ],
)
def test_expressions_are_read_aloud(text: str, said: str) -> None:
    assert words(Expression(text), lambda name: NAMES.get(name, name)) == said


def test_every_function_has_words() -> None:
    for name, (_, arity, _) in FUNCTIONS.items():
        count = (arity or (2,))[0]
        arguments = ["'2026-01-01'" if name == "date" else "'09:00'" if name == "time" else "posts"] * count
        if name == "matches":
            arguments[1] = "'a'"
        assert name not in words(Expression(f"{name}({', '.join(arguments)})"), lambda each: NAMES.get(each, each))


def rules() -> list[type[Rule]]:
    modules = (whole, assumptions, ledgers, indicators, mechanics, rubric, payments, survey)
    found = [kind for module in modules for kind in vars(module).values() if inspect.isclass(kind) and issubclass(kind, Rule)]
    return list(dict.fromkeys(found))


def test_every_field_of_every_rule_has_a_chinese_word() -> None:
    bare = {name for kind in rules() for name in kind.model_fields} - labels.FIELDS.keys()
    left = whole.Rulebook.model_fields.keys() | {"answer", "about"}  # chapters, and what sentences say themselves
    assert bare <= left, "请在 labels.FIELDS 里写上这些栏目的中文"


@pytest.mark.parametrize("text", EVERY, ids=lambda text: text[text.find("key:") :].split()[1])
def test_the_words_of_a_rulebook_are_chinese(text: str) -> None:
    """No field, figure, parameter or ledger shows by its identifier."""
    book = loaded(text).rulebook
    said = "\n".join(line.text for line in lines(chapters(text)))
    named = {field.id for ledger in book.ledgers for field in ledger.fields} | {one.id for one in book.ledgers}
    named |= {name for one in book.indicators for name in one.figures} | {one.id for one in book.parameters}
    assert len(named) > 5
    assert sorted(name for name in named if "_" in name and name in said) == []


def chapters(text: str) -> list[Section]:
    return document(Book(loaded(text), 1, {}, {}), [], {})


def lines(found: list[Section]) -> list[Line]:
    tables = [table for one in found for table in (*one.tables, *(each for part in one.parts for each in part.tables))]
    cells = [line for table in tables for row in table.rows for cell in row for line in cell]
    own = [line for one in found for line in (*one.lines, *(each for part in one.parts for each in part.lines))]
    return cells + own


@pytest.mark.parametrize("text", EVERY, ids=lambda text: text[text.find("key:") :].split()[1])
def test_the_document_holds_every_rule_and_links_to_what_is_there(text: str) -> None:
    book, found = loaded(text).rulebook, chapters(text)
    numbers = {one.id: one.number for one in found}
    assert numbers["clauses"] == len(book.clauses)
    assert numbers["ledgers"] == len(book.ledgers)
    assert numbers["indicators"] == len(book.indicators)
    assert numbers.get("rubric", 0) == (len(book.rubric.items) if book.rubric else 0)
    ids = [one.id for one in found] + [part.id for one in found for part in one.parts]
    ids += [key for one in found for table in one.tables for key in table.ids if key]
    assert len(ids) == len(set(ids))
    broken = {line.to for line in lines(found) if line.to} - set(ids)
    assert not broken
    quoted = {line.text for line in lines(found) if line.tone == "quote"}
    assert {f"“{one.quote}”" for clause in book.clauses for one in clause.stated} <= quoted


def test_answers_in_force_are_written_into_the_rules() -> None:
    book = loaded(sixth()).rulebook
    rule = next(one for one in book.parameters if one.id == "hours_minimum")
    assert "默认读法" in Words(book, Answers(book)).value(rule.value)
    answered = Words(book, Answers(book, {"class_hours": "10"})).value(rule.value)
    assert answered.startswith("10（按第 1 项的答复）")
    assert "由待确认事项“每班至少8课时还是10课时才算一班？”决定" in Words(book).value(rule.value)


# -- two versions ---------------------------------------------------------------------------------


def found(*pairs: tuple[str, str], text: str = "") -> Differences:
    old = text or lakeside()
    return differences(loaded(old), loaded(changed(old, *pairs)))


def only(different: Differences) -> Changed:
    (part,) = different.parts
    (change,) = part.changes
    return change


def test_a_comment_is_no_difference() -> None:
    assert found(("key: lakeside", "# 说明\nkey: lakeside")).number == 0


def test_a_changed_target_is_said_in_words() -> None:
    change = only(found(("at_least: 20, label", "at_least: 25, label")))
    assert (change.title, change.kind, change.clauses) == ("登记求职人员", "changed", ("LK-2",))
    (pair,) = change.pairs
    assert (pair.before, pair.after) == ("登记求职人员 ≥ 20 人", "登记求职人员 ≥ 25 人")


ADDED = ("LK-4, title: 每日台账}\n", "LK-4, title: 每日台账}\n  - {id: LK-9, title: 新条款}\n")


def test_new_and_gone_rules_are_told() -> None:
    change = only(found(ADDED))
    assert (change.kind, change.title, change.clauses) == ("added", "新条款", ("LK-9",))
    assert all(pair.before is None for pair in change.pairs)
    back = differences(loaded(changed(lakeside(), ADDED)), loaded(lakeside()))
    assert only(back).kind == "removed"


def test_the_clauses_concerned_come_first() -> None:
    different = found(("at_least: 20, label", "at_least: 25, label"), ("registered >= 20", "registered >= 25"))
    assert different.clauses["LK-2"] == ("指标“登记求职人员”", "考核项“登记求职人员”")


def test_what_has_no_words_is_told_by_its_place() -> None:
    """A note beside a quote, which the words of a rule do not repeat."""
    note = ("每月开设夜校班次不少于4个, value: 4}", "每月开设夜校班次不少于4个, value: 4, place: 第三条}")
    change = only(found(note, text=sixth()))
    (pair,) = change.pairs
    assert (pair.label, pair.before, pair.after) == ("stated.1.place", None, "第三条")


@pytest.mark.parametrize("text", EVERY[:5], ids=lambda text: text[text.find("key:") :].split()[1])
def test_a_rulebook_against_another_shows_all_as_new_or_gone(text: str) -> None:
    different = differences(loaded(lakeside()), loaded(text))
    kinds = {change.kind for part in different.parts for change in part.changes}
    assert kinds >= {"added", "removed"}
    added = {clause for part in different.parts if part.title == "条款" for one in part.changes for clause in one.clauses}
    assert {one.id for one in loaded(text).rulebook.clauses} <= added


def test_no_change_of_a_number_goes_unseen() -> None:
    """Every number of the text, raised by one, shows."""
    text = lakeside()
    unseen = []
    for place, line in enumerate(text.split("\n")):
        for piece in {word.strip("{}[],%") for word in line.split()}:
            if piece.isdigit() and "LK-" not in line and "pattern" not in line:
                mended = "\n".join(
                    each.replace(f" {piece}", f" {int(piece) + 1}") if number == place else each
                    for number, each in enumerate(text.split("\n"))
                )
                if mended != text and different_number(text, mended) == 0:
                    unseen.append(line)
    assert unseen == []


def different_number(old: str, new: str) -> int:
    try:
        return differences(loaded(old), loaded(new)).number
    except TextProblems:
        return 1  # no rulebook any more
