"""forecast and replay: where it leads, and what a changed rulebook would have changed."""

from __future__ import annotations

import argparse
from datetime import date

from kpi.calendar import WindowKind, periods
from kpi.cli.inputs import BadInput, measure, rulebook, setup, with_period
from kpi.cli.outcomes import report_problems
from kpi.cli.show import print_json, print_sheet
from kpi.forecast import Forecast, forecast
from kpi.quantities import Period, percent, show
from kpi.replay import Replayed, fitting, replay
from kpi.reports.plain_data import plain_data
from kpi.reports.sheet import Section, Sheet
from kpi.rulebook.given import Days


def forecast_command(chosen: argparse.Namespace) -> int:
    """Points and yuan at the end of the term, and what would protect most."""
    source = rulebook(chosen.rulebook)
    given = with_period(setup(chosen.setup, source), chosen.period)
    if given.period is None:
        raise BadInput("预测要知道合同期；请在设置里写 term 的起止日期")
    as_of = _day(chosen.as_of) if chosen.as_of else given.period.end
    if given.term is not None and not given.term.start <= as_of <= given.term.end:
        raise BadInput(f"截止日 {as_of} 不在合同期 {given.term.start} 至 {given.term.end} 内；请核对 --as-of")
    so_far = given.model_copy(update={"period": Days(start=given.period.start, end=as_of)})
    measured = measure(source, so_far, chosen.entries, None, chosen.claimed)
    if chosen.entries:
        report_problems(measured, chosen.errors)
    ahead = forecast(source, so_far, measured.figures, as_of)
    if chosen.json:
        print_json({
            "as_of": as_of.isoformat(), "provisional": ahead.provisional, "share_gone": plain_data(ahead.share_gone),
            "total": plain_data(_total(ahead)), "levers": plain_data(ahead.levers), "together": plain_data(ahead.together),
        })  # fmt: skip
    else:
        print_sheet(_forecast_sheet(ahead))
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"日期“{text}”看不懂；请写 2026-06-30 的样子") from error


def _total(ahead: Forecast) -> object:
    return ahead.at_end.score


def _forecast_sheet(ahead: Forecast) -> Sheet:
    end = ahead.at_end
    total = end.score
    net = end.payment.net if end.payment is not None else None
    notes = []
    if end.assessment is not None:
        notes.append(f"期末得分 {show(total, 2)} 分" if total is not None else "期末得分：还不能预测（有待定的项）")
    else:
        notes += [f"{verdict.title}：{verdict.text}" for verdict in end.verdicts]
    if end.tier is not None:
        notes.append(f"期末档次 {end.tier.tier}")
    notes.append(f"期末应得 {net}" if net is not None else "期末应得：还不能预测")
    if ahead.together is not None:
        one = ahead.together
        score = f"得分到 {show(one.total, 2)} 分" if one.total is not None else ""
        words = "、".join(filter(None, [score, f"档次到{one.tier}" if one.tier else ""]))
        notes.append(f"同时补足 {'、'.join(one.clauses)}：{words}，多得 {one.gain_yuan}")
    if ahead.provisional:
        notes.append("合同期内有年份还没有公布放假安排，按周一至周五推算，暂定")
    rows = tuple(
        (
            one.clause,
            one.title,
            f"{show(one.gain_points, 2)} 分",
            str(one.gain_yuan) if one.gain_yuan is not None and one.gain_yuan.fen else "—",
            one.reason,
        )
        for one in ahead.levers
    )
    levers = Section(
        "补足后最能保住的（按金额、分数排列）",
        ("条款", "事项", "保住分数", "保住金额", "现状"),
        rows,
        right=(2, 3),
    )
    subtitle = f"截止 {ahead.as_of}，合同期已过 {percent(ahead.share_gone)}；按目前进度推算，不是考核结果"
    return Sheet(
        f"{end.source.rulebook.title} 预测", subtitle, (Section("到期末", notes=tuple(notes)), levers)
    )


def replay_command(chosen: argparse.Namespace) -> int:
    """Each period under both rulebooks; 1 where something differs."""
    old, new = rulebook(chosen.rulebook), rulebook(chosen.against)
    given = setup(chosen.setup, old)
    span = given.term or given.period
    if span is None:
        raise BadInput("重演要知道合同期；请在设置里写 term 的起止日期")
    found: list[Replayed] = []
    for window in periods(WindowKind(chosen.every), Period(span.start, span.end)):
        inside = given.model_copy(update={"period": Days(start=window.start, end=window.end)})
        before = measure(old, inside, chosen.entries, None, chosen.claimed)
        after = measure(new, fitting(new.rulebook, inside)[0], chosen.entries, None, chosen.claimed)
        found.append(replay(old, new, inside, before.figures, after.figures, window.label))
    if chosen.json:
        print_json([
            {"period": one.period, "points": plain_data(one.points), "yuan": plain_data(one.yuan),
             "changes": plain_data(one.changes), "left_out": list(one.left_out)} for one in found
        ])  # fmt: skip
    else:
        print_sheet(_replay_sheet(found, old.rulebook.title))
    return 1 if any(one.changes for one in found) else 0


def _replay_sheet(found: list[Replayed], title: str) -> Sheet:
    summary = tuple(
        (one.period, _shown(one.points), _shown(one.yuan), str(len(one.changes))) for one in found
    )
    headings = ("周期", "得分变化", "金额变化", "不同之处")
    sections = [Section("逐期比较（改动后减改动前）", headings, summary, right=(1, 2, 3))]
    for one in found:
        rows = tuple(
            (change.place, change.title, _shown(change.before), _shown(change.after))
            for change in one.changes
        )
        if rows:
            sections.append(Section(one.period, ("位置", "名称", "改动前", "改动后"), rows))
    left_out = tuple(dict.fromkeys(text for one in found for text in one.left_out))
    if left_out:
        sections.append(Section("改动后的规则书不认识、没有采用的设置", notes=left_out))
    return Sheet(f"{title} 重演", "同样的记录，按两本规则书分别计算", tuple(sections))


def _shown(value: object) -> str:
    return "不能计算" if value is None else str(plain_data(value))
