"""Earlier decisions on the same clause: in this assessment and in those before, by whom, and whether the measure drifts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.clock import SHANGHAI
from app.services.assessments.evaluating import Earlier, Work
from app.services.assessments.places import Place, Standing
from app.services.ledger.reading import spoken
from app.store.scoring import AssessmentDecision
from kpi.quantities import parse_exact, points, show

MOST = 8
MOST_BASIS = 1000


@dataclass(frozen=True)
class Before:
    """One earlier decision. `own`: an earlier revision in this very assessment; `alike`: on the very same shortfall."""

    label: str
    what: str
    reason: str
    by: str
    on: str
    own: bool
    points: Fraction | None
    basis: str = ""
    alike: bool = False


@dataclass(frozen=True)
class Past:
    """What was decided on a clause before. `drift`: how the present points differ from those, a sentence each."""

    listed: tuple[Before, ...] = ()
    drift: tuple[str, ...] = ()


def past(work: Work, place: Place, standing: Standing | None) -> Past:
    """The latest decision of each other assessment on the clause, and this one's earlier revisions, the newest first."""
    own = [one for one in work.every_decision if one.row.id == work.row.id and one.decision.key == place.key]
    latest: dict[tuple[int, str], Earlier] = {}
    for one in work.every_decision:
        if one.row.id != work.row.id and one.decision.clause == place.clause and one.row.id != work.row.supersedes_id:
            latest[one.row.id, one.decision.key] = one
    others = sorted(latest.values(), key=lambda one: (one.row.until_on, one.decision.id), reverse=True)
    verb = "得" if standing is not None and standing.earning else "扣"
    now = basis_of(work, place)
    told = [_before(one, verb, now, own=True) for one in reversed(own[:-1])]
    told += [_before(one, verb, now, own=False) for one in others if not one.decision.withdrawn]
    return Past(tuple(told[:MOST]), tuple(_drift([one for one in told if not one.own], standing, verb)))


def basis_of(work: Work, place: Place) -> str:
    """What is known of a clause's shortfall: what is not met, in words; blank where nothing is amiss."""
    values = work.evaluation.indicators.get(place.clause, ())
    return "；".join(dict.fromkeys(spoken(one.reason) for one in values if one.met is not True and one.reason))[:MOST_BASIS]


def _before(one: Earlier, verb: str, now: str, *, own: bool) -> Before:
    decision = one.decision
    exact = parse_exact(decision.points) if decision.points is not None else None
    return Before(
        "本次" if own else one.row.label, _what(decision, exact, verb), decision.reason, decision.decider.display_name,
        f"{decision.decided_at.astimezone(SHANGHAI):%Y-%m-%d}", own, exact, spoken(decision.basis),
        alike=bool(now) and spoken(decision.basis) == now,
    )  # fmt: skip


def _what(decision: AssessmentDecision, exact: Fraction | None, verb: str) -> str:
    if decision.withdrawn:
        return "撤回决定"
    if decision.exempt:
        return "免责，不扣分"
    if exact is not None:
        return f"{verb} {points(exact)} 分"
    return "达标" if decision.met else "未达标"


def _drift(others: Sequence[Before], standing: Standing | None, verb: str) -> Iterator[str]:
    """The present points against those of the same shortfall, and against each person's mean."""
    now = standing.decided if standing is not None else None
    known = [one for one in others if one.points is not None]
    if now is None or not known:
        return
    alike = [one for one in known if one.alike]
    if any(one.points != now for one in alike):
        listed = "、".join(f"{one.label} {one.by} {verb} {points(one.points or Fraction(0))} 分" for one in alike[:3])
        yield f"同样的情形以前定得不同：{listed}；这次{verb} {points(now)} 分"
    mean = _mean(known)
    if now != mean:
        word = "高" if now > mean else "低"
        by = {one.by: [each for each in known if each.by == one.by] for one in known}
        people = "；".join(f"{who} {len(held)} 次平均 {show(_mean(held), 2)} 分" for who, held in by.items())
        yield (
            f"同一条以前定过 {len(known)} 次，平均{verb} {show(mean, 2)} 分（{people}）；这次{verb} {points(now)} 分，"
            f"比以前{word} {show(abs(now - mean), 2)} 分"
        )


def _mean(held: Sequence[Before]) -> Fraction:
    return sum((one.points or Fraction(0) for one in held), Fraction(0)) / len(held)
