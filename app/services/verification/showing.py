"""One entry as a reviewer sees it: values, what changed, evidence, warnings, what the clause is worth, what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.clock import business_day
from app.security.terms import EntryDeed, EntryState, ReviewStage
from app.services import books, roster, standing
from app.services.act import Act, found
from app.services.evidence import showing as evidence
from app.services.ledger import gates, people, stored
from app.services.ledger.write import PROOF
from app.services.verification import undo
from app.services.verification.deadlines import Clock, Due
from app.services.verification.judging import Judge
from app.store import locks, people_index, reviews, rulebooks
from app.store.contracts import ContractScope
from app.store.entries import Entries, EntryEvent, LedgerEntry, number_text
from app.store.reviews import SpotCheck
from kpi.rulebook.ledgers import Field, FieldType, Ledger

D = EntryDeed
HIDDEN = "（不能查看）"
#: What counts as the decision before: the buyer looks past what the supplier did inside.
DECISIONS = {
    ReviewStage.VERIFY: frozenset({D.VERIFIED.value, D.RETURNED.value}),
    ReviewStage.CHECK: frozenset({D.VERIFIED.value, D.RETURNED.value, D.SENT_BACK.value, D.CHECKED.value}),
}


@dataclass(frozen=True)
class Fact:
    """One value. `was`: what it was before the last decision or the version that was seen; None where it is the same."""

    id: str
    label: str
    text: str
    code: str = ""
    personal: bool = False
    was: str | None = None


@dataclass(frozen=True)
class Pane:
    """The entry in front of a reviewer, read lazily: each part asks the database once."""

    act: Act
    scope: ContractScope
    judge: Judge
    clock: Clock
    entry: LedgerEntry
    seen_version: int | None = None

    @property
    def number(self) -> str:
        return number_text(self.entry.ledger, self.entry.number)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger as it was when the entry was made, which says what its values mean."""
        rulebook = self.judge.book.rulebook
        if self.entry.rulebook_text_id != self.judge.book.text_id:
            text = rulebooks.text(self.scope.session, self.entry.rulebook_text_id).text
            rulebook = books.loaded(text).rulebook
        return found(rulebook.ledger(self.entry.ledger))

    @cached_property
    def history(self) -> Sequence[EntryEvent]:
        return Entries(self.scope.session, self.scope.contract_id).history(self.entry.id)

    # -- values ---------------------------------------------------------------------------------

    @cached_property
    def sees_people(self) -> bool:
        """Whether masks may show: with the permission and a confidentiality agreement on file."""
        if not stored.has_personal(self.ledger):
            return True
        return roster.sees_personal_data(self.scope, self.act.person(), self.act.today)

    @cached_property
    def facts(self) -> list[Fact]:
        """The values in the ledger's order; evidence stands beside them."""
        fields = [each for each in self.ledger.fields if each.type is not FieldType.EVIDENCE]
        return [self.fact(each) for each in fields]

    def fact(self, field: Field) -> Fact:
        value = self.entry.fields.get(field.id)
        was = self.before.get(field.id, self)
        code = value["code"] if field.type is FieldType.ENTERPRISE and value else ""
        personal = bool(value) and is_personal(field) and self.sees_people
        return Fact(
            field.id, field.name, self.text(field, value), code, personal,
            None if was is self else self.text(field, was) or "（空）",
        )  # fmt: skip

    def text(self, field: Field, value: Any) -> str:
        if value in (None, ""):
            return ""
        if is_personal(field) and not self.sees_people:
            return HIDDEN
        if field.type is FieldType.PERSON:
            return self.masks.get(value[stored.PERSON], HIDDEN)
        if isinstance(value, str) and stored.is_personal_text(field):
            return value  # a mask, as the history keeps it
        unit = field.unit or ("分钟" if field.type is FieldType.DURATION else "")
        return f"{stored.shown(value, field)} {unit}".strip()

    @cached_property
    def masks(self) -> dict[int, str]:
        """How the people in the values show, by id."""
        names = [each.id for each in self.ledger.fields if each.type is FieldType.PERSON]
        values = [self.entry.fields.get(name) for name in names] + [self.before.get(name) for name in names]
        keys = {value[stored.PERSON] for value in values if value}
        if not keys or not self.sees_people:
            return {}
        rows = people_index.by_ids(self.scope.session, self.scope.contract_id, keys)
        return {key: people.masked(row) for key, row in rows.items()}

    # -- what changed ---------------------------------------------------------------------------

    @cached_property
    def changes(self) -> dict[str, list[Any]]:
        """[before, after] by field since the last decision, or since the version that was seen."""
        found_changes: dict[str, list[Any]] = {}
        for event in self.fresh:
            for name, (was, now) in event.changes.items():
                first = found_changes.get(name, [was, now])[0]
                found_changes[name] = [first, now]
        return {name: sides for name, sides in found_changes.items() if sides[0] != sides[1]}

    @cached_property
    def fresh(self) -> list[EntryEvent]:
        """The changes that nobody has decided on, or that came after the version that was seen."""
        if self.seen_version is not None:
            return [each for each in self.history if each.version > self.seen_version and each.changes]
        decisions = DECISIONS[self.judge.stage.key]
        start = max((place for place, each in enumerate(self.history) if each.deed in decisions), default=None)
        if start is None:
            return []
        return [each for each in self.history[start:] if each.deed == D.CHANGED.value]

    @cached_property
    def before(self) -> dict[str, Any]:
        return {name: sides[0] for name, sides in self.changes.items()}

    @property
    def proof_changes(self) -> list[str]:
        """What changed in the evidence, in words."""
        return [
            f"{name.removeprefix(PROOF)}：{was or '无'} → {now or '无'}"
            for name, (was, now) in self.changes.items()
            if name.startswith(PROOF)
        ]

    @cached_property
    def last_return(self) -> EntryEvent | None:
        """The latest return, where the entry came in again after it."""
        given_back = {D.RETURNED.value, D.SENT_BACK.value}
        last = next((each for each in reversed(self.history) if each.deed in given_back), None)
        return last if self.entry.state != EntryState.RETURNED.value else None

    @property
    def verified_before(self) -> bool:
        """Changed after it had been verified: it counts only when it is verified again."""
        decided = [each.deed for each in self.history if each.deed in DECISIONS[ReviewStage.VERIFY]]
        return self.entry.state == EntryState.SUBMITTED.value and decided[-1:] == [D.VERIFIED.value]

    # -- around it ------------------------------------------------------------------------------

    @cached_property
    def evidence(self) -> list[evidence.Shown]:
        names = {each.id: each.name for each in self.judge.book.rulebook.ledgers}
        return evidence.evidence_of(self.scope, [self.entry.id], names)[self.entry.id]

    @cached_property
    def spot_checks(self) -> Sequence[SpotCheck]:
        if self.entry.validated is None and not any(each.deed == D.SPOT_CHECKED.value for each in self.history):
            return ()
        return reviews.spot_checks(self.scope.session, self.scope.contract_id, self.entry.id)

    @cached_property
    def activity(self) -> Sequence[LedgerEntry]:
        """The other entries of the same activity, which share photos and facts."""
        if self.entry.activity_id is None and not self.ledger.also_records:
            return ()
        return Entries(self.scope.session, self.scope.contract_id).activity(self.entry)

    @property
    def due(self) -> Due | None:
        """Until when it is to be decided on; None where it does not wait."""
        waits = self.entry.state == self.judge.stage.waits.value and self.entry.submitted_at is not None
        return self.clock.due(self.entry.submitted_at) if waits and self.entry.submitted_at else None

    @property
    def lag(self) -> int:
        """Days from what happened to its being entered."""
        return (business_day(self.entry.entered_at) - self.entry.business_date).days

    @cached_property
    def worth(self) -> list[tuple[str, str, str]]:
        """Id and title of each clause that the ledger serves, and what one more shortfall of it takes."""
        titles = {each.id: each.title for each in self.judge.book.rulebook.clauses}
        view = standing.of(self.scope)
        prices = {} if view is None else {key: price.text for key, price in view.prices.items()}
        return [(key, titles.get(key, ""), prices.get(key, "")) for key in self.ledger.clauses]

    # -- what can be done -----------------------------------------------------------------------

    @cached_property
    def held(self) -> locks.Held:
        return locks.Held.of(self.scope.session, self.scope.contract_id, self.act.today)

    @property
    def locked(self) -> str:
        """Who locked its day, why, and how it is unlocked; blank where it is open."""
        lock = self.held.against(self.entry.ledger, self.entry.business_date, self.entry.id)
        return gates.locked_text(lock, self.entry.business_date) if lock is not None else ""

    @cached_property
    def changed_after_lock(self) -> bool:
        """Whether it was made, changed or decided on after its day had been locked, under an exception."""
        return self.held.changed_since(self.scope.session, self.entry)

    @cached_property
    def obstacle(self) -> str:
        """Why the person may not pass it now; blank where they may."""
        pieces = tuple((card.kind, card.digest) for card in self.evidence)
        return self.judge.obstacle(self.entry, pieces, settle=True) or self.locked

    @cached_property
    def return_obstacle(self) -> str:
        """Why the person may not give it back now."""
        return self.judge.obstacle(self.entry, (), settle=False) or self.locked

    @property
    def can_take_back(self) -> bool:
        """Whether the last deed is the person's own decision of today."""
        return undo.last_decision(self.act, self.judge.stage, self.entry, self.history) is not None

    @property
    def objection(self) -> str:
        """What the contractor objects; blank where nothing is to be answered."""
        contested = (each.reason for each in reversed(self.history) if each.deed == D.CONTESTED.value)
        return next(contested, "") if self.entry.contested else ""


def is_personal(field: Field) -> bool:
    return field.personal or field.type is FieldType.PERSON


def pane(
    act: Act, scope: ContractScope, judge: Judge, clock: Clock, entry_id: int, seen_version: int | None = None
) -> Pane:
    """The entry of this contract; Missing where there is none."""
    entry = found(Entries(scope.session, scope.contract_id).find(entry_id))
    return Pane(act, scope, judge, clock, entry, seen_version)
