"""合同事件: a breach or a falsification is recorded by one, decided by another; open, it blocks payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.security.case_terms import CaseDeed, PaperOf, Verdict
from app.security.predicates import is_other
from app.services import books
from app.services.act import Act, Refused, found
from app.services.ledger.reading import spoken
from app.services.official.people import DECIDERS, ISSUERS, attach, for_buyer
from app.services.rectification.findings import LEAST_TEXT
from app.store import documents
from app.store.cases import Cases, ContractEvent
from app.store.contracts import ContractScope
from kpi.rulebook.rubric import EventKind

SEQUENCE = "@event"


@dataclass(frozen=True)
class Happened:
    """An event as it was written down."""

    kind: str
    happened_on: date
    account: str
    files: Sequence[int]


@dataclass(frozen=True)
class Block:
    """Why nothing may be paid: an event that nobody has decided on."""

    event_id: int
    title: str
    since: date
    reason: str


def kinds(scope: ContractScope) -> dict[str, EventKind]:
    """The kinds of events that the contract knows."""
    contract = found(scope.contract())
    if contract.rulebook_text_id is None:
        return {}
    return {each.id: each for each in books.book_of(scope, contract).rulebook.events}


def record(act: Act, scope: ContractScope, happened: Happened) -> ContractEvent:
    """Puts the event down; until it is decided it blocks payment where its clause says so."""
    person_id, cases = for_buyer(act, scope, *ISSUERS), Cases(act.session, scope.contract_id)
    kind = kinds(scope).get(happened.kind)
    if kind is None:
        raise Refused("请从合同约定的事件里选", "kind")
    if len(happened.account.strip()) < LEAST_TEXT:
        raise Refused(f"请写明经过（至少 {LEAST_TEXT} 个字）", "account")
    if not found(scope.contract()).starts_on <= happened.happened_on <= act.today:
        raise Refused("发生日期应在合同起始日与今天之间", "happened_on")
    row = cases.add(
        ContractEvent(
            number=scope.next_number(SEQUENCE), kind=kind.id, title=spoken(kind.title), happened_on=happened.happened_on,
            account=happened.account.strip(), recorded_by=person_id, recorded_at=act.now,
        )
    )  # fmt: skip
    attach(act, scope, PaperOf.EVENT, row.id, happened.files)
    note(act, row, CaseDeed.EVENT_RECORDED, row.account)
    act.record("event.recorded", "event", row.id, scope.contract_id, event=kind.id, on=str(row.happened_on))
    return row


def decide(act: Act, scope: ContractScope, event_id: int, outcome: Verdict, answer: str) -> ContractEvent:
    """Another person of the buyer decides whether it stands."""
    person_id, cases = for_buyer(act, scope, *DECIDERS), Cases(act.session, scope.contract_id)
    row = found(cases.hold(ContractEvent, event_id))
    if row.outcome is not None:
        raise Refused("这件事已经认定过了，请刷新页面")
    if not is_other(act.person(), row.recorded_by):
        raise Refused("自己登记的不能自己认定，请采购人的另一人认定")
    if len(answer.strip()) < LEAST_TEXT:
        raise Refused(f"请写明认定的理由（至少 {LEAST_TEXT} 个字）", "answer")
    row.outcome, row.answer = outcome.value, answer.strip()
    row.decided_by, row.decided_at = person_id, act.now
    act.session.flush()
    note(act, row, CaseDeed.EVENT_DECIDED, f"{outcome.label}：{row.answer}")
    act.record("event.decided", "event", row.id, scope.contract_id, event=row.kind, outcome=outcome.value)
    return row


def blocking(scope: ContractScope) -> list[Block]:
    """What blocks payment now: undecided events of kinds that block, or that the contract no longer knows."""
    waiting = Cases(scope.session, scope.contract_id).events(waiting=True)
    if not waiting:
        return []
    return blocks(waiting, kinds(scope))


def blocks(events: Sequence[ContractEvent], known: Mapping[str, EventKind]) -> list[Block]:
    """Those of the events, the newest first, that block payment; the oldest is told first."""
    return [
        Block(each.id, each.title, each.happened_on, f"合同事件“{each.title}”（{each.happened_on}）还没有认定，认定以前不能付款")
        for each in reversed(events)
        if each.outcome is None and (each.kind not in known or known[each.kind].blocks_payment)
    ]  # fmt: skip


def note(act: Act, row: ContractEvent, deed: CaseDeed, text: str) -> None:
    documents.note(act.session, row.contract_id, deed, act.person().user_id, act.now, text, incident_id=row.id)
