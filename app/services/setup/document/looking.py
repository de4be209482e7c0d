"""What is looked into on the spot: checklists, complaints, satisfaction surveys, spot checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from app.services.setup.document.shape import Cell, Line, Section, cell, note, quotes, table
from app.services.setup.wording import Words
from kpi.quantities import percent
from kpi.rulebook.inspections import Checklist, Complaints, Poll, SpotPlan

Found = Checklist | Complaints | Poll | SpotPlan
BY = {"outlet": "网点", "township": "乡镇", "author": "填报人"}


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
    told = filter(None, [*said(words, one), ledger_line(words, one)])
    return cell(Line(one.title, "strong"), Line(kind)), cell(clause), cell(*told, *quotes(one.stated), *note(one.reading))


def ledger_line(words: Words, one: Found) -> str:
    """Where the outcome is entered, or what it is proposed for."""
    ledger = words.rulebook.ledger(one.ledger) if one.ledger else None
    if isinstance(one, SpotPlan):
        return f"抽的台账：{ledger.name}" if ledger is not None else ""
    if ledger is not None:
        return f"结果记入“{ledger.name}”，由采购人另一人审核"
    if isinstance(one, Poll) and one.figures:
        return f"结果供评分人采用为数据：{'、'.join(figure_label(words, one.clause, name) for name in one.figures.values())}"
    return "" if isinstance(one, Poll) else "不合格的登记为问题" if isinstance(one, Checklist) else "成立的登记为问题"


def figure_label(words: Words, clause: str, name: str) -> str:
    figures = (each.figures.get(name) for each in words.rulebook.indicators if each.clause == clause)
    return next((one.label or name for one in figures if one is not None), name)


def parameter_line(words: Words, word: str, name: str) -> str:
    """A parameter by its title and value."""
    one = next((each for each in words.rulebook.parameters if each.id == name), None)
    if one is None:
        return ""
    rate = one.value if isinstance(one.value, Fraction) and "%" in one.unit else None
    value = percent(rate) if rate is not None else f"{words.value(one.value, 'value')}{one.unit}"
    return f"{word}：{one.title} {value}"


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
        yield f"分别评价：{'、'.join(one.groups)}" if one.groups else ""
        yield parameter_line(words, "最低人数", one.minimum)
        yield parameter_line(words, "目标", one.target)
    if isinstance(one, SpotPlan):
        yield f"至少抽 {words.value(one.share, 'share')}" if one.share is not None else ""
        yield f"至少抽 {words.value(one.number, 'number')} 条" if one.number is not None else ""
        yield f"分层：{BY.get(one.by, field_name(words, one))}" if one.by else ""
        yield f"推算：{words.value(one.projection, 'projection')}" + (
            f"，代替{figure_label(words, one.clause, one.figure)}" if one.figure else ""
        )


def field_name(words: Words, one: SpotPlan) -> str:
    ledger = words.rulebook.ledger(one.ledger)
    field = ledger.field(one.by) if ledger is not None else None
    return field.name if field is not None else one.by
