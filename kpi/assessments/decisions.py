"""Decided deductions: read from what is given, checked against the range, kept apart from what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.assessments.sheets import MERGING, Merging, merge_marks
from kpi.quantities import QuantityError, parse_exact, plain
from kpi.rulebook.answers import Refused
from kpi.rulebook.given import Decision, Given


@dataclass(frozen=True, slots=True)
class Range:
    """What may be decided: `low` to `high` (None: no upper limit is known), on the grid of `step` from `low`."""

    low: Fraction
    high: Fraction | None
    step: Fraction | None = None
    met: bool | None = None

    def __contains__(self, points: Fraction) -> bool:
        if points < self.low or (self.high is not None and points > self.high):
            return False
        on_grid = self.step is None or self.step <= 0 or (points - self.low) % self.step == 0
        return on_grid or points == self.high

    def __str__(self) -> str:
        if self.high is None:
            return f"不少于{plain(self.low)}分"
        if self.low == self.high:
            return f"只能是{plain(self.low)}分"
        steps = f"（每{plain(self.step)}分一档）" if self.step else ""
        return f"{plain(self.low)}至{plain(self.high)}分{steps}"


class Decisions:
    """Decisions by clause (or `item/clause` where a clause is scored by several items), and exemption slips."""

    def __init__(self, given: Given, merging: Merging = "consensus") -> None:
        self._merging = merging
        self.raw: Mapping[str, Any] = given.decided
        self._exempted = given.exempted

    def of(self, item: str, clause: str) -> Decision | None:
        """The decision on a clause; Refused("bad_input") where it cannot be read."""
        for key in (f"{item}/{clause}", clause):
            if key in self.raw:
                return self._merged(read_decision(self.raw[key], clause), clause)
        return None

    def _merged(self, decision: Decision, clause: str) -> Decision:
        """Marks of several assessors as the points that they make together."""
        if not decision.marks:
            return decision
        if decision.points is not None:
            reason = f"{clause} 的决定同时写了 points 和 marks；几个人评分的只写 marks"
            raise Refused("bad_input", reason, clause)
        points = merge_marks(self._merging, decision.marks, clause)
        given = "、".join(plain(one) for one in decision.marks)
        how = f"{len(decision.marks)}人评分{given}，{MERGING[self._merging]}"
        reason = "；".join(part for part in (decision.reason, how) if part)
        return decision.model_copy(update={"points": points, "reason": reason})

    def exempted(self, clause: str) -> str | None:
        """The reason of an exemption slip for the clause, or None."""
        found = self._exempted.get(clause)
        if found is None or found is False:
            return None
        return found if isinstance(found, str) else "免责认定单"


def read_decision(raw: Any, clause: str) -> Decision:
    """`0.5`, `true`, or `{points, met, reason, by}`; anything else is Refused("bad_input")."""
    if isinstance(raw, Decision):
        return raw
    try:
        if isinstance(raw, bool):
            return Decision(met=raw)
        if not isinstance(raw, Mapping):
            return Decision(points=parse_exact(raw))
        unknown = sorted(set(raw) - Decision.model_fields.keys())
        if unknown:
            reason = f"{clause} 的决定里不认识“{'、'.join(map(str, unknown))}”；可写 points、marks、met、reason、by"
            raise Refused("bad_input", reason, clause)
        points, marks = raw.get("points"), raw.get("marks") or ()
        if not isinstance(marks, list | tuple):
            raise QuantityError("marks 要写列表")
        exact = {"points": None if points is None else parse_exact(points), "marks": tuple(map(parse_exact, marks))}
        return Decision(**{**raw, **exact})
    except (QuantityError, ValueError) as error:
        reason = f"{clause} 的决定“{raw}”读不懂；请写扣分数，例如 0.5，或 points、met、reason、by 的表"
        raise Refused("bad_input", reason, clause) from error


def settle(decision: Decision, allowed: Range, proposed: Fraction | None, clause: str) -> Fraction:
    """The decided points. Outside the range, or without points where no value is proposed: Refused."""
    points = decision.points
    if points is None:
        if decision.met is True and allowed.low > 0:
            raise Refused("out_of_range", f"按数据未达标，不能决定为达标；{_wanted(allowed)}", clause)
        if decision.met is True:
            return Fraction(0)
        if proposed is None:
            raise Refused("no_data", f"决定为未达标，但没有写扣多少分；请写 points,{_wanted(allowed)}", clause)
        return proposed
    if decision.marks and all(mark in allowed for mark in decision.marks):
        return points  # each mark lies on the grid, their mean need not
    if points in allowed and not decision.marks:
        return points
    why = "这一条已达标，不扣分" if allowed.met and not allowed.high else _wanted(allowed)
    raise Refused("out_of_range", f"决定的{plain(points)}分不在允许范围内；{why}；请在范围内另定并写明理由", clause)


def _wanted(allowed: Range) -> str:
    return f"允许{allowed}" if allowed.low != allowed.high else f"{allowed}"
