"""The 考核细则表, tiers and what follows, payments, events, reports, reminders."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.setup.document.basics import anchor
from app.services.setup.document.shape import Cell, Line, Part, Section, Table, cell, note, quotes, table
from app.services.setup.wording import ASIDE, Place, Words
from kpi.rulebook.payments import Payment, Plan, Tranche
from kpi.rulebook.rubric import Item, Rubric

_ASIDE = frozenset({"title", "clause", "clauses", "stated", "reading", "items", "parts", "pools", "bonus", "id", "form"})


def rubric(words: Words) -> Section:
    one = words.rulebook.rubric
    if one is None:
        return Section("rubric", "考核细则表")
    facts = tuple(Line(f"{fact.label}：{fact.text}") for fact in words.facts(one, skip=_ASIDE))
    rows = [(anchor("rubric", item.id), _item(words, item)) for item in one.items]
    tables = table(one.title, ("考核项", "满分", "评分标准"), rows)
    others = [*_pools(words, one), *_bonus(words, one)]
    tables += table("共用扣分和加分", ("名称", "规则"), [("", row) for row in others])
    return Section("rubric", "考核细则表", (*facts, *quotes(one.stated), *note(one.reading)), tables, number=len(rows))


def _item(words: Words, item: Item) -> Sequence[Cell]:
    heading = cell(Line(item.title, "strong"), Line(f"条款 {'、'.join(item.clauses)}"), *quotes(item.stated))
    start = "从 0 分往上加" if item.start == "zero" else ""
    maximum = "没有写明满分" if item.maximum is None else f"{words.value(item.maximum)} 分"
    lines: list[Line] = []
    for rule in item.rules:
        clause = rule.clause or item.clauses[0]
        named = f"{words.names.clause(clause)}：" if len(item.clauses) > 1 or rule.clause else ""
        lines += [Line(named + words.say(rule, Place(clause=clause))), *quotes(rule.stated)]
    lines += [Line(f"{words.names.clause(key)} 最多扣 {words.value(cap)} 分") for key, cap in item.clause_caps.items()]
    return heading, cell(maximum, start), tuple(lines)


def _pools(words: Words, one: Rubric) -> list[Sequence[Cell]]:
    titles = {item.id: item.title for item in one.items}
    rows: list[Sequence[Cell]] = []
    for pool in one.pools:
        shared = "、".join(titles.get(key, words.names.clause(key)) for key in pool.items)
        rows.append((cell("共用扣分"), cell(f"{shared}合计最多扣 {words.value(pool.maximum)} 分", *quotes(pool.stated))))
    rows += [(cell(f"考核部分“{part.title}”"), cell(words.say(part), *quotes(part.stated))) for part in one.parts]
    return rows


def _bonus(words: Words, one: Rubric) -> list[Sequence[Cell]]:
    if one.bonus is None:
        return []
    rows: list[Sequence[Cell]] = [
        (cell(f"加分：{words.names.clause(each.clause)}"), cell(words.say(each), *quotes(each.stated)))
        for each in one.bonus.rules
    ]
    limit = [
        f"加分合计最多 {words.value(one.bonus.cap)} 分" if one.bonus.cap is not None else "",
        f"总分可以超过满分：{words.value(one.bonus.may_exceed_total)}",
    ]
    return [*rows, (cell("加分的限度"), cell(*limit, *quotes(one.bonus.stated)))]


def tiers(words: Words) -> Section:
    book = words.rulebook
    bands = book.tiers.bands if book.tiers is not None else ()
    rows = [("", (cell(Line(one.tier, "strong")), cell(words.say(one), *quotes(one.stated)))) for one in bands]
    after = [
        ("", (cell(one.title, one.clause), cell(words.say(one, Place(one.clause)), *quotes(one.stated))))
        for one in book.consequences
    ]
    others = [
        *(("", (cell(one.title, one.clause), cell(words.say(one), *quotes(one.stated), *note(one.reading)))) for one in book.verdicts),
        *(("", (cell(one.title, one.clause), cell(words.say(one), *quotes(one.stated), *note(one.reading)))) for one in book.rights),
    ]
    lines: tuple[Line, ...] = ()
    if book.tiers is not None:
        lines = (Line(f"两档之间的得分：{words.value(book.tiers.gaps, 'gaps')}"), *quotes(book.tiers.stated), *note(book.tiers.reading))
    tables = (
        *table("档次", ("档次", "得分"), rows),
        *table("考核后果", ("名称", "规则"), after),
        *table("合格判定和权利", ("名称", "规则"), others),
    )
    return Section("tiers", "档次和后果", lines, tables, number=len(rows) + len(after) + len(others))


def payment(words: Words) -> Section:
    one = words.rulebook.payment
    if one is None:
        return Section("payment", "付款")
    skip = frozenset({"plans", "reductions", "clause", "stated", "reading"})
    lines = tuple(Line(f"{fact.label}：{fact.text}") for fact in words.facts(one, skip=skip))
    parts = tuple(_plan(words, plan) for plan in one.plans)
    reductions = _reductions(words, one)
    return Section("payment", "付款", (*lines, *quotes(one.stated), *note(one.reading)), reductions, parts, len(parts))


def _plan(words: Words, plan: Plan) -> Part:
    rows = [("", _tranche(words, one)) for one in plan.tranches]
    lines = (Line(f"款项：{plan.sum}"), *quotes(plan.stated), *note(plan.reading))
    tables = table(f"{plan.title}：各期", ("付款期", "金额", "条件", "材料和时限"), rows)
    return Part(anchor("payment", plan.id), f"付款方案：{plan.title}", lines, tables)


def _tranche(words: Words, one: Tranche) -> Sequence[Cell]:
    place = Place(one.clause)
    kind = "预付款" if one.advance else ""
    heading = cell(Line(one.title, "strong"), one.clause, kind, one.stage, *quotes(one.stated), *note(one.reading))
    gates = [line for gate in one.gates for line in (Line(words.say(gate, Place(gate.clause))), *quotes(gate.stated))]
    limits = [
        f"材料：{'、'.join(paper.title for paper in one.papers)}" if one.papers else "",
        f"审批：{'、'.join(one.approvals)}" if one.approvals else "",
        f"审核：{words.value(one.review_working_days)} 个工作日" if one.review_working_days is not None else "",
        f"审核：{words.value(one.review_calendar_days)} 天" if one.review_calendar_days is not None else "",
        f"收到发票后 {one.working_days} 个工作日内支付" if one.working_days is not None else "",
        f"{one.calendar_days} 天内支付" if one.calendar_days is not None else "",
    ]
    return heading, cell(words.say(one.amount, place)), tuple(gates) or cell("没有写明条件"), cell(*limits) or cell("没有写明")


def _reductions(words: Words, one: Payment) -> tuple[Table, ...]:
    rows = []
    for each in one.reductions:
        place = Place(each.clause)
        when = f"何时适用：{words.value(each.when, 'when', place)}" if each.when is not None else ""
        said = cell(words.say(each.amount, place), when, *quotes(each.stated), *note(each.reading))
        rows.append(("", (cell(Line(each.title, "strong"), each.clause), said)))
    return table("扣款", ("扣款", "规则"), rows)


def events(words: Words) -> Section:
    rows = [
        ("", (cell(one.title), cell("、".join(one.clauses)), cell(words.say(one) or "登记在案", *quotes(one.stated))))
        for one in words.rulebook.events
    ]
    return Section("events", "合同事件", (), table("合同事件", ("事件", "条款", "后果"), rows), number=len(rows))


def reports(words: Words) -> Section:
    rows = []
    for one in words.rulebook.reports:
        due = words.value(one.due) if one.due else ""
        when = cell(words.value(one.every, "every"), due)
        rows.append(("", (cell(one.title, *quotes(one.stated)), when, cell(*one.content, one.copies), cell("、".join(one.clauses)))))
    return Section("reports", "报告", (), table("应交的报告", ("报告", "什么时候", "内容和份数", "条款"), rows), number=len(rows))


def schedules(words: Words) -> Section:
    rows = []
    for one in words.rulebook.schedules:
        facts = words.facts(one, skip=ASIDE | {"given"})
        rows.append(("", (cell(words.names.clause(one.clause)), cell(*(f"{fact.label}：{fact.text}" for fact in facts)))))
    return Section("schedules", "提醒", (), table("到期提醒", ("事项", "规则"), rows), number=len(rows))
