"""The readable result: sections of headings and rows, the same for terminal, screen and files."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.assessments import ItemScore
from kpi.evaluation import Evaluation
from kpi.indicators.book import text_of
from kpi.indicators.values import IndicatorValue
from kpi.payments import Line
from kpi.quantities import Money, percent, show


@dataclass(frozen=True, slots=True)
class Section:
    """A table with a title. `right`: indexes of columns with figures; `notes` stand below."""

    title: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    right: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled list of sections."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]


STATUS = {True: "达标", False: "未达标", None: "待定"}


def result_sheet(evaluation: Evaluation, *, all_indicators: bool = True) -> Sheet:
    """Everything that came out of a period: indicators, derived figures, sheet, tier, payment."""
    rulebook, given = evaluation.source.rulebook, evaluation.given
    parts = [f"规则书 {rulebook.key} 第 {rulebook.version} 版（校验值 {evaluation.source.sha256[:12]}）"]
    if given.price is not None:
        parts.append(f"合同价款 {given.price}")
    if given.period is not None:
        parts.append(f"考核周期 {given.period.start} 至 {given.period.end}")
    sections = [
        _targets(evaluation),
        _indicators(evaluation, all_indicators),
        _claimed(evaluation),
        _derived(evaluation),
        _records(evaluation),
        *_assessment(evaluation),
        _verdicts(evaluation),
        *payment_sections(evaluation),
        _reminders(evaluation),
    ]
    return Sheet(rulebook.title, "；".join(parts), tuple(one for one in sections if one.rows or one.notes))


def _targets(evaluation: Evaluation) -> Section:
    """Targets changed after signing stand above everything that they moved."""
    rows = tuple(
        (one.clause, one.title, f"{show(target.value)}{one.unit}", target.reason, target.by, target.date.isoformat())
        for one in evaluation.source.rulebook.parameters
        if (target := evaluation.given.targets.get(one.id)) is not None
    )
    return Section("调整过的目标", ("条款", "目标", "调整为", "理由", "批准人", "日期"), rows, right=(2,))


def _indicators(evaluation: Evaluation, everything: bool) -> Section:
    values = [value for group in evaluation.indicators.values() for value in group]
    rows = [
        (value.clause, value.title, STATUS[value.met], _reason(value))
        for value in values
        if everything or value.met is not True
    ]
    counts = {key: sum(1 for value in values if value.met is key) for key in STATUS}
    note = f"达标 {counts[True]} 项，未达标 {counts[False]} 项，待定（无数据） {counts[None]} 项"
    return Section("指标", ("条款", "指标", "结论", "完成情况"), tuple(rows), notes=(note,) if values else ())


def _reason(value: IndicatorValue) -> str:
    details = [f"{name}：{one.reason}" for name, one in value.members.items() if one.met is not True]
    return value.reason + (("。" + "；".join(details[:5])) if details else "")


def _claimed(evaluation: Evaluation) -> Section:
    """Figures where the contractor claims another value than was verified."""
    rows = [
        (one.clause, one.title, text_of(one.claimed, one.unit), text_of(one.value, one.unit))
        for one in evaluation.book.figures.values()
        if one.claimed is not None and one.claimed != one.value and isinstance(one.value, int | Fraction)
    ]
    return Section("自报与审核不同的数字", ("条款", "数字", "自报", "审核"), tuple(rows), right=(2, 3))


def _derived(evaluation: Evaluation) -> Section:
    rows = []
    for one in evaluation.derived.values():
        if one.numerator is not None:
            shown = f"{percent(one.value, 4)}（{text_of(one.numerator)}/{text_of(one.denominator)}）"
        else:
            shown = one.reason or text_of(one.value, one.unit)
        rows.append((one.clause, one.title, shown))
    return Section("推算数据", ("条款", "名称", "数值"), tuple(rows), right=(2,))


def _records(evaluation: Evaluation) -> Section:
    rows = tuple(
        (
            str(number),
            one.branch,
            show(one.score),
            "合格" if one.qualified else "不合格",
            "、".join(one.wrong),
        )
        for number, one in enumerate(evaluation.records, 1)
    )
    return Section("记录评分", ("序号", "类别", "得分", "结论", "错误或空白的要素"), rows, right=(0, 2))


def _assessment(evaluation: Evaluation) -> list[Section]:
    sheet = evaluation.assessment
    if sheet is None:
        return []
    rows = [_item_row(item) for item in sheet.items]
    rows += [
        (line.id, "加分", "", "", "", _points(line.points), line.explanation) for line in sheet.bonus_lines
    ]
    notes = [f"合计 {_points(sheet.total)} 分" if sheet.total is not None else "合计：不能计算"]
    if sheet.order is not None:
        notes += sheet.explanation.split("；")
    if evaluation.combined is not None:
        notes.append(f"与其他考核表合成：{evaluation.combined.explanation}")
    notes += [f"{one.clause}：{one.reason}" for one in sheet.reasons]
    if evaluation.tier is not None:
        notes.append(f"档次 {evaluation.tier.tier}：{evaluation.tier.explanation}")
    notes += list(evaluation.reasons)
    headings = ("编号", "考核项", "满分", "扣分", "自评", "得分", "依据")
    return [Section(sheet.title, headings, tuple(rows), right=(2, 3, 4, 5), notes=tuple(notes))]


def _item_row(item: ItemScore) -> tuple[str, ...]:
    refused = bool(item.refused)
    deduction = "待定" if refused else _points(item.deduction)
    score = "待定" if refused else _points(item.score)
    self_score = "" if item.self_score is None else _points(item.self_score)
    maximum = "未约定" if item.maximum is None else _points(item.maximum)
    return item.id, item.title, maximum, deduction, self_score, score, item.explanation


def _points(value: Fraction | None) -> str:
    return "—" if value is None else show(value, 2)


def _verdicts(evaluation: Evaluation) -> Section:
    rows = [(one.id, one.title, one.text) for one in evaluation.verdicts]
    rows += [(one.id, one.title, _yes(one.value)) for one in evaluation.rights]
    rows += [(one.id, one.title, one.text.removeprefix(f"{one.title}：")) for one in evaluation.untiered or ()]
    return Section("结论与权利", ("编号", "事项", "结论"), tuple(rows))


def _yes(value: bool | None) -> str:
    return "待定" if value is None else "是" if value else "否"


STATUS_OF_PAYMENT = {
    "payable": "可以支付",
    "suspended": "暂缓支付，先整改",
    "blocked": "暂不能支付",
    "none": "没有待付款项",
}


def payment_sections(evaluation: Evaluation) -> list[Section]:
    """Plans, reductions and the decision."""
    decision = evaluation.payment
    if decision is None:
        return []
    sections = []
    for plan in decision.plans.values():
        chosen = "（已选定）" if plan.id == decision.chosen else ""
        rows = tuple(_payment_row(line) for line in plan.lines)
        note = f"合计 {_money(plan.in_all)}，其中预付 {_money(plan.advance)}，其余 {_money(plan.remaining)}"
        headings = ("编号", "款项", "金额", "怎样算出", "条件")
        sections.append(Section(f"付款安排：{plan.title}{chosen}", headings, rows, right=(2,), notes=(note,)))
    rows = tuple((one.id, one.title, _money(one.amount), one.explanation) for one in decision.reductions)
    notes = (f"扣款合计 {_money(decision.reduction_total)}", *filter(None, [decision.reduction_note])) if rows else ()
    sections.append(Section("扣款", ("编号", "名称", "金额", "怎样算出"), rows, right=(2,), notes=notes))
    lines = [f"付款结论：{STATUS_OF_PAYMENT[decision.status]}"]
    if decision.payable is not None:
        lines.append(f"本次应付 {decision.payable}：{decision.explanation}")
    lines += [f"原因：{reason}" for reason in decision.reasons]
    sections.append(Section("付款结论", notes=tuple(lines)))
    return sections


def _payment_row(line: Line) -> tuple[str, ...]:
    gates = "；".join(f"{gate.title} {STATUS[gate.met]}" for gate in line.gates)
    paid = f"已付 {line.paid}" if line.paid is not None else ""
    conditions = "；".join(filter(None, [gates, paid, line.due]))
    return line.id, line.title, _money(line.amount), line.explanation, conditions


def _money(value: Money | None) -> str:
    return "不能计算" if value is None else str(value)


def _reminders(evaluation: Evaluation) -> Section:
    rows: list[tuple[Any, ...]] = []
    schedules = {one.id: one for one in evaluation.source.rulebook.schedules}
    for name, steps in evaluation.reminders.items():
        for step, day in steps.items():
            rows.append((name, schedules[name].steps[step].title or step, day.isoformat()))
    return Section("提醒日期", ("事项", "步骤", "日期"), tuple(rows))
