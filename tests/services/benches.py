"""A person's bench over some contracts, as the home page lays it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.services import sessions
from app.services.workbench import desk
from app.services.workbench.bench import Bench
from app.services.workbench.desk import Block
from app.services.workbench.own import OwnWork
from app.services.workbench.reviewing import ReviewWork
from app.services.workbench.team import TeamWork
from tests.factories.ground import CLOCK
from tests.factories.office import Office


def bench(session: Session, who: str, *made: Office) -> Bench:
    """The bench of whoever holds the role in the first office."""
    session.commit()
    session.info.clear()
    person = sessions.person_of(session, made[0][who], CLOCK.now)
    return Bench(session, person, CLOCK.now, tuple(each.contract for each in made))


def block(session: Session, who: str, made: Office) -> Block:
    [found] = desk.blocks(bench(session, who, made), {})
    return found


def own(session: Session, made: Office, who: str = "field_staff") -> OwnWork:
    found = block(session, who, made).own
    assert found is not None
    return found


def team(session: Session, made: Office) -> TeamWork:
    found = block(session, "project_manager", made).team
    assert found is not None
    return found


def review(session: Session, made: Office, who: str = "supervisor") -> ReviewWork:
    found = block(session, who, made).review
    assert found is not None
    return found
