"""What the document leaves open or says twice: each becomes a question that the buyer can answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kpi.checkup.findings import Book, Finding, as_number, numbers_stated, squeeze
from kpi.checkup.losses import stated
from kpi.checkup.reachable import maximum_stated
from kpi.checkup.walk import Node
from kpi.quantities import plain
from kpi.rulebook.assumptions import Assumption
from kpi.rulebook.base import Answer, Stated
from kpi.rulebook.mechanics import (
    AllOrNothing,
    AnyFailing,
    Discretion,
    EarnPerUnit,
    Gate,
    HalfCredit,
    Mechanic,
    NoDeduction,
    PerExtra,
    ZeroIf,
)
from kpi.rulebook.payments import FixedPerRecord, Reduction
from kpi.rulebook.rubric import Bonus, BonusRule, Item, Rubric


def maxima(book: Book) -> Iterator[Finding]:
    """Items that can lose everything without a stated maximum, each; the others without one, together."""
    others: list[Item] = []
    for node, item in book.all(Item):
        if maximum_stated(item) is not None:
            continue
        rule = next(
            (rule for rule in item.rules if needs_maximum(rule) and not book.switched_off(rule)), None
        )
        if rule is None:
            others.append(item)
            continue
        yield book.finding(
            "question",
            "maximum_missing",
            node.path,
            f"考核项“{item.title}”有不得分的情形，却没有写明满分，不得分时扣几分无从算起",
            f"考核项“{item.title}”满分几分？",
            about=[item.maximum],
            quotes=(*rule.stated, *item.stated),
        )
    rubric = book.rulebook.rubric
    if others and rubric is not None:
        titles = "、".join(item.title for item in others)
        yield book.finding(
            "question",
            "maxima_missing",
            ("rubric", "items"),
            f"{len(others)} 个考核项没有写明满分，单项最多扣到几分、合计是否等于总分都无法核对：{titles}",
            f"这 {len(others)} 个考核项的满分各是几分？",
            about=[item.maximum for item in others],
        )


def needs_maximum(rule: Mechanic) -> bool:
    """Whether a rule can take the whole item, so that it means nothing without the item's maximum."""
    match rule:
        case ZeroIf() | AnyFailing():
            return True
        case Gate():
            return stated(rule.otherwise) in ("zero", None)
        case AllOrNothing() | HalfCredit():
            return rule.worth is None
    return False


def weights(book: Book) -> Iterator[Finding]:
    """Parts of the assessment (daily, annual) whose weights the document does not state."""
    for node, rubric in book.all(Rubric):
        open_parts = [
            part
            for part in rubric.parts
            if stated(part.weight) is None and not numbers_stated(part.stated, "weight", "")
        ]
        if open_parts:
            titles = "、".join(f"“{part.title}”" for part in open_parts)
            yield book.finding(
                "question",
                "weights_missing",
                (*node.path, "parts"),
                f"{titles}各占多少权重没有写明",
                f"{titles}各占多少？",
                about=[*(part.weight for part in open_parts), rubric.combine],
                quotes=[one for part in open_parts for one in part.stated],
            )
        elif not rubric.parts and isinstance(rubric.combine, Answer):
            yield book.finding(
                "question",
                "weights_missing",
                (*node.path, "combine"),
                "几次考核怎样合成一个总分没有写明",
                "几次考核怎样合成一个总分，各占多少？",
                about=[rubric.combine],
                quotes=rubric.stated,
            )


def bonuses(book: Book) -> Iterator[Finding]:
    """Bonus without cap: of one line that grows with a count, and of all lines together."""
    for node, line in book.all(BonusRule):
        grows = isinstance(line.rule, PerExtra | EarnPerUnit) and stated(line.rule.up_to) is None
        grows = grows or (isinstance(line.rule, Discretion) and line.rule.count is not None)
        bonus = next(rule for rule in reversed(node.trail) if isinstance(rule, Bonus))
        if grows and stated(line.cap) is None and stated(bonus.group_caps.get(line.group)) is None:
            yield book.finding(
                "question",
                "bonus_without_cap",
                node.path,
                "每多一项就多加分，没有写明最多加几分",
                "这一项最多加几分？",
                about=[line.cap, getattr(line.rule, "up_to", None)],
                quotes=(*line.stated, *line.rule.stated),
            )
    for node, bonus in book.all(Bonus):
        if stated(bonus.cap) is None:
            yield book.finding(
                "question",
                "bonus_without_cap",
                node.path,
                "加分合计没有上限，加分后能否超过总分没有写明",
                "加分合计最多几分？加分后总分可以超过满分吗？",
                about=[bonus.cap, bonus.may_exceed_total],
                quotes=[*bonus.stated, *(one for line in bonus.rules for one in line.stated)],
                clauses=[line.clause for line in bonus.rules],
            )


def populations(book: Book) -> Iterator[Finding]:
    """Reductions per record whose population the document does not state."""
    for node, reduction in book.all(Reduction):
        amount = reduction.amount
        if isinstance(amount, FixedPerRecord) and stated(amount.population) is None:
            yield book.finding(
                "question",
                "population_missing",
                node.path,
                f"扣款“{reduction.title}”按条计算，却没有写明是哪些记录：抽查样本里的，还是推算到全部记录",
                f"“{reduction.title}”对哪些记录逐条计算？",
                about=[amount.population, amount.count, reduction.when],
                quotes=reduction.stated,
            )


def contradictions(book: Book) -> Iterator[Finding]:
    """Several values stated for one aspect of one rule.

    Where an assumption quotes the contradiction, the rules that quote it too are not reported again.
    """
    ruled = [node for node in book.rules if hasattr(node.value, "stated")]
    ruled.sort(key=lambda node: not isinstance(node.value, Assumption))
    seen: list[list[Stated]] = []
    for node in ruled:
        for several in _differing(node.value.stated):
            if not any(_same(several, earlier) for earlier in seen):
                seen.append(several)
                yield _contradiction(book, node, several)


def _same(left: list[Stated], right: list[Stated]) -> bool:
    """The same values from overlapping passages."""
    if {_text(one.value) for one in left} != {_text(one.value) for one in right}:
        return False
    texts = [squeeze(one.quote) for one in right]
    return all(
        any(squeeze(one.quote) in text or text in squeeze(one.quote) for text in texts) for one in left
    )


def _differing(quotes: tuple[Stated, ...]) -> list[list[Stated]]:
    by_aspect: dict[str, list[Stated]] = {}
    for one in quotes:
        if one.value is not None:
            by_aspect.setdefault(one.about, []).append(one)
    return [several for several in by_aspect.values() if len({_text(one.value) for one in several}) > 1]


def _contradiction(book: Book, node: Node, several: list[Stated]) -> Finding:
    shown = "；".join(f"“{one.quote}”写的是 {_shown(one.value)}" for one in several)
    choice = "、".join(dict.fromkeys(_shown(one.value) for one in several))
    rule: Any = node.value
    values = [getattr(rule, name) for name in type(rule).model_fields]
    return book.finding(
        "question",
        "stated_contradiction",
        node.path,
        f"文件对同一件事说法不一：{shown}",
        f"以哪一个为准：{choice}？",
        about=[Answer(answer=rule.id)] if isinstance(rule, Assumption) else values,
        quotes=several,
    )


def _text(value: Any) -> str:
    number = as_number(value)
    return str(value) if number is None else plain(number)


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, str) else _text(value)


def open_questions(book: Book) -> Iterator[Finding]:
    """Assumptions without default, parameters without value, requirements without deduction."""
    for index, assumption in enumerate(book.rulebook.assumptions):
        if assumption.default is None:
            held = "付款" if assumption.touches_payment else "相关结果"
            yield book.finding(
                "question",
                "unanswered",
                ("assumptions", index),
                f"文件没有写明，也没有默认读法；答复前{held}不能计算",
                assumption.question,
                about=[Answer(answer=assumption.id)],
            )
    for index, parameter in enumerate(book.rulebook.parameters):
        if parameter.value is None:
            yield book.finding(
                "question",
                "parameter_not_stated",
                ("parameters", index),
                f"“{parameter.title}”没有写明",
                f"“{parameter.title}”是多少？",
                quotes=parameter.stated,
            )
    for node, rule in book.all(NoDeduction):
        title = rule.label or "、".join(
            book.clause_titles.get(name, name) for name in book.clauses_at(node.path)
        )
        yield book.finding(
            "question",
            "no_deduction_stated",
            node.path,
            f"“{title}”是考核内容，评分标准却没有写不达标扣几分",
            f"“{title}”不达标时扣几分，还是不扣？",
            about=[rule.when],
            quotes=rule.stated,
        )
