"""What the tests of assessments share: an office on one of the contracts' rulebooks, and the steps of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.security.passwords import Passwords
from app.services.act import Act
from app.services.assessments import (
    boxes,
    decide,
    evaluating,
    facts,
    measuring,
    periods,
    signing,
    steps,
)
from app.services.assessments.decide import Wish
from app.services.assessments.evaluating import Work
from app.services.assessments.facts import Statement
from app.services.assessments.opens import open_keys, without_data
from app.services.assessments.places import places, standings
from app.services.assessments.signing import Signing
from app.store import assessments
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from kpi.indicators.facts import exact
from tests.factories import people, records, roles
from tests.factories.office import BOOK, Office, office
from tests.services.acting import PASSWORDS, act_of

#: A year that is over on the day of the tests.
YEAR = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
ORCHARD = BOOK.with_name("orchard.yaml")
WHY = "核对了台账与原始材料"
PASSWORD = people.PASSWORD


def book_of(key: str) -> Path:
    return Path(str(resources.files("kpi.rulebooks") / f"{key}.yaml"))


@dataclass
class Ground:
    """An office whose term is over, with everybody who takes part in an assessment."""

    session: Session
    made: Office
    passwords: Passwords = PASSWORDS

    @property
    def scope(self) -> ContractScope:
        return self.made.scope(self.session)

    def act(self, who: str = "supervisor") -> Act:
        return act_of(self.session, self.made[who])

    def row(self, row_id: int) -> Assessment:
        found = assessments.find(self.session, self.made.contract.id, row_id)
        assert found is not None
        self.session.refresh(found)
        return found

    def work(self, row: Assessment) -> Work:
        return evaluating.need(self.scope, self.row(row.id))

    # -- steps ----------------------------------------------------------------------------------

    def opened(self, who: str = "supervisor", place: int = 0) -> Assessment:
        """The first period of the rulebook, opened and measured."""
        rows = assessments.every(self.session, self.made.contract.id)
        key = periods.choices(self.scope, self.made.contract, rows).listed[place].key
        row = periods.open_period(self.act(who), self.scope, key)
        measuring.measure(self.act(who), self.scope, row.id)
        self.session.commit()
        return row

    def state(self, row: Assessment, clause: str, table: Mapping[str, Any], who: str = "supervisor") -> Work:
        """Facts of a clause, typed into their boxes."""
        work = self.work(row)
        typed = boxes.typed_of(boxes.clause_of(work, clause), exact(table, clause))
        seen = max((one.revision for one in work.every_fact if one.clause == clause), default=0)
        found = facts.state(self.act(who), self.scope, row.id, Statement(clause, typed, WHY, seen=seen))
        self.session.commit()
        return found

    def decide(self, row: Assessment, key: str, points: str = "", who: str = "supervisor", **more: Any) -> Work:
        latest = decide.latest_of(self.work(row), key)
        wish = Wish(key, points, reason=more.pop("reason", WHY), seen=latest.revision if latest else 0, **more)
        found = decide.decide(self.act(who), self.scope, row.id, wish)
        self.session.commit()
        return found

    def all_met(self, row: Assessment, who: str = "supervisor") -> None:
        """What is without data is decided as met, all at once."""
        work = self.work(row)
        known, made = places(work.rulebook), standings(work.evaluation)
        keys = [key for key in open_keys(work) if without_data(work, known[key], made.get(key))]
        if keys:
            decide.decide_met(self.act(who), self.scope, row.id, keys, "逐条查看了材料", self.row(row.id).version)
            self.session.commit()

    def confirm(self, row: Assessment, who: str = "supervisor2") -> None:
        waiting = [one.id for one in self.work(row).facts.values() if one.confirmed_by is None]
        if waiting:
            facts.confirm(self.act(who), self.scope, row.id, waiting)
            self.session.commit()

    def scored(self, row: Assessment, who: str = "supervisor") -> None:
        steps.score(self.act(who), self.scope, row.id, self.row(row.id).version)
        self.session.commit()

    def published(self, row: Assessment, who: str = "supervisor", days: int = 5) -> None:
        steps.publish(self.act(who), self.scope, row.id, days, self.row(row.id).version)
        self.session.commit()

    def sign(self, row: Assessment, who: str, password: str = PASSWORD, sha256: str | None = None) -> Assessment:
        kept = assessments.capsule(self.session, self.made.contract.id, row.id)
        assert kept is not None
        told = Signing(password, sha256 or kept.sha256)
        found = signing.sign(self.act(who), self.scope, row.id, self.passwords, told, self.row(row.id).version)
        self.session.commit()
        return found

    def signed(self, row: Assessment) -> None:
        """All the way to the frozen result."""
        self.confirm(row)
        self.scored(row)
        self.published(row)
        self.sign(row, "project_manager")
        self.sign(row, "deputy_head")


def ground(session: Session, key: str = "", answers: Mapping[str, Any] | None = None, **given: Any) -> Ground:
    """An office on a contract's rulebook (by default the lake's), a third scorer and an auditor among its people."""
    book = ORCHARD if key == "orchard" else book_of(key) if key else BOOK
    made = office(session, book, **{**YEAR, **given})
    for name, code in (("member", "group_member"), ("member2", "group_member"), ("auditor", "auditor")):
        person = people.account(session, organisation=made.contract.buyer, display_name=name)
        roles.membership(session, made.contract, person, code, until_on=date(2027, 12, 31))
        made.people[name] = person
    for name, value in (answers or {}).items():
        given_answer = {"assumption": name, "answer": {"value": value}}
        records.setting_answer(session, made.contract, made["supervisor"], **given_answer)
    session.commit()
    return Ground(session, made)


@pytest.fixture
def lake(session: Session) -> Ground:
    return ground(session)


@pytest.fixture
def orchard(session: Session) -> Ground:
    return ground(session, "orchard")
