"""The standing of a contract as plain data: what the row keeps, numbers as exact texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from app.services.standing.criteria import Sides, Strip, criterion_row
from app.services.standing.inputs import Inputs
from app.services.standing.lines import Line as Course
from app.services.standing.lines import foresee, lines
from app.services.standing.measuring import Measured
from app.services.standing.members import members_row
from app.services.standing.pace import Pace, worst
from app.services.standing.supposed import supposed
from kpi.assessments import AssessmentScore
from kpi.evaluation import Evaluation
from kpi.forecast import Forecast, Price, forecast
from kpi.forecast.levers import known_points, points_between, yuan_between
from kpi.payments import Line, PaymentDecision
from kpi.quantities import Money, plain
from kpi.rulebook.indicators import Indicator

MOST_NAMED = 20
Found = dict[str, Any]


def compute(measured: Measured) -> tuple[Found, dict[str, Strip], dict[str, Course]]:
    """Everything that the row keeps; the windows of each criterion by its place, and how its figure went."""
    inputs = measured.inputs
    sides = Sides(measured)
    ahead = forecast(
        inputs.book.source, inputs.given_until(_so_far(inputs)), measured.figures(), inputs.as_of, span=inputs.span,
        running=measured.running(sides.cells), closed=inputs.closed, priced=True,
    )  # fmt: skip
    over = inputs.today > inputs.span.end
    if over:  # nothing can be done about it any more
        ahead = replace(ahead, at_best=ahead.at_end, levers=(), together=None)
    rows, strips = _indicators(sides, ahead)
    gone, days = sides.gone.days(inputs.span)
    return {
        "day": inputs.today.isoformat(), "trial": inputs.trial, "over": over,
        "period": _span(inputs), "gone": gone, "days": days, "share": f"{gone * 100 // days}%",
        "provisional": ahead.provisional or _uncovered(inputs), "left_out": list(inputs.left_out),
        "counts": _counts(measured), "score": _score(ahead), "tier": _tier(ahead), "money": _money(inputs, ahead),
        "verdicts": _verdicts(ahead), "supposed": supposed(ahead), "indicators": rows, "levers": [_lever(one) for one in ahead.levers],
        "together": _together(ahead), "prices": {name: price(one) for name, one in (ahead.prices or {}).items()},
    }, strips, lines(sides)  # fmt: skip


def refused(day: date, reason: str) -> Found:
    """A standing that cannot be computed, with why."""
    return {"day": day.isoformat(), "refused": reason}


def _so_far(inputs: Inputs) -> Any:
    return type(inputs.span)(inputs.span.start, inputs.as_of)


def _span(inputs: Inputs) -> Found:
    span = inputs.span
    return {"from": span.start.isoformat(), "to": span.end.isoformat(), "label": span.label or "合同期"}


def _uncovered(inputs: Inputs) -> bool:
    """Whether a year of the period has no published holidays."""
    years = range(inputs.span.start.year, inputs.span.end.year + 1)
    return any(not inputs.calendar.covers(year) for year in years)


def _counts(measured: Measured) -> Found:
    why = [[reason, number] for reason, number in measured.left_out.most_common(MOST_NAMED)]
    return {"claimed": measured.read, "counted": measured.counted, "later": measured.later, "left_out": why}


# -- indicators -----------------------------------------------------------------------------------


def _indicators(sides: Sides, ahead: Forecast) -> tuple[list[Found], dict[str, Strip]]:
    rows: list[Found] = []
    strips: dict[str, Strip] = {}
    numbers: dict[str, int] = {}
    levers = {one.clause: one for one in ahead.levers}
    for indicator in sides.now.book.rulebook.indicators:
        number = numbers[indicator.clause] = numbers.get(indicator.clause, -1) + 1
        row, own = _indicator(sides, indicator, number)
        lever = levers.get(indicator.clause)
        if lever is not None:
            row["risk"] = {"points": plain(lever.gain_points), "yuan": _fen(lever.gain_yuan)}
        row["forecast"] = _met_at_end(ahead.at_end, indicator.clause, number)
        foresee(row, ahead.at_end.indicators[indicator.clause][number], sides.measured)
        rows.append(row)
        strips |= {f"{row['key']}/{place}": strip for place, strip in own.items() if strip}
    return rows, strips


def _indicator(sides: Sides, indicator: Indicator, number: int) -> tuple[Found, dict[int, Strip]]:
    value = sides.now.values[indicator.clause][number]
    row: Found = {
        "key": f"{indicator.clause}/{number}", "clause": indicator.clause, "title": indicator.title,
        "stage": indicator.stage, "duty": indicator.duty != "scored", "met": value.met, "reason": value.reason,
        "ledgers": _ledgers(indicator), "criteria": [],
    }  # fmt: skip
    if value.members:
        row["members"] = members_row(indicator, value)
    strips: dict[int, Strip] = {}
    for place in range(len(value.criteria)):
        found, strips[place] = criterion_row(sides, indicator, number, place)
        found["strip"] = bool(strips[place])
        row["criteria"].append(found)
    row["pace"] = _pace(row, value.met).value
    return row, strips


def _pace(row: Found, met: bool | None) -> Pace:
    paces = [Pace(one["pace"]) for one in row["criteria"]]
    if paces:
        return worst(paces)
    return Pace.NO_DATA if met is None else Pace.KEPT if met else Pace.SHORT


def _ledgers(indicator: Indicator) -> list[str]:
    """The ledgers that its figures read."""
    found = (getattr(figure, "ledger", None) for figure in indicator.figures.values())
    return list(dict.fromkeys(one for one in found if one))


def _met_at_end(end: Evaluation, clause: str, number: int) -> bool | None:
    return end.indicators[clause][number].met


# -- score, tier, money ---------------------------------------------------------------------------


def _score(ahead: Forecast) -> Found | None:
    sheet = ahead.now.assessment
    if sheet is None:
        return None
    end, best = ahead.at_end, ahead.at_best or ahead.at_end
    lost = sheet.full - best.score if best.score is not None else -known_points(best)
    return {
        "full": plain(sheet.full), "now": _number(ahead.now.score), "end": _number(end.score),
        "best": _number(best.score), "lost": plain(max(lost, Fraction(0))),
        "risk": plain(max(points_between(best, end), Fraction(0))), "lost_now": plain(sum(sheet.deductions.values(), Fraction(0))),
        "pending": _reasons(sheet), "pending_end": _reasons(end.assessment),
    }  # fmt: skip


def _reasons(sheet: AssessmentScore | None) -> list[Found]:
    """Why there is no total: each clause once."""
    found: dict[str, str] = {}
    for one in sheet.reasons if sheet is not None else ():
        found.setdefault(one.clause, one.reason)
    return [{"clause": clause, "reason": reason} for clause, reason in found.items()]


def _number(value: Fraction | None) -> str | None:
    return None if value is None else plain(value)


def _tier(ahead: Forecast) -> Found | None:
    if ahead.now.source.rulebook.tiers is None:
        return None
    return {
        name: None if one is None or one.tier is None else {"name": one.tier.tier, "meaning": one.tier.meaning}
        for name, one in (("now", ahead.now), ("end", ahead.at_end), ("best", ahead.at_best))
    }


def _money(inputs: Inputs, ahead: Forecast) -> Found:
    now, end, best = ahead.now.payment, ahead.at_end.payment, (ahead.at_best or ahead.at_end).payment
    risk = yuan_between(ahead.at_best or ahead.at_end, ahead.at_end)
    found: Found = {
        "price": None if inputs.given.price is None else inputs.given.price.plain(),
        "end": _fen(end.net if end is not None else None), "best": _fen(best.net if best is not None else None),
        "risk": _fen(None if risk is None or risk.fen < 0 else risk),
    }  # fmt: skip
    if now is None:
        return found
    plan = now.plans.get(now.chosen or "")
    foreseen = _amounts(end)
    return found | {
        "status": now.status, "reasons": list(now.reasons), "plan": plan.title if plan is not None else None,
        "due": now.due.id if now.due is not None else None, "payable": _fen(now.payable),
        "lines": [_line(one, foreseen.get(one.id)) for one in (plan.lines if plan is not None else ())],
        "reductions": [
            {"title": one.title, "amount": _fen(one.amount), "text": one.explanation} for one in now.reductions
        ],
    }  # fmt: skip


def _amounts(decision: PaymentDecision | None) -> dict[str, Money | None]:
    plan = decision.plans.get(decision.chosen or "") if decision is not None else None
    return {line.id: line.amount for line in plan.lines} if plan is not None else {}


def _line(line: Line, foreseen: Money | None) -> Found:
    return {
        "id": line.id, "title": line.title, "clause": line.clause, "amount": _fen(line.amount),
        "forecast": _fen(foreseen), "text": line.explanation, "due": line.due, "paid": _fen(line.paid),
        "gates": [{"title": one.title, "met": one.met, "text": one.explanation} for one in line.gates],
        "papers": list(line.missing_papers),
    }  # fmt: skip


def _fen(value: Money | None) -> str | None:
    """Yuan as a decimal text."""
    return None if value is None else value.plain()


def _verdicts(ahead: Forecast) -> list[Found]:
    end = {one.id: one.text for one in ahead.at_end.verdicts}
    return [{"title": one.title, "now": one.text, "end": end.get(one.id, "")} for one in ahead.now.verdicts]


def _lever(one: Any) -> Found:
    return {
        "clause": one.clause, "title": one.title, "points": plain(one.gain_points), "yuan": _fen(one.gain_yuan),
        "reason": one.reason,
    }  # fmt: skip


def _together(ahead: Forecast) -> Found | None:
    one = ahead.together
    if one is None:
        return None
    return {
        "clauses": list(one.clauses), "total": _number(one.total), "tier": one.tier, "yuan": _fen(one.gain_yuan)
    }


def price(one: Price) -> Found:
    """The price of one more shortfall."""
    return {"points": plain(one.points), "yuan": _fen(one.yuan), "units": one.units, "unit": one.unit}


def key_figures(found: Mapping[str, Any]) -> Found:
    """What is kept of a day for the comparison with later ones."""
    score, tier, money = found.get("score") or {}, found.get("tier") or {}, found.get("money") or {}
    end = tier.get("end")
    behind = sum(1 for row in found.get("indicators", ()) if Pace(row["pace"]).bad)
    return {
        "day": found["day"], "end": score.get("end"), "best": score.get("best"), "risk": score.get("risk"),
        "tier": end["name"] if end else None, "yuan": money.get("end"), "yuan_risk": money.get("risk"),
        "behind": behind,
    }  # fmt: skip
