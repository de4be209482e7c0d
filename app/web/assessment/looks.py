"""What the sheet's templates need of an assessment: the bar, the items, what this person may do with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import url_for

from app.security.predicates import may
from app.security.terms import AssessmentState, PaperUse
from app.services.assessments import appeals, measuring, segregation
from app.services.assessments.common import FROZEN, INSIDE, SCORING, TOLD, decides_for_buyer, sees_scoring
from app.services.assessments.evaluating import Work
from app.services.assessments.marks import open_to_marks, shown_to
from app.services.assessments.opens import judged, open_keys, unconfirmed
from app.services.assessments.views import ClauseView, ItemView, Sheet, by_state, totals
from app.store import scoring
from app.store.assessments import Assessment, AssessmentSignature
from app.store.scoring import AssessmentAppeal
from app.web.access import current_contract, current_person, current_scope
from app.web.assessment import hindrances
from app.web.assessment.blueprint import READERS
from app.web.assessment.grounds import Grounds
from app.web.assessment.here import address, scores, state_view
from app.web.assessment.marks import papers_of
from app.web.transaction import current_act

S = AssessmentState
MOST_FINDINGS = 6


@dataclass(frozen=True)
class Trouble:
    """A decision that was not kept: what was typed, why not, and what somebody else decided meanwhile."""

    message: str
    at: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    now: Any = None


class SheetPage:
    """One sheet as one person sees it."""

    def __init__(self, row: Assessment, work: Work, trouble: Mapping[str, Trouble] | None = None) -> None:
        self.row, self.work, self.trouble = row, work, dict(trouble or {})
        self.person, self.contract, self.scope = current_person(), current_contract(), current_scope()
        self.sheet = Sheet(work, self.appeals, own=row.self_scored_at is not None)

    @cached_property
    def appeals(self) -> list[AssessmentAppeal]:
        if self.row.state not in TOLD | FROZEN:
            return []
        return list(scoring.appeals(self.scope.session, self.scope.contract_id, self.row.id))

    @cached_property
    def papers(self) -> Mapping[tuple[str, int], Sequence[tuple[int, str]]]:
        return scoring.papers(self.scope.session, self.scope.contract_id, self.row.id)

    @cached_property
    def grounds(self) -> Grounds:
        return Grounds(self.scope, self.work)

    # -- what the person may do -----------------------------------------------------------------

    @cached_property
    def scoring(self) -> bool:
        """One person scores, and it is this one."""
        return self.row.state in SCORING and scores() and self.work.group.appointed is None

    @cached_property
    def marking(self) -> bool:
        """The group scores, and this person is of it."""
        member = self.work.group.member(self.person.user_id)
        able = member is not None and member.recused_at is None and not self.work.group.wrong
        return self.row.state in SCORING and able and scores()

    def reviews(self, item: str) -> bool:
        """An appeal against the item is open, and this person may change it."""
        if self.row.state != S.APPEALED or not decides_for_buyer(self.person, self.contract):
            return False
        waits = any(one.item == item and one.outcome is None for one in self.appeals)
        return waits and self.person.user_id not in segregation.scorers(self.work, item)

    @property
    def confirms(self) -> bool:
        return decides_for_buyer(self.person, self.contract) and self.row.state in INSIDE | {S.APPEALED.value}

    # -- contexts -------------------------------------------------------------------------------

    def context(self) -> dict[str, Any]:
        items = self.sheet.items()
        key, word = state_view(self.row)
        return {
            "row": self.row, "items": [self.item_view(one) for one in items], "state": key, "word": word,
            "states": by_state(items), "inside": sees_scoring(self.person, self.contract), "work": self.work,
            "group": self.group_view(), "left_out": self.work.fitted[1] if self.work.body is None else (),
            "changed": self.changed, "events": self.grounds.events(), **self.bar(), **self.bulk(items),
        }  # fmt: skip

    @cached_property
    def changed(self) -> int:
        """Entries that changed after they were counted."""
        return measuring.stale(self.scope, self.row, self.work.measure)

    def item(self, item_id: str) -> dict[str, Any]:
        """One row with the bar: what comes back after a decision."""
        return {"row": self.row, "item": self.item_view(self.sheet.item(item_id)), "oob": True, **self.bar()}

    def item_view(self, item: ItemView) -> dict[str, Any]:
        may_decide = self.scoring or self.reviews(item.id)
        return {
            "view": item, "dom": f"item-{item.number}", "may_decide": may_decide,
            "clauses": [self.clause_view(item, place, one, may_decide) for place, one in enumerate(item.clauses, 1)],
            "appeal_url": self._appeal_url(item),
        }  # fmt: skip

    def _appeal_url(self, item: ItemView) -> str:
        return address("answer", self.row, appeal_id=item.appeal.id) if item.appeal is not None else ""

    def clause_view(self, item: ItemView, place: int, view: ClauseView, may_decide: bool) -> dict[str, Any]:
        key = view.place.key
        standing = self.sheet.standings.get(key)
        told_of, relieved = self.told_at(item, place, view), bool(self.work.register.exempted.get(view.place.clause))
        states = (self.row.state in SCORING and scores()) or self.reviews(item.id)
        return {
            "view": view, "dom": f"c-{item.number}-{place}", "key": key, "trouble": self.trouble.get(key),
            "figures": [self.figure(one) for one in view.figures],
            "decides": may_decide and (view.decidable or relieved), "states": states,
            "facts_url": address("facts", self.row, clause=view.place.clause, item=item.id), "papers": self.papers_view(view),
            "marks": self.marks_view(view), "marking": self.marking and standing is not None and open_to_marks(standing),
            "cites": self.grounds.cited(view.decision.cites if view.decision is not None else ()),
            "sources": self.sources_view(told_of, states=states, item=item.id),
            "findings": self.grounds.findings(told_of), "most": MOST_FINDINGS,
            "exempt": relieved,
        }  # fmt: skip

    def told_at(self, item: ItemView, place: int, view: ClauseView) -> list[str]:
        """The clauses told of at this place: its own, and at the item's first place those that no rule of the item scores."""
        rubric = self.work.rulebook.rubric
        listed = next((one.clauses for one in rubric.items if one.id == item.id), ()) if rubric is not None and place == 1 else ()
        scored = {one.place.clause for one in item.clauses}
        return [view.place.clause, *(one for one in listed if one not in scored)]

    def sources_view(self, clauses: list[str], *, states: bool, item: str) -> list[tuple[Any, str, str]]:
        """What fieldwork says of the clauses: the source, its page, and where its figures are taken over as facts."""
        return [
            (one, url, address("facts", self.row, clause=clause, item=item, take="checks") if states and one.figures else "")
            for clause, one, url in self.grounds.checks(clauses)
        ]

    def papers_view(self, view: ClauseView) -> list[tuple[str, str]]:
        """Name and address of the files that a statement by hand rests on."""
        held = self.papers.get((PaperUse.FACT.value, view.fact.id), ()) if view.fact is not None else ()
        return [(name, url_for("evidence.page", contract_id=self.contract.id, file_id=key)) for key, name in held]

    def figure(self, one: Any) -> tuple[Any, str, str]:
        """A figure, where its entries are listed, and where all of it stands."""
        url = address("figure", self.row, clause=one.clause, name=one.name)
        return one, url if one.ledger else "", url

    def marks_view(self, view: ClauseView) -> dict[str, Any] | None:
        """Who has marked, and what, where the person may see it."""
        group = self.work.group
        if group.appointed is None or not view.decidable:
            return None
        given = {one.user_id: one for one in view.marks}
        own = given.get(self.person.user_id)
        return {
            "shown": shown_to(self.person.user_id, group, view.place.key), "own": own,
            "members": [(one.user.display_name, given.get(one.user_id)) for one in group.active],
        }  # fmt: skip

    def group_view(self) -> dict[str, Any] | None:
        group = self.work.group
        if group.appointed is None:
            return None
        member = group.member(self.person.user_id)
        return {
            "row": group.appointed, "members": group.members, "wrong": group.wrong, "member": member,
            "papers": papers_of(self.row, self.work),
        }  # fmt: skip

    # -- the bar --------------------------------------------------------------------------------

    def bar(self) -> dict[str, Any]:
        waiting, stated = open_keys(self.work), unconfirmed(self.work)
        told = self.work.body is not None
        key, word = state_view(self.row)
        return {
            "totals": totals(self.work, 0 if told else len(waiting), len(stated)), "bar_state": (key, word), "row": self.row,
            "confirm_ids": self._confirmable(), "may_score": self.row.state in SCORING and scores(),
            "buttons": self.buttons(), "due": self._due(), "judged": self._judged(), "not_yet": self.signs,
        }  # fmt: skip

    def _judged(self) -> dict[str, int] | None:
        """Without points: how many clauses are met, how many not."""
        if self.work.rulebook.rubric is not None:
            return None
        known = [self.work.evaluation.book.met(one.clause) for one in judged(self.work.rulebook)]
        return {"met": known.count(True), "unmet": known.count(False)}

    def _due(self) -> Any:
        if self.row.state not in {S.PUBLISHED.value, S.APPEALED.value}:
            return None
        return appeals.due(self.scope, self.row, current_act().today)

    def _confirmable(self) -> list[int]:
        """Facts of others that this person may confirm."""
        if not self.confirms:
            return []
        waiting = [one for one in self.work.facts.values() if one.confirmed_by is None]
        return [one.id for one in waiting if one.stated_by != self.person.user_id]

    def buttons(self) -> list[dict[str, str]]:
        """Links to the steps that are open to this person now."""
        state, found = self.row.state, []
        if scores() and state == S.SCORED:
            found += [("publish", "告知供应商", "send", "primary"), ("unscore", "退回评分", "arrow-back-up", "")]
        if self.signs == "":
            found.append(("sign", "签字", "signature", "primary"))
        if hindrances.may_appeal(self.row, self.signed):
            found.append(("appeal", "申诉", "gavel", ""))
        if may(self.person, READERS[0], self.contract.id) and state in INSIDE and not sees_scoring(self.person, self.contract):
            found.append(("self_score", "自评", "user-check", "primary"))
        if state in TOLD | FROZEN:
            found.append(("result", "结果与追溯", "chart-bar", ""))
        return [
            {"url": address(name, self.row), "title": title, "icon": icon, "tone": tone} for name, title, icon, tone in found
        ]  # fmt: skip

    @cached_property
    def signed(self) -> Sequence[AssessmentSignature]:
        return hindrances.signed_by(self.row)

    @cached_property
    def signs(self) -> str | None:
        """Blank where this person can sign now, else why not; None where they never sign it."""
        return hindrances.to_sign(self.row, self.work, self.signed)

    def bulk(self, items: list[ItemView]) -> dict[str, Any]:
        """Clauses without data that can be decided together."""
        if not self.scoring:
            return {"without_data": []}
        empty = [(one.place.key, f"{one.place.clause} {one.title}") for item in items for one in item.clauses if one.state == "no_data"]
        return {"without_data": empty, "met_url": address("decide_met", self.row)}
