"""Earlier decisions on the same clause: in this assessment and in those before, by whom, and whether the measure drifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.services.assessments.evaluating import Earlier, Work
from app.services.assessments.places import Place, Standing
from kpi.quantities import parse_exact, points, show

MOST = 8


@dataclass(frozen=True)
class Before:
    """One earlier decision. `own`: an earlier revision in this very assessment."""

    label: str
    what: str
    reason: str
    by: str
    on: str
    own: bool
    points: Fraction | None


@dataclass(frozen=True)
class Past:
    """What was decided on a clause before. `drift`: how the present points differ from those; blank where they do not."""

    listed: tuple[Before, ...] = ()
    drift: str = ""


def past(work: Work, place: Place, standing: Standing | None) -> Past:
    """The latest decision of each other assessment on the clause, and this one's earlier revisions, the newest first."""
    own = [one for one in work.every_decision if one.row.id == work.row.id and one.decision.key == place.key]
    latest: dict[tuple[int, str], Earlier] = {}
    for one in work.every_decision:
        if one.row.id != work.row.id and one.decision.clause == place.clause and one.row.id != work.row.supersedes_id:
            latest[one.row.id, one.decision.key] = one
    others = sorted(latest.values(), key=lambda one: (one.row.until_on, one.decision.id), reverse=True)
    verb = "得" if standing is not None and standing.earning else "扣"
    told = [_before(one, verb, own=True) for one in reversed(own[:-1])]
    told += [_before(one, verb, own=False) for one in others if not one.decision.withdrawn]
    return Past(tuple(told[:MOST]), _drift([one for one in told if not one.own], standing, verb))


def _before(one: Earlier, verb: str, *, own: bool) -> Before:
    decision = one.decision
    exact = parse_exact(decision.points) if decision.points is not None else None
    if decision.withdrawn:
        what = "撤回决定"
    elif decision.exempt:
        what = "免责，不扣分"
    elif exact is not None:
        what = f"{verb} {points(exact)} 分"
    else:
        what = "达标" if decision.met else "未达标"
    return Before(
        "本次" if own else one.row.label, what, decision.reason, decision.decider.display_name,
        f"{decision.decided_at:%Y-%m-%d}", own, exact,
    )  # fmt: skip


def _drift(others: Sequence[Before], standing: Standing | None, verb: str) -> str:
    """The present points against the mean of those before."""
    known = [one.points for one in others if one.points is not None]
    if standing is None or standing.decided is None or not known:
        return ""
    now, mean = standing.decided, sum(known, Fraction(0)) / len(known)
    if now == mean:
        return ""
    word = "高" if now > mean else "低"
    return (
        f"同一条以前定过 {len(known)} 次，平均{verb} {show(mean, 2)} 分；这次{verb} {points(now)} 分，"
        f"比以前{word} {show(abs(now - mean), 2)} 分"
    )
