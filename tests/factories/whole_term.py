"""A contract of the demonstration whose term is over and whose every period is signed; nothing is paid yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.demonstration import contracts
from app.demonstration import people as cast
from app.demonstration.contracts import Show, Staged
from app.demonstration.run import EARLIEST
from app.demonstration.scoring import Scorer
from app.demonstration.settling import Settler
from app.demonstration.stage import Stage, moment
from app.demonstration.work import Worker
from app.security.terms import OrganisationKind
from app.store.engine import own_transaction
from app.store.models import UserAccount
from kpi.rulebook.ledgers import Ledger
from tests.factories.demonstrations import stage_of

#: How many pictures of their own the entries of a ledger have in a month.
PICTURED = 2


class Photographer(Worker):
    """The first entries of every ledger and month have their photos, however long ago it was."""

    def month(self, ledger_id: str, rows: Sequence[dict[str, Any]], last: date) -> None:
        self.pictured[ledger_id] = 0
        super().month(ledger_id, rows, last)

    def has_picture(self, ledger: Ledger, row: Mapping[str, Any]) -> bool:
        return self.pictured[ledger.id] < PICTURED


@dataclass(frozen=True)
class Term:
    """The contract with its people, by their login without the contract's name."""

    made: Staged
    people: Mapping[str, UserAccount]

    @property
    def root(self) -> str:
        return f"/contracts/{self.made.contract_id}"


def whole_term(app: Flask, session: Session, show: Show, assessed: Iterable[Mapping[str, Any]]) -> Term:
    """Played from the empty database on: the work of the term, and each of these assessments up to its signatures."""
    session.commit()  # the acts come in transactions of their own
    signed = tuple({**one, "to": "signed"} for one in assessed)
    with stage_of(app) as stage:
        made = play(stage, replace(show, ahead=0, assessments=signed))
    session.rollback()
    accounts = session.scalars(sa.select(UserAccount).where(UserAccount.login_name.startswith(f"{show.short}."))).all()
    return Term(made, {one.login_name.partition(".")[2]: one for one in accounts})


def play(stage: Stage, show: Show) -> Staged:
    password = cast.new_password()
    with own_transaction(stage.engine) as session:
        act = stage.act(session, None, moment(stage.today - timedelta(days=EARLIEST)))
        home = cast.organisation(act, OrganisationKind.BUYER, "县级人力资源和社会保障信息中心")
        admin_id, _ = cast.administrator(stage, act, home, password)
    made, _ = contracts.set_up(stage, admin_id, show, password, 0)
    scorer = Scorer(stage, made)
    Photographer(stage, made).work(scorer.month_over)
    scorer.today()
    settler = Settler(stage, made)
    settler.play("supervisor", moment(stage.today - timedelta(days=1)), settler.set_chain)
    return made
