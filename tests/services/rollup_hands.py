"""People who do this and that to entries, at random: whatever an entry can go through."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.security.terms import EntryDeed, ReviewMode, Signature, SpotCheckWay
from app.services.act import Act, Refused
from app.services.imports import deciding
from app.services.ledger import many, rollups, write
from app.services.ledger.desk import Desk
from app.services.ledger.many import Sent
from app.services.ledger.write import Typed
from app.services.verification import bulk, decide, spot, undo
from app.services.verification.queue import Filter
from app.services.verification.spot import Found
from app.services.verification.stages import VERIFY
from app.store import rollups as stored
from app.store.entries import Entries, LedgerEntry
from tests.factories import imports
from tests.factories.office import Office, evidence_file
from tests.services.acting import act_of

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
BEGUN, DAYS = date(2026, 1, 1), 63
#: So many entries a bulk decision is about at most.
MANY = 40


def fresh(session: Session, made: Office) -> dict[stored.Place, int]:
    """Every row, counted anew from the entries."""
    scope, contract = made.scope(session), made.contract
    told = rollups.counted(session, scope, contract, FIRST, LAST)
    return dict(rollups.recounted(session, scope, told, trial=False))


class Hands:
    """`done` counts what was carried out, by kind; `refused` what was not possible and changed nothing."""

    def __init__(self, session: Session, made: Office, seed: int, people: int = 40) -> None:
        self.session, self.made, self.draw, self.people = session, made, random.Random(seed), people
        self.scope = made.scope(session)
        self.photos = [evidence_file(session, made.contract, made["field_staff"]).id for _ in range(3)]
        self.ids: list[int] = []
        self.batches: list[int] = []
        self.reviews: list[int] = []
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def staff(self) -> Act:
        return act_of(self.session, self.made["field_staff"])

    def buyer(self) -> Act:
        return act_of(self.session, self.made["supervisor"])

    def day(self) -> date:
        return BEGUN + timedelta(days=self.draw.randrange(DAYS))

    def visit(self) -> Typed:
        raw = {
            "date": self.day().isoformat(), "enterprise": {"name": f"企业{self.draw.randrange(9 * self.people)}"},
            "topic": self.draw.choice(["政策", "培训"]), "outlet": self.draw.choice(["", "城东街道", "湖畔县"]),
        }  # fmt: skip
        return Typed(raw, {"现场照片": [self.draw.choice(self.photos)]}, send=self.draw.random() < 0.8)

    def seeker(self) -> Typed:
        phone = f"138{self.draw.randrange(self.people):08d}"
        return Typed({"date": self.day().isoformat(), "person": {"name": "某人", "phone": phone}, "wish": "保洁", "contact": phone})

    def news(self) -> Typed:
        raw = {"date": self.day().isoformat(), "channels": ["公众号"], "outlet": self.draw.choice(["", "湖畔县"]), "note": "一篇"}
        return Typed(raw, {}, send=self.draw.random() < 0.9)

    def one(self) -> None:
        """One act, whatever comes; what is refused changes nothing."""
        entry = self.some_entry()
        kind = self.draw.choice(sorted(NEW if entry is None else NEW | OLD))
        act: Callable[..., None] = getattr(self, f"_{kind}")
        try:
            act() if kind in NEW else act(entry)
            self.session.commit()
            self.done[kind] += 1
        except Refused as refused:
            self.session.rollback()
            self.refused[f"{kind}：{refused.message}"] += 1

    def some_entry(self) -> LedgerEntry | None:
        return Entries(self.session, self.made.contract.id).find(self.draw.choice(self.ids)) if self.ids else None

    # -- what comes new -------------------------------------------------------------------------

    def _visit(self) -> None:
        self.ids.append(write.enter(self.staff(), self.scope, "visits", self.visit()).id)

    def _seeker(self) -> None:
        self.ids.append(write.enter(self.staff(), self.scope, "seekers", self.seeker()).id)

    def _news(self) -> None:
        self.ids.append(write.enter(self.staff(), self.scope, "news", self.news()).id)

    def _nil(self) -> None:
        self.ids.append(write.nil_return(self.staff(), self.scope, "news", self.day()).id)

    def _imported(self) -> None:
        desk = Desk.at(self.staff(), self.scope, "news")
        reader = desk.reader()
        rows = [reader.read(dict(self.news().raw)) for _ in range(self.draw.randrange(2, 12))]
        batch = imports.batch(self.session, self.made.contract, self.made["field_staff"], ledger="news", total=len(rows), good=len(rows))
        self.ids += many.take_in(desk, [Sent(row, self.made["field_staff"].id) for row in rows], batch_id=batch.id)
        self.batches.append(batch.id)

    def _unimported(self) -> None:
        key = self.draw.choice(self.batches) if self.batches else 0
        batch = deciding.batches.here(self.staff(), self.scope, key) if key else None
        if batch is None:
            raise Refused("没有导入过")
        deciding.undo(self.staff(), self.scope, batch.id, batch.version, "整批撤销")

    def _decided(self) -> None:
        """Some at once: verified, or given back."""
        ids = self.draw.sample(self.ids, min(len(self.ids), MANY))
        deed = self.draw.choice([EntryDeed.VERIFIED, EntryDeed.VERIFIED, EntryDeed.RETURNED])
        if not decide.decide_many(self.buyer(), self.scope, ids, deed, "" if deed is EntryDeed.VERIFIED else "请核对").fit:
            raise Refused("没有可以决定的")

    def _reviewed(self) -> None:
        """A bulk decision over a filter, as people make it: looked at, opened, decided."""
        day = self.day()
        wanted = Filter(ledger=self.draw.choice(["news", "seekers"]), from_on=day, until_on=day + timedelta(days=6))
        row = bulk.begin(self.buyer(), self.scope, VERIFY, wanted, ReviewMode.EACH, None)
        for entry_id, version in zip(row.entry_ids, row.versions, strict=True):
            bulk.open_entry(self.buyer(), self.scope, entry_id, version)
        bulk.conclude(self.buyer(), self.scope, VERIFY, row.id, row.version, fine=True)
        self.reviews.append(row.id)

    def _unreviewed(self) -> None:
        if not self.reviews:
            raise Refused("没有批量决定过")
        undo.take_back_many(self.buyer(), self.scope, VERIFY, self.draw.choice(self.reviews))

    # -- what is done to an entry ---------------------------------------------------------------

    def _changed(self, entry: LedgerEntry) -> None:
        typed = {"visits": self.visit, "seekers": self.seeker, "news": self.news}[entry.ledger]()
        write.change(self.staff(), self.scope, entry.id, entry.version, typed)

    def _verified(self, entry: LedgerEntry) -> None:
        decide.verify(self.buyer(), self.scope, entry.id, entry.version)

    def _returned(self, entry: LedgerEntry) -> None:
        decide.give_back(self.buyer(), self.scope, entry.id, entry.version, "请核对")

    def _undone(self, entry: LedgerEntry) -> None:
        undo.take_back(self.buyer(), self.scope, VERIFY, entry.id, entry.version)

    def _withdrawn(self, entry: LedgerEntry) -> None:
        if self.draw.random() < 0.5:
            raise Refused("算了")
        write.withdraw(self.staff(), self.scope, entry.id, entry.version, "记错了")

    def _checked(self, entry: LedgerEntry) -> None:
        said = Found(
            self.draw.random() < 0.7, SpotCheckWay.SITE, date(2026, 3, 5), "厂里", self.made["supervisor2"].id, "王经理",
            Signature.SIGNED, "当面核对过情况",
        )  # fmt: skip
        spot.spot_check(self.buyer(), self.scope, entry.id, entry.version, said)


NEW = frozenset({"visit", "seeker", "news", "nil", "imported", "unimported", "decided", "reviewed", "unreviewed"})
OLD = frozenset({"changed", "verified", "returned", "undone", "withdrawn", "checked"})
