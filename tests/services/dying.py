"""A process that works until it is killed: after each commit it tells the head of the audit chain, and nothing before."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import AssessmentState as S
from app.services.assessments import measuring, reopening
from app.services.ledger import write
from app.store import assessments, audit
from app.store.engine import prepare
from app.store.models import Contract, LedgerEntry, UserAccount
from tests.factories import imports, office
from tests.factories.office import Office
from tests.services.acting import act_of
from tests.services.assessing import Ground
from tests.services.rollup_hands import Hands


@dataclass(frozen=True)
class Orders:
    """What the process is to do, on which database, as whom."""

    url: str
    work: str
    seed: int
    contract: int
    people: dict[str, int]

    def as_json(self) -> str:
        return json.dumps(self.__dict__)


def verifications(session: Session, made: Office, seed: int) -> Iterator[None]:
    """Entries come, are changed, verified, given back, taken back, spot-checked, one by one and many at once."""
    hands = Hands(session, made, seed)
    hands.ids = list(session.scalars(sa.select(LedgerEntry.id).order_by(LedgerEntry.id)))
    session.commit()
    while True:
        hands.one()
        yield


def sign_offs(session: Session, made: Office, seed: int) -> Iterator[None]:
    """An assessment is scored, told, signed by both, reopened by two people, and so on without end."""
    ground = Ground(session, made)
    steps: dict[str, Callable[[assessments.Assessment], object]] = {
        S.DRAFT: lambda row: ground.scored(row) if row.measured_at else measured(ground, row),
        S.SCORED: ground.published,
        S.PUBLISHED: lambda row: ground.sign(row, "deputy_head" if signatures(ground, row) else "project_manager"),
        S.SIGNED: lambda row: reopened(ground, row),
    }
    while True:
        row = max(assessments.every(session, made.contract.id), key=lambda one: one.id)
        session.refresh(row)
        steps[row.state](row)
        session.commit()
        yield


def measured(ground: Ground, row: assessments.Assessment) -> None:
    measuring.measure(ground.act(), ground.scope, row.id)


def signatures(ground: Ground, row: assessments.Assessment) -> int:
    return len(assessments.signatures(ground.session, row.contract_id, row.id))


def reopened(ground: Ground, row: assessments.Assessment) -> None:
    """The first person asks, the next time the second agrees."""
    asked = [one for one in assessments.reopenings(ground.session, row.contract_id, row.id) if one.agreed is None]
    if asked:
        reopening.agree(ground.act("deputy_head"), ground.scope, asked[0].id)
    else:
        reopening.ask(ground.act(), ground.scope, row.id, "漏计了三月的两次走访", row.version)


def told_too_early(session: Session, made: Office, seed: int) -> Iterator[None]:
    """What a careless process does: it tells what is not committed yet."""
    write.enter(act_of(session, made["field_staff"]), made.scope(session), "news", Hands(session, made, seed).news())
    yield
    time.sleep(60)


WORKS = {"verifications": verifications, "sign_offs": sign_offs, "told_too_early": told_too_early}


def main(orders: Orders) -> None:
    # What a process before this one made has taken the first numbers.
    office.number = imports.number = count(orders.seed)
    engine = sa.create_engine(orders.url)
    prepare(engine)
    with Session(engine, expire_on_commit=False) as session:
        found = {name: session.get_one(UserAccount, key) for name, key in orders.people.items()}
        made = Office(session.get_one(Contract, orders.contract), found)
        print("ready", flush=True)
        for _ in WORKS[orders.work](session, made, orders.seed):
            print(audit.head(session).as_json(), flush=True)


if __name__ == "__main__":
    main(Orders(**json.loads(sys.argv[1])))
