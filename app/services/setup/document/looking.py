"""What is looked into on the spot: checklists, complaints, satisfaction surveys, spot checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.services.setup.document.shape import Cell, Line, Section, cell, note, quotes, table
from app.services.setup.wording import ASIDE, Words
from kpi.rulebook.inspections import Checklist, Complaints, Poll, SpotPlan

Found = Checklist | Complaints | Poll | SpotPlan
SKIPPED = ASIDE | frozenset({"id", "title", "clause", "clauses", "stated", "reading", "items", "outcomes", "questions"})


def looking(words: Words) -> Section:
    """One row for each, with what is asked or looked at, and where it is entered."""
    rulebook = words.rulebook
    kinds: tuple[tuple[str, Sequence[Found]], ...] = (
        ("现场检查表", rulebook.checklists), ("投诉", rulebook.complaints), ("满意度调查", rulebook.polls),
        ("抽查", rulebook.spot_plans),
    )  # fmt: skip
    rows = [("", row(words, kind, one)) for kind, found in kinds for one in found]
    return Section("looking", "检查", (), table("检查", ("名称", "条款", "内容"), rows), number=len(rows))


def row(words: Words, kind: str, one: Found) -> Sequence[Cell]:
    clause = "、".join(one.clauses) if isinstance(one, Complaints) else one.clause
    facts = [f"{fact.label}：{fact.text}" for fact in words.facts(one, skip=SKIPPED)]
    return (
        cell(Line(one.title, "strong"), Line(kind)), cell(clause),
        cell(*said(words, one), *facts, *quotes(one.stated), *note(one.reading)),
    )  # fmt: skip


def said(words: Words, one: Found) -> Iterator[str]:
    """What is looked at or asked, a line each."""
    if isinstance(one, Checklist):
        ledger = words.rulebook.ledger(one.ledger) if one.ledger else None
        field = ledger.field(one.item) if ledger is not None else None
        yield from [item.value for item in one.items] or (field.choices if field is not None else ())
        yield f"结果：{'、'.join(outcome.label for outcome in one.outcomes)}、不适用"
    if isinstance(one, Poll):
        for question in one.questions:
            good = f"，答“{'”或“'.join(question.satisfied)}”算满意" if question.satisfied else ""
            choices = "、".join(question.choices)
            yield f"{question.text}（{choices}{good}）" if choices else question.text
